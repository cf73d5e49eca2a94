"""Risk API: registers, tornado, futures, ranges."""

from datetime import date
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from steelyard.plan.balancing.block import block_told
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.monte_carlo import simulate_plan
from steelyard.plan.uncertainty.signpost import Side, Signpost
from steelyard.plan.uncertainty.warm_tornado import Outcome
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.risk import further, further_services, selectors, services
from steelyard.web.risk.futures import kpis_of
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.asked import finite, plain_rows
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import counting_assumptions, seen_risks

router = Router(tags=["risk"])
MOST_DRAWS = 5000


class EffectIn(Schema):
    """What an entry moves, in percent."""

    measure: str
    scope: dict[str, list[str]] = Field(default_factory=dict)
    periods: tuple[str, str] | None = None
    low: float
    likely: float
    high: float

    def read(self) -> Effect:
        """The effect."""
        return Effect(self.measure, self.scope, self.periods, self.low, self.likely, self.high)


class AssumptionIn(Schema):
    """An assumption to be kept."""

    statement: str
    effect: EffectIn
    owner: str = ""
    source: str = ""
    valid_until: date | None = None
    value: float | None = None
    unit: str = ""
    linked: list[str] = Field(default_factory=list)


class RiskIn(Schema):
    """A risk or an opportunity to be kept."""

    statement: str
    effect: EffectIn
    probability: float
    kind: str = "risk"
    owner: str = ""
    group: str = ""
    correlation: float = 0.5
    response: str = ""
    trigger: str = ""


class JudgeIn(Schema):
    """A status to be given."""

    status: str
    outcome: float | None = None
    in_plan: bool | None = None


class NumberOut(Schema):
    """The number of an entry."""

    id: int
    status: str


