"""Bridge: the exact chain of steps from the number of one plan to the number of another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

import numpy as np

from steelyard.errors import PlanError, UnknownMember, UnknownPeriod
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.numbers import Periods, PlanNumbers

Changes = tuple[Change, ...]
Step = tuple[str, Change, list[Change]]
"""What happens, to which change, and all changes that are laid after it."""

MOST_STEPS = 60
"""With more changes than this, neighbours share a step."""
PLACES = 6
"""Decimal places to which numbers are rounded before their differences are taken."""


@dataclass(frozen=True)
class BridgeStep:
    """One step of a bridge."""

    kind: str
    """extract, parameters, removed or added (changes), today or then (code that differs from that of a publication)."""
    label: str
    """What people read."""
    effect: Decimal
    """How much the number moves."""
    changes: tuple[Change, ...] = ()
    """The changes that are taken away or laid on: one, or a group where there are very many."""

    @property
    def change(self) -> Change | None:
        """The change of the step, if it is a single one."""
        return self.changes[0] if len(self.changes) == 1 else None


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
            BridgeStep(step.kind, step.label, after - before, step.changes)
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
    for kind, changes, plan in _stations(before, after, measure):
        reached = _value(plan, measure, scope, periods)
        if reached != level or changes:
            steps.append(BridgeStep(kind, _label(kind, changes), reached - level, changes))
        level = reached
    return Bridge(measure, after.measure(measure).unit, start, tuple(steps), level)


def _label(kind: str, changes: Changes) -> str:
    if len(changes) == 1:
        return str(changes[0])
    if changes:
        authors = ", ".join(sorted({change.author for change in changes}))
        return f"{len(changes)} changes of {', '.join(sorted({c.measure or c.kind for c in changes}))} by {authors}"
    return _WORDS[kind]


_WORDS = {
    "extract": "New facts",
    "parameters": "Other parameters",
    "today": "Calculated by today's code",
    "then": "Calculated by the code of its publication",
}


def _stations(before: PlanNumbers, after: PlanNumbers, measure: str) -> Iterator[tuple[str, Changes, PlanNumbers]]:
    """Plans on the way, each with the step that leads to it; the last one is the plan after."""
    maker, extract, parameters = after.maker, before.inputs.extract, before.parameters
    plan = maker.numbers(extract, parameters, before.changes)
    yield "today", (), plan
    if after.inputs.extract != extract:
        extract = after.inputs.extract
        plan = maker.numbers(extract, parameters, before.changes, near=plan.digest)
        yield "extract", (), plan
    if after.parameters != parameters:
        parameters = after.parameters
        plan = maker.numbers(extract, parameters, before.changes, near=plan.digest)
        yield "parameters", (), plan
    upstream = frozenset(after.upstream(measure))
    for kind, moved, laid in _grouped(_change_steps(before.changes, after.changes), upstream):
        plan = maker.numbers(extract, parameters, laid, near=plan.digest)
        yield kind, moved, plan
    yield "then", (), after


def _grouped(steps: Iterable[Step], upstream: frozenset[str]) -> Iterator[tuple[str, Changes, Changes]]:
    """Leave out changes that cannot move the measure, and put neighbours together where there are too many steps."""
    moving = [step for step in steps if step[1].measure in upstream or step[1].moves_inputs]
    size = 1 if len(moving) <= MOST_STEPS else -(-len(moving) // MOST_STEPS)
    for kind, run in groupby(moving, key=lambda step: step[0]):
        same = list(run)
        for start in range(0, len(same), size):
            bunch = same[start : start + size]
            yield kind, tuple(change for _, change, _ in bunch), tuple(bunch[-1][2])


def _change_steps(before: Sequence[Change], after: Sequence[Change]) -> Iterator[Step]:
    """Take the dropped changes away, latest first; then put the added ones where they stand in the plan after."""
    after = _recognised(before, after)
    kept = set(_kept(before, after))
    laid = list(before)
    for dropped in reversed([change for change in before if change not in kept]):
        laid.remove(dropped)
        yield "removed", dropped, list(laid)
    there = set(kept)
    for change in after:
        if change not in there:
            there.add(change)
            yield "added", change, [other for other in after if other in there]


def _recognised(before: Sequence[Change], after: Sequence[Change]) -> list[Change]:
    """The changes after, each that was carried over under another id as the change it was before."""
    known: dict[Change, list[Change]] = {}
    for change in reversed(before):
        known.setdefault(replace(change, id=""), []).append(change)
    waiting = ((change, known.get(replace(change, id=""))) for change in after)
    return [same.pop() if same else change for change, same in waiting]


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
