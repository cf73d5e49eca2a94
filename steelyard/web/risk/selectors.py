"""Risk selectors: the registers, the tornado and the futures of a plan."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.calibration import ExpectedEffect, OwnerRecord, expected_effect, owner_records
from steelyard.plan.uncertainty.drawing import DEMAND_MEASURES, SUPPLY_MEASURES
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Assumption, AssumptionStatus, Risk, brier_score
from steelyard.plan.uncertainty.sensitivity import Tornado, make_tornado
from steelyard.web.accounts.sight import require_measure
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.masterdata.selectors import extract as extract_of
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import counting_assumptions, seen_assumptions, seen_risks
from steelyard.web.scenarios.words import scope_text

WATCHED = ("gross_margin", "revenue", "shipments", "inventory_value")
"""Measures that futures and assumptions are watched by, the usual first."""
_tornados: Answers[Tornado] = Answers("Moving one assumption after the other", 16, long=True)


@dataclass(frozen=True)
class AssumptionLine:
    """An assumption in the register."""

    entry: Assumption
    status: AssumptionStatus
    moves: str
    where: str
    when: str
    linked: tuple[str, ...]
    """Labels of further measures that rest on it."""
    owner: OwnerRecord | None
    """What came of its owner's entries; None before anything is known."""


@dataclass(frozen=True)
class RiskLine:
    """A risk or an opportunity in the register."""

    entry: Risk
    moves: str
    where: str
    when: str
    expected: ExpectedEffect
    """What it is expected to do to its measure."""
    owner: OwnerRecord | None


@dataclass(frozen=True)
class RegisterView:
    """Both registers."""

    scenario: str
    assumptions: tuple[AssumptionLine, ...]
    risks: tuple[RiskLine, ...]
    brier: float | None
    """How well probabilities were judged; None before anything is known."""


def register_view(scenario: str) -> RegisterView:
    """The registers, as people read them."""
    plan = plan_of(scenario)
    names, day = member_names(plan.inputs.extract), _day(plan.inputs.extract)
    assumptions, risks = seen_assumptions(plan), seen_risks(plan)
    records = {one.owner: one for one in owner_records(assumptions, risks)}

    def assumed(entry: Assumption) -> AssumptionLine:
        words = _effect_words(entry.effect, names)
        linked = tuple(_label(name) for name in entry.linked)
        return AssumptionLine(entry, entry.status_on(day), *words, linked, records.get(entry.owner))

    def risked(entry: Risk) -> RiskLine:
        words = _effect_words(entry.effect, names)
        return RiskLine(entry, *words, expected_effect(plan, entry), records.get(entry.owner))

    return RegisterView(scenario, tuple(map(assumed, assumptions)), tuple(map(risked, risks)), brier_score(risks))


def tornado_of(scenario: str, measure: str = "gross_margin") -> Tornado:
    """How far each assumption that counts moves a number of the plan.

    Raises:
        NotAllowed: The number is money that the person does not see.
    """
    plan = plan_of(scenario)
    require_measure(plan, measure)
    entries = counting_assumptions(plan)
    return _tornados.of(plan, lambda: make_tornado(plan, entries, measure), measure, repr(entries))


def watched(plan: Plan) -> list[str]:
    """Measures a tornado or a choice is told of that the person sees, the usual first."""
    return [name for name in WATCHED if name in plan.measures]


def register_tables(view: RegisterView) -> dict[str, pl.DataFrame]:
    """The registers as sheets of a workbook."""
    assumptions = [
        {"Number": line.entry.id, "Statement": line.entry.statement, "Status": line.status, "Moves": line.moves,
         "Of": line.where, "When": line.when, "Low %": line.entry.effect.low, "Likely %": line.entry.effect.likely,
         "High %": line.entry.effect.high, "Value": line.entry.value, "Unit": line.entry.unit,
         "Linked": ", ".join(line.entry.linked), "Owner": line.entry.owner, "Source": line.entry.source,
         "Outcome %": line.entry.outcome, "Owner's record": line.owner.verdict if line.owner else ""}
        for line in view.assumptions
    ]  # fmt: skip
    risks = [
        {"Number": line.entry.id, "Kind": line.entry.kind, "Statement": line.entry.statement,
         "Probability": line.entry.probability, "Status": line.entry.status, "Moves": line.moves, "Of": line.where,
         "When": line.when, "Low %": line.entry.effect.low, "Likely %": line.entry.effect.likely,
         "High %": line.entry.effect.high, "At stake": line.expected.at_stake, "Expected": line.expected.expected,
         "Expected in": line.expected.unit, "In the plan": line.entry.in_plan, "Owner": line.entry.owner,
         "Owner's record": line.owner.verdict if line.owner else "", "Group": line.entry.group,
         "Response": line.entry.response, "Trigger": line.entry.trigger}
        for line in view.risks
    ]  # fmt: skip
    tables = {"Assumptions": assumptions, "Risks": risks}
    return {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}


def measures_of(plan: Plan, *, drawn: bool) -> list[tuple[str, str]]:
    """Measures an entry may move: those a future can draw, or those people edit."""
    allowed = DEMAND_MEASURES | SUPPLY_MEASURES if drawn else None
    names = [n for n, m in plan.measures.items() if (n in allowed if allowed else m.editable and m.span == "horizon")]
    first = [name for name in ("consensus_demand", "price", "unit_cost") if name in names]
    return [(name, plan.measure(name).label) for name in dict.fromkeys([*first, *sorted(names)])]


def _effect_words(effect: Effect, names: MemberNames) -> tuple[str, str, str]:
    when = "all periods" if effect.periods is None else " to ".join(dict.fromkeys(effect.periods))
    return _label(effect.measure), scope_text(effect.scope, names), when


def _label(name: str) -> str:
    measure = workspace().calculator.wiring.measures.get(name)
    return measure.label if measure else name


def _day(extract: str) -> date:
    return extract_of(extract).as_of
