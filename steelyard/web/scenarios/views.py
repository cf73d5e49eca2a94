"""Scenario pages: tree, one scenario, new, branch, compare."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency, extracts
from steelyard.web.scenarios import comparison, selectors, services
from steelyard.web.scenarios.asked import parse_scope
from steelyard.web.scenarios.chain import chain
from steelyard.web.scenarios.choice import BASE, chosen_scenario
from steelyard.web.scenarios.compare_view import chain_tables, compare_tables, kpi_line, short_name
from steelyard.web.scenarios.forms import BranchForm, NewScenarioForm
from steelyard.web.scenarios.plans import any_plan, moment_of
from steelyard.web.ui.figures import unit_label


def scenario_list(request: HttpRequest) -> HttpResponse:
    """List scenarios as a tree."""
    archived = request.GET.get("archived") == "1"
    lines = selectors.scenario_tree(archived=archived)
    user = person(request)
    found = {"lines": lines, "archived": archived, "can_branch": user.may(Ability.BRANCH), "has_data": bool(extracts())}
    return render(request, "scenarios/scenarios.html", found)


@requires(Ability.BRANCH)
def scenario_new(request: HttpRequest) -> HttpResponse:
    """Make a scenario on an extract."""
    choices = [(line.digest, f"{line.as_of} {line.source_system} ({line.digest[:8]})") for line in extracts()]
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
        "changes": selectors.change_lines(scenario),
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


def compare(request: HttpRequest) -> HttpResponse:
    """Hold scenarios against the first one."""
    names = [line.name for line in selectors.scenario_tree()]
    asked = [name for name in request.GET.getlist("with") if name]
    part = request.GET.get("part", "")
    context: dict[str, object] = {"names": names, "asked": asked, "trail": trail(), "slots": _slots(asked, names)}
    context["published"] = selectors.published_choices(asked)
    if len(set(asked)) >= 2:
        try:
            view = comparison.comparison(asked, measure=request.GET.get("measure", ""))
            plan = any_plan(asked[0])
            parts = comparison.parts_of(plan, view.measure)
            context |= compare_tables(view, member_names(plan.inputs.extract))
            context |= {"parts": parts, "part": part if part in dict(parts) else ""}
            currency = base_currency(plan.inputs.extract)
            context |= {"currency": currency, "quarter_unit": unit_label(plan.measure(view.measure).unit, currency)}
        except SteelyardError as error:
            context["fault"] = str(error)
    return render(request, "scenarios/compare.html", context)


def compare_chain(request: HttpRequest) -> HttpResponse:
    """Answer the exact chain of steps between two plans, as a part of the compare page."""
    base, other = [*request.GET.getlist("with"), "", ""][:2]
    before, after = any_plan(base), any_plan(other)
    names = short_name(base), short_name(other)
    try:
        told = chain(before, after, request.GET.get("measure", ""), scope=parse_scope(request.GET.get("part", "")))
    except SteelyardError as error:
        return render(request, "scenarios/_chain.html", {"fault": str(error)})
    return render(request, "scenarios/_chain.html", chain_tables(told, *names, base_currency(after.inputs.extract)))


def trail() -> list[dict[str, str]]:
    """The way back."""
    return [{"label": "Scenarios", "url": reverse("scenarios:scenarios")}]


def _slots(asked: list[str], names: list[str]) -> list[str]:
    default = [BASE if BASE in names else next(iter(names), "")]
    return [*(asked or default), *[""] * 4][:4]
