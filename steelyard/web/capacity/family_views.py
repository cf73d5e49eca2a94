"""Family views: the part of the capacity page that says what more of a family would load."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.errors import SteelyardError
from steelyard.plan.review.family_bills import FamilyBills
from steelyard.web.capacity import families
from steelyard.web.capacity.selectors import json_text
from steelyard.web.scenarios.plans import plan_of

FIELDS = ("family", "amount", "unit", "first", "last")


def families_part(request: HttpRequest, scenario: str) -> HttpResponse:
    """Answer the bills of families and what a quantity of one would load, as a part of the page."""
    given = {name: request.GET.get(name, "").strip() for name in FIELDS}
    context: dict[str, object] = {"scenario": scenario, "given": given}
    try:
        plan = plan_of(scenario)
        bills = families.bills_of(plan)
        units = {one.name: one.unit for one in bills.view.facts}
        context |= {
            "rows": families.bill_rows(bills), "heads": [(name, units[name]) for name in bills.resources],
            "periods": plan.horizon.labels, "members": bills.members,
        }  # fmt: skip
        if bills.members:
            context |= _answer(given, bills)
    except SteelyardError as fault:
        context["fault"] = str(fault)
    return render(request, "capacity/_families.html", context)


def _answer(given: dict[str, str], bills: FamilyBills) -> dict[str, object]:
    """What the form asks about, or why it cannot be answered."""
    try:
        asked = families.asked_quantity(given, bills)
        rows, chart = families.family_load(bills, asked)
    except SteelyardError as fault:
        return {"wrong": str(fault)}
    return {"asked": asked, "loads": rows, "chart": json_text(chart) if chart else ""}
