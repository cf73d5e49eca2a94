"""Backtest: what the forecast would have said at earlier origins, and how far off it would have been."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.accuracy import naive_forecast, value_added, wmape
from steelyard.demand.forecast import forecast_series
from steelyard.demand.ordered_sum import ordered_mean
from steelyard.demand.parameters import ForecastParameters
from steelyard.errors import ModelError
from steelyard.grid.block import Array


@dataclass(frozen=True)
class Backtest:
    """Forecasts of the past, each made with what was known then; origin x lead x series [units]."""

    demand: Array
    """What came; NaN where unknown or after the end of history."""
    forecast: Array
    """What the forecast would have said."""
    naive: Array
    """What repeating the last season would have said."""

    @property
    def error(self) -> Array:
        """Demand minus forecast."""
        return self.demand - self.forecast

    def wmape(self) -> Array:
        """Weighted mean absolute percentage error by series over all origins and leads."""
        return wmape(_flat(self.demand), _flat(self.forecast))

    def value_added(self) -> Array:
        """How much the forecast is better than the naive one, by series [ratio of demand]."""
        return value_added(_flat(self.demand), _flat(self.naive), _flat(self.forecast))

    def error_by_lead(self) -> Array:
        """Root mean square error, lead x series [units]; NaN where never known."""
        square = np.where(np.isfinite(self.error), self.error, 0.0) ** 2
        known = np.isfinite(self.error)
        return np.stack([np.sqrt(ordered_mean(square[:, k], known[:, k])) for k in range(self.error.shape[1])])


def _flat(values: Array) -> Array:
    return values.reshape(-1, values.shape[-1])


def backtest_series(
    history: Array,
    *,
    period: int,
    horizon: int,
    back: Sequence[int],
    parameters: ForecastParameters | None = None,
    profile: Array | None = None,
) -> Backtest:
    """Forecast again from earlier origins, with nothing that was not known then.

    A profile is taken as given: if it was estimated on the whole history, it knows a little of the future.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        period: Periods in a season.
        horizon: Periods ahead to judge [>= 1].
        back: How many periods each origin lies before the end of history [>= 1].
        parameters: Methods and limits.
        profile: Seasonal indices to borrow, phase x series; phase 0 is the period after history.

    Example:
        >>> test = backtest_series(np.full((30, 1), 5.0), period=12, horizon=3, back=(3, 6))
        >>> test.error.shape, test.wmape()
        ((2, 3, 1), array([0.]))
    """
    if horizon < 1 or not back or min(back) < 1 or max(back) > len(history):
        raise ModelError(
            "A backtest needs a horizon of 1 or more and origins inside the history",
            where=f"horizon {horizon}, origins {tuple(back)} periods back, history of {len(history)} periods",
            mend="choose origins between 1 and the length of the history",
        )
    padded = np.concatenate([history, np.full((horizon, history.shape[1]), np.nan)])
    came, said, naive = [], [], []
    for steps in back:
        origin = len(history) - steps
        known = history[:origin]
        turned = None if profile is None else np.roll(profile, steps, axis=0)
        made = forecast_series(known, period=period, horizon=horizon, parameters=parameters, profile=turned)
        came.append(padded[origin : origin + horizon])
        said.append(made.mean)
        naive.append(naive_forecast(known, horizon, period))
    return Backtest(np.stack(came), np.stack(said), np.stack(naive))
