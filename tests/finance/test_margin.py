"""Margin: money follows units."""

import numpy as np

from steelyard.finance import margin
from steelyard.finance.cash import spread_payments


def test_margin_is_revenue_less_cost() -> None:
    served, price, cost = np.array([[10.0, 4.0]]), np.array([[5.0, 2.0]]), np.array([[3.0, 2.5]])
    revenue, cogs = margin.revenue(served, price), margin.cogs(served, cost)
    gross = margin.gross_margin(revenue, cogs)
    assert gross.tolist() == [[20, -2]]
    assert margin.revenue_vs_budget(revenue, np.array([[45.0, 9.0]])).tolist() == [[5, -1]]


def test_payments_beyond_the_horizon_stay_open() -> None:
    assert spread_payments(np.array([100.0, 100.0]), np.array([0.5, 0.3, 0.2])).tolist() == [50, 80]
