"""Safety stock: factors meet their service, the formula its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ModelError
from steelyard.inventory.safety_stock import (
    cycle_service_factor,
    fill_rate_factor,
    inverse_normal_loss,
    lead_time_deviation,
    normal_loss,
    safety_stock,
)


@given(st.floats(1e-9, 1e3))
def test_the_inverse_loss_is_inverse(loss: float) -> None:
    factor = inverse_normal_loss(np.array([loss]))
    assert np.allclose(normal_loss(factor), loss, rtol=1e-6, atol=1e-15)


@given(st.floats(0.5, 0.9999), st.floats(0.1, 1e4), st.floats(0.1, 1e4))
def test_the_fill_rate_factor_gives_its_fill_rate(rate: float, lot: float, deviation: float) -> None:
    factor = fill_rate_factor(np.array([rate]), lot_size=np.array([lot]), deviation=np.array([deviation]))
    served = 1 - deviation * normal_loss(factor) / lot
    assert np.allclose(served, rate, rtol=1e-6)


def test_better_service_needs_more_stock() -> None:
    levels = np.array([0.5, 0.8, 0.95, 0.99])
    assert (np.diff(cycle_service_factor(levels)) > 0).all()
    factors = fill_rate_factor(levels, lot_size=np.full(4, 50.0), deviation=np.full(4, 50.0))
    assert (np.diff(factors) > 0).all()


def test_without_deviation_there_is_nothing_to_guard() -> None:
    assert fill_rate_factor(np.array([0.9]), lot_size=np.array([5.0]), deviation=np.array([0.0])).tolist() == [0]


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, -0.1, np.nan])
def test_a_service_that_is_no_share_is_refused(level: float) -> None:
    with pytest.raises(ModelError, match=r"share like 0\.95"):
        cycle_service_factor(np.array([0.9, level]))


def test_safety_stock_follows_the_demand_of_each_period_when_lead_time_varies() -> None:
    stock = safety_stock(
        np.array([10.0]),
        np.array([[100.0], [200.0]]),
        np.array([1.0]),
        np.array([0.5]),
        np.array([1.0]),
        np.array([2.0]),
    )
    assert np.allclose(stock.ravel(), [2 * np.sqrt(200 + 2500), 2 * np.sqrt(200 + 10000)])


def test_a_negative_factor_keeps_no_stock() -> None:
    one = np.ones(1)
    assert safety_stock(one, one[None], one, one, one, -one).tolist() == [[0]]


def test_review_time_counts_like_lead_time() -> None:
    error, demand = np.array([5.0]), np.array([0.0])
    longer = lead_time_deviation(error=error, demand=demand, lead_time=np.array([3.0]))
    reviewed = lead_time_deviation(error=error, demand=demand, lead_time=np.array([1.0]), review=2.0)
    assert longer == reviewed
