"""Grid weight: which points of a parameter grid speak for a series, and how loudly."""

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum, whole_power
from steelyard.grid.block import Array, IntArray

TOP = 4
"""Grid points that are averaged; an average of near-best points is steadier than the best one."""

SMALLEST = 1e-12
"""Squared error per period, in scaled units, below which fits count as equally perfect."""


def weigh_grid(errors: Array, length: IntArray, top: int = TOP) -> tuple[IntArray, Array]:
    """Choose the best grid points of each series and weigh them by Akaike's criterion.

    With equal numbers of parameters the Akaike weight `exp(-AICc / 2)` of a point with squared error `s` over `n`
    periods is proportional to `s ** (-n / 2)`. Only roots and products are taken, so every machine gives the same bits.

    Args:
        errors: Sum of squared one-step errors, grid point x series.
        length: Periods behind the sums, by series.
        top: Points to keep.

    Returns:
        Numbers of the chosen points and their weights, both top x series; weights sum to 1.

    Example:
        >>> weigh_grid(np.array([[4.0], [1.0], [4.0]]), np.array([2]), top=2)
        (array([[1],
               [0]]), array([[0.8],
               [0.2]]))
    """
    known = np.where(np.isfinite(errors), errors, np.finfo(np.float64).max) + SMALLEST * length
    ranked = np.argsort(np.ascontiguousarray(known.T), axis=1, kind="stable")[:, :top].T
    best = np.take_along_axis(known, ranked, axis=0)
    weight = whole_power(np.sqrt(best[0] / best), np.broadcast_to(length, best.shape))
    return np.ascontiguousarray(ranked), weight / ordered_sum(weight)


def weighted(weights: Array, values: Array) -> Array:
    """Add the chosen points' values by weight, best point first."""
    total: Array = weights[0] * values[0]
    for weight, value in zip(weights[1:], values[1:], strict=True):
        total += weight * value
    return total
