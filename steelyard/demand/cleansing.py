"""Cleansing: corrections of history that everybody can see and take back; the history itself stays as it came."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.demand.batching import find_seasons, scales
from steelyard.demand.median import known_median, moving_median
from steelyard.demand.preparation import PreparedHistory, prepare_history
from steelyard.demand.season import row_phases
from steelyard.grid.block import Array, BoolArray, IntArray

SPIKE = 6.0
"""Distance from the local median, in robust standard deviations, from which a spike is corrected without asking."""

SUGGESTED = 4.0
"""Distance from which a spike is shown as a suggestion."""

REACH = 3
"""Periods on either side that say what is usual."""

FLOOR = 0.02
"""Share of the level below which noise is not believed, so that a constant series may wiggle."""

STEADY = 0.76
"""Share of periods with demand below which a series is too intermittent to know a spike."""

TO_SIGMA = 1.4826
"""Median absolute deviation to standard deviation, for normal noise."""

Reason = Literal["spike", "stock_out"]


@dataclass(frozen=True)
class Corrections:
    """Corrections of demand history, one entry a cell, by series and then by period."""

    period: IntArray
    """History period of each correction."""
    series: IntArray
    """Series of each correction."""
    original: Array
    """What came in [units]."""
    corrected: Array
    """What the forecast uses instead [units]."""
    distance: Array
    """How unusual it was, in robust standard deviations."""
    reason: Reason
    """Why it was corrected."""

    def apply(self, history: Array) -> Array:
        """Give history with these corrections in place."""
        cleaned = history.copy()
        cleaned[self.period, self.series] = self.corrected
        return cleaned


def find_spikes(history: Array, *, period: int, limit: float = SPIKE) -> Corrections:
    """Find single periods far from what is usual around them, once the season is taken out (Hampel's identifier).

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        period: Periods in a season.
        limit: Distance from which a period counts as a spike [robust standard deviations].

    Returns:
        Corrections to the local median in season; only for series with mostly demand and at least 7 periods.

    Example:
        >>> history = np.array([[10.0, 11, 9, 10, 60, 10, 11, 9, 10, 10]]).T
        >>> find_spikes(history, period=1).period
        array([4])
    """
    prepared = prepare_history(history)
    scale = scales(prepared)
    values = prepared.values / scale
    inside = np.arange(len(values))[:, None] >= prepared.start
    first, instead, _ = _far_from_usual(values, values, prepared, inside, period, limit)
    # NOTE: a spike bends the season it is judged by, so the season is found once more without it.
    calm = np.where(first, instead, values)
    found, instead, distance = _far_from_usual(values, calm, prepared, inside, period, limit)
    return _gather(found, instead * scale, distance, prepared.lag, history)


def _far_from_usual(
    values: Array, calm: Array, prepared: PreparedHistory, inside: BoolArray, period: int, limit: float
) -> tuple[BoolArray, Array, Array]:
    """Find values far from the local median in season; say what is usual there, and how far they are."""
    index, form = _season(calm, prepared, period)
    plain = np.where(inside, np.where(form, values / np.where(form, index, 1.0), values - index), 0.0)
    usual = np.where(inside, moving_median(plain, inside, REACH), 0.0)
    gap = np.where(inside, plain - usual, 0.0)
    noise = TO_SIGMA * known_median(np.abs(gap), inside) + FLOOR * np.abs(usual)
    distance = np.abs(gap) / np.where(noise > 0, noise, np.inf)
    steady = (prepared.length >= 2 * REACH + 1) & ((prepared.values != 0).sum(axis=0) >= STEADY * prepared.length)
    instead = np.maximum(np.where(form, usual * index, usual + index), 0.0)
    return inside & steady & (distance > limit), instead, distance


def _season(values: Array, prepared: PreparedHistory, period: int) -> tuple[Array, BoolArray]:
    seasons = find_seasons(values, prepared.start, period, None)
    return seasons.indices[row_phases(len(values), period)], seasons.multiplicative


def _gather(found: BoolArray, instead: Array, distance: Array, lag: IntArray, history: Array) -> Corrections:
    series, row = np.nonzero(found.T)
    period = row - lag[series]
    real = np.isfinite(history[period, series])
    period, series, row = period[real], series[real], row[real]
    return Corrections(
        period, series, history[period, series], np.round(instead[row, series], 6), distance[row, series], "spike"
    )


def impute_stockouts(history: Array, flagged: BoolArray, *, period: int, reach: int = 6) -> Corrections:
    """Raise demand of flagged stock-outs to what is usual around them, in season; never lower what was sold.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        flagged: Whether stock ran out, period x series.
        period: Periods in a season.
        reach: Periods to look at on either side.

    Returns:
        Corrections upward.

    Example:
        >>> history = np.array([[10.0], [10.0], [2.0], [10.0]])
        >>> impute_stockouts(history, np.array([[False], [False], [True], [False]]), period=1).corrected
        array([10.])
    """
    free = np.where(flagged, np.nan, history)
    prepared = prepare_history(free)
    scale = scales(prepared)
    seasons = find_seasons(prepared.values / scale, prepared.start, period, None)
    rows = (np.arange(len(history))[:, None] - len(history) + prepared.lag) % period
    index = np.take_along_axis(seasons.indices, rows, axis=0)
    form, sound = seasons.multiplicative, np.where(np.isfinite(history), history, 0.0) / scale
    plain = np.where(form, sound / np.where(form, index, 1.0), sound - index)
    known = np.isfinite(free)
    near = moving_median(plain, known, reach)
    usual = np.where(np.isfinite(near), near, known_median(plain, known))
    instead = np.where(form, usual * index, usual + index) * scale
    found = flagged & np.isfinite(history) & np.isfinite(instead) & (instead > history)
    series, at = np.nonzero(found.T)
    raised = np.round(instead[at, series], 6)
    return Corrections(at, series, history[at, series], raised, np.full(at.shape, np.nan), "stock_out")
