"""Risk selectors: the registers, the tornado and the futures of a plan."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from steelyard.errors import NotAllowed
from steelyard.plan.plan import Plan
from steelyard.plan.sheet_picture import SheetPicture
from steelyard.plan.uncertainty.calibration import ExpectedEffect, OwnerRecord, expected_effect, owner_records
from steelyard.plan.uncertainty.drawing import DEMAND_MEASURES, SUPPLY_MEASURES
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.monte_carlo import PlanFutures, simulate_plan
from steelyard.plan.uncertainty.register import Assumption, AssumptionStatus, Risk, brier_score
from steelyard.plan.uncertainty.sensitivity import Tornado, make_tornado
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.masterdata.selectors import extract as extract_of
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import seen_assumptions, seen_risks
from steelyard.web.scenarios.words import scope_text

DRAWS, SEED = 1000, 1
_tornados: Answers[Tornado] = Answers("Moving one assumption after the other", 16, long=True)
_futures: Answers[PlanFutures] = Answers("Playing a thousand futures", 6, long=True)


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
    """How far each assumption that counts moves a number of the plan."""
    plan = plan_of(scenario)
    day = _day(plan.inputs.extract)
    entries = [one for one in seen_assumptions(plan) if one.counts_on(day)]
    return _tornados.of(plan, lambda: make_tornado(plan, entries, measure), measure, repr(entries))


def futures_of(scenario: str) -> PlanFutures:
    """The plan of a scenario played through many futures, with the open risks."""
    return futures_of_plan(plan_of(scenario))


def futures_of_plan(plan: Plan) -> PlanFutures:
    """A plan, open or published, played through many futures, with the open risks."""
    risks = seen_risks(plan)
    return _futures.of(plan, lambda: simulate_plan(plan, draws=DRAWS, seed=SEED, risks=risks), repr(risks))


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


OUTLOOK_PICTURES = {
    "Tornado": SheetPicture("bar", "Assumption", ("Low end", "High end"), "What each assumption moves"),
    "Fan": SheetPicture("line", "period", ("p10", "p50", "p90"), "Many futures by period"),
}
"""Pictures of the workbook, by sheet."""


def outlook_tables(scenario: str) -> dict[str, pl.DataFrame]:
    """Tornado and futures as sheets of a workbook, as far as the person sees what they are made of."""
    tornado = [
        {
            "Assumption": bar.assumption.statement,
            "Owner": bar.assumption.owner,
            "Low end": bar.low,
            "High end": bar.high,
        }
        for bar in tornado_of(scenario).bars
    ]
    try:
        tables = {"Tornado": pl.DataFrame(tornado), **_future_tables(futures_of(scenario))}
    except NotAllowed:  # who sees a part of the company sees no futures of it
        tables = {"Tornado": pl.DataFrame(tornado)}
    return {name: frame for name, frame in tables.items() if frame.height}


def _future_tables(found: PlanFutures) -> dict[str, pl.DataFrame]:
    hours = [
        {"Resource": one.resource, "Period": one.period, "Chance": one.chance.value, "Hours short": one.hours_short}
        for one in found.breaches
    ]
    chances = [
        {"Outcome": one.label, "Budget": one.target, "Chance": one.chance.value, "Error": one.chance.error}
        for one in found.budget_chances
    ]
    money = "gross_margin" if "gross_margin" in found.outcomes else "revenue"
    fan = found.fan(money).with_columns(pl.lit(found.outcomes[money]).alias("outcome"))
    return {
        "Futures": found.summary, "Fan": fan, "Budget": pl.DataFrame(chances),
        "Hours": pl.DataFrame(hours),
    }  # fmt: skip


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
