"""Scenario API: scenarios, changes, comparison, explanation, bridge, publication."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from steelyard.plan.bridge import bridge as build_bridge
from steelyard.plan.compare import compare as hold
from steelyard.plan.forecasting.view import forecast_view, view_payload
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_measure
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.jobs.api_schema import JobOut
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios import exports, selectors, services
from steelyard.web.scenarios.api_schema import (
    WRITE_REFUSALS,
    BranchIn,
    ChangeOut,
    ChangesIn,
    PublishedOut,
    PublishIn,
    ScenarioEventOut,
    ScenarioIn,
    ScenarioOut,
    change_json,
    read_change,
)
from steelyard.web.scenarios.asked import finite, parse_names, parse_periods, parse_scope, plain_rows, required_names
from steelyard.web.scenarios.chain import step_label
from steelyard.web.scenarios.comparison import cells
from steelyard.web.scenarios.plans import any_plan, plan_of

router = Router(tags=["scenarios"])
published_router = Router(tags=["published plans"])


@router.get("/", response={200: list[ScenarioOut], **REFUSALS}, summary="Scenarios")
def scenarios(request: HttpRequest, archived: bool = False) -> list[selectors.ScenarioLine]:
    """All scenarios, each followed by its branches."""
    return selectors.scenario_tree(archived=archived)


@router.post("/", response={201: ScenarioOut, **WRITE_REFUSALS}, summary="Make a scenario")
def create(request: HttpRequest, asked: ScenarioIn) -> Status[selectors.ScenarioLine]:
    """Make a scenario on an extract, the latest one if none is named."""
    made = services.scenario_create(user=person(request), **asked.dict())
    return Status(201, selectors.scenario_line(made.name))


@router.get("/{name}", response={200: ScenarioOut, **REFUSALS}, summary="A scenario")
def one(request: HttpRequest, name: str) -> selectors.ScenarioLine:
    """One scenario."""
    return selectors.scenario_line(name)


@router.post("/{name}/branch", response={201: ScenarioOut, **WRITE_REFUSALS}, summary="Branch")
def branch(request: HttpRequest, name: str, asked: BranchIn) -> Status[selectors.ScenarioLine]:
    """Make a scenario that starts where this one stands and follows it."""
    made = services.scenario_branch(name, asked.name, note=asked.note, user=person(request))
    return Status(201, selectors.scenario_line(made.name))


@router.post("/{name}/archive", response={200: ScenarioOut, **WRITE_REFUSALS}, summary="Put away")
def archive(request: HttpRequest, name: str) -> selectors.ScenarioLine:
    """Put a scenario into the archive."""
    services.scenario_archive(name, user=person(request))
    return selectors.scenario_line(name)


@router.post("/{name}/restore", response={200: ScenarioOut, **WRITE_REFUSALS}, summary="Bring back")
def restore(request: HttpRequest, name: str) -> selectors.ScenarioLine:
    """Bring a scenario back from the archive."""
    services.scenario_restore(name, user=person(request))
    return selectors.scenario_line(name)


@router.get("/{name}/changes", response={200: list[ChangeOut], **REFUSALS}, summary="Changes")
def changes(request: HttpRequest, name: str) -> list[dict[str, object]]:
    """The changes that stand, newest first, those of the base too."""
    return [change_json(line.change, line.names) for line in selectors.change_lines(name)]


@router.post("/{name}/changes", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Append changes")
def append(request: HttpRequest, name: str, asked: ChangesIn) -> Status[dict[str, object]]:
    """Append changes as one step that can be undone; author and time are the caller's."""
    author, at = person(request).username, now()
    made = [read_change(one, author=author, at=at) for one in asked.changes]
    event = services.changes_append(name, made, user=person(request), expected_revision=asked.revision)
    return Status(201, {"revision": event.revision, "changes": [change.id for change in event.changes]})


@router.post(
    "/{name}/changes/{change_id}/{on}", response={200: ScenarioEventOut, **WRITE_REFUSALS}, summary="Switch a change"
)
def switch(request: HttpRequest, name: str, change_id: str, on: bool) -> dict[str, object]:
    """Switch a change on (`true`) or off (`false`)."""
    event = services.change_switch(name, change_id, on=on, user=person(request))
    return {"revision": event.revision, "changes": [change_id]}


@router.get("/{name}/frame", response={200: dict, **REFUSALS}, summary="Numbers")
def frame(
    request: HttpRequest,
    name: str,
    measures: str,
    by: str = "",
    time: str = "period",
    scope: str = "",
    periods: str = "",
) -> dict[str, object]:
    """Measures by levels and time; lists by comma, scope `channel:Retail|Web;territory:North`, periods `a..b`."""
    plan, asked_scope = plan_of(name), parse_scope(scope)
    names, levels = required_names(measures), parse_names(by)
    return plain_rows(plan.frame(names, by=levels, time=time, scope=asked_scope, periods=parse_periods(periods)))


