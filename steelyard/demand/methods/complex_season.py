"""Complex season: every phase of the season keeps a level and a drift of its own, smoothed from season to season.

The simple seasonal model of complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022, Naval Research Logistics
69): the pair of `complex_smoothing`, lagged by one season. Alone it is slow to learn; beside the others it is the
member that errs most differently, which is what a combination lives on.
"""

from itertools import product

import numpy as np

from steelyard.demand.methods.grid_states import GridStates, forecast_by_grid, narrow
from steelyard.demand.methods.grid_weight import weighted
from steelyard.demand.methods.seasonal_form import first_level, first_season
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

REALS = (1.1, 1.2, 1.4, 1.6, 1.8)
"""Real parts of the smoothing weight."""

IMAGINARIES = (1.0, 0.95, 1.02, 1.05)
"""Imaginary parts: 1 keeps the level of a phase, below it falls off, above it climbs from season to season."""


class ComplexSeason:
    """Complex smoothing by phase."""

    name = "complex_season"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch of any period; with a period of one there is one phase."""
        grid = np.array(list(product(IMAGINARIES, REALS))).T
        with np.errstate(over="ignore", invalid="ignore"):
            return forecast_by_grid(batch, grid, _Phases)


class _Phases(GridStates):
    """Level and hidden part of every phase, phase x point x series."""

    def __init__(self, batch: ForecastBatch, weights: Array) -> None:
        imaginary, real = weights
        super().__init__(batch, (real.shape[0], batch.values.shape[1]))
        self.gain, self.hidden_gain = real - imaginary, real + imaginary
        self.pull, self.keep = 1.0 - imaginary, 1.0 - real
        start = first_level(batch)
        self.level = np.repeat((start + first_season(batch, start))[:, None, :], real.shape[0], axis=1)
        self.hidden = self.level / real

    def step(self, t: int, n: int) -> Array:
        """Say the level of the phase, then move it by what came."""
        phase = (t - len(self.batch.values)) % self.batch.period
        said = self.level[phase, :, :n].copy()
        gap = self.batch.values[t, :n] - said
        self.errors[:, :n] += gap * gap
        self._move(phase, n, gap)
        return said

    def _move(self, phase: int, n: int, gap: Array | None) -> None:
        level, hidden = self.level[phase, :, :n], self.hidden[phase, :, :n]
        before = level.copy()
        level -= narrow(self.pull, n) * hidden
        hidden *= narrow(self.keep, n)
        hidden += before
        if gap is not None:
            level += narrow(self.gain, n) * gap
            hidden += narrow(self.hidden_gain, n) * gap

    def project(self, weights: Array) -> Array:
        """Forecast the horizon from the last states."""
        count = self.level.shape[2]
        mean = np.empty((self.batch.horizon, count))
        for j in range(self.batch.horizon):
            phase = j % self.batch.period
            mean[j] = weighted(weights, self.level[phase])
            self._move(phase, count, None)
        return mean


forecast_methods.add(ComplexSeason.name, ComplexSeason())
