"""Driver: how demand answers to price, deals and features, pooled over like series and shrunk to each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray, uniform_block

PRIOR_PERIODS = 26.0
"""Periods of its own a series needs until it counts as much as its group."""
FEWEST = 12
"""Periods with demand below which a group tells nothing."""
MOST_PHASES = 13
"""Periods in a season up to which each of them has a level of its own."""
WAVES = 6
"""Waves that draw a longer season."""
AT_ONCE = 4096
"""Series whose course is fitted at a time."""
STILL = 1e-9
"""Squared movement up to which a driver counts as never moved."""
EVIDENCE = 2.0
"""Standard errors by which a response must differ from none to be believed."""


@dataclass(frozen=True, eq=False)
class DriverResponse:
    """By how much the logarithm of demand moves with one unit of each driver."""

    pooled: Array
    """Response of each group, driver x group; 0 where there is no evidence."""
    error: Array
    """Standard error of the pooled response, driver x group; infinite where nothing is known."""
    own: Array
    """Response of each series, driver x series: its own experience, shrunk to its group."""

    def effect(self, drivers: Array) -> Array:
        """Factor on the baseline, period x series: exp(sum of response x driver).

        Args:
            drivers: Drivers, driver x period x series; what is not a number moves nothing.
        """
        total = np.zeros(drivers.shape[1:])
        for response, driver in zip(self.own, drivers, strict=True):
            total += response * np.where(np.isfinite(driver), driver, 0.0)
        return np.asarray(np.exp(total))


def measure_response(
    history: Array,
    drivers: Array,
    group: IntArray,
    groups: int,
    *,
    period: int = 1,
    prior_periods: float = PRIOR_PERIODS,
) -> DriverResponse:
    """Measure how demand answers to drivers.

        log demand = level + slope x time + season, by series + sum of response x driver

    The response is estimated for each group by least squares on what is left of demand and drivers once level, slope
    and season are taken out of each series (Frisch and Waugh 1933), and for each series by adding `prior_periods`
    periods of the group's experience to its own. Standard errors allow for shocks that hit all series of a group in
    the same period. A group's response less than two of them from zero counts as none.

    Args:
        history: Demand, period x series [units]; NaN where unknown. Periods without demand say nothing here.
        drivers: Drivers, driver x period x series, such as the logarithm of price or 1 for a feature; NaN: unknown.
        group: Group of each series.
        groups: How many groups there are.
        period: Periods in a season.
        prior_periods: Periods of its own a series needs until it counts as much as its group.

    Raises:
        ModelError: Drivers and history differ in shape.

    Example:
        >>> price = np.tile([1.0, 1.0, 0.8, 1.0], 8)[:, None]
        >>> found = measure_response(100 * price**-2.0, np.log(price)[None], np.array([0]), 1)
        >>> found.pooled.round(2), found.own.round(2)
        (array([[-2.]]), array([[-2.]]))
    """
    if drivers.shape[1:] != history.shape:
        raise ModelError("Drivers and history differ in shape", mend="hand over driver x period x series")
    known = (np.where(np.isfinite(history), history, 0.0) > 0) & np.isfinite(drivers).all(axis=0)
    usual = measured_course(len(history), period)
    target, *moved = without_courses([np.log(np.where(known, history, 1.0)), *drivers], known, usual)
    design = np.stack(moved)
    return _estimated(target, design, known, group, groups, prior_periods)


def measured_course(periods: int, period: int) -> Array:
    """What a series does without drivers, term x period: slope and level, from two seasons on a level for each phase.

    Seasons of more than `MOST_PHASES` periods, such as weeks, are drawn by `WAVES` waves.
    """
    time = np.arange(periods) - (periods - 1) / 2
    slope = time[None] / max(periods, 1)
    if periods < 2 * period or period < 2:
        return np.concatenate([np.ones((1, periods)), slope])
    if period <= MOST_PHASES:
        phases = (np.arange(periods) % period)[None] == np.arange(period)[:, None]
        return np.concatenate([phases.astype(np.float64), slope])
    angles = 2 * np.pi * np.arange(1, WAVES + 1)[:, None] * time / period
    return np.concatenate([np.ones((1, periods)), slope, np.cos(angles), np.sin(angles)])


def without_courses(many: Sequence[Array], known: BoolArray, usual: Array, *, all_rows: bool = False) -> list[Array]:
    """Take the usual course out of several numbers of each series, as fitted to the periods in which they are known.

    Args:
        many: Numbers, period x series each.
        known: Which of them the course is fitted to, period x series.
        usual: What a series does without drivers, term x period (see `measured_course`).
        all_rows: Whether the other rows are compared with the course, too; else they are 0.
    """
    parts = [slice(start, start + AT_ONCE) for start in range(0, known.shape[1], AT_ONCE)]
    left: list[list[Array]] = [[] for _ in many]
    for part in parts:
        seen = known[:, part].astype(np.float64)
        cross = np.stack([(usual * term) @ seen for term in usual], axis=-1).transpose(1, 0, 2)
        for values, pieces in zip(many, left, strict=True):
            pieces.append(_compared(values[:, part], known[:, part], usual, cross, all_rows))
    return [np.concatenate(pieces, axis=1) if pieces else values for values, pieces in zip(many, left, strict=True)]


def _compared(values: Array, known: BoolArray, usual: Array, cross: Array, all_rows: bool) -> Array:
    sound = np.where(known, values, 0.0)
    terms = _solved(cross, (usual @ sound).T)
    shown = np.where(np.isfinite(values), values, 0.0) if all_rows else sound
    return np.asarray(np.where(known | all_rows, shown - (terms @ usual).T, 0.0))


def _estimated(
    target: Array, design: Array, known: BoolArray, group: IntArray, groups: int, prior_periods: float
) -> DriverResponse:
    """Normal equations of each series, added up to groups and solved on both levels."""
    cross = np.stack([np.stack([ordered_sum(a * b) for b in design], axis=-1) for a in design], axis=-2)
    moment = np.stack([ordered_sum(a * target) for a in design], axis=-1)
    cross_of, moment_of = _grouped(cross, group, groups), _grouped(moment, group, groups)
    periods = _grouped(known.sum(axis=0).astype(np.float64), group, groups)
    pooled = _solved(cross_of, moment_of)
    error = _errors(target, design, pooled, cross_of, group, groups)
    believed = np.where((np.abs(pooled) >= EVIDENCE * error) & (periods >= FEWEST)[:, None], pooled, 0.0)
    prior = cross_of * (prior_periods / np.maximum(periods, 1.0))[:, None, None]
    own = _solved(cross + prior[group], moment + np.einsum("nij,nj->ni", prior[group], believed[group]))
    own = np.where(believed[group] == 0.0, 0.0, own)
    return DriverResponse(believed.T.copy(), error.T.copy(), own.T.copy())


def _errors(target: Array, design: Array, pooled: Array, cross: Array, group: IntArray, groups: int) -> Array:
    """Standard errors, clustered by period; infinite where a driver never moves.

    variance = (X'X)^-1 (sum over periods of s s') (X'X)^-1,   s = sum over series of driver x what is left
    """
    left = target - np.einsum("ktn,kn->tn", design, pooled[group].T)
    scores = np.stack([_grouped((driver * left).T, group, groups) for driver in design], axis=-1)
    meat = np.einsum("gti,gtj->gij", scores, scores)
    still = np.einsum("gii->gi", cross) <= STILL
    inverse = np.linalg.inv(_regular(cross))
    variance = np.einsum("gij,gjk,gki->gi", inverse, meat, inverse)
    periods = (np.abs(scores).sum(axis=-1) > 0).sum(axis=1)
    free = np.maximum(periods - pooled.shape[1], 1.0)
    judged = ~still & (periods > pooled.shape[1] + 1)[:, None]
    return np.where(judged, np.sqrt(np.maximum(variance, 0.0) * (periods / free)[:, None]), np.inf)


def _grouped(values: Array, group: IntArray, groups: int) -> Array:
    """Sum rows by group, in order."""
    flat = values.reshape(len(values), -1)
    sums = [np.bincount(group, column, groups).astype(np.float64) for column in flat.T]
    return np.stack(sums, axis=-1).reshape(groups, *values.shape[1:])


def _solved(cross: Array, moment: Array) -> Array:
    """Solve the normal equations of each row; a driver that never moves has no response."""
    still = np.einsum("nii->ni", cross) <= STILL
    solved = np.linalg.solve(_regular(cross), moment[..., None])[..., 0]
    return np.where(still, 0.0, solved)


def _regular(cross: Array) -> Array:
    """The same equations, solvable where drivers never move or move alike."""
    size = cross.shape[-1]
    diagonal = np.einsum("nii->ni", cross)
    ridge = 1e-9 * diagonal.sum(axis=1)[:, None] + np.where(diagonal <= STILL, 1.0, 0.0)
    return np.asarray(cross + ridge[:, :, None] * np.eye(size))


def driver_effect(
    statistical_forecast: Array,
    promotion_uplift: Array,
    price: Array,
    reference_price: Array,
    price_elasticity: Array,
    indicator_factor: Array,
) -> Array:
    """Units that planned prices and series from outside add to the forecast.

        driver effect = (statistical forecast + promotion uplift)
                        x ((price / reference price) ^ elasticity x indicator factor - 1)

    Args:
        statistical_forecast: Baseline, period x series [units].
        promotion_uplift: Units of promotions, period x series [units].
        price: Planned price, period x series [money/unit].
        reference_price: Price that demand is used to, by series [money/unit].
        price_elasticity: Percent more demand for one percent more price, by series.
        indicator_factor: What series from outside do, period x series [ratio].

    Example:
        >>> one = np.ones((1, 1))
        >>> driver_effect(100 * one, 0 * one, 9 * one, 10 * one[0], -2 * one[0], one).round(2)
        array([[23.46]])
    """
    if not price_elasticity.any() and (indicator_factor == 1.0).all():
        return uniform_block(statistical_forecast.shape, 0.0)
    priced = (price > 0) & (reference_price > 0) & (price_elasticity != 0)
    ratio = np.where(priced, price, 1.0) / np.where(priced, reference_price, 1.0)
    factor = np.where(priced, ratio**price_elasticity, 1.0) * indicator_factor
    return (statistical_forecast + promotion_uplift) * (factor - 1.0)
