"""Balance pages: the gap board with levers, mix, rations and ways out as parts, taking levers, the workbook."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from steelyard.balancing.weights import Weights
from steelyard.errors import ChangeInvalid, NotFound, SteelyardError
from steelyard.plan.balancing.focus import Focus, read_focus
from steelyard.plan.balancing.queue import RationAsked, queue_levers
from steelyard.plan.balancing.take import TakenCheck
from steelyard.plan.measuring.export import workbook
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.balance import pictures, selectors, services
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.stale import stands_on, watch_token

AIMS = ("profit", "service", "cash", "stability")
MOST_NOTE = 300
NO_MORE_UNITS = "A ration makes no more units: as many are late as before, and it says whose. "
BACKFIRES = (
    "More is late than before: the engine of this plan makes nothing of it, since it serves by rule. Take the schedule "
    "change with it, so that it plans by money. "
)


def start(request: HttpRequest) -> HttpResponse:
    """Go to the balance board of the scenario looked at last."""
    try:
        return redirect("balance:board", chosen_scenario(request))
    except NotFound:
        return redirect("home")


def board(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the gap; levers, mix, rations and ways out load by themselves."""
    chosen_scenario(request, scenario)
    unit = request.GET.get("unit", "share")
    unit = unit if unit in pictures.UNITS else "share"
    user = person(request)
    context: dict[str, object] = {
        "scenario": scenario, "unit": unit, "units": pictures.UNITS.items(),
        "can_export": user.may(Ability.EXPORT), "may_take": user.may(Ability.BRANCH),
    }  # fmt: skip
    try:
        token = watch_token([scenario])
        plan = plan_of(scenario)
        found = selectors.board_of(plan)
        context |= {
            "token": token,
            "board": found, "rows": selectors.family_lines(found), "currency": base_currency(plan.inputs.extract),
            "chart": pictures.gap_map(found, unit), "chart_class": pictures.map_class(found.families.height),
            "engine": plan.inputs.parameters.supply_engine,
        }  # fmt: skip
    except SteelyardError as fault:
        context["fault"] = fault
    return render(request, "balance/board.html", context)


def levers_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the levers by value, as a part of the page."""
    context: dict[str, object] = {"scenario": scenario, "may_take": person(request).may(Ability.BRANCH)}
    try:
        plan = plan_of(scenario)
        served, currency = selectors.levers_of(plan, focus_of(request.GET)), base_currency(plan.inputs.extract)
        context |= {
            "worths": served.worths, "schedule": served.schedule, "idle": served.catalogue.idle,
            "months": served.months.to_dicts(), "currency": currency, "shut": served.catalogue.program.shut,
            "terms": served.catalogue.base.terms.told(), "block": served.catalogue.block,
        }  # fmt: skip
        if served.catalogue.block is not None:
            base = served.catalogue.base
            context |= {
                "families": base.family_names, "resources": base.full.resources.names, "periods": base.periods,
                "focus": focus_of(request.GET), "level": base.level,
            }  # fmt: skip
        if served.worths:
            context["gains"] = json.dumps(pictures.gain_bars(served.worths, currency))
            context["per_unit"] = json.dumps(pictures.unit_bars(served.worths, currency))
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "balance/_levers.html", context)


def mix_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the best mix for the weights asked for, as a part of the page."""
    given = {aim: request.GET.get(aim, "1" if aim == "profit" else "0") for aim in AIMS}
    context: dict[str, object] = {
        "scenario": scenario,
        "aims": list(given.items()),
        "may_take": person(request).may(Ability.BRANCH),
    }
    try:
        plan = plan_of(scenario)
        served, currency = selectors.levers_of(plan, focus_of(request.GET)), base_currency(plan.inputs.extract)
        found = served.mix(read_weights(request.GET))
        context |= {"mix": found, "currency": currency, "block": served.catalogue.block}
        if found.parts:
            context["chart"] = json.dumps(pictures.mix_steps(found, currency))
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "balance/_mix.html", context)


def ration_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer who loses what by which rule, as a part of the page."""
    first = request.GET.get("first", "")
    context: dict[str, object] = {
        "scenario": scenario, "first": first, "rules": pictures.RULE_LABELS,
        "may_take": person(request).may(Ability.BRANCH),
    }  # fmt: skip
    try:
        plan = plan_of(scenario)
        found = selectors.rationing_of(plan, [first] if first else [])
        context |= {
            "found": found, "currency": base_currency(plan.inputs.extract), "summary": found.summary.to_dicts(),
            "chart": json.dumps(pictures.loss_bars(found)), "queues": queue_levers(found),
            "periods": plan.horizon.labels, "families": found.base.family_names, "level": found.base.level,
            "who": selectors.loss_lines(found, tuple(pictures.RULE_LABELS)),
        }  # fmt: skip
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "balance/_ration.html", context)


def ways_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the smallest sets of limits that must give way, as a part of the page."""
    context: dict[str, object] = {"scenario": scenario}
    try:
        plan = plan_of(scenario)
        context |= {
            "view": selectors.ways_of(plan, focus_of(request.GET)),
            "currency": base_currency(plan.inputs.extract),
        }
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "balance/_ways.html", context)


