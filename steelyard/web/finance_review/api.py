"""Finance API: statements, bridges, profitability, budgets, variances, option values and gap-closing actions."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema, Status, UploadedFile

from steelyard.plan.uncertainty.effect import Effect
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.finance_review import selectors, services
from steelyard.web.jobs.api_schema import JobOut
from steelyard.web.jobs.work import Job
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.asked import finite, plain_rows
from steelyard.web.scenarios.choice import chosen_scenario

router = Router(tags=["finance"])


class GapActionIn(Schema):
    """An action to be kept."""

    statement: str
    due: date
    value: float
    measure: str
    percent: float
    scope: dict[str, list[str]] = Field(default_factory=dict)
    periods: tuple[str, str] | None = None
    owner: str = ""
    against: str = "budget"


class GapActionOut(Schema):
    """An action."""

    id: int
    statement: str
    owner: str
    due: date
    value: float
    status: str
    in_plan: bool
    scenario: str
    against: str


class GapActionJudgeIn(Schema):
    """How far an action is."""

    status: str
    realised: float | None = None


@router.get("/{scenario}/statement", response={200: dict, **REFUSALS}, summary="Statement")
def statement(
    request: HttpRequest, scenario: str, version: Annotated[list[str] | None, Query()] = None, time: str = "quarter"
) -> dict[str, object]:
    """Income, working capital and cash of one or more versions, by month, quarter or year."""
    asked = [selectors.asked_version(name, "plan") for name in version or ["operating_plan", "budget"]]
    name = chosen_scenario(request, scenario)
    found = selectors.statement_of(name, asked, time=selectors.asked_time(time))
    columns = [{"version": c.version, "period": c.period, "values": c.values} for c in found.columns]
    return {
        "periods": list(found.periods), "columns": columns, "missing": found.missing, "sources": found.sources,
        "not_whole": found.short,
        "lines": [{"key": one.key, "label": one.label, "meaning": one.meaning} for one in found.lines],
    }  # fmt: skip


@router.get("/{scenario}/bridge", response={200: dict, **REFUSALS}, summary="Bridge")
def bridge(
    request: HttpRequest, scenario: str, before: str = "budget", after: str = "plan",
    measure: str = "gross_margin", by: str = "product_family",
) -> dict[str, object]:  # fmt: skip
    """Why money differs between two versions, exact to the cent; money as text, so that no cent is lost."""
    found = selectors.bridge_of(
        chosen_scenario(request, scenario), selectors.asked_version(before, "budget"),
        selectors.asked_version(after, "plan"), selectors.asked_measure(measure), by=by,
    )  # fmt: skip
    return {
        "measure": found.measure, "before": found.names[0], "after": found.names[1], "start": str(found.start),
        "effects": {name: str(effect) for name, effect in found.effects}, "end": str(found.end),
        "periods": list(found.periods), "detail": plain_rows(found.detail),
    }  # fmt: skip


@router.get("/{scenario}/profitability", response={200: dict, **REFUSALS}, summary="Profitability")
def profitability(
    request: HttpRequest, scenario: str, by: str = "product_family", version: str = "plan"
) -> dict[str, object]:
    """What items, customers, channels or regions earn, the largest contribution first."""
    name = chosen_scenario(request, scenario)
    return plain_rows(selectors.earners(name, by, selectors.asked_version(version, "plan")))


@router.get("/{scenario}/budget", response={200: dict, **REFUSALS}, summary="Budget state and variances")
def budget(request: HttpRequest, scenario: str) -> dict[str, object]:
    """How far the versions of the budget reach, what was spread, and where the plan is off by too much."""
    name = chosen_scenario(request, scenario)
    states = [
        {"version": one.version, "levels": list(one.levels), "first": one.first, "last": one.last,
         "missing": list(one.missing), "loaded": finite(one.loaded), "spread": finite(one.spread)}
        for one in selectors.budgets_of(name)
    ]  # fmt: skip
    off = [
        {"key": one.key, "against": one.against, "measure": one.measure, "member": one.member, "period": one.period,
         "value": one.value, "held_against": one.held_against, "gap": one.gap, "share": finite(one.share)}
        for one in selectors.variances_of(name)
    ]  # fmt: skip
    return {"versions": states, "variances": off}


@router.get("/{scenario}/option/{option}", response={200: dict, **REFUSALS}, summary="Value of an option")
def option(request: HttpRequest, scenario: str, option: str, outlay: float = 0.0) -> dict[str, object]:
    """Net present value, return and payback of a scenario against another."""
    base, other = chosen_scenario(request, scenario), chosen_scenario(request, option)
    found = selectors.option_of(base, other, outlay)
    return {
        "outlay": found.outlay, "cash": dict(zip(found.periods, found.cash, strict=True)), "released": found.released,
        "net_present_value": finite(found.net_present_value), "payback_periods": finite(found.payback_periods),
        "return_on_investment": finite(found.return_on_investment), "internal_rate": finite(found.internal_rate),
    }  # fmt: skip


@router.get("/{scenario}/actions", response={200: list[GapActionOut], **REFUSALS}, summary="Gap-closing actions")
def actions(request: HttpRequest, scenario: str) -> list[object]:
    """The actions that close the gap."""
    return [line.entry for line in selectors.actions_of(chosen_scenario(request, scenario)).lines]


@router.post("/{scenario}/actions", response={201: GapActionOut, **WRITE_REFUSALS}, summary="Enter an action")
def action_add(request: HttpRequest, scenario: str, asked: GapActionIn) -> Status[object]:
    """Keep an action; it is proposed, and the plan does not count on it yet."""
    effect = Effect(asked.measure, asked.scope, asked.periods, asked.percent, asked.percent, asked.percent)
    given = {name: getattr(asked, name) for name in ("statement", "owner", "due", "value", "against")}
    name = chosen_scenario(request, scenario)
    return Status(201, services.action_add(name, user=person(request), effect=effect, **given))


@router.post("/actions/{number}/judge", response={200: GapActionOut, **WRITE_REFUSALS}, summary="Judge an action")
def action_judge(request: HttpRequest, number: int, asked: GapActionJudgeIn) -> object:
    """Say how far an action is, and what it brought."""
    return services.action_judge(number, asked.status, user=person(request), realised=asked.realised)


@router.post("/actions/{number}/plan", response={200: GapActionOut, **WRITE_REFUSALS}, summary="Put in or out of plan")
def action_plan(request: HttpRequest, number: int, count_on: bool = True) -> object:
    """Let the plan count on an action, or no longer."""
    change = services.action_count_on if count_on else services.action_take_out
    return change(number, user=person(request))


@router.post("/{scenario}/budget", response={202: JobOut, **REFUSALS}, summary="Load a budget")
def budget_load(
    request: HttpRequest, scenario: str, file: File[UploadedFile], name: Form[str] = "", version: Form[str] = "budget",
    note: Form[str] = "",
) -> Status[Job]:  # fmt: skip
    """Load a budget (CSV, Excel or Parquet) through the checks of an import, onto a scenario of its own; as a job."""
    job = services.budget_upload(scenario, file, user=person(request), name=name, version=version, note=note)
    return Status(202, job)
