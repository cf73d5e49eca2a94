"""Executive pages: the screen, the chance to meet the budget, the what-if of the meeting."""

import json
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound, SteelyardError
from steelyard.plan.uncertainty.register_records import REGISTER_OF_RISKS
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.executive import pictures, selectors, services
from steelyard.web.executive.what_if import Question, ask, levers_of, parts_of
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.stale import watch_token

DRAWN = ("revenue", "gross_margin", "operating_profit", "cash_flow")
"""Lines that may be drawn."""


def start(request: HttpRequest) -> HttpResponse:
    """Go to the screen of the scenario people look at."""
    try:
        return redirect("executive:screen", scenario=chosen_scenario(request))
    except NotFound as fault:
        return render(request, "executive/begin.html", {"fault": str(fault)})


def screen(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the one screen."""
    name, user = chosen_scenario(request, scenario), person(request)
    token = watch_token([name], registers=[REGISTER_OF_RISKS])
    view, plan = selectors.executive_view(name), plan_of(name)
    keys = [line.key for line in view.quarters.lines] if view.quarters else []
    drawn = [key for key in DRAWN if key in keys]
    line = next((key for key in (request.GET.get("line", ""), *drawn) if key in drawn), "")
    chart = pictures.quarter_chart(view.quarters, line, view.currency) if view.quarters and line else None
    context = {
        "view": view,
        "token": token,
        "line": line,
        "lines": [(one.key, one.label) for one in view.quarters.lines if one.key in DRAWN] if view.quarters else [],
        "chart": json.dumps(chart) if chart else "",
        "levers": levers_of(plan),
        "parts": parts_of(plan),
        "periods": plan.horizon.labels,
        "can_branch": user.may(Ability.BRANCH),
    }
    return render(request, "executive/screen.html", context)


def chance(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the chance to meet the budget as a part of the page."""
    context: dict[str, object] = {"scenario": scenario}
    try:
        context["found"] = selectors.futures_seen(chosen_scenario(request, scenario))
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "executive/_chance.html", context)


def what_if(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer a what-if as a part of the page; nothing is kept."""
    name, user = chosen_scenario(request, scenario), person(request)
    context: dict[str, object] = {"scenario": name, "can_branch": user.may(Ability.BRANCH)}
    try:
        question, plan = _question(request), plan_of(name)
        context |= {"answer": ask(plan, question), "question": question, "currency": base_currency(plan.inputs.extract)}
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "executive/_what_if.html", context)


@require_POST
@requires(Ability.BRANCH)
def keep(request: HttpRequest, scenario: str) -> HttpResponse:
    """Keep a what-if as a scenario of its own."""
    name, asked = chosen_scenario(request, scenario), request.POST.get("name", "")
    try:
        services.what_if_keep(name, asked, _question(request), user=person(request))
    except SteelyardError as fault:
        messages.error(request, str(fault))
        return redirect("executive:screen", scenario=name)
    messages.success(request, f"Scenario {asked} is kept.")
    return redirect(f"{reverse('scenarios:compare')}?{urlencode([('with', name), ('with', asked)])}")


def _question(request: HttpRequest) -> Question:
    asked = request.POST if request.method == "POST" else request.GET
    try:
        percent = float(asked.get("percent", "").replace(",", "."))
    except ValueError:
        percent = 0.0
    return Question(
        asked.get("measure", ""), percent, asked.get("part", ""), asked.get("first", ""), asked.get("last", "")
    )
