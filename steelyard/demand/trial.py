"""Trial: what every member would have said at an earlier end of history, and what came instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.accuracy import naive_scale
from steelyard.demand.batching import batches, find_seasons
from steelyard.demand.forecast_error import error_spread
from steelyard.demand.members import ask_members
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.grid.block import Array, IntArray

FEWEST_MORE = 4
"""Periods beyond two seasons a series must have had at an origin to be tried there."""

FEWEST_LEADS = 4
"""Leads that must be known for members to be judged by them."""

WORST = 10.0
"""Largest scaled error that counts: one broken period must not decide alone."""


@dataclass(frozen=True)
class Trial:
    """The members at one origin, for the series that were old enough; in scaled units."""

    number: int
    """Which of the origins asked for it is."""
    rows: IntArray
    """The series that were tried."""
    demand: Array
    """What came, lead x series; NaN at leads that lie beyond the end of history."""
    said: Array
    """What the members said, member x lead x series."""
    scale: Array
    """Mean absolute seasonal naive error known at the origin, by series; NaN where there was none."""
    spread: Array
    """Standard deviation of the one-step error of the members' mean, known at the origin, by series."""

    @property
    def error(self) -> Array:
        """Mean absolute error of each member by the scale, at most `WORST`, member x series; NaN without a scale.

        Where less than four leads are known yet nobody is judged: they say too little about who is better.
        """
        known = np.isfinite(self.demand)
        miss = np.moveaxis(np.where(known, np.abs(self.demand - self.said), 0.0), 1, 0)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            scaled = ordered_sum(miss) / known.sum(axis=0) / np.where(self.scale > 0, self.scale, np.nan)
        scaled = np.where(known.sum(axis=0) >= min(FEWEST_LEADS, len(known)), scaled, np.nan)
        return np.minimum(scaled, WORST)


def origins(period: int, horizon: int) -> tuple[int, ...]:
    """Periods that the origins lie back: the horizon, half a season and a season more; then a season, and half of one.

    The last two are for series too young for the first: they judge the leads that are known by now.

    Example:
        >>> origins(12, 18), origins(12, 6)
        ((18, 24, 30, 12, 6), (6, 12, 18))
    """
    near = tuple(back for back in (period, max(period // 2, 2)) if 1 < back < horizon)
    return horizon, horizon + max(period // 2, 1), horizon + max(period, 2), *near


def nearest_origins(period: int, horizon: int) -> tuple[int, ...]:
    """The first of the origins, and those for young series: enough to measure errors where nothing is weighed.

    Example:
        >>> nearest_origins(12, 18)
        (18, 12, 6)
    """
    return tuple(back for back in origins(period, horizon) if back <= horizon)


def run_trials(
    values: Array,
    start: IntArray,
    rows: IntArray,
    *,
    period: int,
    horizon: int,
    names: Sequence[str],
    profile: Array | None = None,
    back: Sequence[int] | None = None,
) -> Iterator[Trial]:
    """Ask the members again at earlier origins, with nothing known then but what had come.

    An origin less than a horizon back is for the series that are too young for those further back.

    Args:
        values: Demand aligned at its last known period, period x series; scaled, zero before `start`.
        start: First row of each series.
        rows: Series to try; those too young at an origin are left out there.
        period: Periods in a season.
        horizon: Periods ahead to judge.
        names: The members.
        profile: Seasonal indices to borrow, phase x series; phase 0 is the period after the last row. Taken as given.
        back: How many periods the origins lie back; by default those of `origins`.
    """
    length, wanted = len(values) - start, origins(period, horizon) if back is None else tuple(back)
    for number, steps in enumerate(wanted):
        old = _old_enough(length, rows, steps, period)
        further = min((other for other in wanted if other > steps), default=steps)
        if steps < horizon and further > steps:
            old = old[~np.isin(old, _old_enough(length, rows, further, period))]
        if old.size:
            turned = None if profile is None else np.roll(profile, steps, axis=0)[:, old]
            yield _try_at(values[:, old], start[old], old, number, steps, period, horizon, names, turned)


def _old_enough(length: IntArray, rows: IntArray, back: int, period: int) -> IntArray:
    """The rows that knew enough at an origin."""
    return rows[length[rows] - back >= 2 * period + FEWEST_MORE]


def _try_at(
    values: Array,
    start: IntArray,
    rows: IntArray,
    number: int,
    back: int,
    period: int,
    horizon: int,
    names: Sequence[str],
    profile: Array | None,
) -> Trial:
    known = values[:-back]
    seasons = find_seasons(known, start, period, profile)
    said = np.empty((len(names), horizon, rows.size))
    fitted = np.full(known.shape, np.nan)
    for part, batch in batches(known, start, seasons, np.arange(rows.size), horizon):
        members = ask_members(batch, names)
        said[:, :, part] = members.mean
        fitted[-len(batch.values) :, part] = members.plain_fit()
    mean = ordered_sum(said) / len(names)
    spread, _ = error_spread(known, fitted, start, mean, period=period, seasonal=seasons.own, assumed=0.0)
    inside = np.arange(len(known))[:, None] >= start
    scale = naive_scale(np.where(inside, known, np.nan), period)
    came = np.full((horizon, rows.size), np.nan)
    came[: min(back, horizon)] = values[len(known) : len(known) + horizon]
    return Trial(number, rows, came, said, scale, spread)
