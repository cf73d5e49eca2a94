"""Stock pages: the inventory review, one item-location, and what is handed over as a file."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from steelyard.errors import NotFound
from steelyard.plan.export import write_table
from steelyard.web.accounts.permissions import requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.stock import selectors
from steelyard.web.worksheet.address import filter_text


def start(request: HttpRequest) -> HttpResponse:
    """Go to the stock of the scenario looked at last."""
    try:
        return redirect("stock:review", scenario=chosen_scenario(request))
    except NotFound:
        return redirect("home")


def review(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show what stock is for, what is wrong with it, and what a budget could serve."""
    chosen_scenario(request, scenario)
    moment = moment_of(scenario)
    asked = selectors.Asked.of({name: str(value) for name, value in request.GET.items()})
    currency = base_currency(moment.plan.inputs.extract)
    page = selectors.review_page(moment.plan, asked, currency)
    kept = {name: value for name, value in request.GET.items() if name in ("kind", "text", "budget") and value}
    context = {
        "name": scenario,
        "moment": moment,
        "page": page,
        "currency": currency,
        "query": urlencode(kept),
        "without_page": f"?{urlencode(kept)}&" if kept else "?",
        "rail": "stock",
    }
    return render(request, "stock/review.html", context)


def place(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show one item-location: its course, its policy and why."""
    chosen_scenario(request, scenario)
    moment = moment_of(scenario)
    item, location = request.GET.get("item", ""), request.GET.get("location", "")
    page = selectors.place_page(moment.plan, item, location)
    names = member_names(moment.plan.inputs.extract)
    view = {
        "levels": "item,location",
        "measures": "gross_requirement,constrained_receipts,projected_inventory,safety_stock,reorder_point,order_up_to",
        "scope": filter_text({"item": (item,), "location": (location,)}),
    }
    sheet = reverse("worksheet:worksheet", kwargs={"scenario": scenario})
    context = {
        "name": scenario,
        "moment": moment,
        "page": page,
        "item": item,
        "item_name": names.of("item", item),
        "location": location,
        "location_name": names.of("location", location),
        "sheet": f"{sheet}?{urlencode(view)}",
        "rail": "stock",
    }
    return render(request, "stock/place.html", context)


def network(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show where safety stock costs least when all places are looked at together."""
    chosen_scenario(request, scenario)
    plan = moment_of(scenario).plan
    placed = selectors.placement_of(plan)
    cost, alone = placed.plan.cost, placed.local_cost
    context = {
        "name": scenario,
        "currency": base_currency(plan.inputs.extract),
        "cost": cost,
        "alone": alone,
        "saved": 100 * (1.0 - cost / alone) if alone else 0.0,
        "exact": placed.plan.exact,
        "planned": plan.inputs.parameters.multi_echelon,
        "found": placed.network.size,
        "rows": placed.table.head(3 * selectors.ROWS).to_dicts(),
        "rail": "stock",
    }
    return render(request, "stock/network.html", context)


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Hand over the rows chosen as an Excel file."""
    asked = selectors.Asked.of({name: str(value) for name, value in request.GET.items()})
    found = selectors.chosen_rows(selectors.review_of(moment_of(scenario).plan), asked)
    return _file(found, f"stock-{scenario}")


@requires(Ability.EXPORT)
def export_budget(request: HttpRequest, scenario: str) -> HttpResponse:
    """Hand over the safety stock that spends a budget best."""
    asked = selectors.Asked.of({name: str(value) for name, value in request.GET.items()})
    return _file(
        selectors.budget_table(selectors.review_of(moment_of(scenario).plan), asked.budget or 0.0),
        f"stock-budget-{scenario}",
    )


def _file(table: pl.DataFrame, name: str) -> HttpResponse:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "stock.xlsx"
        write_table(table, file, title="Stock")
        content = file.read_bytes()
    answer = HttpResponse(content, content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
