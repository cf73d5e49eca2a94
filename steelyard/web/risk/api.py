"""Risk API: registers, tornado, futures, ranges."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.monte_carlo import simulate_plan
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.risk import selectors, services
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.asked import finite, plain_rows
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import seen_risks

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


class RiskIn(Schema):
    """A risk or an opportunity to be kept."""

    statement: str
    effect: EffectIn
    probability: float
    kind: str = "risk"
    owner: str = ""
    group: str = ""
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
    request: HttpRequest, scenario: str, draws: Annotated[int, Query(ge=1, le=MOST_DRAWS)] = 1000, seed: int = 1
) -> dict[str, object]:
    """Percentiles of every outcome, chance of the budget, value at risk, and where hours may be missing."""
    plan = plan_of(scenario)
    found = simulate_plan(plan, draws=draws, seed=seed, risks=seen_risks(plan))
    budget = found.chance_of_budget
    return {
        "draws": draws,
        "seed": seed,
        "summary": plain_rows(found.summary),
        "fans": {name: plain_rows(found.fan(name)) for name in ("revenue", "gross_margin", "inventory_value")},
        "chance_of_budget": None if budget is None else {"value": budget.value, "error": budget.error},
        "breaches": [
            {"resource": b.resource, "period": b.period, "chance": b.chance.value, "hours_short": b.hours_short}
            for b in found.breaches
        ],
    }
