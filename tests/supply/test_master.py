"""Master: elastic hours begin cheap, at a share that fits the model, and end at their price."""

import numpy as np
import pytest

from steelyard.supply._master import FLAT, Master, Steps

PRICE = 3000.0
GENTLE = 1 / 250_000


def overloaded(begin: float) -> Master:
    """One group that needs ten hours of a resource that has four."""
    steps = Steps(np.array([0]), np.array([PRICE]), np.array([np.inf]), np.array([4.0]))
    master = Master(steps, 1, begin=begin)
    master.propose(np.array([[10.0]]), np.array([7.0]), 0)
    return master


@pytest.mark.parametrize("begin", [FLAT, GENTLE])
def test_elastic_hours_begin_at_their_share(begin: float) -> None:
    assert overloaded(begin).solve()[1][0] == pytest.approx(PRICE * begin)


@pytest.mark.parametrize("begin", [FLAT, GENTLE])
def test_elastic_hours_in_use_end_at_their_price(begin: float) -> None:
    master = overloaded(begin)
    found = [master.solve()[1][0] for _ in range(14)]
    assert found == sorted(found)
    assert found[-1] == PRICE


def test_money_counts_elastic_hours_at_their_price_from_the_start() -> None:
    assert overloaded(GENTLE).solve()[0] == pytest.approx(7.0 + 6.0 * PRICE)
