"""Median: the middle of what is known, also in a window that moves along a series."""

import numba
import numpy as np

from steelyard.grid.block import Array, BoolArray


def known_median(values: Array, known: BoolArray) -> Array:
    """Median along the first axis over what is known; NaN where nothing is.

    Example:
        >>> known_median(np.array([[3.0], [9.0], [1.0]]), np.array([[True], [False], [True]]))
        array([2.])
    """
    if not len(values):
        return np.full(values.shape[1:], np.nan)
    ordered = np.sort(np.where(known, values, np.inf), axis=0)
    count = known.sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(values) - 1)
    pair = [np.take_along_axis(ordered, place[None], axis=0)[0] for place in (low, high)]
    return np.where(count > 0, np.where(count > 0, pair[0] + pair[1], 0.0) / 2, np.nan)


def moving_median(values: Array, known: BoolArray, reach: int) -> Array:
    """Median of the known values at most `reach` rows away on either side; NaN where there is none.

    Args:
        values: Numbers, period x series.
        known: Which of them count, period x series; what is no number never does.
        reach: Rows to look at on either side.
    """
    out = np.empty(values.shape)
    counted = known & ~np.isnan(values)
    _slide(np.ascontiguousarray(values.T), np.ascontiguousarray(counted.T), reach, out)
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _slide(values: Array, known: BoolArray, reach: int, out: Array) -> None:
    """Keep the known values of the window in order while it moves; `values` and `known` are series x period."""
    series, periods = values.shape
    window = np.empty(2 * reach + 2)
    for s in range(series):
        size = 0
        for t in range(-reach, periods):
            gone, come = t - reach - 1, t + reach
            if gone >= 0 and known[s, gone]:
                place = 0
                while window[place] != values[s, gone]:
                    place += 1
                size -= 1
                for later in range(place, size):
                    window[later] = window[later + 1]
            if come < periods and known[s, come]:
                place = size
                while place > 0 and window[place - 1] > values[s, come]:
                    window[place] = window[place - 1]
                    place -= 1
                window[place] = values[s, come]
                size += 1
            if t >= 0:
                out[t, s] = (window[(size - 1) // 2] + window[size // 2]) / 2 if size else np.nan
