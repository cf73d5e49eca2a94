"""KPI API: the registry, values, series and slices, targets, rules, cases, and looking at the rules."""

from dataclasses import asdict
from datetime import date
from math import isfinite
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.kpi.alert import AlertRule
from steelyard.kpi.registry import INDICATORS
from steelyard.web.accounts.api_guard import REFUSALS, Fault
from steelyard.web.accounts.permissions import person, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.scenarios.asked import parse_scope
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.slice import check_scope
from steelyard.web.scorecard import case_selectors, kpi_selectors, rule_selectors, services

router = Router(tags=["kpis"])
WRITE: dict[int, type[Schema]] = {**REFUSALS, 409: Fault}


class IndicatorOut(Schema):
    """A declared KPI."""

    name: str
    label: str
    area: str
    definition: str
    words: str
    formula: str
    unit: str
    leading: bool
    better: str
    target: float | None
    tolerance: float
    behaviour: str
    guard: str
    owner: str
    forums: list[str]
    frequency: str
    drivers: list[str]
    measures: list[str]


class KpiOut(Schema):
    """A KPI of a plan."""

    name: str
    label: str
    unit: str
    value: float | None
    target: float | None
    standing: str
    leading: bool
    owner: str


class PointOut(Schema):
    """A value of a period."""

    period: str
    value: float


class SeriesOut(Schema):
    """A KPI period by period."""

    name: str
    actual: list[PointOut]
    said: list[PointOut]
    plan: list[PointOut]
    target: float | None


class SliceOut(Schema):
    """A KPI of one member of a level."""

    member: str
    value: float | None
    standing: str


class TargetIn(Schema):
    """What is expected; without a target it is taken back."""

    kpi: str
    target: float | None = None
    tolerance: float | None = None
    level: str = Field("", max_length=60)
    member: str = Field("", max_length=120)


class RuleIn(Schema):
    """When a KPI calls for somebody."""

    name: str = Field(max_length=120)
    kpi: str
    of: Literal["whole", "ahead", "past"] = "whole"
    worse: Literal["watch", "act"] = "act"
    limit: float | None = None
    periods: int = Field(1, ge=1, le=60)
    level: str = Field("", max_length=60)
    member: str = Field("", max_length=120)
    active: bool = True


class CaseOut(Schema):
    """A case."""

    number: int
    kpi: str
    where: str
    opened_cycle: str
    months_in_a_row: int
    text: str
    state: str
    owner: str
    cause: str
    action: str
    due: date | None
    outcome: str
    gone: bool
    revision: int


class KpiCaseIn(Schema):
    """Why a case is there, and what is done about it."""

    cause: str = Field("", max_length=2000)
    action: str = Field("", max_length=2000)
    due: date | None = None
    owner: str = Field("", max_length=150)
    expected: int | None = Field(None, ge=1, le=10**9)


class OutcomeIn(Schema):
    """What came of a case."""

    outcome: str = Field(max_length=2000)
    expected: int | None = Field(None, ge=1, le=10**9)


class LookOut(Schema):
    """What a look at the rules found."""

    cycle: str
    found: int
    opened: list[int]
    followed: list[int]
    gone: list[int]


@router.get("/registry", response={200: list[IndicatorOut], **REFUSALS}, summary="Every KPI there is")
def registry(request: HttpRequest) -> list[object]:
    """Definition, formula, owner, target, behaviour and guard of each KPI."""
    return list(INDICATORS.values())


@router.get("/of/{scenario}", response={200: list[KpiOut], **REFUSALS}, summary="KPIs of a scenario")
def values(request: HttpRequest, scenario: str, role: str = "", forum: str = "", scope: str = "") -> list[object]:
    """The scorecard, of a role or forum, of everything or of a slice such as `product_family:Scales`."""
    name, asked = chosen_scenario(request, scenario), parse_scope(scope)
    if asked:
        check_scope(plan_of(name), asked)
    lines = kpi_selectors.kpi_lines(name, role=role, forum=forum, scope=asked)
    return [asdict(line) | {"value": line.value if line.known else None} for line in lines]


