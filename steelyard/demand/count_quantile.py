"""Count quantile: how much a series with demand in few periods may ask for over a lead time, as a negative binomial.

Stock needs the quantiles of the sum over the lead time, not of one period. The mean is the forecast; the variance comes
from overlapping sums of history, widened because the mean is itself an estimate; the negative binomial fits both
(Syntetos, Lengu and Babai 2013, European Journal of Operational Research 227: the best of five for spare parts).
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import betainc

from steelyard.demand.ordered_sum import ordered_mean
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

LEAST_RATIO = 1.02
"""Smallest variance by mean; the negative binomial needs more variance than a Poisson."""

WINDOW = 12
"""Periods that the mean of intermittent demand rests on: smoothing with weight 0.15 weighs as much as 12 periods."""

STEPS = 64
"""Halvings until a quantile is found; enough for any number of units."""


def lead_time_quantiles(history: Array, mean: Array, levels: Sequence[float], *, lead: int = 1) -> Array:
    """Quantiles of the demand over a lead time.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        mean: Forecast of the demand over the whole lead time, by series [units].
        levels: Quantile levels, each between 0 and 1.
        lead: Periods in the lead time [>= 1].

    Returns:
        Whole units, level x series; 0 where nothing is expected.

    Raises:
        ModelError: A lead time below one period, or a level outside 0 to 1.

    Example:
        >>> history = np.array([[0.0], [4.0], [0.0], [0.0], [6.0], [0.0]])
        >>> lead_time_quantiles(history, np.array([5.0]), (0.5, 0.95), lead=3)
        array([[ 5.],
               [10.]])
    """
    if lead < 1 or any(not 0 < level < 1 for level in levels):
        raise ModelError(
            "Lead-time quantiles need a lead time of 1 or more and levels between 0 and 1",
            where=f"lead {lead}, levels {tuple(levels)}",
            mend="give the lead time in periods, and levels such as 0.95",
        )
    variance = lead_time_variance(history, mean, lead=lead)
    return np.stack([count_quantile(mean, variance, level) for level in levels])


def lead_time_variance(history: Array, mean: Array, *, lead: int = 1) -> Array:
    """Variance of the error of the demand over a lead time, by series [units squared].

    variance = max(variance of overlapping sums, 1.02 x mean) x (1 + lead / periods the mean rests on)

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        mean: Forecast of the demand over the whole lead time, by series [units].
        lead: Periods in the lead time [>= 1].
    """
    widest = np.fmax(_variance_of_sums(history, lead), LEAST_RATIO * mean)
    return np.asarray(widest * _uncertain_mean(history, lead))


def silent_mean(history: Array) -> Array:
    """Demand per period that may still come after a silence: mean size by the silent periods and one (Laplace's rule).

    A series that has stopped has a forecast of zero, but one in a few sells again: its upper quantiles are not zero.

    Args:
        history: Demand, period x series [units]; NaN where unknown.

    Example:
        >>> silent_mean(np.array([[4.0], [6.0], [0.0], [0.0], [0.0], [0.0]]))
        array([1.])
    """
    demand = np.where(np.isfinite(history), history, 0.0)
    sold = demand != 0
    idle = np.where(sold.any(axis=0), sold[::-1].argmax(axis=0) if len(sold) else 0, len(sold))
    size = np.nan_to_num(ordered_mean(demand, sold))
    return np.asarray(size / (idle + 1.0))


def count_quantile(mean: Array, variance: Array, level: float | Array) -> Array:
    """Smallest whole number that a negative binomial stays at or below with at least this chance.

    Args:
        mean: Expected demand [units]; 0 or below gives 0.
        variance: Its variance; raised to 1.02 times the mean where smaller or unknown.
        level: Chance, between 0 and 1; one for all, or one for each.

    Example:
        >>> count_quantile(np.array([2.0, 2.0]), np.array([2.0, 8.0]), 0.9)
        array([4., 6.])
    """
    expected = np.where(mean > 0, mean, 1.0)
    wide = np.fmax(variance, LEAST_RATIO * expected)
    chance, size = expected / wide, expected * expected / (wide - expected)
    low, high = np.full(expected.shape, -1.0), np.ceil(expected + 64.0 * np.sqrt(wide) + 64.0)
    for _ in range(STEPS):
        middle = np.floor((low + high) / 2)
        reached = betainc(size, np.maximum(middle, 0.0) + 1.0, chance) >= level
        inside = (middle > low) & (middle < high)
        if not inside.any():
            break
        high = np.where(inside & reached, middle, high)
        low = np.where(inside & ~reached, middle, low)
    return np.where(mean > 0, high, 0.0)


def _variance_of_sums(history: Array, lead: int) -> Array:
    """Variance of overlapping sums over the lead time since the first demand, by series; NaN where under three."""
    known = np.isfinite(history)
    started = np.maximum.accumulate(known & (np.where(known, history, 0.0) != 0), axis=0)
    sums, whole = _sums(np.where(known, history, 0.0), known & started, lead)
    middle = ordered_mean(sums, whole)
    count: IntArray = whole.sum(axis=0)
    square = ordered_mean((sums - middle) ** 2, whole)
    return np.where(count >= 3, square * count / np.maximum(count - 1, 1), np.nan)


def _uncertain_mean(history: Array, lead: int) -> Array:
    """Factor by which not knowing the mean widens the variance: smoothing sees about `WINDOW` periods of history."""
    seen = np.clip(np.isfinite(history).sum(axis=0), 1, WINDOW)
    return np.asarray(1.0 + lead / seen)


def _sums(values: Array, present: BoolArray, lead: int) -> tuple[Array, BoolArray]:
    windows = max(len(values) - lead + 1, 0)
    total, whole = np.zeros((windows, values.shape[1])), np.ones((windows, values.shape[1]), dtype=bool)
    for k in range(lead):
        total += values[k : k + windows]
        whole &= present[k : k + windows]
    return total, whole
