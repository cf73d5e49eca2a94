"""Route: which way a series is forecast, and why."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from steelyard.demand.ordered_sum import ordered_mean, ordered_sum
from steelyard.demand.preparation import PreparedHistory
from steelyard.grid.block import Array, BoolArray, IntArray

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
    Route.ENDED: "no demand for far longer than ever before",
    Route.SHORT: "too few periods to fit a trend, so its smoothed level",
    Route.INTERMITTENT: "demand in few periods or of very uneven size, so the median of smoothing members",
    Route.YOUNG: "less than two seasons, so a trend only as far as it is proven",
    Route.REGULAR: "enough regular demand for the mean of all methods",
}


def short_limit(period: int) -> int:
    """Periods below which a series is short: one season, but at least 5 and at most 12.

    Measured on truncated monthly and quarterly series: below it a smoothed level beats every fitted trend.
    """
    return min(max(period, 5), 12)


def choose_routes(prepared: PreparedHistory, *, period: int, adi_limit: float, cv2_limit: float = np.inf) -> Routes:
    """Choose the route of every series.

    Args:
        prepared: Aligned history.
        period: Periods in a season.
        adi_limit: Average interval between demands from which a series is intermittent.
        cv2_limit: Squared variation of demand sizes from which a young series is too uneven for a trend.

    Returns:
        One `Route` a series.
    """
    length = prepared.length
    demands = np.maximum((prepared.values != 0).sum(axis=0), 1)
    conditions = [
        prepared.known == 0,
        length == 0,
        has_stopped(prepared, period),
        length < 5,
        length >= adi_limit * demands,
        length < short_limit(period),
        (length < 2 * period) & (_size_variation(prepared) >= cv2_limit),
        length < 2 * period,
    ]
    routes = [
        Route.NO_HISTORY,
        Route.ALL_ZERO,
        Route.ENDED,
        Route.SHORT,
        Route.INTERMITTENT,
        Route.SHORT,
        Route.INTERMITTENT,
        Route.YOUNG,
    ]
    return np.select(conditions, [np.int8(r) for r in routes], np.int8(Route.REGULAR)).astype(np.int8)


def _size_variation(prepared: PreparedHistory) -> Array:
    """Squared coefficient of variation of the demands that are not zero, by series; 0 where fewer than two."""
    sold = prepared.values != 0
    count = sold.sum(axis=0)
    mean = np.nan_to_num(ordered_mean(prepared.values, sold))
    enough = (count > 1) & (mean != 0)
    with np.errstate(over="ignore", invalid="ignore"):
        apart = np.where(sold, prepared.values / np.where(enough, mean, 1.0) - 1.0, 0.0)
        variation = ordered_sum(apart * apart) / np.maximum(count - 1, 1)
    return np.where(enough, variation, 0.0)


def has_stopped(prepared: PreparedHistory, period: int) -> BoolArray:
    """Say which series have stopped selling, though nobody said so.

    They are idle for three times their usual interval, and either for a whole season, or for half of one and more than
    twice as long as ever before (an item out of season has been away as long before).
    """
    idle, longest = _idle_and_longest(prepared)
    idle = idle + prepared.lag
    demands = np.maximum((prepared.values != 0).sum(axis=0), 1)
    span = np.maximum(prepared.length + prepared.lag - idle, 1)
    unheard = (idle >= max(period // 2, 4)) & (idle > 2 * longest)
    return np.asarray((prepared.length > 0) & (idle * demands >= 3 * span) & ((idle >= max(period, 4)) | unheard))


def _idle_and_longest(prepared: PreparedHistory) -> tuple[IntArray, IntArray]:
    """Count the periods since the last demand, and the longest stretch without any before it."""
    idle, longest = np.zeros(prepared.start.shape, dtype=np.int64), np.zeros(prepared.start.shape, dtype=np.int64)
    for t, row in enumerate(prepared.values):
        sold = row != 0
        longest = np.where(sold, np.maximum(longest, idle), longest)
        idle = np.where(sold | (t < prepared.start), 0, idle + 1)
    return idle, longest
