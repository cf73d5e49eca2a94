"""Grid states: a smoothing method run at every point of a grid of its weights, for all series of a batch at once."""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from steelyard.demand.methods.grid_weight import weigh_grid, weighted
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast


class GridStates(ABC):
    """States, grid point x series, and how they move through history.

    Args:
        batch: The series; those that begin earlier stand first.
        shape: Grid points and series.
    """

    def __init__(self, batch: ForecastBatch, shape: tuple[int, int]) -> None:
        self.batch, self.errors = batch, np.zeros(shape)

    def run(self, weights: Array | None = None, fitted: Array | None = None) -> Array:
        """Move through history; note the one-step forecasts if asked for; give the squared errors."""
        for t in range(int(self.batch.start[0]), len(self.batch.values)):
            n = int(np.searchsorted(self.batch.start, t, side="right"))
            said = self.step(t, n)
            if weights is not None and fitted is not None:
                fitted[t, :n] = weighted(weights[:, :n], said)
        return self.errors

    @abstractmethod
    def step(self, t: int, n: int) -> Array:
        """Forecast period t of the first n series, learn from what came, add to the errors; give the forecasts."""

    @abstractmethod
    def project(self, weights: Array) -> Array:
        """Forecast the horizon from the last states, period x series."""


def forecast_by_grid(
    batch: ForecastBatch, grid: Array, states: Callable[[ForecastBatch, Array], GridStates]
) -> MemberForecast:
    """Run all points of a grid, keep each series' best and forecast with their weighted mean.

    Args:
        batch: The series.
        grid: Weights of the method, weight x point.
        states: Makes the states of a grid of weights, weight x point x (one or series).
    """
    points = grid[:, :, None]
    chosen, weights = weigh_grid(states(batch, points).run(), np.maximum(len(batch.values) - batch.start, 1))
    kept = states(batch, points[:, chosen, 0])
    fitted = np.full(batch.values.shape, np.nan)
    kept.run(weights, fitted)
    return MemberForecast(kept.project(weights), fitted)


def narrow(weight: Array, n: int) -> Array:
    """The weights of the first n series; one for all stays one for all."""
    return weight if weight.shape[1] == 1 else weight[:, :n]
