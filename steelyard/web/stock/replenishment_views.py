"""Replenishment pages: policies, lots, quantity discounts, joint orders, last buys, a chain; and taking them over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from steelyard.errors import NotFound
from steelyard.plan.plan import Plan
from steelyard.web.accounts.permissions import may_edit, person, requires
from steelyard.web.accounts.roles import Ability
from steelyard.web.masterdata.names import member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.choice import chosen_scenario
from steelyard.web.scenarios.plans import Moment, moment_of
from steelyard.web.stock import replenishment, replenishment_pictures
from steelyard.web.stock.asked import LEVELS, Ask, typed_ask
from steelyard.web.stock.replenishment_services import replenishment_take
from steelyard.web.stock.views import MOST_NOTE, excel_file
from steelyard.web.ui.typed import TypedField

PAGES = {
    "policy": "policies", "lots": "lots", "discount": "discounts", "joint": "joint", "last_buy": "last_buys",
    "chain": "chain",
}  # fmt: skip
"""Page of each kind of proposal."""
KEPT = (
    "item", "location", "supplier", "text", "order_cost", "shared_cost", "item_cost", "salvage", "goodwill", "last",
    "basis",
)  # fmt: skip


def policies(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show every rule of replenishment beside the others, for all item-locations or for one."""
    moment, ask, context = _asked(request, scenario)
    wrong = cast(Mapping[str, TypedField], context["form"])
    tried = "" if any(wrong[name].fault for name in LEVELS) else ask.rule
    context["view"] = replenishment.policies_page(moment.plan, replace(ask, rule=tried))
    return _shown(request, "policies", context)


def lots(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show what every rule of lot sizing costs."""
    moment, ask, context = _asked(request, scenario)
    context["view"] = replenishment.lots_page(moment.plan, ask)
    return _shown(request, "lots", context)


def discounts(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show the order size that costs least under quantity discounts."""
    moment, ask, context = _asked(request, scenario)
    table = replenishment.breaks_of(moment.plan, ask.cost).table()
    context["view"] = replenishment.listing(table, ask)
    context["chart"] = replenishment_pictures.saving_picture(table, ("item", "location"))
    return _shown(request, "discounts", context)


def joint(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show how often to order from each supplier, and which items join."""
    moment, ask, context = _asked(request, scenario)
    orders = replenishment.joint_of(moment.plan, ask)
    table = orders.table()
    context["view"] = replenishment.listing(table, ask)
    context["chart"] = replenishment_pictures.saving_picture(table, ("supplier", "location"))
    if ask.supplier and ask.location:
        context["items"] = orders.items(ask.supplier, ask.location).to_dicts()
    return _shown(request, "joint", context)


def last_buys(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show how much to buy before an item ends."""
    moment, ask, context = _asked(request, scenario)
    context["view"] = replenishment.buys_page(moment.plan, ask)
    context["periods"] = moment.plan.horizon.labels
    context["season"] = ask.season
    return _shown(request, "last_buys", context)


def chain(request: HttpRequest, scenario: str) -> HttpResponse:
    """Show a way through the network with random stock at every stage."""
    moment, ask, context = _asked(request, scenario)
    context["view"] = replenishment.chain_page(moment.plan, ask)
    return _shown(request, "chain", context)


@require_POST
def take(request: HttpRequest, scenario: str) -> HttpResponse:
    """Take a proposal over as changes of the scenario, and go back to where it was shown."""
    given = {name: str(value) for name, value in request.POST.items()}
    kind, revision = given.get("kind", ""), given.get("revision", "")
    event = replenishment_take(
        scenario, kind, Ask.of(given), user=person(request), note=given.get("note", "").strip()[:MOST_NOTE],
        expected_revision=int(revision) if revision.isdecimal() else None,
    )  # fmt: skip
    places = {str(change.operation) if change.moves_cells else str(change) for change in event.changes}
    told = f"{len(places):,} changes" if len(event.changes) > 1 else "One change"
    messages.success(request, f"{told} taken over into {scenario}. Undo takes all of it back.")
    query = urlencode({name: given[name] for name in KEPT if given.get(name)})
    return redirect(f"{reverse(f'stock:{PAGES[kind]}', args=[scenario])}?{query}")


@requires(Ability.EXPORT)
def export_replenishment(request: HttpRequest, scenario: str, sheet: str) -> HttpResponse:
    """Hand over all rows of a page as an Excel file."""
    if sheet not in _TABLES:
        raise NotFound(f"There is no table {sheet!r}", mend=f"use one of {', '.join(_TABLES)}")
    ask = Ask.of({name: str(value) for name, value in request.GET.items()})
    return excel_file(_TABLES[sheet](moment_of(scenario).plan, ask), f"{sheet}-{scenario}")


_TABLES: dict[str, Callable[[Plan, Ask], pl.DataFrame]] = {
    "policies": lambda plan, ask: replenishment.sheet_of(plan, ask.cost).table,
    "lots": lambda plan, ask: replenishment.lots_of_plan(plan, ask.cost).table,
    "discounts": lambda plan, ask: replenishment.breaks_of(plan, ask.cost).table(),
    "joint": lambda plan, ask: replenishment.joint_of(plan, ask).table(),
    "last_buys": replenishment.last_buys_of,
}


def _shown(request: HttpRequest, page: str, context: dict[str, object]) -> HttpResponse:
    """The page; its status says whether a field of its form is wrong."""
    return render(request, f"stock/{page}.html", context, status=cast(int, context["status"]))


def _asked(request: HttpRequest, scenario: str) -> tuple[Moment, Ask, dict[str, object]]:
    """What every page of replenishment shows: the scenario, the question, and what may be done."""
    replenishment.require_costs()
    chosen_scenario(request, scenario)
    moment = moment_of(scenario)
    form = typed_ask({name: str(value) for name, value in request.GET.items()})
    ask = Ask.of(form.readable)
    kept = {name: value for name, value in form.readable.items() if name in KEPT and value}
    names = member_names(moment.plan.inputs.extract)
    context: dict[str, object] = {
        "name": scenario,
        "moment": moment,
        "ask": ask,
        "form": form.fields,
        "status": form.status,
        "names": names,
        "item_name": names.of("item", ask.item) if ask.item else "",
        "location_name": names.of("location", ask.location) if ask.location else "",
        "currency": base_currency(moment.plan.inputs.extract),
        "may_adopt": moment.open and may_edit(person(request), "inventory"),
        "may_export": person(request).may(Ability.EXPORT),
        "query": urlencode(kept),
        "without_page": f"?{urlencode(kept)}&" if kept else "?",
        "rail": "stock",
    }
    return moment, ask, context
