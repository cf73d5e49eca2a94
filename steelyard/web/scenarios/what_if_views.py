"""What-if pages: other master data and calendars, other settings and forecast policy."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.plan.change import REASONS
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.roles import Ability
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.what_if import (
    MOST_ROWS,
    Question,
    WhatIfView,
    settings_lay,
    settings_view,
    tables_offered,
    what_if_lay,
    what_if_view,
)
from steelyard.web.scenarios.words import words_of

FIELDS = ("table", "search", "column", "value")


def what_if(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the rows of a table with what would become of them; a post lays it."""
    chosen_scenario(request, scenario)
    data = request.POST if request.method == "POST" else request.GET
    question = Question(*(data.get(name, "").strip() for name in FIELDS))
    context = _frame(request, scenario) | {"question": question, "tables": tables_offered(), "most": MOST_ROWS}
    if not question.table:
        return render(request, "scenarios/what_if.html", context)
    try:
        if request.method == "POST":
            return _lay(request, scenario, question)
        context["view"] = what_if_view(scenario, question)
    except SteelyardError as error:
        context |= {"fault": str(error), "view": _rows_only(scenario, question)}
    return render(request, "scenarios/what_if.html", context)


def _rows_only(scenario: str, question: Question) -> WhatIfView | None:
    """The rows without what would become of them, where that cannot be told."""
    try:
        return what_if_view(scenario, Question(question.table, question.search))
    except SteelyardError:
        return None


def model_settings(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the settings of the model by what they govern."""
    chosen_scenario(request, scenario)
    context = _frame(request, scenario) | {"groups": settings_view(scenario)}
    return render(request, "scenarios/model_settings.html", context)


@require_POST
def model_settings_lay(request: HttpRequest, scenario: str) -> HttpResponse:
    """Lay the settings that were changed in the form."""
    chosen_scenario(request, scenario)
    known = {one.name for group in settings_view(scenario).values() for one in group}
    values = {name: str(text) for name, text in request.POST.items() if name in known}
    reason, note = _why(request)
    event = settings_lay(scenario, values, user=person(request), reason=reason, note=note)
    count = len(event.changes)
    messages.success(request, f"{count} setting{'' if count == 1 else 's'} changed in {scenario}.")
    return redirect(reverse("scenarios:scenario", kwargs={"scenario": scenario}) + "#changes")


def _lay(request: HttpRequest, scenario: str, question: Question) -> HttpResponse:
    reason, note = _why(request)
    event = what_if_lay(scenario, question, user=person(request), reason=reason, note=note)
    count = len(event.changes)
    messages.success(
        request, f"{count} change{'' if count == 1 else 's'} laid on {scenario}; one undo takes them back."
    )
    return redirect(reverse("scenarios:scenario", kwargs={"scenario": scenario}) + "#changes")


def _why(request: HttpRequest) -> tuple[str, str]:
    reason = request.POST.get("reason", "")
    return reason if reason in REASONS else "other", request.POST.get("note", "")[:500]


def _frame(request: HttpRequest, scenario: str) -> dict[str, object]:
    home = {"label": "Scenarios", "url": reverse("scenarios:scenarios")}
    here = {"label": scenario, "url": reverse("scenarios:scenario", kwargs={"scenario": scenario})}
    return {
        "scenario_name": scenario,
        "trail": [home, here],
        "reasons": [(name, words_of(name)) for name in REASONS],
        "can_change": person(request).may(Ability.BRANCH) and moment_of(scenario).open,
    }
