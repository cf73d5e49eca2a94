"""Interval score: how good quantiles and intervals of a forecast were, once demand is known.

Arrays are period x series; sums leave out what is unknown on either side.

Sources: Koenker and Bassett 1978 (pinball loss), Hyndman and Athanasopoulos 2021, 5.9 (quantile score, coverage).
"""

import numpy as np

from steelyard.demand.ordered_sum import ordered_mean
from steelyard.grid.block import Array


def pinball(demand: Array, quantile: Array, level: float) -> Array:
    """Mean pinball loss of a quantile forecast by series [units]; the smaller the better.

        loss = level x (demand - quantile) where demand is above it, else (1 - level) x (quantile - demand)

    Args:
        demand: What came, period x series [units]; NaN where unknown.
        quantile: What demand was to stay below with probability `level` [units].
        level: The probability, 0 to 1.

    Example:
        >>> pinball(np.array([[110.0], [90.0]]), np.array([[100.0], [100.0]]), 0.9)
        array([5.])
    """
    error = demand - quantile
    known = np.isfinite(error)
    sound = np.where(known, error, 0.0)
    return ordered_mean(np.maximum(level * sound, (level - 1.0) * sound), known)


def interval_coverage(demand: Array, low: Array, high: Array) -> Array:
    """Share of the periods in which demand lay within the interval, by series [ratio].

    Example:
        >>> interval_coverage(np.array([[5.0], [9.0]]), np.array([[4.0], [4.0]]), np.array([[8.0], [8.0]]))
        array([0.5])
    """
    known = np.isfinite(demand) & np.isfinite(low) & np.isfinite(high)
    inside = known & (demand >= low) & (demand <= high)
    return ordered_mean(inside.astype(np.float64), known)