def preview_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer what the ticked levers do by the plan's own engine, as a part of the page; nothing is kept."""
    context: dict[str, object] = {"scenario": scenario}
    try:
        plan, keys, focus = plan_of(scenario), request.GET.getlist("lever"), focus_of(request.GET)
        if "profit" in request.GET:
            found = services.mix_preview(
                scenario, read_weights(request.GET), user=person(request), keys=keys, focus=focus
            )
        else:
            shares = {key: _share(request.GET, key) for key in keys}
            found = services.levers_preview(scenario, shares, user=person(request), focus=focus)
        context |= {
            "preview": found,
            "currency": base_currency(plan.inputs.extract), "engine": plan.inputs.parameters.supply_engine,
        }  # fmt: skip
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "balance/_preview.html", context)


@require_POST
def take(request: HttpRequest, scenario: str) -> HttpResponse:
    """Take the levers that are ticked, each at its share."""
    shares = {key: _share(request.POST, key) for key in request.POST.getlist("lever")}
    into, check = services.levers_take(
        scenario, shares, user=person(request), branch=request.POST.get("branch", ""),
        note=request.POST.get("note", "").strip()[:MOST_NOTE], focus=focus_of(request.POST),
    )  # fmt: skip
    messages.success(request, _told(check, into, scenario))
    return redirect("balance:board", scenario=into)


@require_POST
def take_mix(request: HttpRequest, scenario: str) -> HttpResponse:
    """Take the mix, or the levers of it that are ticked."""
    into, check = services.mix_take(
        scenario, read_weights(request.POST), user=person(request), keys=request.POST.getlist("lever"),
        branch=request.POST.get("branch", ""), note=request.POST.get("note", "").strip()[:MOST_NOTE],
        focus=focus_of(request.POST),
    )  # fmt: skip
    messages.success(request, _told(check, into, scenario))
    return redirect("balance:board", scenario=into)


@require_POST
def take_ration(request: HttpRequest, scenario: str) -> HttpResponse:
    """Take a rule of rationing, a channel that goes first, or a limit on somebody."""
    given, plan = request.POST, plan_of(scenario)
    rationing = selectors.rationing_of(plan)
    scope = {rationing.level: given.get("member", ""), rationing.base.level: given.get("family", "")}
    labels = plan.horizon.labels
    span = (given.get("from") or labels[0], given.get("to") or labels[-1])
    asked = RationAsked(
        given.get("lever", ""), {level: (name,) for level, name in scope.items() if name},
        _limit(given, "percent"), _limit(given, "units"), span,
    )  # fmt: skip
    into, check = services.ration_take(
        scenario, asked, user=person(request), first=[given["first"]] if given.get("first") else (),
        branch=given.get("branch", ""), note=given.get("note", "").strip()[:MOST_NOTE],
    )  # fmt: skip
    messages.success(request, _told(check, into, scenario, rationed=True))
    return redirect("balance:board", scenario=into)


def _limit(given: QueryDict, name: str) -> float | None:
    text = given.get(name, "").strip()
    try:
        return float(text) if text else None
    except ValueError as fault:
        raise ChangeInvalid(f"{text[:40]!r} is no number", where=name, mend="give a number, such as 80") from fault


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Send gap, levers, mix and rations as a workbook."""
    tables = selectors.balance_tables(plan_of(scenario), read_weights(request.GET), focus_of(request.GET)) | stands_on(
        scenario
    )
    audit_record(actor=person(request).username, action="balance.export", subject=scenario)
    answer = HttpResponse(workbook(tables, selectors.BALANCE_PICTURES), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="balance.xlsx"'
    return answer


def read_weights(given: QueryDict) -> Weights:
    """The weights of a form.

    Raises:
        ChangeInvalid: A weight is no number.
        ModelError: A weight is out of range.
    """
    asked = {aim: given.get(aim, "") for aim in AIMS}
    try:
        return Weights(**{aim: float(text) for aim, text in asked.items() if text.strip()})
    except ValueError as fault:
        raise ChangeInvalid("A weight is no number", where=", ".join(asked.values()), mend="give 0 to 10") from fault


def focus_of(given: QueryDict) -> Focus:
    """Which gaps of a large plan a form asks about."""
    return read_focus(given.getlist("family"), given.get("resource", ""), given.get("from", ""), given.get("to", ""))


def _share(given: QueryDict, key: str) -> float:
    text = given.get(f"share:{key}", "100").strip() or "100"
    try:
        return float(text) / 100
    except ValueError as fault:
        raise ChangeInvalid(f"{text[:40]!r} is no share", where=key, mend="give percent, such as 50") from fault


def _told(check: TakenCheck, into: str, scenario: str, *, rationed: bool = False) -> str:
    where = f"On {into}, branched from {scenario}" if into != scenario else f"In {scenario}"
    more = check.margin_after - check.margin_before
    return (
        f"{where}: {check.gap_before:,.0f} units late before, {check.gap_after:,.0f} after "
        f"({check.money_before:,.0f} to {check.money_after:,.0f} at price); service "
        f"{check.service_before:.1%} to {check.service_after:.1%}; gross margin {abs(more):,.0f} "
        f"{'more' if more >= 0 else 'less'}; levers cost {check.cost:,.0f}. "
        f"{NO_MORE_UNITS if rationed and abs(check.gap_after - check.gap_before) < 0.5 else ''}"
        f"{BACKFIRES if check.backfires else ''}Undo takes all of it back."
    )
