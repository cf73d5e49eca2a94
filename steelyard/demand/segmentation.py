"""Segmentation: which series matter, which can be forecast, how their demand comes, and where they are in their life.

Codes are small whole numbers; each family of segments has its labels in the order of the codes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steelyard.demand.batching import find_seasons, scales
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.preparation import PreparedHistory, prepare_history
from steelyard.demand.route import has_stopped
from steelyard.demand.season import row_phases
from steelyard.grid.block import Array, IntArray

Codes = NDArray[np.int8]

ABC = ("A", "B", "C")
XYZ = ("X", "Y", "Z")
DEMAND_CLASSES = ("smooth", "erratic", "intermittent", "lumpy", "too_short")
LIFE_CYCLE = ("planned", "new", "mature", "phase_out", "ended")


@dataclass(frozen=True)
class SegmentationParameters:
    """Where segments are cut."""

    abc: tuple[float, float] = (0.80, 0.95)
    """Cumulative share of revenue up to which a series is A, and B [ratio]."""
    xyz: tuple[float, float] = (0.5, 1.0)
    """Variation of the deseasonalised remainder up to which a series is X, and Y [ratio]."""
    adi: float = 1.32
    """Average interval between demands from which demand is intermittent or lumpy [periods]."""
    cv2: float = 0.49
    """Squared variation of demand sizes from which demand is erratic or lumpy [ratio]."""
    fewest_demands: int = 4
    """Periods with demand below which there is no demand class."""
    new_periods: int = 12
    """Periods since the first demand below which a series is new."""


def label(codes: Codes, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Name the codes.

    Example:
        >>> label(np.array([0, 2], dtype=np.int8), ABC)
        ('A', 'C')
    """
    return tuple(labels[code] for code in codes.tolist())


def classify_abc(revenue: Array, cuts: tuple[float, float] = (0.80, 0.95)) -> Codes:
    """Rank series by revenue (or margin): A makes the first 80 %, B the next 15 %, C the rest.

    A series belongs to the class in which its own revenue begins, so the largest is always A. Without revenue it is C.

    Args:
        revenue: Value by series [money]; NaN counts as nothing.
        cuts: Cumulative shares up to which a series is A, and B.

    Example:
        >>> label(classify_abc(np.array([5.0, 80.0, 0.0, 15.0])), ABC)
        ('C', 'A', 'C', 'B')
    """
    worth = np.where(np.isfinite(revenue), np.maximum(revenue, 0.0), 0.0)
    order = np.argsort(-worth, kind="stable")
    running = np.add.accumulate(worth[order])
    total = running[-1] if running.size else 0.0
    before = (running - worth[order]) / (total if total > 0 else 1.0)
    codes = np.empty(worth.shape, dtype=np.int8)
    # NOTE: a share that is a cut but for rounding (80 of 100) must count as the cut.
    codes[order] = np.searchsorted(np.array(cuts), before + 1e-12, side="right")
    return np.where(worth > 0, codes, np.int8(2))


def forecastability(history: Array, period: int) -> Array:
    """Variation that neither season nor trend explains, by mean demand: low is easy to forecast.

    The season is taken out where it is proven, then a straight line; what is left is compared with the mean. A strongly
    seasonal item is not hard to forecast, which its raw variation would say.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        period: Periods in a season.

    Returns:
        Coefficient of variation of the remainder by series; NaN with fewer than 3 periods or no demand.
    """
    prepared = prepare_history(history)
    scale = scales(prepared)
    values = prepared.values / scale
    seasons = find_seasons(values, prepared.start, period, None)
    index = seasons.indices[row_phases(len(values), period)]
    plain = np.where(seasons.multiplicative, values / np.where(seasons.multiplicative, index, 1.0), values - index)
    left = _without_line(plain, prepared)
    mean = ordered_sum(values) / np.maximum(prepared.length, 1)
    free = prepared.length - 2.0
    known = (free > 0) & (mean > 0)
    spread = np.sqrt(ordered_sum(left * left) / np.where(known, free, 1.0))
    return np.where(known, spread / np.where(known, mean, 1.0), np.nan)


