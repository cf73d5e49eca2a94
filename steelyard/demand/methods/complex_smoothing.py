"""Complex smoothing: a level and the information still hidden in it, smoothed together, with a season that is added.

The partial seasonal model of complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022, Naval Research
Logistics 69), over a grid of its three weights for all series at once. It tells no trend from a level: one pair of
weights follows both steady and moving demand.

    level[t] = level[t-1] - (1 - b) x hidden[t-1] + (a - b) x error
    hidden[t] = level[t-1] + (1 - a) x hidden[t-1] + (a + b) x error
"""

from itertools import product

import numpy as np

from steelyard.demand.methods.grid_states import GridStates, forecast_by_grid, narrow
from steelyard.demand.methods.grid_weight import weighted
from steelyard.demand.methods.seasonal_form import first_level, first_season
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

REALS = (0.9, 1.1, 1.3, 1.5, 1.7, 1.9)
"""Real parts of the smoothing weight, a."""

IMAGINARIES = (1.0, 0.92, 0.97, 1.02, 1.05)
"""Imaginary parts, b: 1 keeps the level, below it falls off, above it climbs; the first wins where nothing is known."""

GAMMAS = (0.0, 0.05, 0.15, 0.3)
"""Smoothing weights of the season."""


class ComplexSmoothing:
    """Complex smoothing with an added season."""

    name = "complex_smoothing"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch; the season may be learnt where none was proven, as Holt-Winters does."""
        grid = np.array(list(product(IMAGINARIES, REALS, GAMMAS if batch.period > 1 else (0.0,)))).T
        with np.errstate(over="ignore", invalid="ignore"):
            return forecast_by_grid(batch, grid, _Pair)


class _Pair(GridStates):
    """Level, hidden part and season of all points for all series of a batch, and how they move."""

    def __init__(self, batch: ForecastBatch, weights: Array) -> None:
        imaginary, real, self.gamma = weights
        self.gain, self.hidden_gain = real - imaginary, real + imaginary
        self.pull, self.keep = 1.0 - imaginary, 1.0 - real
        start = first_level(batch)
        shape = (real.shape[0], batch.values.shape[1])
        super().__init__(batch, shape)
        self.level = np.empty(shape)
        self.level[:] = start
        self.hidden = self.level / real
        self.season = np.repeat(first_season(batch, start)[:, None, :], shape[0], axis=1)

    def step(self, t: int, n: int) -> Array:
        """Say level and season, then move them and what is hidden."""
        phase = (t - len(self.batch.values)) % self.batch.period
        season = self.season[phase, :, :n]
        said = self.level[:, :n] + season
        gap = self.batch.values[t, :n] - said
        self.errors[:, :n] += gap * gap
        season += narrow(self.gamma, n) * gap
        self._move(gap, n)
        return said

    def _move(self, gap: Array | None, n: int) -> None:
        level, hidden = self.level[:, :n], self.hidden[:, :n]
        before = level.copy()
        level -= narrow(self.pull, n) * hidden
        hidden *= narrow(self.keep, n)
        hidden += before
        if gap is not None:
            level += narrow(self.gain, n) * gap
            hidden += narrow(self.hidden_gain, n) * gap

    def project(self, weights: Array) -> Array:
        """Forecast the horizon from the last states."""
        count = self.level.shape[1]
        mean = np.empty((self.batch.horizon, count))
        for j in range(self.batch.horizon):
            mean[j] = weighted(weights, self.level + self.season[j % self.batch.period])
            self._move(None, count)
        return mean


forecast_methods.add(ComplexSmoothing.name, ComplexSmoothing())
