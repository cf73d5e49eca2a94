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

WORST = 10.0
"""Largest scaled error that counts: one broken period must not decide alone."""


@dataclass(frozen=True)
class Trial:
    """The members at one origin, for the series that were old enough; in scaled units."""

    back: int
    """Periods the origin lies before the end of history."""
    rows: IntArray
    """The series that were tried."""
    demand: Array
    """What came, lead x series."""
    said: Array
    """What the members said, member x lead x series."""
    scale: Array
    """Mean absolute seasonal naive error known at the origin, by series; NaN where there was none."""
    spread: Array
    """Standard deviation of the one-step error of the members' mean, known at the origin, by series."""

    @property
    def error(self) -> Array:
        """Mean absolute error of each member by the scale, at most `WORST`, member x series; NaN without a scale."""
        miss = np.abs(self.demand - self.said)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            error = np.moveaxis(miss, 1, 0)
            scaled = ordered_sum(error) / len(error) / np.where(self.scale > 0, self.scale, np.nan)
        return np.minimum(scaled, WORST)


def origins(period: int, horizon: int) -> tuple[int, int, int]:
    """Periods that three origins lie back: the horizon, and half a season and a season more.

    Example:
        >>> origins(12, 18)
        (18, 24, 30)
    """
    return horizon, horizon + max(period // 2, 1), horizon + max(period, 2)


def run_trials(
    values: Array,
    start: IntArray,
    rows: IntArray,
    *,
    period: int,
    horizon: int,
    names: Sequence[str],
    profile: Array | None = None,
) -> Iterator[Trial]:
    """Ask the members again at three earlier origins, with nothing known then but what had come.

    Args:
        values: Demand aligned at its last known period, period x series; scaled, zero before `start`.
        start: First row of each series.
        rows: Series to try; those too young at an origin are left out there.
        period: Periods in a season.
        horizon: Periods ahead to judge.
        names: The members.
        profile: Seasonal indices to borrow, phase x series; phase 0 is the period after the last row. Taken as given.
    """
    for back in origins(period, horizon):
        old = rows[len(values) - back - start[rows] >= 2 * period + FEWEST_MORE]
        if old.size:
            turned = None if profile is None else np.roll(profile, back, axis=0)[:, old]
            yield _try_at(values[:, old], start[old], old, back, period, horizon, names, turned)


def _try_at(
    values: Array,
    start: IntArray,
    rows: IntArray,
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
    return Trial(back, rows, values[len(known) : len(known) + horizon], said, scale, spread)
