"""Margin: revenue, cost and what stays, in the base currency."""

import numpy as np

from steelyard.grid.block import Array, IntArray


def revenue(constrained_demand: Array, price: Array) -> Array:
    """Units served x net price, period x series [money].

    Example:
        >>> revenue(np.array([10.0]), np.array([2.5]))
        array([25.])
    """
    return constrained_demand * price


def cogs(constrained_demand: Array, unit_cost: Array) -> Array:
    """Units served x standard cost, period x series [money].

    Example:
        >>> cogs(np.array([10.0]), np.array([1.5]))
        array([15.])
    """
    return constrained_demand * unit_cost


def gross_margin(revenue: Array, cogs: Array) -> Array:
    """Revenue less cost of goods sold, period x series [money].

    Example:
        >>> gross_margin(np.array([25.0]), np.array([15.0]))
        array([10.])
    """
    return revenue - cogs


def gross_margin_percent(gross_margin: Array, revenue: Array) -> Array:
    """Gross margin as a percentage of revenue; NaN without revenue.

    Example:
        >>> gross_margin_percent(np.array([10.0]), np.array([25.0]))
        array([40.])
    """
    out: Array = np.full(revenue.shape, np.nan)
    np.divide(100.0 * gross_margin, revenue, out=out, where=revenue != 0)
    return out


def revenue_vs_budget(revenue: Array, budget_revenue: Array) -> Array:
    """Revenue less budget, period x series [money]; below zero is behind budget.

    Example:
        >>> revenue_vs_budget(np.array([90.0]), np.array([100.0]))
        array([-10.])
    """
    return revenue - budget_revenue


def convert_currency(amount: Array, rate: Array, currency: IntArray) -> Array:
    """Amounts of series in their own currency to the base currency, by the rate of each period.

    Args:
        amount: Money or money per unit, period x series, in the currency of the series.
        rate: Base currency for one unit of each currency, period x currency.
        currency: Number of the currency of each series.

    Example:
        >>> convert_currency(np.array([[100.0, 100.0]]), np.array([[1.0, 1.25]]), np.array([0, 1]))
        array([[100., 125.]])
    """
    return amount * rate[:, currency]
