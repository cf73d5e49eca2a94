"""Intelligence pages: the list with track records, the form, using and taking out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound, SteelyardError
from steelyard.plan.measuring.export import workbook
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.intelligence import selectors, services
from steelyard.web.intelligence.forms import EntryForm
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.slice import page_slice

MOST_PERIODS = 24


def intelligence_page(request: HttpRequest) -> HttpResponse:
    """Show what was heard, how its sources did, and what became of it."""
    user = person(request)
    try:
        name = chosen_scenario(request)
        part = page_slice(request, plan_of(name))
        view = selectors.intelligence_view(name, part.scope)
    except NotFound as fault:
        return render(request, "intelligence/begin.html", {"fault": str(fault)})
    context = {
        "view": view,
        "part": part,
        "can_edit": user.may(Ability.EDIT_DEMAND),
        "can_export": user.may(Ability.EXPORT),
    }
    return render(request, "intelligence/intelligence.html", context)


@requires(Ability.EDIT_DEMAND)
def entry_new(request: HttpRequest) -> HttpResponse:
    """Enter what was heard."""
    scenario = chosen_scenario(request)
    plan = plan_of(scenario)
    levels = [("", "everything"), *((name, name.replace("_", " ")) for name in plan.series("demand_plan").levels)]
    periods = list(plan.horizon.labels[:MOST_PERIODS])
    initial = {"last": periods[min(2, len(periods) - 1)], "source": request.GET.get("source", "")}
    form = EntryForm(request.POST or None, levels=levels, periods=periods, initial=initial)
    fault = ""
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.entry_create(scenario, user=person(request), **form.entered())
            messages.success(request, f"Entry {kept.id} is kept; use it in a scenario to let it count.")
            return redirect("intelligence:intelligence")
        except SteelyardError as error:
            fault = str(error)
    context = {
        "form": form,
        "fault": fault,
        "sources": selectors.source_names(scenario),
        "records": selectors.intelligence_view(scenario).sources,
        "trail": [{"label": "Intelligence", "url": reverse("intelligence:intelligence")}],
    }
    return render(request, "intelligence/new.html", context)


@require_POST
def entry_switch(request: HttpRequest, number: int) -> HttpResponse:
    """Let an entry count in the scenario of the page, or take it out."""
    scenario, user = chosen_scenario(request), person(request)
    try:
        if request.POST.get("on") == "1":
            weight = services.entry_use(scenario, number, user=user)
            messages.success(request, f"Entry {number} counts in {scenario}, at {100 * weight:.0f} % of what was said.")
        else:
            services.entry_drop(scenario, number, user=user)
            messages.success(request, f"Entry {number} no longer counts in {scenario}.")
    except SteelyardError as error:
        messages.error(request, str(error))
    return redirect("intelligence:intelligence")


@require_POST
def entry_withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw an entry."""
    services.entry_withdraw(number, user=person(request))
    messages.success(request, f"Entry {number} is withdrawn; its outcome still counts for its source.")
    return redirect("intelligence:intelligence")


@requires(Ability.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Send entries and sources as a workbook."""
    name = chosen_scenario(request)
    scope = page_slice(request, plan_of(name)).scope
    tables = selectors.intelligence_tables(selectors.intelligence_view(name, scope))
    audit_record(actor=person(request).username, action="intelligence.export", subject="all")
    answer = HttpResponse(workbook(tables), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="intelligence.xlsx"'
    return answer
