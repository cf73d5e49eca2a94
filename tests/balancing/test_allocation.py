"""Allocation: nobody gets more than asked, no pool gives more than it has, and each rule does what it says."""

import numpy as np
import pytest

from steelyard.balancing.allocation import RULES, allocate, ration
from steelyard.errors import ModelError


@pytest.mark.parametrize("seed", range(5))
def test_every_rule_keeps_to_what_is_asked_and_what_is_there(seed: int) -> None:
    draw = np.random.default_rng(seed)
    pool, asked = draw.integers(0, 4, 12), draw.uniform(0, 50, (6, 12))
    available, margin = draw.uniform(0, 120, (6, 4)), draw.uniform(1, 9, (6, 12))
    rank = draw.integers(0, 3, 12)
    whole = np.stack([np.bincount(pool, row, 4) for row in asked])
    for rule in RULES:
        loss = ration(rule, available, asked, pool, rank=rank, unit_margin=margin)
        given = np.stack([np.bincount(pool, row, 4) for row in loss.given])
        assert (loss.given <= asked + 1e-9).all()
        assert np.allclose(given, np.minimum(available, whole))
        assert np.allclose(loss.given + loss.lost, asked)
    best = ration("profit", available, asked, pool, rank=rank, unit_margin=margin).margin
    assert all(best >= ration(r, available, asked, pool, rank=rank, unit_margin=margin).margin - 1e-9 for r in RULES)


def test_fair_shares_are_equal_in_a_pool() -> None:
    given = allocate(np.array([[30.0]]), np.array([[40.0, 20.0]]), np.array([0, 0]), np.zeros(2))
    assert given.ravel().tolist() == [20.0, 10.0]


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(ModelError, match="no rule"):
        ration("luck", np.ones((1, 1)), np.ones((1, 1)), np.array([0]), rank=np.array([0]), unit_margin=np.ones((1, 1)))  # type: ignore[arg-type]
