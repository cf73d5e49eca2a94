"""Damped trend: level, fading trend and a season that is added, whatever the sign or size of demand.

Damped trend after Gardner and McKenzie (1985, Management Science 31) with an additive season that keeps learning, over
a grid of weights for all series at once. Beside the multiplicative methods it speaks for series whose season does not
grow with their level.
"""

from itertools import product

import numpy as np

from steelyard.demand.methods.grid_states import GridStates, forecast_by_grid, narrow
from steelyard.demand.methods.grid_weight import weighted
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
        grid = np.array(list(product(ALPHAS, BETAS, DAMPINGS, GAMMAS if batch.period > 1 else (0.0,)))).T
        return forecast_by_grid(batch, grid, _Trend)


class _Trend(GridStates):
    """Level, trend and season of all points for all series of a batch, and how they move."""

    def __init__(self, batch: ForecastBatch, grid: Array) -> None:
        self.alpha, beta, self.damping, gamma = grid
        self.climb, self.gamma = self.alpha * beta, gamma * (1.0 - self.alpha)
        shape, start = (self.alpha.shape[0], batch.values.shape[1]), first_level(batch)
        super().__init__(batch, shape)
        self.level = np.empty(shape)
        self.level[:] = start
        self.trend = np.zeros(shape)
        self.season = np.repeat(first_season(batch, start)[:, None, :], shape[0], axis=1)

    def step(self, t: int, n: int) -> Array:
        """Say level, faded trend and season, then move all three."""
        level, trend = self.level[:, :n], self.trend[:, :n]
        season = self.season[(t - len(self.batch.values)) % self.batch.period, :, :n]
        damped = narrow(self.damping, n) * trend
        expected = level + damped
        said = expected + season
        gap = self.batch.values[t, :n] - said
        self.errors[:, :n] += gap * gap
        season += narrow(self.gamma, n) * gap
        np.add(expected, narrow(self.alpha, n) * gap, out=level)
        np.add(damped, narrow(self.climb, n) * gap, out=trend)
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


forecast_methods.add(DampedTrend.name, DampedTrend())
