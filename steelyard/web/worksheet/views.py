"""Worksheet page: the grid, its filter bar, saved views."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound, SteelyardError
from steelyard.grid.measure import Measure
from steelyard.web.accounts.permissions import person
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import Moment, moment_of
from steelyard.web.scenarios.selectors import published_choices, scenario_tree
from steelyard.web.worksheet import finding, selectors, services
from steelyard.web.worksheet.address import filter_text
from steelyard.web.worksheet.presets import Preset, presets
from steelyard.web.worksheet.view import TIME_LABELS, View

MOST_LEVELS = 4


def start(request: HttpRequest) -> HttpResponse:
    """Go to the worksheet of the scenario looked at last; where there is none, to the page that says how to begin."""
    try:
        return redirect("worksheet:worksheet", scenario=chosen_scenario(request))
    except NotFound:
        return redirect("home")


def worksheet(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the grid for the view in the address."""
    chosen_scenario(request, scenario)
    moment, user = moment_of(scenario), person(request)
    here = reverse("worksheet:worksheet", kwargs={"scenario": scenario})
    asked = request.GET.dict() | {name: ",".join(request.GET.getlist(name)) for name in ("levels", "measures")}
    view, fault = _parse(asked)
    try:
        levels = selectors.levels_of(moment.plan, view)
        editable = selectors.may_edit_scenario(moment, user, view)
    except SteelyardError as error:
        view, fault = View(), str(error)
        levels, editable = selectors.levels_of(moment.plan, view), selectors.may_edit_scenario(moment, user, view)
    found, saved = presets(moment.plan), selectors.saved_views(user)
    context = {
        "name": scenario,
        "view": view,
        "fault": fault,
        "editable": editable,
        "closed": _closed_words(moment),
        "presets": [(one, f"{here}?{urlencode(one.view.query)}", _same(one, view)) for one in found],
        "levels": levels,
        "level_slots": [*view.levels, *[""] * MOST_LEVELS][:MOST_LEVELS],
        "measures": _by_area(moment.plan.measures.values()),
        "times": TIME_LABELS,
        "filters": _chips(view, here, member_names(moment.plan.inputs.extract)),
        "scope_text": filter_text(dict(view.filter)),
        "saved": [(one, f"{here}?{urlencode(one.query)}", one.owner_id == user.pk) for one in saved],
        "query": urlencode(view.query),
        "query_fields": [(key, value) for key, value in view.query.items() if key != "against"],
        "against": against_choices(scenario, view.against),
        "rail": "worksheet",
    }
    return render(request, "worksheet/worksheet.html", context)


@require_POST
def filter_add(request: HttpRequest, scenario: str) -> HttpResponse:
    """Narrow the view by a member, or by all that a typed text means, and go to the new address."""
    view = View.parse(request.POST.dict())
    level, text = request.POST.get("level", ""), request.POST.get("member", "").strip()
    if text:
        plan = moment_of(scenario).plan
        meant = finding.members_meant(plan, finding.levels_searched(plan, view, level), text)
        view = view.narrowed(meant.level, meant.members)
        _tell_elsewhere(request, meant)
    return redirect(_address(scenario, view))


@require_POST
def view_save(request: HttpRequest, scenario: str) -> HttpResponse:
    """Keep the view under a name."""
    view = View.parse(request.POST.dict())
    saved = services.view_save(
        view, user=person(request), name=request.POST.get("name", ""), shared=request.POST.get("shared") == "1"
    )
    messages.success(request, f"View {saved.name} is saved.")
    return redirect(_address(scenario, view))


@require_POST
def view_delete(request: HttpRequest, scenario: str, view_id: int) -> HttpResponse:
    """Forget a view."""
    services.view_delete(view_id, user=person(request))
    return redirect(_address(scenario, View.parse(request.POST.dict())))


def member_options(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer names that fit what is typed, as options."""
    level = request.GET.get("level_of_slice", request.GET.get("level", ""))
    text = request.GET.get("member", "")
    plan = moment_of(scenario).plan
    levels = finding.levels_searched(plan, View.parse(request.GET.dict()), level)
    found = finding.members(plan, levels, text=text.strip()[:80])
    return render(request, "worksheet/_members.html", {"members": found, "all_levels": not level})


def _tell_elsewhere(request: HttpRequest, meant: finding.Meant) -> None:
    if meant.elsewhere:
        others = ", ".join(f"{label} ({count})" for label, count in meant.elsewhere)
        label = selectors.level_label(meant.level)
        messages.info(request, f"Filtered by {label}. It fits {others}, too; choose a level to filter by that instead.")


def _parse(asked: dict[str, str]) -> tuple[View, str]:
    try:
        return View.parse(asked), ""
    except SteelyardError as error:
        return View(), str(error)


def _closed_words(moment: Moment) -> str:
    if moment.open:
        return ""
    return "the scenario is archived" if moment.record.archived else "the scenario is locked"


def _address(scenario: str, view: View) -> str:
    return f"{reverse('worksheet:worksheet', kwargs={'scenario': scenario})}?{urlencode(view.query)}"


def against_choices(scenario: str, asked: str) -> list[tuple[str, str]]:
    """Plans that the worksheet can be held against: other scenarios and the latest published plans."""
    others = [line.name for line in scenario_tree() if line.name != scenario]
    return [*((name, name) for name in others), *published_choices([asked])]


def _same(preset: Preset, view: View) -> bool:
    return (preset.view.levels, preset.view.measures) == (view.levels, view.measures)


def _chips(view: View, here: str, names: MemberNames) -> list[tuple[str, str, str]]:
    return [
        (selectors.level_label(level), ", ".join(names.spoken(level, m) for m in members), _without(view, level, here))
        for level, members in view.filter
    ]


def _without(view: View, level: str, here: str) -> str:
    return f"{here}?{urlencode(view.widened(level).query)}"


def _by_area(measures: Iterable[Measure]) -> list[tuple[str, list[Measure]]]:
    grouped: dict[str, list[Measure]] = {}
    for measure in measures:
        if measure.span != "static":
            grouped.setdefault(measure.area.capitalize(), []).append(measure)
    return list(grouped.items())
