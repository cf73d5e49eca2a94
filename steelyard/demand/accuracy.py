"""Accuracy: how far forecasts were off, against the size of demand and against doing nothing clever.

Arrays are period x series; sums leave out what is unknown on either side.

Sources: Hyndman and Koehler 2006 (MASE), Makridakis, Spiliotis and Assimakopoulos 2022 (RMSSE), Gilliland 2010
(forecast value added), Trigg 1964 (tracking signal).
"""

from dataclasses import dataclass

import numba
import numpy as np

from steelyard.demand.ordered_sum import ordered_mean, ordered_sum
from steelyard.grid.block import Array, BoolArray
from steelyard.grid.rollup import divide


@dataclass(frozen=True)
class Accuracy:
    """Error measures of some series, each `[series]`; NaN where undefined."""

    wmape: Array
    """Sum of absolute errors by sum of absolute demand [ratio]."""
    mape: Array
    """Mean of absolute error by demand, over periods with demand [ratio]."""
    bias: Array
    """Sum of forecast minus demand, by sum of absolute demand [ratio]; positive when over-forecast."""
    mase: Array
    """Mean absolute error by that of the seasonal naive forecast on the history."""
    rmsse: Array
    """Root mean square error by that of the naive forecast on the history."""
    tracking_signal: Array
    """Sum of demand minus forecast by mean absolute error; beyond 4 either way asks for a look."""


def measure_accuracy(demand: Array, forecast: Array, history: Array, *, period: int) -> Accuracy:
    """Measure all errors of each series.

    Args:
        demand: What came, period x series [units]; NaN where unknown.
        forecast: What was said, period x series [units].
        history: Demand on which the forecast was made, period x series [units]; scales MASE and RMSSE.
        period: Periods in a season.
    """
    return Accuracy(
        wmape=wmape(demand, forecast),
        mape=mape(demand, forecast),
        bias=bias(demand, forecast),
        mase=mase(demand, forecast, history, period),
        rmsse=rmsse(demand, forecast, history),
        tracking_signal=tracking_signal(demand, forecast),
    )


def wmape(demand: Array, forecast: Array) -> Array:
    """Weighted mean absolute percentage error by series.

    Example:
        >>> wmape(np.array([[100.0], [50.0]]), np.array([[90.0], [55.0]]))
        array([0.1])
    """
    error, known = _errors(demand, forecast)
    return divide(ordered_sum(np.abs(error)), ordered_sum(np.abs(np.where(known, demand, 0.0))))


def mape(demand: Array, forecast: Array) -> Array:
    """Mean absolute percentage error by series, over the periods with demand.

    Example:
        >>> mape(np.array([[100.0], [50.0], [0.0]]), np.array([[90.0], [55.0], [3.0]]))
        array([0.1])
    """
    error, known = _errors(demand, forecast)
    judged = known & (demand != 0)
    return ordered_mean(divide(np.abs(error), np.abs(np.where(judged, demand, 0.0))), judged)


def bias(demand: Array, forecast: Array) -> Array:
    """Signed error as a share of demand, by series; positive when the forecast was too high.

    Example:
        >>> bias(np.array([[100.0], [100.0]]), np.array([[110.0], [100.0]]))
        array([0.05])
    """
    error, known = _errors(demand, forecast)
    return divide(ordered_sum(-error), ordered_sum(np.abs(np.where(known, demand, 0.0))))


def naive_scale(history: Array, period: int) -> Array:
    """Mean absolute error of the seasonal naive forecast on the history, by series; naive where too short."""
    seasonal, plain = _mean_step(history, period, square=False), _mean_step(history, 1, square=False)
    return np.where(np.isfinite(seasonal), seasonal, plain)


def mase(demand: Array, forecast: Array, history: Array, period: int) -> Array:
    """Mean absolute scaled error by series.

    Example:
        >>> mase(np.array([[5.0]]), np.array([[3.0]]), np.array([[1.0], [2.0], [4.0]]), 1)
        array([1.33333333])
    """
    return divide(_mean_absolute(demand, forecast), naive_scale(history, period))


def rmsse(demand: Array, forecast: Array, history: Array) -> Array:
    """Root mean squared scaled error by series.

    Example:
        >>> rmsse(np.array([[5.0]]), np.array([[1.0]]), np.array([[1.0], [3.0], [5.0]]))
        array([2.])
    """
    error, known = _errors(demand, forecast)
    square = ordered_mean(error * error, known)
    return np.sqrt(divide(square, _mean_step(history, 1, square=True)))


def tracking_signal(demand: Array, forecast: Array) -> Array:
    """Running sum of errors by mean absolute error, by series; positive when demand ran above the forecast.

    Example:
        >>> tracking_signal(np.array([[12.0], [12.0]]), np.array([[10.0], [10.0]]))
        array([2.])
    """
    error, _ = _errors(demand, forecast)
    return divide(ordered_sum(error), _mean_absolute(demand, forecast))


def running_tracking_signal(demand: Array, forecast: Array) -> Array:
    """Tracking signal after each period: running sum of errors by the mean absolute error so far, period x series.

    Source: Heizer, Render and Munson 2017, Operations Management, example 13 of chapter 4.

    Example:
        >>> running_tracking_signal(np.array([[90.0], [95.0], [115.0]]), np.full((3, 1), 100.0))[:, 0]
        array([-1., -2.,  0.])
    """
    error, known = _errors(demand, forecast)
    seen = np.cumsum(known, axis=0)
    mean = divide(np.cumsum(np.abs(error), axis=0), seen.astype(np.float64))
    return divide(np.cumsum(error, axis=0), mean)


def value_added(demand: Array, before: Array, after: Array) -> Array:
    """Forecast value added by a step: WMAPE before it minus WMAPE after it, by series; positive when the step helped.

    Example:
        >>> value_added(np.array([[100.0]]), np.array([[80.0]]), np.array([[90.0]]))
        array([0.1])
    """
    return wmape(demand, before) - wmape(demand, after)


def naive_forecast(history: Array, horizon: int, period: int = 1) -> Array:
    """Repeat the last known period (or season, where a whole one is known) of each series: what a forecast must beat.

    Example:
        >>> naive_forecast(np.array([[1.0], [2.0], [3.0]]), 3, period=2)[:, 0]
        array([2., 3., 2.])
    """
    out = np.zeros((horizon, history.shape[1]))
    if len(history):
        _repeat_last(np.asarray(history, np.float64), period if len(history) >= period else 0, out)
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _repeat_last(history: Array, period: int, out: Array) -> None:
    """Fill the horizon with the last season, or where it is unknown or `period` is 0, with the last known number."""
    past, series = history.shape
    last = np.zeros(series)
    for t in range(past):
        for s in range(series):
            last[s] = history[t, s] if np.isfinite(history[t, s]) else last[s]
    for t in range(out.shape[0]):
        for s in range(series):
            found = history[past - period + t % period, s] if period else np.nan
            out[t, s] = found if np.isfinite(found) else last[s]


def _errors(demand: Array, forecast: Array) -> tuple[Array, BoolArray]:
    error = demand - forecast
    known = np.isfinite(error)
    return np.where(known, error, 0.0), known


def _mean_absolute(demand: Array, forecast: Array) -> Array:
    error, known = _errors(demand, forecast)
    return ordered_mean(np.abs(error), known)


def _mean_step(history: Array, lag: int, *, square: bool) -> Array:
    step = history[lag:] - history[:-lag]
    known = np.isfinite(step)
    sound = np.where(known, step, 0.0)
    return ordered_mean(sound * sound if square else np.abs(sound), known)
