"""One by one: a model of another package, asked about each series of a batch by itself."""

from collections.abc import Callable

import numpy as np

from steelyard.demand.methods.seasonal_form import deseasonalise, reseasonalise
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast

FEWEST = 4
"""Periods below which a model is not asked; its forecast is then the mean of the series."""

Answer = tuple[Array, Array]
"""Forecast of the horizon, and one-step forecasts of the past."""


class OneByOne:
    """A forecast method that asks a model about one series after another, so that neighbours never matter.

    Args:
        name: How it is called in parameters and reasons.
        ask: Model: demand, periods in a season (1 where the series is too short to have one) and horizon in,
            an answer out. Where it fails or gives no finite number, the mean of the series stands in.
        own_season: Whether the model finds the season itself; otherwise it sees the series without its season.
    """

    def __init__(self, name: str, ask: Callable[[Array, int, int], Answer], *, own_season: bool = True) -> None:
        self.name, self._ask, self._own_season = name, ask, own_season

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast every series of the batch."""
        values = batch.values if self._own_season else deseasonalise(batch)
        mean, fitted = np.empty((batch.horizon, values.shape[1])), np.full(values.shape, np.nan)
        period = batch.period if self._own_season else 1
        for i, start in enumerate(batch.start.tolist()):
            said, past = self._answer(values[start:, i], period, batch.horizon)
            mean[:, i] = said
            fitted[start:, i] = past
        made = MemberForecast(mean, fitted)
        return made if self._own_season else reseasonalise(batch, made)

    def _answer(self, demand: Array, period: int, horizon: int) -> Answer:
        nothing = np.full(demand.size, float(demand.mean()) if demand.size else 0.0)
        level = np.full(horizon, nothing[0] if demand.size else 0.0)
        past = np.where(np.arange(demand.size) > 0, nothing, np.nan)
        if demand.size < FEWEST or np.ptp(demand) == 0:
            return level, past
        season = period if demand.size >= 2 * period + 1 else 1
        try:
            said, told = self._ask(np.ascontiguousarray(demand), season, horizon)
        except (ValueError, IndexError, ArithmeticError, RuntimeError, np.linalg.LinAlgError):
            return level, past
        sound = said.shape == (horizon,) and bool(np.isfinite(said).all())
        return (said, np.where(np.isfinite(told), told, past)) if sound else (level, past)
