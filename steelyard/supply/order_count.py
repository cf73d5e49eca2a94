"""Order count: in how many orders an option brings a quantity in a period, where an order has a largest size."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.model import Options

_CRUMB = 1e-6


def largest_order(options: Options) -> Array:
    """Units of the largest order of each option: the largest multiple within the maximum; inf where nothing limits.

    Args:
        options: The options.
    """
    step = np.where(options.lot_multiple > 0, options.lot_multiple, 1.0)
    whole = np.floor(options.lot_maximum / step + _CRUMB) * step
    most = np.where(options.lot_multiple > 0, whole, options.lot_maximum)
    return np.asarray(np.maximum(most, np.maximum(options.lot_minimum, options.lot_multiple)))


def orders_for(options: Options, quantity: Array) -> Array:
    """Orders in which quantities come: one a period, or as many as the largest order asks for, `[period, option]`.

    Args:
        options: The options.
        quantity: Received, `[period, option]` [units].
    """
    most = largest_order(options)
    if not np.isfinite(most).any():
        return np.asarray(quantity > _CRUMB, np.float64)
    full = np.where(np.isfinite(most), np.maximum(most, _CRUMB), 1.0)
    many = np.ceil(quantity / full - _CRUMB)
    return np.asarray(np.where(quantity > _CRUMB, np.where(np.isfinite(most), many, 1.0), 0.0))
