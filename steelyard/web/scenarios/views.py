"""Scenario pages: tree, one scenario, new, branch, compare."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.selectors import base_currency, extracts
from steelyard.web.scenarios import comparison, selectors, services
from steelyard.web.scenarios.access import access_of
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.compare_view import kpi_line, short_name
from steelyard.web.scenarios.forms import BranchForm, NewScenarioForm
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.stale import watch_token
from steelyard.web.scenarios.tree import tree_of
from steelyard.web.ui.dates import day_words


def scenario_list(request: HttpRequest) -> HttpResponse:
    """List scenarios as a tree."""
    archived = request.GET.get("archived") == "1"
    lines = selectors.scenario_tree(archived=archived)
    user = person(request)
    found = {
        "tree": tree_of(lines),
        "lines": lines,
        "archived": archived,
        "can_branch": user.may(Ability.BRANCH),
        "has_data": bool(extracts()),
    }
    return render(request, "scenarios/scenarios.html", found)


@requires(Ability.BRANCH)
def scenario_new(request: HttpRequest) -> HttpResponse:
    """Make a scenario on an extract."""
    choices = [
        (line.digest, f"{day_words(line.as_of)} {line.source_system} ({line.digest[:8]})") for line in extracts()
    ]
    form = NewScenarioForm(request.POST or None, extracts=choices, initial={"extract": request.GET.get("extract", "")})
    if request.method == "POST" and form.is_valid():
        made = services.scenario_create(user=person(request), **form.cleaned_data)
        messages.success(request, f"Scenario {made.name} is made.")
        return redirect("scenarios:scenario", scenario=made.name)
    return render(request, "scenarios/new.html", {"form": form, "trail": trail(), "has_data": bool(choices)})


def scenario_page(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show a scenario: headline numbers against its base, changes, events."""
    chosen_scenario(request, scenario)
    moment = moment_of(scenario)
    record = moment.record
    base = selectors.base_name(scenario)
    user = person(request)
    context = {
        "record": record,
        "trail": trail(),
        "base": base,
        "kpis": [kpi_line(row) for row in comparison.headlines(scenario, base)],
        "names": [short_name(base), scenario] if base else [scenario],
        "horizon": (moment.plan.horizon.labels[0], moment.plan.horizon.labels[-1]),
        "changes": (lines := selectors.change_lines(scenario)),
        "own_count": sum(line.own for line in lines),
        "token": watch_token([scenario]),
        "share": access_of(record.id).word,
        "events": selectors.events(scenario)[:50],
        "currency": base_currency(record.extract),
        "branch_form": BranchForm(),
        "can_branch": user.may(Ability.BRANCH),
        "can_promote": user.may(Ability.BRANCH) and record.base_scenario is not None and not record.archived,
        "can_publish": user.may(Ability.PUBLISH),
        "can_archive": user.may(Ability.ARCHIVE) or record.actor == user.username,
    }
    return render(request, "scenarios/scenario.html", context)


@require_POST
def scenario_branch(request: HttpRequest, scenario: str) -> HttpResponse:
    """Branch."""
    form = BranchForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A branch needs a name of up to 60 characters.")
        return redirect("scenarios:scenario", scenario=scenario)
    made = services.scenario_branch(scenario, user=person(request), **form.cleaned_data)
    messages.success(request, f"{made.name} branched from {scenario}.")
    return redirect("scenarios:scenario", scenario=made.name)


@require_POST
def scenario_archive(request: HttpRequest, scenario: str) -> HttpResponse:
    """Put away, or bring back."""
    if request.POST.get("restore"):
        services.scenario_restore(scenario, user=person(request))
        messages.success(request, f"{scenario} is back.")
    else:
        services.scenario_archive(scenario, user=person(request))
        messages.success(request, f"{scenario} is in the archive.")
    return redirect("scenarios:scenarios")


@require_POST
def change_switch(request: HttpRequest, scenario: str, change: str) -> HttpResponse:
    """Switch a change on or off."""
    services.change_switch(scenario, change, on=request.POST.get("on") == "1", user=person(request))
    return redirect(reverse("scenarios:scenario", kwargs={"scenario": scenario}) + "#changes")


def trail() -> list[dict[str, str]]:
    """The way back."""
    return [{"label": "Scenarios", "url": reverse("scenarios:scenarios")}]
