"""Margin: revenue, cost and what stays, in the base currency."""

import numpy as np

from steelyard.grid.block import Array, is_zero, uniform_block


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


def revenue_vs_budget(revenue: Array, budget_revenue: Array) -> Array:
    """Revenue less budget, period x series [money]; below zero is behind budget.

    Example:
        >>> revenue_vs_budget(np.array([90.0]), np.array([100.0]))
        array([-10.])
    """
    return revenue - budget_revenue


def discounts(constrained_demand: Array, list_price: Array, price: Array) -> Array:
    """What is given off the list price: units served x (list price - net price), period x series [money].

    Where no list price is known there is no discount; a net price above the list gives none either.

    Example:
        >>> discounts(np.array([10.0]), np.array([3.0]), np.array([2.5]))
        array([5.])
    """
    if is_zero(list_price):
        return uniform_block(constrained_demand.shape, 0.0)
    return constrained_demand * np.maximum(list_price - price, 0.0)


def contribution(revenue: Array, cogs: Array, variable_share: Array) -> Array:
    """Revenue less the variable part of cost of goods sold, period x series [money].

        contribution = revenue - cost of goods sold x variable share

    Source: Garrison, Noreen & Brewer, Managerial Accounting, chapter on cost-volume-profit relationships.

    Example:
        >>> contribution(np.array([25.0]), np.array([15.0]), np.array([0.8]))
        array([13.])
    """
    return revenue - cogs * variable_share
