"""Promotion: what planned promotions add to the baseline, and the baseline behind past ones."""

from dataclasses import dataclass

import numpy as np

from steelyard.demand.median import known_median, moving_median
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

LEAST_UPLIFT = -1.0
"""A promotion cannot take away more than all demand."""


@dataclass(frozen=True, eq=False)
class Promotions:
    """Promotions over some periods."""

    day_share: Array
    """Share of each period's days on which it runs, promotion x period [0..1]."""
    expected_uplift: Array
    """Demand it adds while it runs, as a share of the baseline, by promotion [ratio, >= -1]."""
    series: tuple[IntArray, ...]
    """Series in the scope of each promotion."""

    def __post_init__(self) -> None:
        if not len(self.day_share) == len(self.expected_uplift) == len(self.series):
            raise ModelError(
                "Promotions differ in number", mend="hand over shares, uplift and scope for each promotion"
            )
        bad = np.flatnonzero(~(np.isfinite(self.expected_uplift) & (self.expected_uplift >= LEAST_UPLIFT)))
        if bad.size:
            raise ModelError(
                f"Expected uplift {self.expected_uplift[bad[0]]} is no ratio of -1 or more",
                where=f"promotion number {bad[0] + 1}",
                mend="enter 0.25 for a quarter more demand",
            )


def day_share(first_day: IntArray, last_day: IntArray, period_first: IntArray, period_last: IntArray) -> Array:
    """Share of each period's days that lie in each span of days; all days are whole numbers and inclusive.

    Args:
        first_day: First day of each span.
        last_day: Last day of each span.
        period_first: First day of each period.
        period_last: Last day of each period.

    Returns:
        Shares, span x period.

    Example:
        >>> day_share(np.array([16]), np.array([30]), np.array([1, 31]), np.array([30, 60]))
        array([[0.5, 0. ]])
    """
    first = np.maximum(first_day[:, None], period_first)
    last = np.minimum(last_day[:, None], period_last)
    return np.asarray(np.maximum(last - first + 1, 0) / (period_last - period_first + 1))


def promotion_effect(promotions: Promotions, series: int) -> Array:
    """Effect of all promotions on each series: what the baseline is multiplied with, minus one.

    Promotions that overlap multiply: two of 20 % make 44 %.

    Args:
        promotions: Promotions over the periods asked for.
        series: How many series there are.

    Returns:
        Effect, period x series [ratio].

    Example:
        >>> two = Promotions(np.array([[1.0], [0.5]]), np.array([0.2, 0.4]), (np.array([0]), np.array([0, 1])))
        >>> promotion_effect(two, 2).round(3)
        array([[0.44, 0.2 ]])
    """
    factor = np.ones((promotions.day_share.shape[1], series))
    for share, uplift, rows in zip(promotions.day_share, promotions.expected_uplift, promotions.series, strict=True):
        factor[:, rows] *= (1.0 + uplift * share)[:, None]
    return factor - 1.0


def promotion_uplift(statistical_forecast: Array, promotion_effect: Array) -> Array:
    """Units that planned promotions add to the baseline.

        promotion uplift = statistical forecast x effect

    Args:
        statistical_forecast: Baseline, period x series [units].
        promotion_effect: Effect, period x series [ratio].

    Example:
        >>> promotion_uplift(np.array([[100.0]]), np.array([[0.25]]))
        array([[25.]])
    """
    return statistical_forecast * promotion_effect


@dataclass(frozen=True)
class Baseline:
    """History without its promotions."""

    baseline: Array
    """Demand as it would have been, period x series [units]; history where there was no promotion."""
    lift: Array
    """What promotions added, period x series [units]: history minus baseline, never negative."""


