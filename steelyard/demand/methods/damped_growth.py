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

from steelyard.demand.methods.grid_weight import weigh_grid, weighted
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
        points = np.array(list(product(ALPHAS, BETAS, DAMPINGS, GAMMAS if batch.period > 1 else (0.0,))))
        grid = points.T[:, :, None]
        errors = _Growth(batch, grid).run()
        chosen, weights = weigh_grid(errors, np.maximum(len(batch.values) - batch.start, 1))
        growth = _Growth(batch, grid[:, chosen, 0])
        fitted = np.full(batch.values.shape, np.nan)
        growth.run(weights, fitted)
        return MemberForecast(growth.project(weights), fitted)


class _Growth:
    """Level, rate and season of all points for all series of a batch, and how they move."""

    def __init__(self, batch: ForecastBatch, grid: Array) -> None:
        self.alpha, beta, self.damping, gamma = grid
        self.batch, self.climb, self.gamma = batch, self.alpha * beta, gamma * (1.0 - self.alpha)
        shape = (self.alpha.shape[0], batch.values.shape[1])
        self.level = np.empty(shape)
        self.level[:] = np.maximum(first_level(batch), LEAST)
        self.rate, self.errors = np.zeros(shape), np.zeros(shape)
        self.season = np.repeat(batch.indices[:, None, :], shape[0], axis=1)

    def run(self, weights: Array | None = None, fitted: Array | None = None) -> Array:
        """Move through history; note the one-step forecasts if asked for; give the squared errors."""
        for t in range(int(self.batch.start[0]), len(self.batch.values)):
            n = int(np.searchsorted(self.batch.start, t, side="right"))
            said = self._step(t, n)
            if weights is not None and fitted is not None:
                fitted[t, :n] = weighted(weights[:, :n], said)
        return self.errors

    def _step(self, t: int, n: int) -> Array:
        level, rate = self.level[:, :n], self.rate[:, :n]
        faded = _narrow(self.damping, n) * rate
        expected = level * (1.0 + faded)
        said, miss = self._judge(t, n, expected)
        np.maximum(expected + _narrow(self.alpha, n) * miss, LEAST, out=level)
        faded += _narrow(self.climb, n) * miss / level
        np.clip(faded, -FASTEST, FASTEST, out=rate)
        return said

    def _judge(self, t: int, n: int, expected: Array) -> tuple[Array, Array]:
        """Say the seasonal forecast, learn the season, give the miss of the deseasonalised level."""
        season = self.season[(t - len(self.batch.values)) % self.batch.period, :, :n]
        said = expected * season if self.batch.multiplicative else expected + season
        gap = self.batch.values[t, :n] - said
        self.errors[:, :n] += gap * gap
        if not self.batch.multiplicative:
            season += _narrow(self.gamma, n) * gap
            return said, gap
        miss = gap / season
        season += _narrow(self.gamma, n) * gap / expected
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


def _narrow(weight: Array, n: int) -> Array:
    return weight if weight.shape[1] == 1 else weight[:, :n]


forecast_methods.add(DampedGrowth.name, DampedGrowth())