@router.get("/{name}/explain", response={200: dict, **REFUSALS}, summary="Explain a number")
def explain(request: HttpRequest, name: str, measure: str, scope: str = "", periods: str = "") -> dict[str, object]:
    """Formula, inputs, changes with their effect, and rows of the extract."""
    plan = plan_of(name)
    require_measure(plan, measure)
    names = member_names(plan.inputs.extract)
    told = plan.explain(measure, scope=parse_scope(scope), periods=parse_periods(periods))
    return {
        "measure": told.measure,
        "label": told.label,
        "meaning": told.meaning,
        "unit": told.unit,
        "value": finite(told.value),
        "formula": told.formula,
        "reason": told.reason,
        "calculated_by": told.calculated_by,
        "inputs": [{"measure": i.name, "label": i.label, "unit": i.unit, "value": i.value} for i in told.inputs],
        "changes": [{**change_json(c.change, names), "effect": c.effect} for c in told.changes],
        "rows": {table: plain_rows(rows.head(100)) for table, rows in told.rows.items()},
    }


@router.get("/{name}/forecast", response={200: dict, **REFUSALS}, summary="How a forecast came about")
def forecast(request: HttpRequest, name: str, scope: str = "") -> dict[str, object]:
    """Statistical forecast of a scope with its intervals, methods and their weights, and one sentence a unit."""
    return view_payload(forecast_view(plan_of(name), parse_scope(scope)))


@router.get("/{name}/compare", response={200: dict, **REFUSALS}, summary="Compare")
def compare(
    request: HttpRequest,
    name: str,
    against: str,
    measures: str = "",
    by: str = "",
    time: str = "all",
    scope: str = "",
    periods: str = "",
    top: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> dict[str, object]:
    """Hold another scenario (or `plan:<id>`) against this one: totals, table, and the cells that differ most."""
    held = hold(
        any_plan(name), any_plan(against), measures=parse_names(measures), by=parse_names(by),
        time=time, scope=parse_scope(scope), periods=parse_periods(periods),
    )  # fmt: skip
    return {
        "kpis": plain_rows(held.kpis),
        "frame": plain_rows(held.frame),
        "cells": plain_rows(cells(held, held.measures[0], top)),
    }


@router.get("/{name}/bridge", response={200: dict, **REFUSALS}, summary="Bridge")
def bridge(
    request: HttpRequest, name: str, against: str, measure: str, scope: str = "", periods: str = ""
) -> dict[str, object]:
    """The exact chain of steps from the number of this plan to the number of another; amounts are decimal text."""
    after = any_plan(against)
    require_measure(after, measure)
    built = build_bridge(any_plan(name), after, measure, scope=parse_scope(scope), periods=parse_periods(periods))
    steps = [{"kind": s.kind, "label": step_label(s, after), "effect": str(s.effect)} for s in built.steps]
    return {"measure": measure, "unit": built.unit, "start": str(built.start), "steps": steps, "end": str(built.end)}


@router.post("/{name}/publish", response={201: PublishedOut, **WRITE_REFUSALS}, summary="Publish")
def publish(request: HttpRequest, name: str, asked: PublishIn) -> Status[selectors.PublishedLine]:
    """Keep the numbers of a scenario for ever; the revision must be the one that was looked at."""
    made = services.scenario_publish(
        name, user=person(request), note=asked.note[:500], expected_revision=asked.revision, waive=asked.waive[:500]
    )
    return Status(201, selectors.published_line(made.id))


@published_router.get("/", response={200: list[PublishedOut], **REFUSALS}, summary="Published plans")
def published(request: HttpRequest) -> list[selectors.PublishedLine]:
    """Published plans, newest first."""
    return selectors.published_lines()


@published_router.get("/{plan_id}", response={200: PublishedOut, **REFUSALS}, summary="A published plan")
def published_one(request: HttpRequest, plan_id: str) -> selectors.PublishedLine:
    """One published plan, by digest or its beginning."""
    return selectors.published_line(plan_id)


@published_router.get("/{plan_id}/frame", response={200: dict, **REFUSALS}, summary="Numbers")
def published_frame(
    request: HttpRequest, plan_id: str, measures: str, by: str = "", time: str = "period", scope: str = ""
) -> dict[str, object]:
    """Measures of a published plan by levels and time."""
    plan = any_plan(f"plan:{plan_id}")
    return plain_rows(plan.frame(required_names(measures), by=parse_names(by), time=time, scope=parse_scope(scope)))


@published_router.post("/{plan_id}/replay", response={202: JobOut, **WRITE_REFUSALS}, summary="Replay")
def replay(request: HttpRequest, plan_id: str) -> Status[object]:
    """Calculate a published plan again, as a job, and compare every number."""
    return Status(202, services.replay_start(plan_id, user=person(request)))


@published_router.get("/{plan_id}/export/{view}.{kind}", response={200: None, **REFUSALS}, summary="Export")
def export(request: HttpRequest, plan_id: str, view: str, kind: str) -> HttpResponse:
    """A published plan as csv, parquet or xlsx."""
    require(person(request), Ability.EXPORT)
    plan = workspace().published_plan(plan_id)
    content = exports.export_file(any_plan(f"plan:{plan.id}"), view, kind)
    audit_record(
        actor=person(request).username, action="plan.export", subject=plan.id, detail={"view": view, "kind": kind}
    )
    return HttpResponse(content, content_type=exports.KINDS[kind])