def take_out_promotions(
    history: Array, promoted: BoolArray, *, effect: Array | None = None, reach: int = 6
) -> Baseline:
    """Estimate the baseline of promoted periods.

    Where the effect is known, the baseline is demand divided by one plus effect. Elsewhere it is the median of the
    nearest periods without promotion (within `reach`, else of all), never above what was sold: a promotion is not
    blamed for a dip.

    Args:
        history: Demand, period x series [units]; NaN where unknown.
        promoted: Whether a promotion ran, period x series.
        effect: Known effect, period x series [ratio]; NaN or 0 where unknown.
        reach: Periods to look at on either side.

    Returns:
        Baseline and lift; series without any unpromoted period stay as they are.

    Example:
        >>> history = np.array([[10.0], [10.0], [25.0], [10.0]])
        >>> take_out_promotions(history, np.array([[False], [False], [True], [False]])).lift[:, 0]
        array([ 0.,  0., 15.,  0.])
    """
    rows = np.flatnonzero(promoted.any(axis=0))
    baseline = history.copy()
    baseline[:, rows] = _behind_promotions(
        history[:, rows], promoted[:, rows], np.zeros((1, 1)) if effect is None else effect[:, rows], reach
    )
    return Baseline(baseline, np.where(np.isfinite(history), history - baseline, 0.0))


def _behind_promotions(history: Array, promoted: BoolArray, effect: Array, reach: int) -> Array:
    quiet = np.isfinite(history) & ~promoted
    near = moving_median(history, quiet, reach)
    usual = np.where(np.isfinite(near), near, known_median(history, quiet))
    known = np.isfinite(effect) & (effect > 0)
    guess = np.where(known, history / (1.0 + np.where(known, effect, 0.0)), np.minimum(usual, history))
    return np.where(promoted & np.isfinite(history) & np.isfinite(guess), guess, history)


def baseline_history(
    cleaned_demand: Array,
    inherited_demand: Array,
    level_shift: Array,
    life_history: Array,
    promotion_flag: Array,
    past_promotion_effect: Array,
    past_driver_factor: Array,
) -> tuple[Array, Array]:
    """Join what an item inherited, put it on today's level and take out what promotions and drivers added.

        joined   = max(cleaned demand + inherited demand + level shift, 0)
        baseline = joined / (driver factor x (1 + known promotion effect)), else the usual demand of the periods around
        uplift   = joined - baseline

    Args:
        cleaned_demand: Demand after corrections, period x series [units].
        inherited_demand: Demand of superseded items, period x series [units].
        level_shift: What moves the history to today's level, period x series [units].
        life_history: 1 inside the active life of a series or its predecessors, 0 outside, period x series.
        promotion_flag: 1 where a promotion ran, else 0, period x series.
        past_promotion_effect: Known effect, period x series [ratio]; 0 where unknown.
        past_driver_factor: What prices and series from outside did, period x series [ratio].

    Returns:
        Baseline and uplift, period x series [units].
    """
    joined = np.maximum(cleaned_demand + inherited_demand + level_shift, 0.0)
    alive = life_history > 0
    history = np.where(alive, joined / past_driver_factor, np.nan)
    found = take_out_promotions(history, promotion_flag > 0, effect=past_promotion_effect)
    baseline = np.where(alive, found.baseline, joined)
    return baseline, joined - baseline


def measure_uplift(found: Baseline, promoted: BoolArray, *, prior: float, prior_periods: float = 4.0) -> Array:
    """Measure the uplift of past promotions by series, shrunk to what promotions do elsewhere.

        uplift = (n x own + prior_periods x prior) / (n + prior_periods),   own = sum of lift / sum of baseline

    Args:
        found: History without its promotions.
        promoted: Whether a promotion ran, period x series.
        prior: Uplift expected without own experience, such as that of the product family [ratio].
        prior_periods: Promoted periods of its own a series needs to count as much as the prior.

    Returns:
        Uplift by series [ratio].
    """
    judged = promoted & np.isfinite(found.baseline)
    base = ordered_sum(np.where(judged, found.baseline, 0.0))
    own = np.divide(
        ordered_sum(np.where(judged, found.lift, 0.0)), base, out=np.full(base.shape, prior), where=base > 0
    )
    count = np.where(base > 0, judged.sum(axis=0), 0)
    return np.asarray((count * own + prior_periods * prior) / np.maximum(count + prior_periods, 1e-12))
