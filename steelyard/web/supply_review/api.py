"""Supply review API: the same worksheet, ways to plan and what-ifs as the page."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from steelyard.plan.review.conventions import BY_NAME, stated
from steelyard.plan.review.engine_settings import EngineSettings
from steelyard.plan.review.moves import move_totals
from steelyard.plan.review.order_messages import message_totals
from steelyard.plan.review.supply_what_if import read_question
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.scenarios.asked import plain_rows
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.supply_review import selectors, services
from steelyard.web.supply_review.orders import messages_of
from steelyard.web.supply_review.planned import ask_live, moves_of, planned_of

router = Router(tags=["supply review"])
Count = Annotated[int, Query(ge=1, le=100_000)]


class QuestionIn(Schema):
    """A what-if."""

    kind: str
    name: str = ""
    percent: float = 0.0
    lead_time: int = 0
    first: str = ""
    last: str = ""


class SolveSettingsIn(Schema):
    """What the engines shall heed; what is not said stays."""

    goal: str = ""
    whole_lots: bool | None = None
    stability: float | None = None
    ranking: str = ""
    overtime: bool | None = None
    stock_basis: str | None = None
    hold_above_target: bool | None = None
    backlog_allowed: bool | None = None
    end_backlog: str | None = None
    class_terms: str | None = None
    rate_increase_cost: float | None = None
    rate_decrease_cost: float | None = None
    rate_basis: str | None = None
    whole_rate: bool | None = None
    undertime_paid: bool | None = None
    idle_workers: bool | None = None
    whole_output: bool | None = None
    subcontract_material: str | None = None


class EngineIn(Schema):
    """The engine that shall plan."""

    engine: str


@router.get("/{scenario}/sheet", response={200: dict, **REFUSALS}, summary="Worksheet of a family")
def sheet(request: HttpRequest, scenario: str, family: str = "") -> dict[str, object]:
    """Demand, receipts, stock, backlog and hours by period."""
    plan = moment_of(scenario).plan
    rows = [{"label": r.label, "unit": r.unit, "values": r.values} for r in selectors.sheet(plan, family)]
    return {"periods": plan.horizon.labels, "rows": rows}


@router.get("/{scenario}/ways", response={200: dict, **REFUSALS}, summary="Engines and strategies side by side")
def ways(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Cost, service, stock, bound and gap of every way; hour prices, penalties and findings of the model."""
    plan = moment_of(scenario).plan
    planned = planned_of(plan)
    return {
        "ways": [_way(one) for one in selectors.way_lines(plan, planned)],
        "hour_prices": [vars(one) for one in selectors.way_hours(planned)],
        "penalties": [_finite(vars(one)) for one in planned.penalties],
        "findings": [vars(one) for one in planned.findings],
        "settings": _settings(scenario),
    }


@router.get("/{scenario}/strategies", response={200: dict, **REFUSALS}, summary="Strategies next to the optimum")
def strategies(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Cost, stock, workforce and load of level, chase and hybrid next to the optimum."""
    return {"strategies": selectors.strategy_lines(planned_of(moment_of(scenario).plan))}


@router.post("/{scenario}/strategies", response={200: dict, **REFUSALS}, summary="Make scenarios of the strategies")
def strategies_make(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Branch a scenario for each strategy and one for the optimum; those that are there stay."""
    made = services.strategies_make(scenario, user=person(request))
    return {"made": made, "compare": selectors.compare_address(made)} | strategies(request, scenario)


@router.get("/{scenario}/moves", response={200: dict, **REFUSALS}, summary="Move log")
def moves(request: HttpRequest, scenario: str, way: str = "", count: Count = 1000) -> dict[str, object]:
    """What a way to plan (the engine of the plan by default) puts elsewhere than the plan without limits, and why."""
    plan = moment_of(scenario).plan
    way = way or selectors.engine_of(plan)
    frame = moves_of(plan, way)
    return {"way": way, "found": frame.height, "totals": move_totals(frame).to_dicts()} | plain_rows(frame.head(count))


@router.get("/{scenario}/orders", response={200: dict, **REFUSALS}, summary="Order messages")
def orders(
    request: HttpRequest, scenario: str, message: str = "", item: str = "", count: Count = 1000
) -> dict[str, object]:
    """What to do about open orders: expedite, place inside the fence, reschedule, cancel; and stock that expires."""
    frame = messages_of(moment_of(scenario).plan, message, item)
    return {"found": frame.height, "totals": message_totals(frame).to_dicts()} | plain_rows(frame.head(count))


@router.post("/{scenario}/what-if", response={200: dict, **REFUSALS}, summary="Ask a what-if")
def what_if(request: HttpRequest, scenario: str, question: QuestionIn) -> dict[str, object]:
    """Solve a change of capacity, demand, cost, lead time or source; nothing is kept."""
    plan = moment_of(scenario).plan
    asked = read_question(
        plan, question.kind, question.name, percent=question.percent, lead_time=question.lead_time,
        first=question.first, last=question.last,
    )  # fmt: skip
    answer = ask_live(plan, asked)
    return _finite({**vars(answer), "gain": answer.gain})


@router.post("/{scenario}/engine", response={200: dict, **REFUSALS}, summary="Choose the engine")
def engine(request: HttpRequest, scenario: str, wanted: EngineIn) -> dict[str, object]:
    """Let the scenario be planned by another engine."""
    services.engine_set(scenario, wanted.engine, user=person(request))
    return {"engine": wanted.engine}


@router.post("/{scenario}/settings", response={200: dict, **REFUSALS}, summary="Set what the engines heed")
def settings(request: HttpRequest, scenario: str, wanted: SolveSettingsIn) -> dict[str, object]:
    """Set what engines put first and how supply is counted: stock, waiting, rates, idle hours, subcontracting."""
    conventions = {name: getattr(wanted, name) for name in BY_NAME}
    told = EngineSettings(
        wanted.goal, wanted.whole_lots, wanted.stability, wanted.ranking, wanted.overtime, conventions
    )
    services.settings_set(scenario, told, user=person(request))
    return _settings(scenario)


def _settings(scenario: str) -> dict[str, object]:
    knobs = moment_of(scenario).plan.inputs.parameters
    own: dict[str, object] = {
        "goal": knobs.supply_goal, "whole_lots": knobs.whole_lots, "stability": knobs.stability_weight,
        "approved_plan": knobs.approved_plan, "ranking": knobs.supply_ranking, "overtime": knobs.overtime_by_priority,
    }  # fmt: skip
    return own | dict(stated(knobs))


def _way(one: selectors.WayLine) -> dict[str, object]:
    result = one.result
    return _finite(
        {
            "way": one.name, "chosen": one.chosen, "profit": one.profit, "behind": one.behind, "cost": result.money,
            "revenue": result.evaluation.revenue, "fill_rate": result.fill_rate, "service": result.service,
            "stock_value": result.stock_value, "overload_hours": result.overload, "possible": result.possible,
            "lower_bound": result.plan.lower_bound, "gap": result.plan.gap, "seconds": result.plan.seconds,
            "complete": result.plan.complete,
        }
    )  # fmt: skip


def _finite(values: dict[str, object]) -> dict[str, object]:
    """Numbers that JSON does not know become null."""
    return {key: None if isinstance(v, float) and not abs(v) < float("inf") else v for key, v in values.items()}
