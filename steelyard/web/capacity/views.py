"""Capacity pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from steelyard.errors import NotFound, SteelyardError
from steelyard.plan.measuring.export import workbook
from steelyard.plan.review.capacity import CapacityView
from steelyard.plan.review.rough_cut_ways import ROUGH_CUT_WAYS, rough_cut_way
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.capacity import selectors
from steelyard.web.capacity.families import bills_of
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.stale import stands_on


def start(request: HttpRequest) -> HttpResponse:
    """Go to the capacity review of the scenario looked at last."""
    try:
        return redirect("capacity:capacity", chosen_scenario(request))
    except NotFound:
        return redirect("home")


def capacity_page(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the heat map and the resources; what holds the plan back comes after."""
    chosen_scenario(request, scenario)
    view = CapacityView(plan_of(scenario), rough_cut_way(request.GET.get("method", "resource_profile")))
    lines = selectors.resource_lines(view)
    context: dict[str, object] = {
        "scenario": scenario, "lines": lines, "periods": view.periods, "stores": view.stores,
        "can_export": person(request).may(Ability.EXPORT), "method": view.way, "methods": ROUGH_CUT_WAYS.items(),
    }  # fmt: skip
    if lines:
        context["kinds"] = view.kinds.to_dicts()
        context["shares"] = selectors.share_words(view)
        context["chart"] = selectors.load_map(view)
        context["resource"] = request.GET.get("resource", lines[0].name)
        context["period"] = request.GET.get("period", lines[0].worst_period)
    return render(request, "capacity/capacity.html", context)


def work_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer what stands behind a resource in a period, as a part of the page."""
    resource, period = request.GET.get("resource", ""), request.GET.get("period", "")
    context: dict[str, object] = {"resource": resource, "period": period}
    try:
        plan = plan_of(scenario)
        table, view = selectors.work_table(plan, resource, period), CapacityView(plan)
        context |= {
            "unit": view.facts[view.number(resource)].unit,
            "stored": resource in view.stores,
            "names": member_names(plan.inputs.extract),
            "chart": selectors.json_text(selectors.resource_chart(plan, view, resource)),
            "rows": table.head(selectors.MOST_ITEMS).to_dicts(),
            "more": max(table.height - selectors.MOST_ITEMS, 0),
            "hours": float(table["hours"].sum()),
            "orders": selectors.orders_behind(plan, resource, period).head(selectors.MOST_ITEMS).to_dicts(),
        }
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "capacity/_work.html", context)


def bottlenecks_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer bottlenecks in money and gated shortages, as a part of the page."""
    context: dict[str, object] = {}
    try:
        plan = plan_of(scenario)
        context = {
            "priced": selectors.priced_of(plan), "currency": base_currency(plan.inputs.extract), "scenario": scenario,
            "names": member_names(plan.inputs.extract),
        }  # fmt: skip
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "capacity/_bottlenecks.html", context)


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Send load, capacity of each kind and bills of families as a workbook."""
    plan = plan_of(scenario)
    view = CapacityView(plan, rough_cut_way(request.GET.get("method", "resource_profile")))
    audit_record(actor=person(request).username, action="capacity.export", subject=scenario)
    bills = bills_of(plan)
    sheets = {"Capacity": view.frame, "Resources": view.kinds, "Family bills": bills.mean, "By period": bills.frame}
    answer = HttpResponse(workbook(sheets | stands_on(scenario)), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="capacity.xlsx"'
    return answer