def _without_line(values: Array, prepared: PreparedHistory) -> Array:
    """Take the straight line of least squares out of each series; zero outside its life."""
    rows = np.arange(len(values))[:, None]
    inside, length = rows >= prepared.start, np.maximum(prepared.length, 1)
    time = np.where(inside, rows - (prepared.start + (length - 1) / 2), 0.0)
    mean = ordered_sum(np.where(inside, values, 0.0)) / length
    centred = np.where(inside, values - mean, 0.0)
    spread = ordered_sum(time * time)
    slope = ordered_sum(time * centred) / np.where(spread > 0, spread, 1.0)
    return centred - slope * time


def classify_xyz(variation: Array, cuts: tuple[float, float] = (0.5, 1.0)) -> Codes:
    """Class series by forecastability: X varies up to half its mean, Y up to its mean, Z more, or too young to say.

    Example:
        >>> label(classify_xyz(np.array([0.2, 0.7, 3.0, np.nan])), XYZ)
        ('X', 'Y', 'Z', 'Z')
    """
    codes = np.searchsorted(np.array(cuts), variation, side="left").astype(np.int8)
    return np.where(np.isfinite(variation), codes, np.int8(2))


def demand_pattern(history: Array) -> tuple[Array, Array, IntArray]:
    """Measure how demand comes: average interval between demands (ADI), squared variation of sizes (CV2), demands.

    Args:
        history: Demand, period x series [units]; NaN where unknown.

    Returns:
        ADI, CV2 and the number of periods with demand, by series; NaN where there is none.
    """
    prepared = prepare_history(history)
    demand = prepared.values > 0
    count = demand.sum(axis=0)
    known = np.maximum(count, 1)
    mean = ordered_sum(np.where(demand, prepared.values, 0.0)) / known
    spread = ordered_sum(np.where(demand, prepared.values - mean, 0.0) ** 2) / known
    adi = np.where(count > 0, prepared.length / known, np.nan)
    cv2 = np.where(count > 0, spread / np.where(mean > 0, mean * mean, 1.0), np.nan)
    return adi, cv2, count


def classify_demand(history: Array, parameters: SegmentationParameters | None = None) -> Codes:
    """Class series by how demand comes (Syntetos, Boylan and Croston 2005): smooth, erratic, intermittent, lumpy.

    Example:
        >>> steady, rare = np.full(8, 10.0), np.array([5.0, 0, 0, 5, 0, 5, 0, 5])
        >>> label(classify_demand(np.stack([steady, rare], axis=1)), DEMAND_CLASSES)
        ('smooth', 'intermittent')
    """
    knobs = parameters or SegmentationParameters()
    adi, cv2, count = demand_pattern(history)
    codes = 2 * (adi >= knobs.adi) + (cv2 >= knobs.cv2)
    return np.where(count >= knobs.fewest_demands, codes, 4).astype(np.int8)


def classify_life_cycle(
    history: Array,
    *,
    period: int,
    last_period: IntArray | None = None,
    horizon: int = 0,
    parameters: SegmentationParameters | None = None,
) -> Codes:
    """Say where each series is in its life.

    planned: no demand yet. ended: past its end date, or silent for far longer than ever before.
    phase_out: its end date lies within the horizon. new: first demand less than a year of periods ago. Else mature.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        period: Periods in a season.
        last_period: Last period of the life by series, counted from the first of history; beyond the horizon: no end.
        horizon: Periods after history within which an end date makes a phase-out.
        parameters: Limits.
    """
    knobs = parameters or SegmentationParameters()
    prepared = prepare_history(history)
    silent, periods = has_stopped(prepared, period), len(history)
    last = np.full(history.shape[1], periods + horizon) if last_period is None else last_period
    age = prepared.length + prepared.lag
    conditions = [last < periods, prepared.length == 0, silent, last < periods + horizon, age < knobs.new_periods]
    return np.select(conditions, [np.int8(k) for k in (4, 0, 4, 3, 1)], np.int8(2)).astype(np.int8)
