"""Hours: what one more hour is worth, as a part of the supply review, priced as the capacity page prices it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.errors import SteelyardError
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.supply_review.pricing import hour_lines, priced_plan, scarce_resources
from steelyard.web.supply_review.selectors import ENGINE_LABELS, SHOWN_HOURS


def hours_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer which resources hold the plan back and what an hour of each period is worth, as a part of the page."""
    plan = moment_of(scenario).plan
    context: dict[str, object] = {"scenario": scenario, "currency": base_currency(plan.inputs.extract)}
    try:
        priced = priced_plan(plan)
        lines = hour_lines(priced)
        context |= {
            "priced_by": ENGINE_LABELS.get(priced.engine, priced.engine),
            "rough": priced.rough,
            "scarce": scarce_resources(priced),
            "hours": lines[:SHOWN_HOURS],
            "more_hours": max(len(lines) - SHOWN_HOURS, 0),
        }
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "supply_review/_hours.html", context)
