"""Bridge: the exact chain of steps from the number of one plan to the number of another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from steelyard.errors import PlanError, UnknownMember, UnknownPeriod
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.numbers import Periods, PlanNumbers

PLACES = 6
"""Decimal places to which numbers are rounded before their differences are taken."""


@dataclass(frozen=True)
class BridgeStep:
    """One step of a bridge."""

    kind: str
    """code, extract, parameters, removed or added (a change)."""
    label: str
    """What people read."""
    effect: Decimal
    """How much the number moves."""
    change: Change | None = None
    """The change that is taken away or laid on."""


@dataclass(frozen=True)
class Bridge:
    """Steps from `start` to `end`; `start` plus all effects is `end`, exactly."""

    measure: str
    unit: str
    start: Decimal
    steps: tuple[BridgeStep, ...]
    end: Decimal

    def rounded(self, places: int) -> "Bridge":
        """The same bridge with fewer decimal places; its steps still sum exactly."""
        levels = [self.start]
        for step in self.steps:
            levels.append(levels[-1] + step.effect)
        cut = [_rounded(level, places) for level in levels]
        steps = tuple(
            BridgeStep(step.kind, step.label, after - before, step.change)
            for step, before, after in zip(self.steps, cut, cut[1:], strict=False)
        )
        return Bridge(self.measure, self.unit, cut[0], steps, cut[-1])


def bridge(
    before: PlanNumbers, after: PlanNumbers, measure: str, *, scope: Scope | None = None, periods: Periods = None
) -> Bridge:
    """Explain why a number differs between two plans.

    The plan before is calculated again and again, each time one step nearer to the plan after: with today's code, on
    the other extract, with the other parameters, without each change that was dropped (latest first), with each change
    that was added (in order). Every effect is the difference between two neighbours, so the chain is exact.

    Args:
        before: The plan the bridge starts from.
        after: The plan it leads to.
        measure: Measure explained.
        scope: Members by level; one that an extract does not know counts as zero there.
        periods: A period, a first and last period, or all.

    Raises:
        PlanError: The number is a ratio without a base in one of the plans.
    """
    start = _value(before, measure, scope, periods)
    level, steps = start, []
    for kind, label, change, plan in _stations(before, after):
        reached = _value(plan, measure, scope, periods)
        if reached != level or kind in ("added", "removed"):
            steps.append(BridgeStep(kind, label, reached - level, change))
        level = reached
    return Bridge(measure, after.measure(measure).unit, start, tuple(steps), level)


def _stations(before: PlanNumbers, after: PlanNumbers) -> Iterator[tuple[str, str, Change | None, PlanNumbers]]:
    """Plans on the way, each with the step that leads to it; the last one is the plan after."""
    maker, extract, parameters, laid = after.maker, before.inputs.extract, before.parameters, list(before.changes)
    plan = maker.numbers(extract, parameters, laid)
    yield "code", "Calculated by today's code", None, plan
    if after.inputs.extract != extract:
        extract = after.inputs.extract
        plan = maker.numbers(extract, parameters, laid, near=plan.digest)
        yield "extract", f"New facts ({extract[:12]})", None, plan
    if after.parameters != parameters:
        parameters = after.parameters
        plan = maker.numbers(extract, parameters, laid, near=plan.digest)
        yield "parameters", "Other parameters", None, plan
    for kind, change, changes in _change_steps(laid, after.changes):
        plan = maker.numbers(extract, parameters, changes, near=plan.digest)
        yield kind, str(change), change, plan
    yield "code", "As it was calculated then", None, after


def _change_steps(before: Sequence[Change], after: Sequence[Change]) -> Iterator[tuple[str, Change, list[Change]]]:
    """Take the dropped changes away, latest first; then put the added ones where they stand in the plan after."""
    kept = _kept(before, after)
    laid = list(before)
    for dropped in reversed([change for change in before if change not in kept]):
        laid.remove(dropped)
        yield "removed", dropped, list(laid)
    there = set(kept)
    for change in after:
        if change not in there:
            there.add(change)
            yield "added", change, [other for other in after if other in there]


def _kept(before: Sequence[Change], after: Sequence[Change]) -> list[Change]:
    """Changes that both plans have in the same order; where the order differs, only the common beginning."""
    there = set(after)
    both = [change for change in before if change in there]
    shared = set(both)
    if both == [change for change in after if change in shared]:
        return both
    common = 0
    while common < min(len(before), len(after)) and before[common] == after[common]:
        common += 1
    return list(before[:common])


def _value(plan: PlanNumbers, measure: str, scope: Scope | None, periods: Periods) -> Decimal:
    try:
        value = plan.value(measure, scope=scope, periods=periods)
    except (UnknownMember, UnknownPeriod):
        return Decimal(0)
    if not np.isfinite(value):
        raise PlanError(
            f"{measure} has no value here", where=plan.name, mend="choose a scope in which its base is not zero"
        )
    return _rounded(Decimal(value), PLACES)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places))
