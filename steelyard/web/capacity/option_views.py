"""Option pages: capacity options of a plan, and laying one on a branch."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from steelyard.errors import PlanError
from steelyard.web.accounts.permissions import may_edit, person
from steelyard.web.accounts.roles import Ability
from steelyard.web.capacity import option_services, options
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import plan_of

MOST_NOTE = 500


def options_page(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show ways to get more hours, ranked by what they earn."""
    chosen_scenario(request, scenario)
    plan, user = plan_of(scenario), person(request)
    given = {name: str(value) for name, value in request.GET.items()}
    currency = base_currency(plan.inputs.extract)
    context: dict[str, object] = {
        "scenario": scenario, "currency": currency, "given": given, "kinds": options.KINDS,
        "resources": plan.inputs.series["resource"].members["resource"].to_list(),
        "may_lay": user.may(Ability.BRANCH) and may_edit(user, "supply"),
        "engine": plan.inputs.parameters.supply_engine,
    }  # fmt: skip
    asked = options.asked_option(given)
    try:
        context["page"] = options.options_page(plan, asked, currency)
    except PlanError as fault:
        context["fault"] = fault
    return render(request, "capacity/options.html", context)


@require_POST
def option_lay(request: HttpRequest, scenario: str) -> HttpResponse:
    """Lay an option on a branch and go there."""
    given = {name: str(value) for name, value in request.POST.items()}
    taken = given.get("taken", "1")
    made = option_services.option_lay(
        scenario, given.get("branch", ""), options.asked_option(given), user=person(request),
        steps=int(taken) if taken.isdigit() else 1, note=given.get("note", "").strip()[:MOST_NOTE],
    )  # fmt: skip
    messages.success(request, f"{made.name} branches from {scenario} with {given.get('name', '')} in place.")
    return redirect("capacity:capacity", scenario=made.name)
