"""Margin: revenue, cost and what stays, in the base currency."""

from steelyard.grid.block import Array


def revenue(constrained_demand: Array, price: Array) -> Array:
    """Units served x net price, period x series [money].

    Example:
        >>> import numpy as np
        >>> revenue(np.array([10.0]), np.array([2.5]))
        array([25.])
    """
    return constrained_demand * price


def cogs(constrained_demand: Array, unit_cost: Array) -> Array:
    """Units served x standard cost, period x series [money].

    Example:
        >>> import numpy as np
        >>> cogs(np.array([10.0]), np.array([1.5]))
        array([15.])
    """
    return constrained_demand * unit_cost


def gross_margin(revenue: Array, cogs: Array) -> Array:
    """Revenue less cost of goods sold, period x series [money].

    Example:
        >>> import numpy as np
        >>> gross_margin(np.array([25.0]), np.array([15.0]))
        array([10.])
    """
    return revenue - cogs


def revenue_vs_budget(revenue: Array, budget_revenue: Array) -> Array:
    """Revenue less budget, period x series [money]; below zero is behind budget.

    Example:
        >>> import numpy as np
        >>> revenue_vs_budget(np.array([90.0]), np.array([100.0]))
        array([-10.])
    """
    return revenue - budget_revenue
