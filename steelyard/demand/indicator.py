"""Indicator: whether a series from outside (permits, confidence, weather) leads demand, by how much and how far."""

from dataclasses import dataclass

import numpy as np

from steelyard.demand.driver import measured_course, without_courses
from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

MOST_LEAD = 6
"""Periods by which an indicator may run ahead of demand."""
TRAINING = 2 / 3
"""Share of the history from which the lead is chosen; the rest is the test."""
LEAST_SKILL = 0.10
"""Share of the squared error that an indicator must take away in periods it was not fitted to."""
LEAST_T = 3.0
"""Standard errors by which its response must differ from none."""
FEWEST_TESTS = 8
"""Periods a test must have."""


@dataclass(frozen=True, eq=False)
class IndicatorInfluence:
    """What each indicator tells of each group, indicator x group, with the evidence."""

    lead: IntArray
    """Periods by which the indicator runs ahead."""
    response: Array
    """Change of the logarithm of demand with one unit of the indicator."""
    error: Array
    """Standard error of the response; infinite where it cannot be judged."""
    skill: Array
    """Share of the squared error it takes away one period ahead, in periods it was not fitted to; NaN: no test."""
    chosen: IntArray
    """Indicator used for each group, -1 where none has proven itself."""


def measure_influence(
    history: Array, indicators: Array, applies: BoolArray, *, period: int, most_lead: int = MOST_LEAD
) -> IndicatorInfluence:
    """Measure which indicator leads the demand of which group.

        log demand[t] = level + slope x time + season + response x indicator[t - lead]

    The lead is the one that fits the first two thirds of the history best. Then every later period is forecast from
    those before it, once with and once without the indicator; the skill is the share of the squared error saved. Of
    all indicators that save a tenth and whose response is three standard errors from zero, the most skilful counts.

    Args:
        history: Demand of groups, period x group [units].
        indicators: Indicators, period x indicator; NaN where unknown.
        applies: Whether an indicator may concern a group, indicator x group.
        period: Periods in a season.
        most_lead: Periods by which an indicator may run ahead at most.

    Raises:
        ModelError: Indicators and history differ in length.
    """
    if len(indicators) != len(history):
        raise ModelError("Indicators and history differ in length", mend="hand over one row for each period of history")
    shape = (indicators.shape[1], history.shape[1])
    lead, response = np.zeros(shape, np.int64), np.zeros(shape)
    error, skill = np.full(shape, np.inf), np.full(shape, np.nan)
    known = history > 0
    target = np.log(np.where(known, history, 1.0))
    for k, indicator in enumerate(indicators.T):
        groups = np.flatnonzero(applies[k] & (np.isfinite(indicator).sum() > 2 * FEWEST_TESTS))
        if not groups.size:
            continue
        found = _one(target[:, groups], known[:, groups], indicator, period, most_lead)
        lead[k, groups], response[k, groups], error[k, groups], skill[k, groups] = found
    return IndicatorInfluence(lead, response, error, skill, _chosen(response, error, skill))


def _one(
    target: Array, known: BoolArray, indicator: Array, period: int, most_lead: int
) -> tuple[IntArray, Array, Array, Array]:
    """Lead, response, its error and the skill of one indicator for some groups."""
    start = round(TRAINING * len(target))
    fits = np.stack([_fit(target[:start], known[:start], _led(indicator, lead)[:start], period)[2]
                     for lead in range(most_lead + 1)])  # fmt: skip
    lead = fits.argmax(axis=0)
    ahead = np.stack([_led(indicator, step) for step in lead.tolist()], axis=1)
    response, error, _ = _fit(target, known, ahead, period)
    return lead, response, error, _skill(target, known, ahead, period, start)


def _led(indicator: Array, lead: int) -> Array:
    return np.concatenate([np.full(lead, np.nan), indicator[: len(indicator) - lead]])


