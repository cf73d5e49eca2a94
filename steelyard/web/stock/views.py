"""Stock pages: the inventory review, one item-location, and what is handed over as a file."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound
from steelyard.plan.export import write_table
from steelyard.web.accounts.permissions import may_edit, person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.exports import KINDS
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.stock import selectors, services
from steelyard.web.stock.worth import MONEY, sees_worth
from steelyard.web.worksheet.address import filter_text

MOST_NOTE = 500


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
    form = selectors.typed_budget({name: str(value) for name, value in request.GET.items()})
    currency = base_currency(moment.plan.inputs.extract)
    page, form = selectors.budgeted_page(moment.plan, form, currency)
    kept = {name: value for name, value in form.readable.items() if name in ("kind", "text", "budget") and value}
    context = {
        "name": scenario,
        "moment": moment,
        "page": page,
        "form": form.fields,
        "currency": currency,
        "may_adopt": moment.open and may_edit(person(request), "inventory"),
        "query": urlencode(kept),
        "without_page": f"?{urlencode(kept)}&" if kept else "?",
        "rail": "stock",
    }
    return render(request, "stock/review.html", context, status=form.status)


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
    moment = moment_of(scenario)
    plan = moment.plan
    placed = selectors.placement_of(plan)
    cost, alone = placed.plan.cost, placed.local_cost
    context = {
        "name": scenario,
        "moment": moment,
        "may_adopt": moment.open and may_edit(person(request), "inventory"),
        "currency": base_currency(plan.inputs.extract),
        "cost": cost,
        "alone": alone,
        "saved": 100 * placed.saved,
        "service": placed.service,
        "service_alone": placed.service_alone,
        "service_lost": placed.service_lost,
        "exact": placed.plan.exact,
        "planned": plan.inputs.parameters.multi_echelon,
        "found": placed.network.size,
        "rows": selectors.placed_rows(plan, 3 * selectors.ROWS),
        "rail": "stock",
    }
    return render(request, "stock/network.html", context)


@require_POST
def adopt(request: HttpRequest, scenario: str) -> HttpResponse:
    """Take a proposal over as changes of the scenario, and go back to where it was shown."""
    given = {name: str(value) for name, value in request.POST.items()}
    kind, revision = given.get("kind", ""), given.get("revision", "")
    event = services.proposal_adopt(
        scenario, kind, user=person(request), budget=selectors.Asked.of({"budget": given.get("budget", "")}).budget,
        note=given.get("note", "").strip()[:MOST_NOTE],
        expected_revision=int(revision) if revision.isdecimal() else None,
    )  # fmt: skip
    moved = f"Safety stock of {len(event.changes):,} item-locations changed. Undo takes all of it back."
    messages.success(request, moved)
    return redirect("stock:network" if kind == "network" else "stock:review", scenario=scenario)


@requires(Ability.EXPORT)
def export(request: HttpRequest, scenario: str) -> HttpResponse:
    """Hand over the rows chosen as an Excel file."""
    asked = selectors.Asked.of({name: str(value) for name, value in request.GET.items()})
    found = selectors.chosen_rows(selectors.review_of(moment_of(scenario).plan), asked)
    if not sees_worth():
        found = found.drop(MONEY)
    return excel_file(found, f"stock-{scenario}")


@requires(Ability.EXPORT)
def export_budget(request: HttpRequest, scenario: str) -> HttpResponse:
    """Hand over the safety stock that spends a budget best."""
    asked = selectors.Asked.of({name: str(value) for name, value in request.GET.items()})
    found = selectors.proposal_of(moment_of(scenario).plan, "budget", asked.budget)
    return excel_file(found.table, f"stock-budget-{scenario}")


def excel_file(table: pl.DataFrame, name: str) -> HttpResponse:
    """A table as an Excel file to download."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "stock.xlsx"
        write_table(table, file, title="Stock")
        content = file.read_bytes()
    answer = HttpResponse(content, content_type=KINDS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
