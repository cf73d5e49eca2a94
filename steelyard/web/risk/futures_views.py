"""Futures parts of the risk page: outcomes, every KPI, and the load of every resource in many futures."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.errors import SteelyardError
from steelyard.kpi.registry import INDICATORS
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.risk import futures as selectors
from steelyard.web.risk import pictures
from steelyard.web.scenarios.choice import chosen_scenario

SHOWN = ("revenue", "gross_margin", "operating_profit", "cash_flow", "inventory_value", "fill_rate")
LOADS = {"p50": "P50", "p90": "P90", "chance": "Chance of missing hours"}
MOST_BREACHES = 15


def futures(request: HttpRequest) -> HttpResponse:
    """Answer what many futures say, as a part of the page."""
    outcome = request.GET.get("outcome", "revenue")
    context: dict[str, object] = {}
    try:
        found = selectors.futures_of(chosen_scenario(request))
        offered = {name: label for name, label in found.outcomes.items() if name in SHOWN}
        chosen = outcome if outcome in offered else SHOWN[0]
        context |= {
            "outcome": chosen,
            "outcomes": offered.items(),
            "found": found,
            "fan": json.dumps(pictures.fan_chart(found, chosen)),
            "spread": json.dumps(pictures.spread_chart(found, chosen)),
            "rows": found.summary.to_dicts(),
            "budget": found.budget_chances,
            "above": selectors.above_futures(found),
            "fill_mean": float(found.by_draw("fill_rate").mean()),
        }
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_futures.html", context)


def kpis(request: HttpRequest) -> HttpResponse:
    """Answer every KPI in many futures, one of them by period, as a part of the page."""
    context: dict[str, object] = {}
    try:
        found = selectors.futures_of(chosen_scenario(request))
        told = selectors.kpis_of(found)
        asked = request.GET.get("kpi", "")
        chosen = asked if asked in told.by_periods else next(iter(told.by_periods), "")
        context |= {"lines": selectors.kpi_lines(told), "left_out": selectors.left_out(told), "chosen": chosen}
        if chosen:
            currency = base_currency(found.plan.inputs.extract)
            chart = pictures.kpi_fan_chart(told.fan(chosen), INDICATORS[chosen].unit, currency)
            context |= {"chart": json.dumps(chart), "label": INDICATORS[chosen].label}
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_kpis.html", context)


def loads(request: HttpRequest) -> HttpResponse:
    """Answer the load of every resource in many futures as a heat map, as a part of the page."""
    show = request.GET.get("show", "p90")
    show = show if show in LOADS else "p90"
    context: dict[str, object] = {"show": show, "shows": LOADS.items()}
    try:
        found = selectors.futures_of(chosen_scenario(request))
        threatened = found.breaches
        context |= {
            "found": found,
            "chart": json.dumps(pictures.load_map(found.loads, show)) if found.loads.resources else "",
            "breaches": threatened[:MOST_BREACHES],
            "more": max(len(threatened) - MOST_BREACHES, 0),
        }
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "risk/_loads.html", context)