def _fit(target: Array, known: BoolArray, ahead: Array, period: int) -> tuple[Array, Array, Array]:
    """Response, its standard error and the share of movement it explains, by group."""
    wide = ahead if ahead.ndim == 2 else np.broadcast_to(ahead[:, None], target.shape)
    seen = known & np.isfinite(wide)
    usual = measured_course(len(target), period)
    y, x = without_courses([target, wide], seen, usual)
    moved, together = np.square(x).sum(axis=0), (x * y).sum(axis=0)
    response = np.where(moved > 1e-9, together / np.where(moved > 1e-9, moved, 1.0), 0.0)
    free = seen.sum(axis=0) - len(usual) - 1.0
    left = np.square(y - response * x).sum(axis=0) / np.maximum(free, 1.0)
    sound = (moved > 1e-9) & (free > 0)
    error = np.where(sound, np.sqrt(left / np.where(sound, moved, 1.0)), np.inf)
    explained = np.where(sound, response * together / np.maximum(np.square(y).sum(axis=0), 1e-12), 0.0)
    return response, error, explained


def _skill(target: Array, known: BoolArray, ahead: Array, period: int, start: int) -> Array:
    """Share of the squared error one period ahead that the indicator saves; NaN with too few tests."""
    plain, better, tests = np.zeros(target.shape[1]), np.zeros(target.shape[1]), np.zeros(target.shape[1])
    for t in range(start, len(target)):
        seen = known[: t + 1] & np.isfinite(ahead[: t + 1])
        judged = seen[t].copy()
        before = seen.copy()
        before[t] = False
        usual = measured_course(t + 1, period)
        y, x = without_courses([target[: t + 1], ahead[: t + 1]], before, usual, all_rows=True)
        inside = np.where(before, 1.0, 0.0)
        moved = (inside * x * x).sum(axis=0)
        response = np.where(moved > 1e-9, (inside * x * y).sum(axis=0) / np.where(moved > 1e-9, moved, 1.0), 0.0)
        plain += np.where(judged, y[t] ** 2, 0.0)
        better += np.where(judged, (y[t] - response * x[t]) ** 2, 0.0)
        tests += judged
    enough = (tests >= FEWEST_TESTS) & (plain > 0)
    return np.where(enough, 1.0 - better / np.where(plain > 0, plain, 1.0), np.nan)


def _chosen(response: Array, error: Array, skill: Array) -> IntArray:
    if not len(response):
        return np.full(response.shape[1], -1)
    proven = (np.nan_to_num(skill, nan=-1.0) >= LEAST_SKILL) & (np.abs(response) >= LEAST_T * error)
    best = np.where(proven, np.nan_to_num(skill, nan=-1.0), -np.inf)
    return np.where(proven.any(axis=0), best.argmax(axis=0), -1)


def indicator_effect(indicator: Array, *, lead: int, response: float, history: int) -> Array:
    """Factor of an indicator on demand in history and horizon: 1 at the value that the last past period stands on.

        factor[t] = exp(response x (indicator[t - lead] - indicator[last - lead]))

    Periods whose value is not known yet take the last known one.

    Args:
        indicator: The indicator in history and horizon; NaN where unknown.
        lead: Periods by which it runs ahead.
        response: Change of the logarithm of demand with one unit of it.
        history: How many periods are history.

    Example:
        >>> indicator_effect(np.array([0.0, 1.0, np.nan, np.nan]), lead=1, response=0.1, history=2).round(3)
        array([1.   , 1.   , 1.105, 1.105])
    """
    ahead = _carried(_led(indicator, lead))
    at = ahead[history - 1]
    moved = np.where(np.isfinite(ahead) & np.isfinite(at), ahead - at, 0.0)
    return np.asarray(np.exp(response * moved))


def _carried(values: Array) -> Array:
    """The last known value where one is missing."""
    rows = np.where(np.isfinite(values), np.arange(len(values)), -1)
    last = np.maximum.accumulate(rows)
    return np.where(last >= 0, values[np.maximum(last, 0)], np.nan)
