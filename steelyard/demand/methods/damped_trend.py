"""Damped trend: level, fading trend and a season that is added, whatever the sign or size of demand.

Damped trend after Gardner and McKenzie (1985, Management Science 31) with an additive season that keeps learning, over
a grid of weights for all series at once. Beside the multiplicative methods it speaks for series whose season does not
grow with their level.
"""

from itertools import product

import numpy as np

from steelyard.demand.methods.grid_weight import weigh_grid, weighted
from steelyard.demand.methods.seasonal_form import first_level, first_season
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

ALPHAS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.85)
"""Smoothing weights of the level."""

BETAS = (0.0, 0.05, 0.15)
"""Smoothing weights of the trend, as a share of that of the level."""

DAMPINGS = (0.9, 0.98)
"""What is left of a trend after one period."""

GAMMAS = (0.0, 0.1, 0.25)
"""Smoothing weights of the season, as a share of what the level leaves."""


class DampedTrend:
    """Damped trend with an added season."""

    name = "damped_trend"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch of any length; a season may be learnt where none was proven, as Holt-Winters does."""
        points = np.array(list(product(ALPHAS, BETAS, DAMPINGS, GAMMAS if batch.period > 1 else (0.0,))))
        grid = points.T[:, :, None]
        errors = _Trend(batch, grid).run()
        chosen, weights = weigh_grid(errors, np.maximum(len(batch.values) - batch.start, 1))
        trend = _Trend(batch, grid[:, chosen, 0])
        fitted = np.full(batch.values.shape, np.nan)
        trend.run(weights, fitted)
        return MemberForecast(trend.project(weights), fitted)


class _Trend:
    """Level, trend and season of all points for all series of a batch, and how they move."""

    def __init__(self, batch: ForecastBatch, grid: Array) -> None:
        self.alpha, beta, self.damping, gamma = grid
        self.batch, self.climb, self.gamma = batch, self.alpha * beta, gamma * (1.0 - self.alpha)
        shape, start = (self.alpha.shape[0], batch.values.shape[1]), first_level(batch)
        self.level = np.empty(shape)
        self.level[:] = start
        self.trend, self.errors = np.zeros(shape), np.zeros(shape)
        self.season = np.repeat(first_season(batch, start)[:, None, :], shape[0], axis=1)

    def run(self, weights: Array | None = None, fitted: Array | None = None) -> Array:
        """Move through history; note the one-step forecasts if asked for; give the squared errors."""
        for t in range(int(self.batch.start[0]), len(self.batch.values)):
            n = int(np.searchsorted(self.batch.start, t, side="right"))
            said = self._step(t, n)
            if weights is not None and fitted is not None:
                fitted[t, :n] = weighted(weights[:, :n], said)
        return self.errors

    def _step(self, t: int, n: int) -> Array:
        level, trend = self.level[:, :n], self.trend[:, :n]
        season = self.season[(t - len(self.batch.values)) % self.batch.period, :, :n]
        damped = _narrow(self.damping, n) * trend
        expected = level + damped
        said = expected + season
        gap = self.batch.values[t, :n] - said
        self.errors[:, :n] += gap * gap
        season += _narrow(self.gamma, n) * gap
        np.add(expected, _narrow(self.alpha, n) * gap, out=level)
        np.add(damped, _narrow(self.climb, n) * gap, out=trend)
        return said

    def project(self, weights: Array) -> Array:
        """Forecast the horizon from the last states."""
        mean = np.empty((self.batch.horizon, self.level.shape[1]))
        power, climb = np.ones_like(self.level), np.zeros_like(self.level)
        for j in range(self.batch.horizon):
            power *= self.damping
            climb += power * self.trend
            mean[j] = weighted(weights, self.level + climb + self.season[j % self.batch.period])
        return mean


def _narrow(weight: Array, n: int) -> Array:
    return weight if weight.shape[1] == 1 else weight[:, :n]


forecast_methods.add(DampedTrend.name, DampedTrend())
