"""Version change: how much a forecast moves from one month's version to the next."""

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.grid.block import Array
from steelyard.grid.rollup import divide


def version_change(before: Array, after: Array) -> Array:
    """Sum of absolute changes between two versions by the mean of both, by series [ratio]; 0 is perfectly stable.

        change = 2 x sum |after - before| / sum (|after| + |before|)

    Source: Van Belle, Crevits and Verbeke 2023, Improving forecast stability using deep learning (sMAPC), weighted by
    volume so that small series do not rule it.

    Args:
        before: What the earlier version said of some periods, period x series [units]; NaN where it said nothing.
        after: What the later version said of the same periods [units].

    Example:
        >>> version_change(np.array([[100.0], [100.0]]), np.array([[120.0], [80.0]]))
        array([0.2])
    """
    known = np.isfinite(before) & np.isfinite(after)
    old, new = np.where(known, before, 0.0), np.where(known, after, 0.0)
    return 2.0 * divide(ordered_sum(np.abs(new - old)), ordered_sum(np.abs(new) + np.abs(old)))
