"""Roll-up: how numbers of many series and periods become one, by the rule of their measure."""

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.measure import Rollup


@numba.njit(nogil=True, cache=True)
def _scatter_add(values: Array, codes: IntArray, out: Array) -> None:
    for t in range(values.shape[0]):
        for s in range(values.shape[1]):
            out[t, codes[s]] += values[t, s]


def scatter_add(values: Array, codes: IntArray, size: int) -> Array:
    """Sum `[period, series]` into `[period, group]`, adding series in row order.

    Args:
        values: Numbers, period x series.
        codes: Group number of each series.
        size: How many groups there are.

    Example:
        >>> scatter_add(np.array([[1.0, 2.0, 4.0]]), np.array([1, 0, 1]), 2)
        array([[2., 5.]])
    """
    out = np.zeros((values.shape[0], size))
    _scatter_add(values, codes, out)
    return out


def roll_up_time(values: Array, groups: IntArray, size: int, rule: Rollup) -> Array:
    """Roll `[period, series]` up to `[period group, series]`.

    Args:
        values: Numbers, period x series.
        groups: Group number of each period, ascending.
        size: How many period groups there are.
        rule: sum, mean (over the periods of a group) or last.

    Example:
        >>> roll_up_time(np.array([[1.0], [3.0], [5.0]]), np.array([0, 0, 1]), 2, "last")
        array([[3.],
               [5.]])
    """
    if rule == "last":
        last = np.searchsorted(groups, np.arange(size), side="right") - 1
        return np.asarray(values[last])
    sums = np.add.reduceat(values, np.searchsorted(groups, np.arange(size)), axis=0)
    if rule == "mean":
        return np.asarray(sums / np.bincount(groups, minlength=size)[:, None])
    return np.asarray(sums)


def roll_up_spoken(values: Array, groups: IntArray, size: int, rule: Rollup) -> Array:
    """Roll up over time what may be silent: periods without a number are left out; NaN where none has one.

    Example:
        >>> roll_up_spoken(np.array([[1.0], [np.nan], [np.nan]]), np.array([0, 0, 1]), 2, "sum")
        array([[ 1.],
               [nan]])
    """
    said = np.isfinite(values)
    if rule != "sum" or said.all():
        return roll_up_time(values, groups, size, rule)
    voices = roll_up_time(said.astype(np.float64), groups, size, "sum")
    return np.where(voices > 0, roll_up_time(np.where(said, values, 0.0), groups, size, "sum"), np.nan)


def divide(numerator: Array, denominator: Array) -> Array:
    """Divide, giving NaN where the denominator is zero: a ratio without a base is unknown, not zero."""
    out = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    np.divide(numerator, denominator, out=out, where=denominator != 0)
    return out
