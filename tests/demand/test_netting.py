"""Open orders consume the forecast."""

import numpy as np
import pytest

from steelyard.demand.netting import demand_plan, net_orders

RANDOM = np.random.default_rng(11)


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, None]


def test_an_order_takes_its_own_period_first() -> None:
    assert net_orders(column(100, 100), column(40, 0), backward=1, forward=1)[:, 0].tolist() == [60, 100]


def test_what_an_order_wants_beyond_its_period_comes_from_before_then_from_after() -> None:
    left = net_orders(column(30, 100, 50), column(0, 160, 0), backward=1, forward=1)
    assert left[:, 0].tolist() == [0, 0, 20]


def test_the_nearest_period_is_consumed_first_and_none_beyond_the_window() -> None:
    left = net_orders(column(50, 50, 100, 50), column(0, 0, 170, 0), backward=1, forward=1)
    assert left[:, 0].tolist() == [50, 0, 0, 30]


def test_the_forecast_of_a_period_that_has_its_own_orders_is_left_to_them() -> None:
    left = net_orders(column(100, 100), column(90, 150), backward=1)
    assert left[:, 0].tolist() == [0, 0]


def test_without_windows_the_higher_one_counts() -> None:
    plan = demand_plan(np.array([[100.0, 100.0]]), np.array([[30.0, 130.0]]), 0, 0)
    assert plan.tolist() == [[100.0, 130.0]]


@pytest.mark.parametrize(("backward", "forward"), [(0, 0), (1, 0), (0, 2), (3, 3)])
def test_no_forecast_is_consumed_twice(backward: int, forward: int) -> None:
    forecast, orders = RANDOM.uniform(0, 100, (12, 50)), RANDOM.uniform(0, 150, (12, 50)).round()
    left = net_orders(forecast, orders, backward=backward, forward=forward)
    assert (left >= 0).all()
    assert (left <= forecast).all()
    assert ((forecast - left).sum(axis=0) <= orders.sum(axis=0) + 1e-9).all()
    plan = demand_plan(forecast, orders, backward, forward)
    assert (plan.sum(axis=0) >= np.maximum(forecast.sum(axis=0), orders.sum(axis=0)) - 1e-6).all()
    assert (plan.sum(axis=0) <= demand_plan(forecast, orders, 0, 0).sum(axis=0) + 1e-6).all()
