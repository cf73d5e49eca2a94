"""Excess: stock beyond what safety and the coming demand ask for."""

import numpy as np

from steelyard.grid.block import Array

EXCESS_AHEAD = 3.0
"""How many periods of coming demand stock may serve before it is excess."""


def inventory_value(projected_inventory: Array, standard_cost: Array) -> Array:
    """Stock in money: units x standard cost, period x series.

    Example:
        >>> inventory_value(np.array([10.0]), np.array([2.5]))
        array([25.])
    """
    return projected_inventory * standard_cost


def excess_quantity(projected_inventory: Array, safety_stock: Array, demand_ahead: Array) -> Array:
    """Units above safety stock and the demand of a given time ahead, never below zero.

    Args:
        projected_inventory: Stock at the end of each period, period x series [units].
        safety_stock: Stock wanted, period x series [units].
        demand_ahead: Demand that current stock may still serve, period x series [units].

    Example:
        >>> excess_quantity(np.array([50.0]), np.array([10.0]), np.array([15.0]))
        array([25.])
    """
    left = projected_inventory - safety_stock
    left -= demand_ahead
    return np.maximum(left, 0.0, out=left)


def excess_value(
    projected_inventory: Array,
    safety_stock: Array,
    forward_demand: Array,
    standard_cost: Array,
    *,
    periods: float = EXCESS_AHEAD,
) -> Array:
    """Excess in money: stock above safety stock and `periods` of forward demand, at standard cost.

    Example:
        >>> excess_value(np.array([50.0]), np.array([10.0]), np.array([5.0]), np.array([2.0]))
        array([50.])
    """
    value = excess_quantity(projected_inventory, safety_stock, periods * forward_demand)
    value *= standard_cost
    return value


def obsolete_quantity(available: Array, demand: Array) -> Array:
    """Units that all the demand of the horizon does not use up, by series; never below zero.

    Args:
        available: Stock and orders that are placed, by series [units].
        demand: Demand of the horizon, period x series [units].

    Example:
        >>> obsolete_quantity(np.array([50.0]), np.array([[10.0], [15.0]]))
        array([25.])
    """
    left: Array = np.maximum(available - demand.sum(axis=0), 0.0)
    return left
