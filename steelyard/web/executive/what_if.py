"""What-if in the meeting: one lever moved by some percent, the whole plan calculated again, and nothing kept."""

from dataclasses import dataclass
from math import isfinite
from time import perf_counter

from steelyard.errors import ChangeInvalid, UnknownMember
from steelyard.plan.change import Change
from steelyard.plan.kpi.values import KpiValue, kpi_values
from steelyard.plan.operation import Percent
from steelyard.plan.plan import Plan
from steelyard.web.accounts.sight import sees_money
from steelyard.web.company import now
from steelyard.web.masterdata.names import member_names

LEVERS = {
    "consensus_demand": "Demand",
    "price": "Net price",
    "unit_cost": "Unit cost",
    "capacity_available": "Capacity",
    "scheduled_receipts": "Open supply orders",
}
"""Editable measures that a meeting asks about, as people call them."""
WATCHED = (
    "revenue",
    "gross_margin",
    "gross_margin_percent",
    "fill_rate",
    "backlog_value",
    "inventory_value",
    "bottleneck_utilisation",
    "overload_hours",
)
"""KPIs of the answer."""
MOST = 100.0
"""Largest move [percent]."""
LEVELS = ("product_family", "region", "channel", "country", "resource")
"""Levels a meeting speaks in; others belong on the worksheet."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Args:
        measure: The lever, an editable measure.
        percent: How far it is moved.
        part: `level=member`, or empty for everything.
        first: First period; empty for the beginning.
        last: Last period; empty for the end.
    """

    measure: str
    percent: float
    part: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Effect:
    """A figure before and after."""

    name: str
    label: str
    unit: str
    before: float
    after: float
    better: str
    """higher, lower or target."""

    @property
    def delta(self) -> float:
        """How far it moved."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """Good or bad; empty where it did not move or neither is better."""
        if abs(self.delta) <= 1e-9 * max(abs(self.before), 1.0) or self.better not in ("higher", "lower"):
            return ""
        return "good" if (self.delta > 0) == (self.better == "higher") else "bad"


@dataclass(frozen=True)
class Answer:
    """What it would do."""

    question: Question
    words: str
    effects: tuple[Effect, ...]
    seconds: float


def levers_of(plan: Plan) -> list[tuple[str, str]]:
    """The levers a plan has, as a form offers them."""
    measures = plan.measures
    return [(name, label) for name, label in LEVERS.items() if name in measures and measures[name].editable]


def parts_of(plan: Plan) -> list[tuple[str, list[tuple[str, str]]]]:
    """Members a lever may be moved for, by level."""
    names, found = member_names(plan.inputs.extract), []
    for level in LEVELS:
        members = sorted({m for measure, _ in levers_of(plan) for m in _members(plan, measure, level)})
        if members:
            label = level.replace("_", " ").capitalize()
            found.append((label, [(f"{level}={member}", names.spoken(level, member)) for member in members]))
    return found


def _members(plan: Plan, measure: str, level: str) -> tuple[str, ...]:
    series = plan.series(measure)
    return tuple(dict.fromkeys(series.names(level))) if level in series.levels else ()


def changes_of(plan: Plan, question: Question, *, author: str) -> list[Change]:
    """The change that a question stands for.

    Raises:
        ChangeInvalid: The lever, the percentage or the periods do not fit the plan.
        UnknownMember: The lever does not know the part.
    """
    if question.measure not in dict(levers_of(plan)):
        raise ChangeInvalid("There is no such lever", where=question.measure, mend=f"use one of {', '.join(LEVERS)}")
    if not isfinite(question.percent) or not 0 < abs(question.percent) <= MOST:
        raise ChangeInvalid(
            "The move is out of bounds", where=f"{question.percent:g} %", mend=f"give up to {MOST:g} %, not 0"
        )
    words = f"What if {_words(plan, question)}"
    return [
        Change(
            Percent(question.percent),
            question.measure,
            _scope(plan, question),
            _periods(plan, question),
            author,
            now(),
            reason="management_decision",
            note=words,
        )
    ]


def ask(plan: Plan, question: Question, *, author: str = "") -> Answer:
    """Calculate the plan with the lever moved, and say what it does.

    Args:
        plan: The plan as the person sees it.
        question: What is asked.
        author: Who asks.

    Raises:
        ChangeInvalid: The lever, the percentage or the periods do not fit the plan.
        UnknownMember: The lever does not know the part.
    """
    began = perf_counter()
    changes = changes_of(plan, question, author=author)
    moved = plan.maker.numbers(plan.inputs.extract, plan.parameters, (*plan.changes, *changes), near=plan.digest)
    effects = tuple(_effects(kpi_values(plan), kpi_values(moved)))
    return Answer(question, _words(plan, question), effects, perf_counter() - began)


def _effects(before: list[KpiValue], after: list[KpiValue]) -> list[Effect]:
    then = {kpi.name: kpi for kpi in after}
    found = [
        Effect(kpi.name, kpi.label, kpi.unit, kpi.value, then[kpi.name].value, kpi.indicator.better)
        for kpi in before
        if kpi.name in WATCHED and isfinite(kpi.value) and isfinite(then[kpi.name].value) and _shows(kpi)
    ]
    return sorted(found, key=lambda one: WATCHED.index(one.name))


def _shows(kpi: KpiValue) -> bool:
    if kpi.name == "gross_margin_percent":
        return sees_money("cost")
    return kpi.unit != "money" or sees_money("sales" if kpi.name == "revenue" else "cost")


def _scope(plan: Plan, question: Question) -> dict[str, tuple[str, ...]]:
    if not question.part:
        return {}
    level, _, member = question.part.partition("=")
    if member not in _members(plan, question.measure, level):
        raise UnknownMember(
            f"{LEVERS[question.measure]} knows no {level.replace('_', ' ')} {member}",
            mend="choose a part that the lever has",
        )
    return {level: (member,)}


def _periods(plan: Plan, question: Question) -> tuple[str, str] | None:
    if not (question.first or question.last):
        return None
    labels = plan.horizon.labels
    first, last = question.first or labels[0], question.last or labels[-1]
    if first not in labels or last not in labels or labels.index(first) > labels.index(last):
        raise ChangeInvalid(
            "The periods do not fit the plan",
            where=f"{first} to {last}",
            mend=f"choose within {labels[0]} to {labels[-1]}",
        )
    return first, last


def _words(plan: Plan, question: Question) -> str:
    level, _, member = question.part.partition("=")
    part = member_names(plan.inputs.extract).spoken(level, member) if member else "everything"
    when = f", {question.first or 'now'} to {question.last or 'the end'}" if question.first or question.last else ""
    return f"{LEVERS[question.measure].lower()} of {part} moves by {question.percent:+g} %{when}"
