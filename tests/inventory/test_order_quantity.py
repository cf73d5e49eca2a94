"""Order quantities: cheapest by search as well."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steelyard.inventory.order_quantity import economic_order_quantity, lot_size_cost, quantity_with_discounts

money = st.floats(0.5, 500)


@given(st.floats(10, 1e5), money, money)
def test_no_quantity_nearby_is_cheaper(demand: float, order_cost: float, holding_cost: float) -> None:
    costs = tuple(np.array([x]) for x in (demand, order_cost, holding_cost))
    best = economic_order_quantity(*costs)
    assert all(lot_size_cost(best, *costs) <= lot_size_cost(best * step, *costs) * (1 + 1e-12) for step in (0.9, 1.1))


@given(st.floats(100, 1e4), st.floats(1, 200))
def test_no_quantity_on_a_grid_beats_the_discount_rule(demand: float, order_cost: float) -> None:
    prices, breaks = np.array([3.0, 2.9, 2.7]), np.array([0.0, 400.0, 1500.0])
    _, cost = quantity_with_discounts(demand, order_cost, 0.25, prices, breaks)
    grid = np.arange(1.0, 5000.0)
    price = prices[np.searchsorted(breaks, grid, side="right") - 1]
    assert cost <= (demand * price + order_cost * demand / grid + 0.25 * price * grid / 2).min() * (1 + 1e-12)
