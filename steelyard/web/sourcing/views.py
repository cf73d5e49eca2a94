"""Sourcing pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from steelyard.errors import NotFound, SteelyardError
from steelyard.plan.measuring.export import workbook
from steelyard.plan.plan import Plan
from steelyard.plan.review.sourcing import source_table
from steelyard.web.accounts.permissions import person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.asked import whole_number
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.stale import stands_on
from steelyard.web.sourcing import selectors


def start(request: HttpRequest) -> HttpResponse:
    """Go to the sourcing review of the scenario looked at last."""
    try:
        return redirect("sourcing:sourcing", chosen_scenario(request))
    except NotFound:
        return redirect("home")


def sourcing_page(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show lead times as stated and as seen, and the sources of an item."""
    chosen_scenario(request, scenario)
    plan = plan_of(scenario)
    item, at = request.GET.get("item", "").strip(), whole_number(request.GET.get("from", "")) or 0
    page = selectors.lead_time_page(plan, item=item, start=at)
    context = {
        "scenario": scenario,
        "item": item,
        "names": member_names(plan.inputs.extract),
        "page": page,
        "sources": selectors.sources_of(plan, item) if item else [],
        "chart": selectors.freed_chart(plan),
        "currency": base_currency(plan.inputs.extract),
        "before": max(at - selectors.PAGE, 0) if at else None,
        "after": at + selectors.PAGE if at + selectors.PAGE < page.total else None,
        "first": at + 1,
        "last": min(at + selectors.PAGE, page.total),
        "can_export": person(request).may(Ability.EXPORT),
    }
    return render(request, "sourcing/sourcing.html", context)


def pegging_page(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show what stands behind a shipment, or what a receipt serves."""
    chosen_scenario(request, scenario)
    plan = plan_of(scenario)
    asked = {name: request.GET.get(name, "").strip() for name in ("item", "location", "period", "way")}
    items, locations = selectors.places_of(plan)
    context: dict[str, object] = {
        "scenario": scenario, "asked": asked, "items": items, "locations": locations, "periods": plan.horizon.labels,
        "names": member_names(plan.inputs.extract),
        "trail": [{"label": "Sourcing", "url": reverse("sourcing:sourcing", args=[scenario])}],
    }  # fmt: skip
    if asked["item"] and asked["location"]:
        try:
            context |= _pegged(plan, asked)
        except SteelyardError as fault:
            context["fault"] = str(fault)
    return render(request, "sourcing/pegging.html", context)


def _pegged(plan: Plan, asked: dict[str, str]) -> dict[str, object]:
    """Pegs of what is asked; without a period, of the first one that has any."""
    place, down = (asked["item"], asked["location"]), asked["way"] != "up"
    having = selectors.periods_with(plan, *place, down=down)
    asked["period"] = asked["period"] or next(iter(having), plan.horizon.labels[0])
    return {"lines": selectors.pegs(plan, *place, asked["period"], down=down), "having": having}


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Send lead times and sources as a workbook."""
    plan = plan_of(scenario)
    audit_record(actor=person(request).username, action="sourcing.export", subject=scenario)
    tables = {"Lead times": selectors.lead_times(plan), "Sources": source_table(plan)} | stands_on(scenario)
    answer = HttpResponse(workbook(tables), content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = 'attachment; filename="sourcing.xlsx"'
    return answer
