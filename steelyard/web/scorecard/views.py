"""Scorecard page: the plan on a page."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.errors import NotFound
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.selectors import base_currency, extracts
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scorecard.kpis import judged, kpi_cards
from steelyard.web.scorecard.selectors import plan_page


def plan_on_a_page(request: HttpRequest, scenario: str = "") -> HttpResponse:
    """Show the plan of a scenario on a page; without one, say how to begin."""
    try:
        name = chosen_scenario(request, scenario)
    except NotFound:
        if scenario:
            raise
        context = {"has_data": _has_data(), "can_import": person(request).may(Ability.IMPORT), "rail": "plan"}
        return render(request, "scorecard/begin.html", context)
    moment = moment_of(name)
    currency = base_currency(moment.plan.inputs.extract)
    page = plan_page(moment.plan, currency)
    sheet = reverse("worksheet:worksheet", kwargs={"scenario": name})
    cards, others = kpi_cards(judged(moment.plan), currency, page.evidence)
    context = {
        "name": name,
        "moment": moment,
        "record": moment.record,
        "page": page,
        "currency": currency,
        "cards": cards,
        "others": others,
        "exceptions": [(one, f"{sheet}?{urlencode(one.view)}") for one in page.exceptions],
        "rail": "plan",
    }
    return render(request, "scorecard/plan.html", context)


def _has_data() -> bool:
    try:
        return bool(extracts())
    except NotFound:
        return False
