"""Theta: exponential smoothing pulled towards a line that is itself re-estimated every period.

The dynamic optimised theta model (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016, International Journal of
Forecasting 32), fitted over a grid of smoothing weights and thetas for all series at once.
"""

import numpy as np

from steelyard.demand.methods.grid_weight import weigh_grid, weighted
from steelyard.demand.methods.seasonal_form import deseasonalise, reseasonalise
from steelyard.grid.block import Array, IntArray
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

ALPHAS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])
"""Smoothing weights of the level."""

THETAS = np.array([1.0, 1.5, 2.0, 3.0, 5.0])
"""Thetas: 1 is simple smoothing, 2 the classic Theta, more follows the line harder."""

WARM_UP = 3
"""Periods of a series that are not judged, because the line needs them."""


class Theta:
    """The dynamic optimised theta model over a grid."""

    name = "theta"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch on its deseasonalised values."""
        values = deseasonalise(batch)
        intercept, slope = _running_line(values, batch.start)
        errors = _grid_errors(values, batch.start, intercept, slope)
        chosen, weights = weigh_grid(errors, np.maximum(len(values) - batch.start - WARM_UP, 1))
        pull = (1.0 - 1.0 / THETAS)[chosen // len(ALPHAS)]
        fitted, mean = _follow(values, batch, intercept, slope, ALPHAS[chosen % len(ALPHAS)], pull, weights)
        return reseasonalise(batch, MemberForecast(mean, fitted))


def _running_line(values: Array, start: IntArray) -> tuple[Array, Array]:
    """Fit a line through each series up to every row: what is known *before* row t, and one row more at the end."""
    periods, count = values.shape
    intercept, slope = np.zeros((periods + 1, count)), np.zeros((periods + 1, count))
    mean = values[start, np.arange(count)]
    intercept[:] = mean
    for t in range(1, periods):
        n = int(np.searchsorted(start, t))
        known = (t - start[:n]).astype(np.float64)
        gap = values[t, :n] - mean[:n]
        mean[:n] += gap / (known + 1)
        slope[t + 1, :n] = ((known - 1) * slope[t, :n] + 6 * gap / (known + 1)) / (known + 2)
        intercept[t + 1, :n] = mean[:n] - slope[t + 1, :n] * (known + 2) / 2
    return intercept, slope


def _grid_errors(values: Array, start: IntArray, intercept: Array, slope: Array) -> Array:
    """Sum squared one-step errors of every grid point, (theta, alpha) x series.

    The error is `gap - pull * line`, so three sums by alpha give the error of every theta.
    """
    periods, count = values.shape
    alpha, keep = ALPHAS[:, None], 1.0 - ALPHAS[:, None]
    level = np.repeat(values[start, np.arange(count)][None], len(ALPHAS), axis=0)
    power = np.ones_like(level)
    sums = np.zeros((3, *level.shape))
    for t in range(1, periods):
        n, judged = (int(k) for k in np.searchsorted(start, (t, t - WARM_UP + 1)))
        power[:, :n] *= keep
        gap = values[t, :n] - level[:, :n]
        _add_errors(sums[:, :, :judged], gap, power[:, :judged], intercept[t], slope[t])
        level[:, :n] += alpha * gap
    pull = (1.0 - 1.0 / THETAS)[:, None, None]
    errors: Array = sums[0] - 2.0 * pull * sums[1] + pull * pull * sums[2]
    return np.maximum(errors, 0.0).reshape(-1, count)


def _add_errors(sums: Array, gap: Array, power: Array, intercept: Array, slope: Array) -> None:
    n = sums.shape[2]
    line = power * intercept[:n] + (1.0 - power * (1.0 - ALPHAS[:, None])) * (slope[:n] / ALPHAS[:, None])
    near = gap[:, :n]
    sums[0] += near * near
    sums[1] += near * line
    sums[2] += line * line


def _follow(
    values: Array, batch: ForecastBatch, intercept: Array, slope: Array, alpha: Array, pull: Array, weights: Array
) -> tuple[Array, Array]:
    """Run the chosen points through history and on: one-step forecasts and the forecast of the horizon."""
    periods, count = values.shape
    fitted, mean = np.full(values.shape, np.nan), np.empty((batch.horizon, count))
    level = np.repeat(values[batch.start, np.arange(count)][None], len(alpha), axis=0)
    power, keep = np.ones_like(level), 1.0 - alpha
    for t in range(1, periods + batch.horizon):
        n, last = int(np.searchsorted(batch.start, t)), min(t, periods)
        power[:, :n] *= keep[:, :n]
        line = power * intercept[last] + (1.0 - power * keep) * (slope[last] / alpha)
        expected = level + pull * line
        judged = int(np.searchsorted(batch.start, t - WARM_UP + 1))
        said = weighted(weights, expected)
        if t < periods:
            fitted[t, :judged] = said[:judged]
            level[:, :n] += (alpha * (values[t] - level))[:, :n]
        else:
            mean[t - periods] = said
            level += alpha * (expected - level)
    return fitted, mean


forecast_methods.add(Theta.name, Theta())
