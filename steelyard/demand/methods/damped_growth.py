"""Damped growth: level, a fading rate of growth in percent rather than units, and a season that keeps learning.

The multiplicative damped trend of Taylor (2003, International Journal of Forecasting 19) in its rate form, so that no
power of a fraction is taken and every machine gives the same bits:

    expected = level[t-1] x (1 + damping x rate[t-1])
    level[t] = expected + alpha x miss
    rate[t] = damping x rate[t-1] + alpha x beta x miss / level[t]

where the miss is that of the deseasonalised demand.
"""

from itertools import product

import numpy as np

from steelyard.demand.methods.grid_states import GridStates, forecast_by_grid, narrow
from steelyard.demand.methods.grid_weight import weighted
from steelyard.demand.methods.seasonal_form import first_level
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

ALPHAS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.85)
"""Smoothing weights of the level."""

BETAS = (0.0, 0.05, 0.15)
"""Smoothing weights of the rate, as a share of that of the level."""

DAMPINGS = (0.9, 0.98)
"""What is left of a rate after one period."""

GAMMAS = (0.0, 0.1, 0.25)
"""Smoothing weights of the season, as a share of what the level leaves."""

LEAST = 0.01
"""Smallest level and smallest seasonal factor, in scaled units; below it a rate means nothing."""

FASTEST = 0.2
"""Largest rate of growth or decline per period."""


class DampedGrowth:
    """Damped growth with a learning season; the season multiplies where all demand is positive, else it adds."""

    name = "damped_growth"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch; a season may be learnt where none was proven, as Holt-Winters does."""
        grid = np.array(list(product(ALPHAS, BETAS, DAMPINGS, GAMMAS if batch.period > 1 else (0.0,)))).T
        return forecast_by_grid(batch, grid, _Growth)


class _Growth(GridStates):
    """Level, rate and season of all points for all series of a batch, and how they move."""

    def __init__(self, batch: ForecastBatch, grid: Array) -> None:
        self.alpha, beta, self.damping, gamma = grid
        self.climb, self.gamma = self.alpha * beta, gamma * (1.0 - self.alpha)
        shape = (self.alpha.shape[0], batch.values.shape[1])
        super().__init__(batch, shape)
        self.level = np.empty(shape)
        self.level[:] = np.maximum(first_level(batch), LEAST)
        self.rate = np.zeros(shape)
        self.season = np.repeat(batch.indices[:, None, :], shape[0], axis=1)

    def step(self, t: int, n: int) -> Array:
        """Say level, faded rate and season, then move all three."""
        level, rate = self.level[:, :n], self.rate[:, :n]
        faded = narrow(self.damping, n) * rate
        expected = level * (1.0 + faded)
        said, miss = self._judge(t, n, expected)
        np.maximum(expected + narrow(self.alpha, n) * miss, LEAST, out=level)
        faded += narrow(self.climb, n) * miss / level
        np.clip(faded, -FASTEST, FASTEST, out=rate)
        return said

    def _judge(self, t: int, n: int, expected: Array) -> tuple[Array, Array]:
        """Say the seasonal forecast, learn the season, give the miss of the deseasonalised level."""
        season = self.season[(t - len(self.batch.values)) % self.batch.period, :, :n]
        said = expected * season if self.batch.multiplicative else expected + season
        gap = self.batch.values[t, :n] - said
        self.errors[:, :n] += gap * gap
        if not self.batch.multiplicative:
            season += narrow(self.gamma, n) * gap
            return said, gap
        miss = gap / season
        season += narrow(self.gamma, n) * gap / expected
        np.maximum(season, LEAST, out=season)
        return said, miss

    def project(self, weights: Array) -> Array:
        """Forecast the horizon from the last states."""
        mean = np.empty((self.batch.horizon, self.level.shape[1]))
        reached, faded = self.level.copy(), self.rate.copy()
        for j in range(self.batch.horizon):
            faded *= self.damping
            reached *= 1.0 + faded
            season = self.season[j % self.batch.period]
            mean[j] = weighted(weights, reached * season if self.batch.multiplicative else reached + season)
        return mean


forecast_methods.add(DampedGrowth.name, DampedGrowth())
