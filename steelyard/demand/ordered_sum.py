"""Ordered sum: sums whose order never depends on how many series stand beside or how much padding stands before.

NumPy's own `sum` adds in pairs whose grouping follows the shape of the array, so the sum of one series would change in
its last bit with its neighbours. Here periods are added one after the other, from the first to the last.
"""

import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array


def ordered_sum(values: NDArray[np.generic]) -> Array:
    """Add along the first axis, first to last.

    Example:
        >>> ordered_sum(np.array([[1.0, 10.0], [2.0, 20.0]]))
        array([ 3., 30.])
    """
    total: Array = np.zeros(values.shape[1:])
    for row in values:
        total += row
    return total


def ordered_mean(values: Array, present: NDArray[np.bool_]) -> Array:
    """Average along the first axis over what is present; NaN where nothing is.

    Example:
        >>> ordered_mean(np.array([[1.0, 5.0], [3.0, 7.0]]), np.array([[True, False], [True, False]]))
        array([ 2., nan])
    """
    count = present.sum(axis=0)
    total = ordered_sum(np.where(present, values, 0.0))
    mean: Array = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def whole_power(values: Array, exponent: NDArray[np.int64]) -> Array:
    """Raise to whole powers by squaring, so that every machine gives the same bits; `exponent` broadcasts to `values`.

    Example:
        >>> whole_power(np.array([2.0, 3.0]), np.array([3, 0]))
        array([8., 1.])
    """
    result: Array = np.ones(np.broadcast_shapes(values.shape, exponent.shape))
    square = values.copy()
    left = exponent.copy()
    while left.any():
        np.multiply(result, square, out=result, where=(left & 1).astype(bool))
        left >>= 1
        square = square * square
    return result
