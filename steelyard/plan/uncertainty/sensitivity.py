"""Sensitivity: how a number of the plan moves with one assumption at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.numbers import Periods, PlanNumbers
from steelyard.plan.uncertainty.effect import Effect, check_effect
from steelyard.plan.uncertainty.register import BEGINNING, Assumption
from steelyard.risk.robust import rank_swings


@dataclass(frozen=True)
class Bar:
    """One bar of a tornado."""

    assumption: Assumption
    low: float
    """The number with the assumption at its low end, less the base."""
    high: float
    """The number with it at its high end, less the base."""


@dataclass(frozen=True)
class Tornado:
    """How far each assumption alone moves a number, the widest first."""

    measure: str
    unit: str
    base: float
    bars: tuple[Bar, ...]


def make_tornado(
    plan: PlanNumbers,
    assumptions: Sequence[Assumption],
    measure: str = "gross_margin",
    *,
    scope: Scope | None = None,
    periods: Periods = None,
) -> Tornado:
    """Move one assumption at a time to both ends of its range and calculate the plan again.

    Bars need not be symmetric: capacity, stock and lots answer as they are.

    Args:
        plan: The plan.
        assumptions: What is uncertain; those without a range are left out.
        measure: The number that is watched.
        scope: Members by level.
        periods: A period, a first and last period, or all.

    Raises:
        ChangeInvalid: An assumption does not fit the plan.
    """
    wide = [one for one in assumptions if one.effect.low < one.effect.high]
    base = plan.value(measure, scope=scope, periods=periods)
    ends = [[_moved(plan, one.effect, end, measure, scope, periods) for one in wide] for end in ("low", "high")]
    ranked = rank_swings(base, np.array(ends[0]), np.array(ends[1]))
    bars = zip(ranked.driver.tolist(), ranked.low.tolist(), ranked.high.tolist(), strict=True)
    return Tornado(
        measure, plan.measure(measure).unit, base, tuple(Bar(wide[driver], low, high) for driver, low, high in bars)
    )


def sweep(
    plan: PlanNumbers,
    effect: Effect,
    steps: Sequence[float],
    measure: str = "gross_margin",
    *,
    scope: Scope | None = None,
    periods: Periods = None,
) -> tuple[float, ...]:
    """The number at each percentage of one effect.

    Args:
        plan: The plan.
        effect: What is moved; its own range does not count.
        steps: Percentages.
        measure: The number that is watched.
        scope: Members by level.
        periods: A period, a first and last period, or all.

    Raises:
        NotFound: The plan has no such measure.
        ChangeInvalid: Nobody can move the measure: it is calculated.
        UnknownMember: The plan has no such level or member.
        UnknownPeriod: It has no such period.
    """
    _check_moves(plan, effect)
    return tuple(_at(plan, effect, percent, measure, scope, periods) for percent in steps)


def _check_moves(plan: PlanNumbers, effect: Effect) -> None:
    """Refuse what moves nothing, rather than draw a flat line."""
    declared = plan.measure(effect.measure)
    if not declared.editable or declared.span == "history":
        usual = "consensus_demand, price, unit_cost, capacity_available or safety_stock"
        raise ChangeInvalid(
            f"{effect.measure} cannot be moved: it is calculated", where="sweep", mend=f"move {usual}, for example"
        )
    check_effect(plan, effect)


def _moved(plan: PlanNumbers, effect: Effect, end: str, measure: str, scope: Scope | None, periods: Periods) -> float:
    percent = effect.low if end == "low" else effect.high
    return _at(plan, effect, percent, measure, scope, periods)


def _at(
    plan: PlanNumbers, effect: Effect, percent: float, measure: str, scope: Scope | None, periods: Periods
) -> float:
    if not percent:
        return plan.value(measure, scope=scope, periods=periods)
    change = effect.change(percent, actor="", at=BEGINNING, note="")
    return laid_on(plan, (change,)).value(measure, scope=scope, periods=periods)


def laid_on(plan: PlanNumbers, changes: Sequence[Change]) -> PlanNumbers:
    """The plan with changes laid on top."""
    if not changes:
        return plan
    return plan.maker.numbers(plan.inputs.extract, plan.parameters, (*plan.changes, *changes), near=plan.digest)
