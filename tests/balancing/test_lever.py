"""Levers: steps that move hours, stock and demand, checked against their limits."""

import numpy as np
import pytest

from steelyard.balancing.lever import DEMAND, HOURS, Lever, check_levers, check_quantity, join_steps, plain_steps
from steelyard.balancing.weights import Weights
from steelyard.errors import ChangeInvalid, ModelError


def overtime(key: str = "ot", limit: float = 10.0) -> Lever:
    at = np.array([0, 0])
    steps = plain_steps(at, np.array([0, 1]), np.full(2, limit), np.full(2, 3.0), np.full(2, 3.0), HOURS)
    return Lever(key, "overtime", "Overtime", "line", "hours", 0, steps)


def test_joined_steps_move_what_each_moved() -> None:
    one, other = overtime().steps, plain_steps(
        np.array([1]), np.array([1]), np.ones(1), np.ones(1), np.ones(1), DEMAND, -2.0
    )  # fmt: skip
    joined = join_steps([one, other])
    quantity = np.array([4.0, 5.0, 1.0])
    assert joined.moved(quantity, HOURS, 2, 1).ravel().tolist() == [4.0, 5.0]
    assert joined.moved(quantity, DEMAND, 2, 2)[1].tolist() == [0.0, -2.0]


def test_beyond_its_limit_a_lever_says_where() -> None:
    with pytest.raises(ChangeInvalid, match="beyond its limit") as fault:
        check_quantity(overtime(), np.array([0.0, 12.0]), ["jan", "feb"])
    assert "feb" in fault.value.where
    assert "10.00 hours" in fault.value.mend
    with pytest.raises(ChangeInvalid, match="beyond its limit"):
        check_quantity(overtime(), np.array([-1.0, 0.0]), ["jan", "feb"])
    check_quantity(overtime(), np.array([10.0, 0.0]), ["jan", "feb"])


def test_a_catalogue_with_one_key_twice_or_no_cost_is_refused() -> None:
    with pytest.raises(ModelError, match="same key"):
        check_levers([overtime(), overtime()])
    with pytest.raises(ModelError, match="not described"):
        check_levers([overtime(limit=-1.0)])


def test_weights_lie_between_nothing_and_ten() -> None:
    with pytest.raises(ModelError, match="weight of cash is 11"):
        Weights(cash=11)
    with pytest.raises(ModelError, match="Nothing counts"):
        Weights(profit=0)


def test_sides_follow_the_kind() -> None:
    assert overtime().side == "supply"
    assert overtime().limit == 20.0


def test_what_is_carried_on_counts_once() -> None:
    """Ten units carried over two period ends, then five of them over a third: ten units, of half an hour each."""
    at, period = np.zeros(4, np.int64), np.array([0, 1, 2, 4])
    steps = plain_steps(at, period, np.full(4, 100.0), np.full(4, 3.0), np.full(4, 3.0), HOURS)
    lever = Lever("ahead", "pre_build", "Build ahead", "bench", "hours", 0, steps, carried=np.full(4, 0.5), room=12.0)
    assert lever.amount(np.array([10.0, 10.0, 5.0, 0.0])) == 5.0
    assert lever.amount(np.array([10.0, 10.0, 5.0, 2.0])) == 6.0
    assert lever.limit == 12.0
