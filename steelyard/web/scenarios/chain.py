"""Chain: the steps from the number of one plan to the number of another; they add up to the last digit shown."""

from dataclasses import dataclass
from decimal import Decimal

from steelyard.grid.series import Scope
from steelyard.plan.bridge import Bridge, BridgeStep, bridge
from steelyard.plan.numbers import Periods
from steelyard.plan.plan import Plan
from steelyard.plan.sight import sees_change
from steelyard.web.accounts.sight import called, require_measure
from steelyard.web.answers.answers import Answers
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.masterdata.selectors import extract
from steelyard.web.scenarios.words import ChangeLine, measure_label
from steelyard.web.ui.dates import day_words
from steelyard.web.ui.figures import SHARES

KEPT = 256
OUTSIDE = "Changes outside your part of the company"
FEW = 1000
"""Numbers below this show a decimal."""

_kept: "Answers[Chain]" = Answers("Calculating the steps", KEPT)


@dataclass(frozen=True)
class ChainStep:
    """One step in words."""

    what: str
    who: str
    why: str
    effect: Decimal
    """How much it moves the number, in the unit shown."""


@dataclass(frozen=True)
class Chain:
    """Steps that moved a number; `start` plus all effects is `end`, exactly."""

    measure: str
    label: str
    unit: str
    """The unit shown: percent for shares."""
    decimals: int
    start: Decimal
    steps: tuple[ChainStep, ...]
    end: Decimal
    idle: int
    """Steps that were taken and did not move it."""


def chain(before: Plan, after: Plan, measure: str, *, scope: Scope | None = None, periods: Periods = None) -> Chain:
    """Explain why a number differs between two plans; what was explained before is remembered.

    Args:
        before: The plan the chain starts from.
        after: The plan it leads to.
        measure: The measure explained.
        scope: Members by level; nothing means everything.
        periods: A period, a first and last period, or all.

    Raises:
        NotAllowed: The person does not see the measure.
        PlanError: The number is a share of nothing in one of the plans.
        UnknownMember: The measure has no such level or member.
    """
    require_measure(after, measure)
    asked = tuple((level, tuple(members)) for level, members in (scope or {}).items())
    key = (before.digest, before.name, after.digest, measure, asked, periods)
    return _kept.made(key, lambda: _chain(before, after, bridge(before, after, measure, scope=scope, periods=periods)))


def _chain(before: Plan, after: Plan, built: Bridge) -> Chain:
    share = built.unit in SHARES
    decimals = 1 if share or max(abs(built.start), abs(built.end)) < FEW else 0
    shown = built.rounded(decimals + (2 if share else 0))
    scale = 100 if share else 1
    names = member_names(after.inputs.extract)
    moved = [step for step in shown.steps if step.effect]
    steps = tuple(_step(step, before, after, names, scale) for step in moved)
    return Chain(
        measure=built.measure,
        label=measure_label(built.measure),
        unit="%" if share else built.unit,
        decimals=decimals,
        start=shown.start * scale,
        steps=steps,
        end=shown.end * scale,
        idle=len(shown.steps) - len(moved),
    )


def step_label(step: BridgeStep, after: Plan) -> str:
    """What a step of a bridge is called; changes outside the person's part are not named."""
    return step.label if all(sees_change(after, change) for change in step.changes) else OUTSIDE


def _step(step: BridgeStep, before: Plan, after: Plan, names: MemberNames, scale: int) -> ChainStep:
    effect = step.effect * scale
    if not step.changes:
        return ChainStep(_without_change(step, before, after), "", "", effect)
    if not all(sees_change(after, change) for change in step.changes):
        return ChainStep(OUTSIDE, "", "", effect)
    lines = [ChangeLine(change, True, names) for change in step.changes]
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    what = f"{_BEFORE_CHANGE.get(step.kind, '')}{lines[0].sentence}{more}"
    who = ", ".join(sorted({called(line.change.author) for line in lines}))
    why = ", ".join(sorted({line.reason for line in lines}))
    note = f": {lines[0].change.note}" if len(lines) == 1 and lines[0].change.note else ""
    return ChainStep(what, who, why + note, effect)


def _without_change(step: BridgeStep, before: Plan, after: Plan) -> str:
    if step.kind == "extract":
        then, now = extract(before.inputs.extract).as_of, extract(after.inputs.extract).as_of
        days = f" ({day_words(now)}, before {day_words(then)})" if now != then else ""
        return f"New facts: {step.name}{days}"
    if step.kind == "parameters":
        return f"Settings: {step.name.lower()}"
    return _WORDS.get(step.kind, step.label)


_BEFORE_CHANGE = {"removed": "Without: ", "moved": "In another order: "}
_WORDS = {
    "today": "Calculated by the present version of the program",
    "then": "Calculated by the version of its publication",
}
