"""Lag error: how far forecasts were off at the lag at which stock has to be ordered, and how that changes over time."""

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array


def error_of_interval(errors: Array, periods: Array) -> Array:
    """Standard deviation of what demand of a whole protection interval deviates from its forecast, by series.

    Errors of neighbouring lags move together, so that they are added along each forecast before they are squared:
    single-period errors times the root of the interval would say too little.

    Args:
        errors: Demand less forecast, origin x lag x series [units]; lag 0 is the first period ahead; NaN where unknown.
        periods: Length of the interval, by series [periods]; a part of a period is taken in proportion.

    Returns:
        Units, by series; NaN where no origin knows the whole interval.

    Raises:
        ModelError: An interval is longer than the lags there are.

    Example:
        >>> error_of_interval(np.array([[[3.0], [4.0]], [[-3.0], [-4.0]]]), np.array([2.0]))
        array([7.])
    """
    if np.max(periods, initial=0.0) > errors.shape[1]:
        raise ModelError(
            f"Errors are known for {errors.shape[1]} lags only",
            mend="keep forecasts for the whole lead time and review",
        )
    share = np.clip(periods - np.arange(errors.shape[1])[:, None], 0.0, 1.0)
    total = np.where(share > 0, errors * share, 0.0).sum(axis=1)
    known = np.isfinite(total)
    count = known.sum(axis=0)
    square = np.where(known, np.square(total), 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, np.sqrt(square / np.maximum(count, 1)), np.nan))


def rolling_deviation(errors: Array, *, window: int, least: int = 3) -> Array:
    """Root mean square error of the last periods, up to and with each, period x series [units].

    Args:
        errors: Demand less forecast, period x series [units]; NaN where unknown.
        window: Periods looked back on.
        least: Known errors from which a deviation counts; NaN before.

    Example:
        >>> rolling_deviation(np.array([[3.0], [-4.0], [5.0]]), window=2, least=1).round(2).ravel().tolist()
        [3.0, 3.54, 4.53]
    """
    known = np.isfinite(errors)
    square, count = np.cumsum(np.where(known, np.square(errors), 0.0), axis=0), np.cumsum(known, axis=0)
    square[window:] -= square[:-window].copy() if window < len(errors) else 0.0
    count[window:] = count[window:] - count[:-window].copy() if window < len(errors) else count[window:]
    return np.asarray(np.where(count >= least, np.sqrt(np.maximum(square, 0.0) / np.maximum(count, 1)), np.nan))


def smoothed_deviation(errors: Array, *, weight: float = 0.1) -> Array:
    """Deviation that follows the errors, smoothed: 1.25 x the smoothed absolute error (MAD), period x series [units].

    Source: Brown 1959; Silver, Pyke & Peterson, Inventory Management and Production Planning, section 4.5.

    Example:
        >>> smoothed_deviation(np.array([[4.0], [8.0]]), weight=0.5).ravel().tolist()
        [5.0, 7.5]
    """
    smoothed = np.abs(errors)
    for t in range(1, len(smoothed)):
        smoothed[t] = weight * smoothed[t] + (1.0 - weight) * smoothed[t - 1]
    return np.asarray(1.25 * smoothed)


def recent_error(errors: Array, *, window: int, season: int, least: int = 6) -> Array:
    """How far forecasts were off in the last periods beside all that are known, as a factor by series.

        factor = root mean square error of the last `window` periods / that of all judged periods

    The first third of the known errors, at most one season, is left out: there the forecast was still learning. 1 where
    fewer than `least` errors are known in either, or none was off.

    Args:
        errors: Demand less forecast, period x series [units]; NaN where unknown.
        window: Periods looked back on.
        season: Periods in a season.
        least: Known errors from which a series has a factor of its own.

    Example:
        >>> calm, wild = np.tile([3.0, -3.0], 9), np.tile([6.0, -6.0], 3)
        >>> recent_error(np.concatenate((calm, wild))[:, None], window=6, season=4).round(2).tolist()
        [1.45]
    """
    judged = _judged(errors, season)
    recent = rolling_deviation(judged[-window:], window=window, least=least)[-1]
    whole = rolling_deviation(judged, window=len(judged), least=least)[-1]
    there = np.isfinite(recent) & np.isfinite(whole) & (whole > 0)
    return np.asarray(np.divide(recent, whole, out=np.ones(whole.shape), where=there))


def smoothed_error(errors: Array, *, weight: float, season: int, least: int = 6) -> Array:
    """How far forecasts were off lately, by smoothed errors, beside all that are known, as a factor by series.

        factor = 1.25 x smoothed absolute error of the last period / root mean square error of all judged periods

    As for `recent_error` the first errors are left out. 1 where fewer than `least` errors are known, or none was off.

    Args:
        errors: Demand less forecast, period x series [units]; NaN where unknown.
        weight: Weight of the newest error, above 0 and below 1.
        season: Periods in a season.
        least: Known errors from which a series has a factor of its own.

    Source: Brown 1959; Silver, Pyke & Peterson, Inventory Management and Production Planning, section 4.5.

    Example:
        >>> calm, wild = np.tile([3.0, -3.0], 9), np.tile([6.0, -6.0], 3)
        >>> smoothed_error(np.concatenate((calm, wild))[:, None], weight=0.3, season=4).round(2).tolist()
        [1.71]
    """
    judged = _judged(errors, season)
    known = np.isfinite(judged)
    whole = rolling_deviation(judged, window=len(judged), least=least)[-1]
    mean = np.divide(
        np.abs(np.where(known, judged, 0.0)).sum(axis=0),
        known.sum(axis=0),
        where=known.any(axis=0),
        out=np.zeros(known.shape[1]),
    )
    newest = np.vstack((mean, np.where(known, judged, np.nan)))
    for t in range(1, len(newest)):
        newest[t] = np.where(np.isfinite(newest[t]), newest[t], newest[t - 1])
    lately = smoothed_deviation(newest, weight=weight)[-1]
    there = np.isfinite(whole) & (whole > 0)
    return np.asarray(np.divide(lately, whole, out=np.ones(whole.shape), where=there))


def _judged(errors: Array, season: int) -> Array:
    """Errors without the first third, at most one season: there the forecast was still learning."""
    known = np.isfinite(errors)
    learning = np.minimum(known.sum(axis=0) // 3, max(season, 4))
    return np.where(np.cumsum(known, axis=0) > learning, errors, np.nan)
