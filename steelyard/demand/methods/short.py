"""Short: the smoothed level of a series too young for a trend, in the season of its family if one is known."""

import numpy as np

from steelyard.demand.methods.seasonal_form import deseasonalise, reseasonalise
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

ALPHAS = np.array([0.2, 0.3, 0.5])
"""Smoothing weights whose levels are averaged; with so few periods none can be preferred by its errors."""

FIRST = 3
"""Periods whose mean starts the smoothing, so that a part-filled first period does not decide."""


class Short:
    """Mean of three simple smoothings, flat or in the given season."""

    name = "short"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch of any length from one period."""
        values = deseasonalise(batch)
        level, fitted = _smooth(values, batch)
        mean = np.repeat(_mean(level)[None], batch.horizon, axis=0)
        return reseasonalise(batch, MemberForecast(mean, fitted))


def _smooth(values: Array, batch: ForecastBatch) -> tuple[Array, Array]:
    level = np.repeat(_first_level(values, batch)[None], len(ALPHAS), axis=0)
    fitted = np.full(values.shape, np.nan)
    for t in range(int(batch.start[0]), len(values)):
        n = int(np.searchsorted(batch.start, t, side="right"))
        fitted[t, :n] = np.where(t > batch.start[:n], _mean(level[:, :n]), np.nan)
        level[:, :n] += ALPHAS[:, None] * (values[t, :n] - level[:, :n])
    return level, fitted


def _first_level(values: Array, batch: ForecastBatch) -> Array:
    length = np.minimum(FIRST, len(values) - batch.start)
    columns = np.arange(values.shape[1])
    total = np.zeros(values.shape[1])
    for k in range(FIRST):
        inside = k < length
        total += np.where(inside, values[np.where(inside, batch.start + k, 0), columns], 0.0)
    return total / length


def _mean(level: Array) -> Array:
    total: Array = level[0].copy()
    for row in level[1:]:
        total += row
    return np.asarray(total / len(level))


forecast_methods.add(Short.name, Short())
