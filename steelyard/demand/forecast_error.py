"""Forecast error: how far one-step forecasts were off, which is what safety stock has to cover."""

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.grid.block import Array, BoolArray, IntArray

FEWEST = 3
"""Errors from which a spread counts as measured."""


def error_spread(
    values: Array, fitted: Array, start: IntArray, mean: Array, *, period: int, seasonal: BoolArray, assumed: float
) -> tuple[Array, BoolArray]:
    """Root mean square of rolling one-step errors after a warm-up of a third of the series, at most one season.

    The mean square is divided by the errors left over by what was fitted to the same history (level, trend and, where
    the series has its own season, its indices), at least half of them.

    Args:
        values: Demand, period x series.
        fitted: One-step forecasts, period x series; NaN where there were none.
        start: First row of each series.
        mean: Forecast, horizon x series; the level of an assumed error.
        period: Periods in a season.
        seasonal: Whether indices were fitted, by series.
        assumed: Error as a share of the forecast where fewer than three errors are known.

    Returns:
        The spread by series, and whether it was measured.
    """
    length = len(values) - start
    warm_up = np.minimum(length // 3, max(period, 4))
    judged = np.isfinite(fitted) & (np.arange(len(values))[:, None] >= start + warm_up)
    count = judged.sum(axis=0)
    total = ordered_sum(np.where(judged, values - fitted, 0.0) ** 2)
    measured = count >= FEWEST
    level = ordered_sum(mean) / max(len(mean), 1)
    free = np.maximum(count - 2.0 - np.where(seasonal, period - 1, 0), np.maximum(0.5 * count, 1.0))
    return np.where(measured, np.sqrt(total / free), assumed * level), measured
