"""Route: which way a series is forecast, and why."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from steelyard.demand.preparation import PreparedHistory
from steelyard.grid.block import IntArray

Routes = NDArray[np.int8]


class Route(IntEnum):
    """The ways to a forecast, from knowing nothing to knowing enough."""

    NO_HISTORY = 0
    ALL_ZERO = 1
    ENDED = 2
    SHORT = 3
    INTERMITTENT = 4
    YOUNG = 5
    REGULAR = 6

    @property
    def label(self) -> str:
        """How it is called in tables: `all_zero`."""
        return self.name.lower()

    @property
    def reason(self) -> str:
        """Why a series went this way, one clause."""
        return _REASONS[self]


_REASONS = {
    Route.NO_HISTORY: "no period with a number, so nothing to go by",
    Route.ALL_ZERO: "never any demand",
    Route.ENDED: "no demand for a whole season and three times its usual interval",
    Route.SHORT: "too few periods to fit a trend, so its smoothed level",
    Route.INTERMITTENT: "demand in few periods only, so the median of smoothing members",
    Route.YOUNG: "less than two seasons, so the mean of all methods and a flat one",
    Route.REGULAR: "enough regular demand for the mean of all methods",
}


def short_limit(period: int) -> int:
    """Periods below which a series is short: one season, but at least 5 and at most 12.

    Measured on truncated monthly and quarterly series: below it a smoothed level beats every fitted trend.
    """
    return min(max(period, 5), 12)


def choose_routes(prepared: PreparedHistory, *, period: int, adi_limit: float) -> Routes:
    """Choose the route of every series.

    Args:
        prepared: Aligned history.
        period: Periods in a season.
        adi_limit: Average interval between demands from which a series is intermittent.

    Returns:
        One `Route` a series.
    """
    length, idle = prepared.length, idle_periods(prepared)
    demands = np.maximum((prepared.values != 0).sum(axis=0), 1)
    span = np.maximum(length - idle, 1)
    ended = (idle >= max(period, 4)) & (idle * demands >= 3 * span)
    conditions = [
        prepared.known == 0,
        length == 0,
        ended,
        length < 5,
        length >= adi_limit * demands,
        length < short_limit(period),
        length < 2 * period,
    ]
    routes = [
        Route.NO_HISTORY,
        Route.ALL_ZERO,
        Route.ENDED,
        Route.SHORT,
        Route.INTERMITTENT,
        Route.SHORT,
        Route.YOUNG,
    ]
    return np.select(conditions, [np.int8(r) for r in routes], np.int8(Route.REGULAR)).astype(np.int8)


def idle_periods(prepared: PreparedHistory) -> IntArray:
    """Count the periods since the last demand."""
    periods = len(prepared.values)
    demand = prepared.values != 0
    rows = np.where(demand, np.arange(periods)[:, None], -1).max(axis=0, initial=-1)
    return np.where(prepared.length > 0, periods - 1 - rows, 0)