@router.get("/of/{scenario}/{kpi}", response={200: SeriesOut, **REFUSALS}, summary="A KPI period by period")
def series(request: HttpRequest, scenario: str, kpi: str, scope: str = "") -> dict[str, object]:
    """What came, what the plan of the time had said, and what the plan says now."""
    name, asked = chosen_scenario(request, scenario), parse_scope(scope)
    indicator = rule_selectors.indicator_of(kpi)
    if asked:
        check_scope(plan_of(name), asked)
    found = kpi_selectors.kpi_series(name, kpi, asked)
    target = kpi_selectors.target_of(name, kpi, asked)
    parts = {"actual": found.actual, "said": found.said, "plan": found.plan}
    points = {part: [{"period": p, "value": value} for p, value in rows] for part, rows in parts.items()}
    return {"name": kpi, "target": target.target if target else indicator.target, **points}


@router.get("/of/{scenario}/{kpi}/by/{level}", response={200: list[SliceOut], **REFUSALS}, summary="A KPI by slice")
def slices(request: HttpRequest, scenario: str, kpi: str, level: str) -> list[dict[str, object]]:
    """A KPI of every member of a level, the worst first."""
    lines = kpi_selectors.slice_lines(chosen_scenario(request, scenario), kpi, level)
    return [asdict(line) | {"value": line.value if isfinite(line.value) else None} for line in lines]


@router.put("/targets", response={204: None, **WRITE}, summary="Agree on a target")
def target(request: HttpRequest, asked: TargetIn) -> Status[None]:
    """Agree on a target for the company or one member of a level, or take it back."""
    services.target_set(
        asked.kpi, asked.target, user=person(request), level=asked.level, member=asked.member, tolerance=asked.tolerance
    )
    return Status(204, None)


@router.get("/rules", response={200: list[RuleIn], **REFUSALS}, summary="Alert rules")
def rules(request: HttpRequest) -> list[object]:
    """The company's rules, or the standard ones."""
    return list(rule_selectors.seen_rules(plan_of(chosen_scenario(request))))


@router.put("/rules", response={204: None, **WRITE}, summary="Keep an alert rule")
def rule(request: HttpRequest, asked: RuleIn) -> Status[None]:
    """Keep a rule, in place of the one of its name."""
    services.rule_put(AlertRule(**asked.dict()), user=person(request))
    return Status(204, None)


@router.delete("/rules", response={204: None, **WRITE}, summary="Remove an alert rule")
def rule_remove(request: HttpRequest, name: str) -> Status[None]:
    """Take a rule away; its cases stay."""
    services.rule_remove(name, user=person(request))
    return Status(204, None)


@router.post("/look/{scenario}", response={200: LookOut, **WRITE}, summary="Look at the alert rules")
def look(request: HttpRequest, scenario: str) -> object:
    """Open cases for what is new, follow those that were open."""
    require(person(request), Ability.GOVERN)
    return services.alerts_evaluate(chosen_scenario(request, scenario), actor=person(request).username)


@router.get("/cases", response={200: list[CaseOut], **REFUSALS}, summary="Open cases")
def cases(request: HttpRequest, role: str = "", forum: str = "") -> list[object]:
    """Open cases, the longest first."""
    return list(case_selectors.cases_open(role, forum, scenario=chosen_scenario(request)))


@router.get("/cases/{int:number}", response={200: CaseOut, **REFUSALS}, summary="A case")
def case(request: HttpRequest, number: int) -> object:
    """One case."""
    return case_selectors.case(number, scenario=chosen_scenario(request))


@router.put("/cases/{int:number}", response={200: CaseOut, **WRITE}, summary="Write a case")
def case_write(request: HttpRequest, number: int, asked: KpiCaseIn) -> object:
    """Say why it is there, what is done about it, by whom and until when."""
    case_selectors.case(number, scenario=chosen_scenario(request))
    services.case_write(
        number, user=person(request), cause=asked.cause, action=asked.action, due=asked.due, owner=asked.owner,
        expected=asked.expected,
    )  # fmt: skip
    return case_selectors.case(number, scenario=chosen_scenario(request))


@router.post("/cases/{int:number}/close", response={200: CaseOut, **WRITE}, summary="Close a case")
def case_close(request: HttpRequest, number: int, asked: OutcomeIn) -> object:
    """Close a case with what came of it."""
    case_selectors.case(number, scenario=chosen_scenario(request))
    services.case_close(number, user=person(request), outcome=asked.outcome, expected=asked.expected)
    return case_selectors.case(number, scenario=chosen_scenario(request))