@router.get("/{scenario}", response={200: dict, **REFUSALS}, summary="Registers")
def registers(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Assumptions, risks and opportunities, and how well probabilities were judged."""
    view = selectors.register_view(scenario)
    tables = selectors.register_tables(view)
    return {"brier": view.brier} | {name.lower(): table.to_dicts() for name, table in tables.items()}


@router.post("/{scenario}/assumptions", response={201: NumberOut, **WRITE_REFUSALS}, summary="Enter an assumption")
def assume(request: HttpRequest, scenario: str, asked: AssumptionIn) -> Status[object]:
    """Keep an assumption; it is proposed until somebody validates it."""
    given = asked.dict() | {"effect": asked.effect.read()}
    return Status(201, services.assumption_add(scenario, user=person(request), **given))


@router.post("/{scenario}/risks", response={201: NumberOut, **WRITE_REFUSALS}, summary="Enter a risk")
def add_risk(request: HttpRequest, scenario: str, asked: RiskIn) -> Status[object]:
    """Keep a risk or an opportunity."""
    given = asked.dict() | {"effect": asked.effect.read()}
    return Status(201, services.risk_add(scenario, user=person(request), **given))


@router.post("/assumption/{number}/judge", response={200: NumberOut, **WRITE_REFUSALS}, summary="Judge an assumption")
def judge_assumption(request: HttpRequest, number: int, asked: JudgeIn) -> object:
    """Validate or reject an assumption, or note what came true."""
    return services.assumption_judge(number, asked.status, user=person(request), outcome=asked.outcome)


@router.post("/risk/{number}/judge", response={200: NumberOut, **WRITE_REFUSALS}, summary="Judge a risk")
def judge_risk(request: HttpRequest, number: int, asked: JudgeIn) -> object:
    """Say what became of a risk, or that the plan counts on it."""
    return services.risk_judge(number, asked.status, user=person(request), in_plan=asked.in_plan)


@router.post("/{scenario}/ranges", response={201: dict, **WRITE_REFUSALS}, summary="Make the three views")
def ranges(request: HttpRequest, scenario: str) -> Status[dict[str, object]]:
    """Branch into optimistic, most likely and pessimistic scenarios."""
    return Status(201, {"scenarios": services.ranges_make(scenario, user=person(request))})


@router.get("/{scenario}/tornado", response={200: dict, **REFUSALS}, summary="Tornado")
def tornado(request: HttpRequest, scenario: str, measure: str = "gross_margin") -> dict[str, object]:
    """How far each assumption alone moves a number, the widest first."""
    found = selectors.tornado_of(scenario, measure)
    bars = [
        {"assumption": bar.assumption.id, "statement": bar.assumption.statement, "low": bar.low, "high": bar.high}
        for bar in found.bars
    ]
    return {"measure": measure, "unit": found.unit, "base": finite(found.base), "bars": bars}


@router.get("/{scenario}/futures", response={200: dict, **REFUSALS}, summary="Many futures")
def futures(
    request: HttpRequest,
    scenario: str,
    draws: Annotated[int, Query(ge=1, le=MOST_DRAWS)] = 1000,
    seed: int = 1,
    assumptions: bool = True,
    kpi: str = "",
) -> dict[str, object]:
    """Percentiles of every outcome and KPI, chance of the budget and of each target, value at risk, load by resource.

    `kpi` tells one of them by period. What is ordered stays as planned in every future.
    """
    plan = plan_of(scenario)
    drawn = counting_assumptions(plan) if assumptions else ()
    found = simulate_plan(plan, draws=draws, seed=seed, risks=seen_risks(plan), assumptions=drawn)
    told = kpis_of(found)
    budget = found.chance_of_budget
    return {
        "draws": draws,
        "seed": seed,
        "assumptions": [one.statement for one in found.assumptions],
        "assumptions_not_drawn": [one.statement for one in found.undrawn],
        "summary": plain_rows(found.summary),
        "fans": {name: plain_rows(found.fan(name)) for name in found.outcomes},
        "kpis": plain_rows(told.summary),
        "kpis_not_drawn": [{"kpi": one.name, "why": why} for one, why in told.left_out],
        "kpi_by_period": plain_rows(told.fan(kpi)) if kpi else None,
        "load": plain_rows(found.loads.by_period),
        "chance_of_budget": None
        if budget is None
        else {"value": budget.value, "error": budget.error, "over": found.budget_words},
        "budget_chances": [
            {"outcome": one.outcome, "target": one.target, "value": one.chance.value, "error": one.chance.error}
            for one in found.budget_chances
        ],
        "breaches": [
            {"resource": b.resource, "period": b.period, "chance": b.chance.value, "hours_short": b.hours_short}
            for b in found.breaches
        ],
    }


class SweepIn(Schema):
    """One parameter to be moved step by step."""

    effect: EffectIn
    steps: int = 9
    watch: str = "gross_margin"


class SignpostIn(Schema):
    """A signpost to be set."""

    statement: str
    measure: str
    side: str
    threshold: float
    scenario: str
    scope: dict[str, list[str]] = Field(default_factory=dict)
    periods: tuple[str, str] | None = None
    owner: str = ""


@router.get("/{scenario}/drivers", response={200: dict, **REFUSALS}, summary="What moves the best plan")
def drivers(request: HttpRequest, scenario: str, outcome: Outcome = "profit") -> dict[str, object]:
    """How far each driver alone moves profit, service or stock of the best supply plan, the widest first."""
    view = further.drivers_view(plan_of(scenario))
    bars = [{"driver": bar.name, "low": low, "high": high} for bar, low, high in view.tornado.ranked(outcome)]
    return {
        "outcome": outcome, "base": vars(view.tornado.base), "stated": view.stated, "bars": bars,
        "left_out": list(view.left_out), "block": block_told(view.block),
    }  # fmt: skip


@router.post("/{scenario}/sweep", response={200: dict, **REFUSALS}, summary="Sweep")
def sweep(request: HttpRequest, scenario: str, asked: SweepIn) -> dict[str, object]:
    """A number with one parameter moved from the low to the high end of a range."""
    found = further.sweep_view(plan_of(scenario), asked.effect.read(), asked.watch, asked.steps)
    return {"measure": asked.watch, "unit": found.unit, "percents": found.percents,
            "values": [finite(value) for value in found.values]}  # fmt: skip


@router.get("/{scenario}/expected", response={200: dict, **REFUSALS}, summary="Risks in money")
def expected(request: HttpRequest, scenario: str, measure: str = "gross_margin") -> dict[str, object]:
    """Probability times impact of every open risk, in the plan and beside it, and how owners have judged."""
    plan = plan_of(scenario)
    found = further.expected_view(plan, measure)
    lines = [
        {"risk": one.risk.id, "statement": one.risk.statement, "probability": one.risk.probability,
         "in_plan": one.risk.in_plan, "impact": one.impact, "expected": one.expected}
        for one in found.lines
    ]  # fmt: skip
    owners = [vars(one) | {"verdict": one.verdict} for one in further.owners_view(plan)]
    return {"measure": measure, "in_plan": found.in_plan, "beside": found.beside, "lines": lines, "owners": owners}


@router.get("/{scenario}/regret", response={200: dict, **REFUSALS}, summary="Robust choice")
def regret(
    request: HttpRequest, scenario: str, against: Annotated[list[str], Query()], measure: str = "gross_margin"
) -> dict[str, object]:
    """What scenarios bring in every future that the registers state, and by how much each misses the best there."""
    view = further.robust_view([scenario, *against], measure)
    found = view.choice
    return {
        "measure": measure, "scenarios": found.scenarios, "futures": found.futures,
        "outcomes": found.outcomes.tolist(), "regret": found.regret.table.tolist(),
        "largest": found.regret.worst.tolist(), "mean": found.regret.expected.tolist(),
        "smallest_largest": found.safest, "smallest_mean": found.likeliest, "left_out": list(view.left_out),
    }  # fmt: skip


@router.get("/{scenario}/signposts", response={200: dict, **REFUSALS}, summary="Signposts")
def signposts(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Signposts held against the plan; those that are crossed first."""
    return {
        "signposts": [
            {"id": one.signpost.id, "statement": one.signpost.statement, "measure": one.signpost.measure,
             "side": one.signpost.side, "threshold": one.signpost.threshold, "scenario": one.signpost.scenario,
             "crossed": one.crossed, "period": one.period, "value": one.value, "fault": one.fault}
            for one in further.signposts_view(plan_of(scenario))
        ]
    }  # fmt: skip


@router.post("/{scenario}/signposts", response={201: dict, **WRITE_REFUSALS}, summary="Set a signpost")
def add_signpost(request: HttpRequest, scenario: str, asked: SignpostIn) -> Status[dict[str, object]]:
    """Set a signpost: a measure, a threshold, and the scenario to open when it is crossed."""
    user = person(request)
    scope = {level: tuple(members) for level, members in asked.scope.items()}
    entry = Signpost(
        asked.statement, asked.owner or user.username, asked.measure, cast(Side, asked.side), asked.threshold,
        asked.scenario, scope, asked.periods,
    )  # fmt: skip
    return Status(201, {"id": further_services.signpost_add(scenario, entry, user=user).id})
