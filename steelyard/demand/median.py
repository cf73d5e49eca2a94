"""Median: the middle of what is known, also in a window that moves along a series."""

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
        known: Which of them count, period x series.
        reach: Rows to look at on either side.
    """
    pad = ((reach, reach), (0, 0))
    wide, present = np.pad(np.where(known, values, 0.0), pad), np.pad(known, pad)
    windows = range(2 * reach + 1)
    return known_median(
        np.stack([wide[k : k + len(values)] for k in windows]),
        np.stack([present[k : k + len(values)] for k in windows]),
    )
