"""Level shift: demand that stands on another level from one period on, and history moved to the level it has now."""

from dataclasses import dataclass

import numpy as np

from steelyard.demand.batching import find_seasons, scales
from steelyard.demand.cleansing import STEADY
from steelyard.demand.median import known_median
from steelyard.demand.preparation import PreparedHistory, prepare_history
from steelyard.demand.season import row_phases
from steelyard.grid.block import Array, BoolArray, IntArray, uniform_block

WINDOW = 6
"""Periods on either side of a shift that say what the level is."""
RATIO = 1.5
"""How many times higher or lower the level must be; a smaller step is left to the forecast."""
DISTANCE = 6.0
"""How many standard deviations of the noise around the levels the step must measure."""
BETTER = 0.5
"""Share of a straight line's squared error that two levels may leave: a slope is a trend and no shift."""


@dataclass(frozen=True)
class LevelShifts:
    """The latest level shift of each series that has one."""

    series: IntArray
    """Series with a shift, ascending."""
    period: IntArray
    """First period on the new level."""
    ratio: Array
    """New level by old level."""


def find_level_shifts(history: Array, *, period: int) -> LevelShifts:
    """Find where demand moved to another level at once and stayed there.

    The season is taken out. A shift is where the medians of the `WINDOW` periods before and after differ by a ratio of
    1.5 and by six standard deviations of the noise, and two levels explain these periods twice as well as a straight
    line. Only the latest shift of a series counts; a series without two windows or with many empty periods has none.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        period: Periods in a season.

    Example:
        >>> steady = np.tile([10.0, 11.0, 9.0, 10.0], 4)[:, None]
        >>> found = find_level_shifts(np.vstack([steady[:10], 3 * steady[10:]]), period=1)
        >>> found.period, found.ratio.round(1)
        (array([10]), array([3.]))
    """
    prepared = prepare_history(history)
    plain = _without_season(prepared, period)
    steady = (prepared.values != 0).sum(axis=0) >= STEADY * prepared.length
    score, ratio = np.zeros(plain.shape), np.ones(plain.shape)
    for t in range(WINDOW, len(plain) - WINDOW + 1):
        inside = steady & (t - WINDOW >= prepared.start)
        score[t], ratio[t] = _judge(plain[t - WINDOW : t], plain[t : t + WINDOW], inside)
    return _measured(_latest(score, ratio, prepared), history, period)


def _measured(found: LevelShifts, history: Array, period: int) -> LevelShifts:
    """The same shifts, their ratio measured once more: a shift bends the season, so the season is found without it."""
    if not found.series.size:
        return found
    before = np.arange(len(history))[:, None] < found.period
    own = history[:, found.series]
    prepared = prepare_history(np.where(before, own * found.ratio, own))
    plain = _without_season(prepared, period) / np.where(_rows(before, prepared), found.ratio, 1.0)
    at = found.period + prepared.lag
    window = at[None] + np.arange(-WINDOW, WINDOW)[:, None]
    around = np.take_along_axis(plain, window, axis=0)
    low, high = np.median(around[:WINDOW], axis=0), np.median(around[WINDOW:], axis=0)
    sound = (low > 0) & (high > 0)
    return LevelShifts(found.series, found.period, np.where(sound, high / np.where(sound, low, 1.0), found.ratio))


def _rows(before: BoolArray, prepared: PreparedHistory) -> BoolArray:
    """The flags of each series in the rows of prepared history, which ends in the last row."""
    rows = np.arange(len(before))[:, None] - prepared.lag
    return np.take_along_axis(before, np.maximum(rows, 0), axis=0)


def _without_season(prepared: PreparedHistory, period: int) -> Array:
    scale = scales(prepared)
    values = prepared.values / scale
    seasons = find_seasons(values, prepared.start, period, None)
    index, form = seasons.indices[row_phases(len(values), period)], seasons.multiplicative
    return np.where(form, values / np.where(form, index, 1.0), values - index)


def _judge(before: Array, after: Array, inside: BoolArray) -> tuple[Array, Array]:
    """Score a step between two windows, 0 where it is none; and how many times the level changes."""
    every = np.ones(before.shape, dtype=bool)
    low, high = known_median(before, every), known_median(after, every)
    positive = inside & (low > 0) & (high > 0)
    ratio = np.where(positive, high / np.where(positive, low, 1.0), 1.0)
    large = positive & (np.maximum(ratio, 1.0 / ratio) >= RATIO)
    left = np.square(before - before.mean(axis=0)).sum(axis=0) + np.square(after - after.mean(axis=0)).sum(axis=0)
    noise = np.sqrt(left / (2 * WINDOW - 2))
    apart = np.abs(high - low)
    clear = large & (apart >= DISTANCE * noise) & (left <= BETTER * _around_line(np.concatenate([before, after])))
    return np.where(clear, apart / np.where(noise > 0, noise, 1e-9), 0.0), ratio


def _around_line(values: Array) -> Array:
    """Squared error around the straight line of least squares."""
    time = np.arange(len(values)) - (len(values) - 1) / 2
    centred = values - values.mean(axis=0)
    slope = (time[:, None] * centred).sum(axis=0) / np.square(time).sum()
    return np.asarray(np.square(centred - slope * time[:, None]).sum(axis=0))


def _latest(score: Array, ratio: Array, prepared: PreparedHistory) -> LevelShifts:
    """The clearest period of the last run of periods that look like a shift."""
    series = np.flatnonzero((score > 0).any(axis=0))
    last = len(score) - 1 - (score[::-1, series] > 0).argmax(axis=0)
    rows = np.arange(len(score))[:, None]
    near = (rows <= last) & (rows > last - WINDOW)
    at = np.where(near, score[:, series], 0.0).argmax(axis=0)
    return LevelShifts(series, at - prepared.lag[series], ratio[at, series])


def level_shift(
    cleaned_demand: Array,
    inherited_demand: Array,
    life_history: Array,
    promotion_flag: Array,
    past_driver_factor: Array,
    season: int,
    rebase_level_shifts: bool,
) -> Array:
    """Units by which the history before a level shift is moved to the level after it.

        level shift = (cleaned + inherited demand) x (new level / old level - 1)     before the shift, else 0

    So the season that was learned on the old level stays, at the size it has today. Set to 0, the history stays as it
    was.

    Args:
        cleaned_demand: Demand after corrections, period x series [units].
        inherited_demand: Demand of superseded items, period x series [units].
        life_history: 1 inside the active life of a series or its predecessors, 0 outside, period x series.
        promotion_flag: 1 where a promotion ran, else 0; promoted periods are not evidence of a level.
        past_driver_factor: What prices and series from outside did, period x series [ratio]; it is no shift.
        season: Periods in a season.
        rebase_level_shifts: Whether level shifts are looked for.
    """
    if not rebase_level_shifts or len(cleaned_demand) < 2 * WINDOW:
        return uniform_block(cleaned_demand.shape, 0.0)
    joined = cleaned_demand + inherited_demand
    sound = (life_history > 0) & ~(promotion_flag > 0)
    found = find_level_shifts(np.where(sound, joined / past_driver_factor, np.nan), period=season)
    if not found.series.size:
        return uniform_block(cleaned_demand.shape, 0.0)
    moved = np.zeros(cleaned_demand.shape)
    before = np.arange(len(moved))[:, None] < found.period
    step = joined[:, found.series] * (found.ratio - 1.0)
    moved[:, found.series] = np.where(before & (life_history[:, found.series] > 0), np.round(step, 6), 0.0)
    return moved
