"""Supply review page: worksheet by family, ways to plan side by side, hour prices and what-ifs."""

import json
from collections.abc import Callable
from math import isfinite, nan
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from steelyard.errors import NotAllowed, NotFound, SteelyardError
from steelyard.plan.export import write_table
from steelyard.plan.measuring.export import workbook
from steelyard.plan.plan import Plan
from steelyard.plan.review.conventions import BY_NAME
from steelyard.plan.review.engine_settings import EngineSettings
from steelyard.plan.review.moves import move_totals
from steelyard.plan.review.supply_what_if import read_question
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import sees_money
from steelyard.web.audit.services import audit_record
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.stale import stands_on
from steelyard.web.supply_review import selectors, services
from steelyard.web.supply_review.planned import STEPS, ask_live, moves_of, planned_of
from steelyard.web.supply_review.settings_forms import conventions_again, heed_again, settings_forms
from steelyard.web.worksheet.columns import short_label


def start(request: HttpRequest) -> HttpResponse:
    """Go to the supply review of the scenario looked at last."""
    try:
        return redirect("supply_review:review", chosen_scenario(request))
    except NotFound:
        return redirect("home")


def supply_review(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the worksheet of a family; the ways to plan come after."""
    chosen_scenario(request, scenario)
    moment = moment_of(scenario)
    family = request.GET.get("family", selectors.first_family(moment.plan))
    rows = selectors.sheet(moment.plan, family)
    user = person(request)
    context = {
        "scenario": scenario,
        "family": family,
        "families": selectors.families_of(moment.plan),
        "rows": rows,
        "periods": [short_label(label) for label in moment.plan.horizon.labels],
        "chart": selectors.sheet_chart(moment.plan, rows),
        "engine": selectors.ENGINE_LABELS[selectors.engine_of(moment.plan)],
        "can_export": user.may(Ability.EXPORT),
        "sees_costs": sees_money("cost"),
        "rail": "supply_review",
    }
    return render(request, "supply_review/review.html", context)


def ways_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the ways to plan worked out so far, penalties and findings; it asks for the next ways."""
    moment, user = moment_of(scenario), person(request)
    asked = request.GET.get("step", "1")
    planned = planned_of(moment.plan, min(int(asked), len(STEPS)) if asked.isdecimal() else 1)
    lines = selectors.way_lines(moment.plan, planned)
    context = {
        "scenario": scenario,
        "lines": lines,
        "next_step": planned.steps + 1 if planned.steps < len(STEPS) else 0,
        "next_ways": [selectors.ENGINE_LABELS[way] for way in STEPS[planned.steps]]
        if planned.steps < len(STEPS)
        else (),
        "ways_chart": json.dumps(selectors.ways_chart(lines)),
        "strategies": selectors.strategy_lines(planned),
        "may_branch": user.may(Ability.BRANCH) and user.may(Ability.EDIT_SUPPLY),
        "penalties": planned.penalties,
        "findings": planned.findings,
        "currency": base_currency(moment.plan.inputs.extract),
        "may_choose": moment.open and user.may(Ability.EDIT_SUPPLY),
        "kinds": selectors.what_if_kinds(),
        **settings_forms(moment.plan),
        "resources": selectors.resources_by_load(planned),
        "families": selectors.families_of(moment.plan),
        "periods": moment.plan.horizon.labels,
    }
    return render(request, "supply_review/_ways.html", context)


def moves_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the move log of a way to plan, the engine of the plan by default, as a part of the page."""
    plan = moment_of(scenario).plan
    way = request.GET.get("way", "") or selectors.engine_of(plan)
    context: dict[str, object] = {
        "scenario": scenario,
        "way": way,
        "ways": list(selectors.ENGINE_LABELS.items())[1:],
        "names": member_names(plan.inputs.extract),
        "currency": base_currency(plan.inputs.extract),
        "can_export": person(request).may(Ability.EXPORT),
    }
    try:
        frame = moves_of(plan, way)
        context |= {
            "totals": move_totals(frame).to_dicts(),
            "rows": frame.head(selectors.SHOWN_MOVES).to_dicts(),
            "more": max(frame.height - selectors.SHOWN_MOVES, 0),
        }
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "supply_review/_moves.html", context)


@requires(Ability.EXPORT)
def moves_export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Send the move log of a way to plan as a workbook."""
    plan = moment_of(scenario).plan
    frame = moves_of(plan, request.GET.get("way", "") or selectors.engine_of(plan))
    audit_record(actor=person(request).username, action="supply_review.moves", subject=scenario)
    tables = {"Totals": move_totals(frame), "Moves": frame} | stands_on(scenario)
    answer = HttpResponse(workbook(tables), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="moves.xlsx"'
    return answer


def what_if_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer a what-if as a part of the page."""
    moment = moment_of(scenario)
    asked = request.GET
    context = {"currency": base_currency(moment.plan.inputs.extract)}
    try:
        question = read_question(
            moment.plan,
            asked.get("kind", ""),
            asked.get("name", "").strip(),
            percent=_number(asked.get("percent", "")),
            lead_time=int(_number(asked.get("lead_time", ""))),
            first=asked.get("first", ""),
            last=asked.get("last", ""),
        )
        answer = ask_live(moment.plan, question)
    except SteelyardError as fault:
        return render(request, "supply_review/_answer.html", {**context, "fault": fault})
    return render(request, "supply_review/_answer.html", {**context, "answer": answer, "question": question})


@require_POST
def engine_choose(request: HttpRequest, scenario: str) -> HttpResponse:
    """Let the scenario be planned by another engine."""
    engine = request.POST.get("engine", "")
    services.engine_set(scenario, engine, user=person(request))
    messages.success(request, f"The scenario is now planned by: {selectors.ENGINE_LABELS.get(engine, engine)}.")
    return redirect(reverse("supply_review:review", args=[scenario]))


@require_POST
def strategies_make(request: HttpRequest, scenario: str) -> HttpResponse:
    """Make scenarios of the strategies and the optimum, and hold them side by side."""
    made = services.strategies_make(scenario, user=person(request))
    messages.success(request, f"Ready beside {scenario}: {', '.join(made)}.")
    return redirect(selectors.compare_address(made))


@require_POST
def conventions_choose(request: HttpRequest, scenario: str) -> HttpResponse:
    """Count supply of the scenario otherwise."""
    said = {name: request.POST.get(name) for name in BY_NAME}
    try:
        return _set(request, scenario, EngineSettings(conventions=said))
    except SteelyardError as fault:
        typed = {name: text for name, text in said.items() if text is not None}
        return _again(request, scenario, fault, lambda plan, wrong: conventions_again(plan, typed, wrong))


@require_POST
def settings_choose(request: HttpRequest, scenario: str) -> HttpResponse:
    """Let the engines heed another goal, whole lots or the plan published last."""
    said, read = {name: str(text) for name, text in request.POST.items()}, False
    try:
        stability = _number(said.get("stability", ""))
        read = True
        settings = EngineSettings(
            said.get("goal", ""), bool(said.get("whole_lots")), stability, said.get("ranking", ""),
            bool(said.get("overtime")),
        )  # fmt: skip
        return _set(request, scenario, settings)
    except SteelyardError as fault:
        return _again(
            request, scenario, fault, lambda plan, wrong: heed_again(plan, said, wrong, of_stability=not read)
        )


def _set(request: HttpRequest, scenario: str, settings: EngineSettings) -> HttpResponse:
    altered = services.settings_set(scenario, settings, user=person(request))
    told = f"The engines now plan by these settings; {altered} altered." if altered else "Nothing was altered."
    messages.success(request, told)
    there = reverse("supply_review:review", args=[scenario])
    return HttpResponseClientRedirect(there) if _is_part(request) else redirect(there)


def _again(
    request: HttpRequest,
    scenario: str,
    fault: SteelyardError,
    forms: Callable[[Plan, SteelyardError], dict[str, object]],
) -> HttpResponse:
    """Answer the forms of settings as they were typed, with what is wrong; a page of its own hears the fault alone.

    Raises:
        SteelyardError: The person may not set them, or the request asks for no part of a page.
    """
    if isinstance(fault, NotAllowed) or not _is_part(request):
        raise fault
    shown = forms(moment_of(scenario).plan, fault)
    return render(request, "supply_review/_settings.html", {"scenario": scenario, **shown})


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the worksheet of a family as a workbook."""
    moment = moment_of(scenario)
    rows = selectors.sheet(moment.plan, request.GET.get("family", ""))
    columns = {label: [row.values[t] for row in rows] for t, label in enumerate(moment.plan.horizon.labels)}
    frame = pl.DataFrame({"row": [row.label for row in rows], "unit": [row.unit for row in rows], **columns})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "supply-review.xlsx"
        write_table(frame, path)
        answer = HttpResponse(path.read_bytes(), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="supply-review.xlsx"'
    return answer


def _number(text: str) -> float:
    """A number that somebody typed; nothing counts as zero.

    Raises:
        NotFound: It is no number.
    """
    try:
        found = float(text.replace(",", ".")) if text.strip() else 0.0
    except ValueError:
        found = nan
    if not isfinite(found):
        raise NotFound(f"{text!r} is no number", mend="type digits, such as -20")
    return found
