"""Home page: what waits for a person, by role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.errors import NotFound
from steelyard.web.accounts.permissions import person
from steelyard.web.cycles.authority import is_lead
from steelyard.web.cycles.home import home_of
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scorecard.views import plan_on_a_page


def home_page(request: HttpRequest) -> HttpResponse:
    """Show what is mine, due, late, blocked and changed; a company without a plan is told how to begin."""
    user = person(request)
    try:
        name = chosen_scenario(request)
    except NotFound:
        return plan_on_a_page(request)
    lead = is_lead(user)
    context = {
        "home": home_of(user), "greeting": f"Good day, {user.first_name or user.username}", "role": user.role_label,
        "plan_url": reverse("plan", kwargs={"scenario": name}), "rail": "home",
        "begin_label": "See the months" if lead else "", "begin_url": reverse("cycles:cycles") if lead else "",
    }  # fmt: skip
    return render(request, "cycles/home.html", context)
