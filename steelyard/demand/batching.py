"""Batching: series of one kind are gathered, scaled and given their season, so that a method runs on many at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.preparation import PreparedHistory
from steelyard.demand.season import find_season
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.plugins import ForecastBatch

BATCH_SERIES = 256
"""Series per batch: enough to hide Python, few enough for the second-level cache; results do not depend on it."""

LEAST_INDEX = 0.01
"""Smallest multiplicative seasonal index."""


@dataclass(frozen=True)
class Seasons:
    """What is known of the season of each series."""

    indices: Array
    """Phase x series, in units of the scaled series."""
    multiplicative: BoolArray
    """Whether they multiply (all demand positive) or add."""
    own: BoolArray
    """Proven by the series itself."""
    borrowed: BoolArray
    """Given by a profile, because the series is too young to prove one."""


def scales(prepared: PreparedHistory) -> Array:
    """Power of two near the mean size of each series, so that scaling loses no bit.

    Example:
        >>> from steelyard.demand.preparation import prepare_history
        >>> scales(prepare_history(np.array([[5.0], [7.0]])))
        array([8.])
    """
    mean = ordered_sum(np.abs(prepared.values)) / np.maximum(prepared.length, 1)
    return np.asarray(np.ldexp(1.0, np.frexp(mean)[1]))


def find_seasons(values: Array, start: IntArray, period: int, profile: Array | None) -> Seasons:
    """Find the season of each series: its own where proven, else the profile where it is younger than 3 seasons.

    Its own is shrunk to the profile, if there is one: many series of a family know their season better than one.

    Args:
        values: Scaled demand, period x series; zero before `start`.
        start: First row of each series.
        period: Periods in a season.
        profile: Multiplicative indices to borrow, phase x series (phase 0 is the first period to forecast), or none.
    """
    periods = len(values)
    outside = np.arange(periods)[:, None] < start
    multiplicative = np.where(outside, np.inf, values).min(axis=0, initial=np.inf) > 1e-6
    own, indices = np.zeros(start.shape, dtype=bool), _neutral(period, multiplicative)
    lent = np.full(indices.shape, np.nan) if profile is None else _lent(values, start, profile, multiplicative)
    for form in (True, False):
        rows = np.flatnonzero(multiplicative == form)
        season = find_season(values[:, rows], start[rows], period, multiplicative=form, target=lent[:, rows])
        own[rows] = season.proven
        floor = np.maximum(season.indices, LEAST_INDEX) if form else season.indices
        indices[:, rows] = np.where(season.proven, floor, float(form))
    borrowed = ~own & (periods - start < 3 * period) & np.isfinite(lent).all(axis=0) & (period > 1)
    return Seasons(np.where(borrowed, lent, indices), multiplicative, own, borrowed)


def _neutral(period: int, multiplicative: BoolArray) -> Array:
    return np.repeat(multiplicative.astype(np.float64)[None], period, axis=0)


def _lent(values: Array, start: IntArray, profile: Array, multiplicative: BoolArray) -> Array:
    mean = ordered_sum(values) / np.maximum(len(values) - start, 1)
    return np.where(multiplicative, np.maximum(profile, LEAST_INDEX), (profile - 1.0) * mean)


def batches(
    values: Array, start: IntArray, seasons: Seasons, rows: IntArray, horizon: int
) -> Iterator[tuple[IntArray, ForecastBatch]]:
    """Cut rows into batches of one kind, oldest series first; give each batch with the rows it holds."""
    period = len(seasons.indices)
    seasonal = seasons.own | seasons.borrowed
    for form in (True, False):
        for season in (True, False):
            kind = rows[(seasons.multiplicative[rows] == form) & (seasonal[rows] == season)]
            kind = kind[np.argsort(start[kind], kind="stable")]
            for at in range(0, kind.size, BATCH_SERIES):
                part = kind[at : at + BATCH_SERIES]
                top = int(start[part[0]])
                own = np.ascontiguousarray(values[top:, part])
                index = np.ascontiguousarray(seasons.indices[:, part])
                yield part, ForecastBatch(own, start[part] - top, index, period, horizon, form, season)
