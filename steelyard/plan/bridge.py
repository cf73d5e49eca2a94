"""Bridge: the exact chain of steps from the number of one plan to the number of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np

from steelyard.errors import PlanError, UnknownMember, UnknownPeriod
from steelyard.grid.series import Scope
from steelyard.plan.cache import Cache
from steelyard.plan.change import Change
from steelyard.plan.compare import common_periods
from steelyard.plan.crossing.mover import Mover
from steelyard.plan.crossing.way import Way, find_way
from steelyard.plan.numbers import Periods, PlanNumbers

Changes = tuple[Change, ...]

KEPT_WAYS = 2
"""Ways remembered; on each, any number is explained without calculating a plan."""
PLACES = 6
"""Decimal places to which numbers are rounded before their differences are taken."""

_ways: "Cache[tuple[object, ...], Way]" = Cache(KEPT_WAYS)


@dataclass(frozen=True)
class BridgeStep:
    """One step of a bridge."""

    kind: str
    """extract, parameters, removed, moved or added (changes), today or then (code other than that of a publication)."""
    label: str
    """What people read."""
    effect: Decimal
    """How much the number moves."""
    changes: Changes = ()
    """The changes that are taken away, moved or laid on: one, or a group where there are very many."""
    name: str = ""
    """Of an extract step the kind of facts, of a parameters step what the settings govern."""

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
            BridgeStep(step.kind, step.label, after - before, step.changes, step.name)
            for step, before, after in zip(self.steps, cut, cut[1:], strict=False)
        )
        return Bridge(self.measure, self.unit, cut[0], steps, cut[-1])


def bridge(
    before: PlanNumbers, after: PlanNumbers, measure: str, *, scope: Scope | None = None, periods: Periods = None
) -> Bridge:
    """Explain why a number differs between two plans.

    The plans between the two are calculated, one step nearer each time: with today's code; with each kind of facts of
    the other extract (the month that has passed, open orders, stock, prices, costs, rates, capacity, master data); with
    each group of other settings (model, weights of the consensus, limits of supply); without each change that was
    dropped; with each that was added. That way is gone in this order and in the reverse; a step's effect is the mean
    of the two differences it makes, so that what two steps do together is shared evenly between them. Either way
    leads from the start to the end, so the chain is exact.

    The way does not depend on the measure: once it is gone, every number of the two plans is explained at once.

    Args:
        before: The plan the bridge starts from.
        after: The plan it leads to.
        measure: Measure explained.
        scope: Members by level; one that an extract does not know counts as zero there.
        periods: A period, a first and last period, or all.

    Raises:
        PlanError: The number is a ratio without a base in one of the plans, or the plans are of different companies.
    """
    start, end = (_value(plan, measure, scope, periods) for plan in (before, after))
    way = way_between(before, after)
    forward = [_value(plan, measure, scope, periods) for plan in way.forward]
    backward = [_value(plan, measure, scope, periods) for plan in way.backward] if way.averaged else forward
    upstream = frozenset(after.upstream(measure))
    steps = _bookend("today", start, forward[0])
    steps += [
        BridgeStep(mover.kind, _label(mover), effect, mover.changes, mover.name)
        for mover, effect in zip(way.movers, _effects(forward, backward, way.averaged), strict=True)
        if effect or _may_move(mover, upstream)
    ]
    steps += _bookend("then", forward[-1], end)
    return Bridge(measure, after.measure(measure).unit, start, tuple(steps), end)


@dataclass(frozen=True)
class BridgeSpan:
    """Over which periods both ends of a bridge are told."""

    before: tuple[str, str] | None
    """First and last period of the start; None where it has none of those asked for."""
    after: tuple[str, str] | None
    """The same of the end."""
    common: tuple[str, str] | None
    """First and last period that both plans have; None where they have the same, or none."""

    @property
    def differs(self) -> bool:
        """Whether the ends are told over different periods."""
        return self.before != self.after


def bridge_span(before: PlanNumbers, after: PlanNumbers, measure: str, *, periods: Periods = None) -> BridgeSpan:
    """Over which periods both ends of a bridge are told, and which they have in common.

    Args:
        before: The plan the bridge starts from.
        after: The plan it leads to.
        measure: Measure explained.
        periods: A period, a first and last period, or all.
    """
    ends = [_span(plan, measure, periods) for plan in (before, after)]
    return BridgeSpan(ends[0], ends[1], common_periods((before, after)))


def _span(plan: PlanNumbers, measure: str, periods: Periods) -> tuple[str, str] | None:
    """First and last period counted, as `_value` counts them."""
    labels = plan.inputs.periods(plan.measure(measure).span).labels
    if periods is None:
        return labels[0], labels[-1]
    asked = (periods, periods) if isinstance(periods, str) else (str(periods[0]), str(periods[1]))
    return asked if all(label in labels for label in asked) else None


def say_span(span: tuple[str, str] | None) -> str:
    """Periods in words.

    Example:
        >>> say_span(("2026-10", "2028-09")), say_span(("2026-10", "2026-10")), say_span(None)
        ('2026-10 to 2028-09', '2026-10', 'none of these periods')
    """
    return "none of these periods" if span is None else " to ".join(dict.fromkeys(span))


def way_between(before: PlanNumbers, after: PlanNumbers) -> Way:
    """The plans between two plans, calculated once and remembered while they are asked about."""
    key = (before.inputs.extract, before.digest, after.inputs.extract, after.digest, id(after.maker))
    return _ways.made(key, lambda: find_way(before, after))


def keep_way(before: PlanNumbers, after: PlanNumbers) -> None:
    """Keep the plans between two plans, so that another process explains without calculating them.

    It takes as long as some of these plans: for whoever has answered already, or has nobody waiting.
    """
    way = way_between(before, after)
    plans = [*way.forward, *(way.backward if way.averaged else ())]
    after.maker.keep_way(before.digest, after.digest, plans)


def _bookend(kind: str, before: Decimal, after: Decimal) -> list[BridgeStep]:
    return [BridgeStep(kind, _WORDS[kind], after - before)] if after != before else []


def _effects(forward: Sequence[Decimal], backward: Sequence[Decimal], averaged: bool) -> list[Decimal]:
    there = [after - before for before, after in pairwise(forward)]
    if not averaged:
        return there
    back = [after - before for before, after in pairwise(backward)]
    return [(one + other) / 2 for one, other in zip(there, reversed(back), strict=True)]


def _may_move(mover: Mover, upstream: frozenset[str]) -> bool:
    """Changes that stand before a measure are told even where they did not move it."""
    return any(change.measure in upstream or change.moves_inputs for change in mover.changes)


def _label(mover: Mover) -> str:
    changes, before = mover.changes, _BEFORE.get(mover.kind, "")
    if len(changes) == 1:
        return f"{before}{changes[0]}"
    if changes:
        authors = ", ".join(sorted({change.author for change in changes}))
        moved = ", ".join(sorted({change.measure or change.kind for change in changes}))
        return f"{before}{len(changes)} changes of {moved} by {authors}"
    settings = f" ({', '.join(mover.settings)})" if mover.settings else ""
    return f"{_WORDS[mover.kind]}: {mover.name.lower()}{settings}"


_BEFORE = {"removed": "without ", "moved": "in another order "}
_WORDS = {
    "extract": "New facts",
    "parameters": "Other settings",
    "today": "Calculated by today's code",
    "then": "Calculated by the code of its publication",
}


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
