"""Option pages: capacity options of a plan, and laying one on a branch."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from steelyard.errors import PlanError, SteelyardError
from steelyard.plan.plan import Plan
from steelyard.plan.review.capacity_options import ResourceOption
from steelyard.plan.review.pricing import HourWorth, stated_worth
from steelyard.web.accounts.permissions import may_edit, person
from steelyard.web.accounts.roles import Ability
from steelyard.web.capacity import option_services, options
from steelyard.web.capacity.selectors import worth_at_hand, worth_of
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.supply_review.selectors import ENGINE_LABELS
from steelyard.web.ui.typed import TypedForm, typed_form

MOST_NOTE = 500


def options_page(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show ways to get more hours, ranked by what they earn; the ranking comes after where hours are not priced yet."""
    chosen_scenario(request, scenario)
    plan, given = plan_of(scenario), _given(request)
    form, asked, fault = _asked(given)
    context: dict[str, object] = {
        "scenario": scenario, "currency": base_currency(plan.inputs.extract), "given": given, "kinds": options.KINDS,
        "form": form.fields, "form_fault": fault,
        "resources": plan.inputs.series["resource"].members["resource"].to_list(),
        "asked": urlencode(given) if asked else "",
    }  # fmt: skip
    worth = worth_at_hand(plan)
    if worth is not None:
        context |= _ranking(request, plan, scenario, asked, worth)
    return render(request, "capacity/options.html", context, status=422 if fault else form.status)


def ranking_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the ranked options as a part of the page."""
    plan = plan_of(scenario)
    asked = options.asked_option(_given(request))
    return render(request, "capacity/_ranking.html", _ranking(request, plan, scenario, asked, worth_of(plan)))


def _ranking(
    request: HttpRequest, plan: Plan, scenario: str, asked: ResourceOption | None, worth: HourWorth
) -> dict[str, object]:
    user, currency = person(request), base_currency(plan.inputs.extract)
    own = str(plan.inputs.parameters.supply_engine)
    context: dict[str, object] = {
        "scenario": scenario, "currency": currency, "engine": ENGINE_LABELS.get(worth.engine, worth.engine).lower(),
        "borrowed": "" if stated_worth(plan) else ENGINE_LABELS.get(own, own).lower(),
        "rough": worth.rough,
        "may_lay": user.may(Ability.BRANCH) and may_edit(user, "supply"),
    }  # fmt: skip
    try:
        context["page"] = options.options_page(plan, asked, currency, worth)
    except PlanError as fault:
        context["fault"] = fault
    return context


def _asked(given: dict[str, str]) -> tuple[TypedForm, ResourceOption | None, str]:
    """The form as it was typed, the option it describes, and why it describes none although all can be read."""
    form = typed_form(given, options.FIELDS, options.number_of)
    if form.wrong:
        return form, None, ""
    try:
        return form, options.asked_option(given), ""
    except SteelyardError as fault:
        return form, None, str(fault)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items()}


@require_POST
def option_lay(request: HttpRequest, scenario: str) -> HttpResponse:
    """Lay an option on a branch and go there."""
    given = {name: str(value) for name, value in request.POST.items()}
    taken = given.get("taken", "1")
    made = option_services.option_lay(
        scenario, given.get("branch", ""), options.asked_option(given), user=person(request),
        steps=int(taken) if taken.isdecimal() else 1, note=given.get("note", "").strip()[:MOST_NOTE],
    )  # fmt: skip
    messages.success(request, f"{made.name} branches from {scenario} with {given.get('name', '')} in place.")
    return redirect("capacity:capacity", scenario=made.name)
