"""Holt-Winters: level, damped trend and season, each smoothed, over a grid of smoothing weights for all series at once.

Damped trend after Gardner and McKenzie (1985); seasonal indices start from the shrunk decomposition and keep learning.
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from steelyard.demand.methods.grid_weight import weigh_grid, weighted
from steelyard.demand.methods.seasonal_form import first_level
from steelyard.grid.block import Array, IntArray
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

ALPHAS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
BETAS = (0.0, 0.1, 0.2)
DAMPINGS = (0.9, 0.97)
GAMMAS = (0.0, 0.05, 0.15, 0.3)

LEAST = 0.01
"""Smallest seasonal factor and smallest expected level of the multiplicative form, in scaled units."""


@dataclass(frozen=True)
class _Weights:
    """Smoothing weights, grid point x 1 or chosen point x series."""

    level: Array
    trend: Array
    damping: Array
    season: Array

    def take(self, chosen: IntArray) -> "_Weights":
        return _Weights(*(axis[chosen, 0] for axis in (self.level, self.trend, self.damping, self.season)))


def _grid(gammas: tuple[float, ...]) -> _Weights:
    points = np.array(list(product(ALPHAS, BETAS, DAMPINGS, gammas))).T[:, :, None]
    alpha, beta, damping, gamma = points
    return _Weights(alpha, alpha * beta, damping, gamma * (1.0 - alpha))


class HoltWinters:
    """Damped Holt-Winters over a grid; multiplicative where all demand is positive, else additive."""

    name = "holt_winters"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch.

        A batch whose season is not proven starts from neutral indices and may still learn one: measured, that beats
        forbidding it. Only a period of one has no season at all; then this is Holt's damped trend.
        """
        batch = replace(batch, seasonal=batch.period > 1)
        grid = _grid(GAMMAS if batch.seasonal else (0.0,))
        errors = _Smoother(batch, grid).run()
        chosen, weights = weigh_grid(errors, np.maximum(len(batch.values) - batch.start, 1))
        smoother = _Smoother(batch, grid.take(chosen))
        fitted = np.full(batch.values.shape, np.nan)
        smoother.run(weights, fitted)
        return MemberForecast(smoother.project(weights), fitted)


class _Smoother:
    """The states of all points for all series of a batch, and how they move."""

    def __init__(self, batch: ForecastBatch, weights: _Weights) -> None:
        self.batch, self.weights = batch, weights
        shape = (weights.level.shape[0], batch.values.shape[1])
        self.level = np.empty(shape)
        self.level[:] = first_level(batch)
        self.trend, self.errors = np.zeros(shape), np.zeros(shape)
        if batch.seasonal:
            self.season = np.repeat(batch.indices[:, None, :], shape[0], axis=1)

    def run(self, weights: Array | None = None, fitted: Array | None = None) -> Array:
        """Move through history; note the one-step forecasts if asked for; give the squared errors."""
        periods = len(self.batch.values)
        for t in range(int(self.batch.start[0]), periods):
            n = int(np.searchsorted(self.batch.start, t, side="right"))
            said = self._step(t, n)
            if weights is not None and fitted is not None:
                fitted[t, :n] = weighted(weights[:, :n], said)
        return self.errors

    def _step(self, t: int, n: int) -> Array:
        w, actual = self.weights, self.batch.values[t, :n]
        level, trend, errors = self.level[:, :n], self.trend[:, :n], self.errors[:, :n]
        damped = _narrow(w.damping, n) * trend
        expected = level + damped
        said, miss = self._judge(expected, actual, (t - len(self.batch.values)) % self.batch.period)
        gap = actual - said
        errors += gap * gap
        np.add(expected, _narrow(w.level, n) * miss, out=level)
        np.add(damped, _narrow(w.trend, n) * miss, out=trend)
        return said

    def _judge(self, expected: Array, actual: Array, phase: int) -> tuple[Array, Array]:
        """Say the seasonal forecast, learn the season, give the miss of the deseasonalised level."""
        n = expected.shape[1]
        if not self.batch.seasonal:
            return expected, actual - expected
        season, weight = self.season[phase, :, :n], _narrow(self.weights.season, n)
        if not self.batch.multiplicative:
            said = expected + season
            miss = actual - said
            season += weight * miss
            return said, miss
        np.maximum(expected, LEAST, out=expected)
        said = expected * season
        gap = actual - said
        miss = gap / season
        season += weight * gap / expected
        np.maximum(season, LEAST, out=season)
        return said, miss

    def project(self, weights: Array) -> Array:
        """Forecast the horizon from the last states."""
        mean = np.empty((self.batch.horizon, self.level.shape[1]))
        power, climb = np.ones_like(self.level), np.zeros_like(self.level)
        for j in range(self.batch.horizon):
            power *= self.weights.damping
            climb += power * self.trend
            expected = self.level + climb
            mean[j] = weighted(weights, self._with_season(expected, j % self.batch.period))
        return mean

    def _with_season(self, expected: Array, phase: int) -> Array:
        if not self.batch.seasonal:
            return expected
        season: Array = self.season[phase]
        return expected * season if self.batch.multiplicative else expected + season


def _narrow(weight: Array, n: int) -> Array:
    return weight if weight.shape[1] == 1 else weight[:, :n]


forecast_methods.add(HoltWinters.name, HoltWinters())
