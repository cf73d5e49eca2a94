"""Expiry: what is lost with stock that is not used before it expires."""

from steelyard.grid.block import Array, is_zero


def expiring_value(expiring_stock: Array, standard_cost: Array) -> Array:
    """Stock that expires before it is used, in money: units x standard cost, period x series.

    Example:
        >>> import numpy as np
        >>> expiring_value(np.array([10.0]), np.array([2.5]))
        array([25.])
    """
    return expiring_stock if is_zero(expiring_stock) else expiring_stock * standard_cost
