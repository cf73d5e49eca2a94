"""Capacity API: load, work behind it, bottlenecks and shortages."""

from dataclasses import asdict

from django.http import HttpRequest
from ninja import Router

from steelyard.plan.review.capacity import CapacityView, load_by_source
from steelyard.plan.review.family_bills import FamilyQuantity, load_in_sum, load_of_quantity
from steelyard.plan.review.rough_cut_ways import rough_cut_way
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.capacity import selectors
from steelyard.web.capacity.families import bills_of
from steelyard.web.scenarios.asked import finite, plain_rows
from steelyard.web.scenarios.plans import plan_of

router = Router(tags=["capacity"])


@router.get("/{scenario}", response={200: dict, **REFUSALS}, summary="Load and hours")
def load(request: HttpRequest, scenario: str, method: str = "resource_profile") -> dict[str, object]:
    """Available, asked, planned, overload and cumulative slack by resource and period, in its unit; past due apart.

    The method is `resource_profile`, `bill_of_resources` or `overall_factors` (CPOF); the last tells its past shares.
    """
    view = CapacityView(plan_of(scenario), rough_cut_way(method))
    past, shares = dict(zip(view.resources, view.past_due.tolist(), strict=True)), view.cut.shares
    split = shares and {
        "basis": shares.basis, "periods": shares.periods,
        "share": dict(zip(view.resources, shares.share.tolist(), strict=True)),
    }  # fmt: skip
    return {"method": view.way, "past_due": past, "shares": split} | plain_rows(view.frame)


@router.get("/{scenario}/resources", response={200: dict, **REFUSALS}, summary="Kinds of capacity")
def resources(request: HttpRequest, scenario: str) -> dict[str, object]:
    """What each resource offers in a mean period, rated and demonstrated capacity, asked and planned, in its unit."""
    return plain_rows(CapacityView(plan_of(scenario)).kinds)


@router.get("/{scenario}/families", response={200: dict, **REFUSALS}, summary="Bills of families")
def families(request: HttpRequest, scenario: str) -> dict[str, object]:
    """What a unit of each family asks of each resource by the plan's own mix: over the horizon, and by period."""
    bills = bills_of(plan_of(scenario))
    return {"bills": plain_rows(bills.mean), "periods": plain_rows(bills.frame)}


@router.get("/{scenario}/family-load", response={200: dict, **REFUSALS}, summary="Load of more of a family")
def family_load(
    request: HttpRequest,
    scenario: str,
    family: str,
    percent: float | None = None,
    units: float | None = None,
    first: str = "",
    last: str = "",
) -> dict[str, object]:
    """What more (or less) of a family would load: percent of what the plan asks for, or units in every period."""
    load = load_of_quantity(bills_of(plan_of(scenario)), FamilyQuantity(family, percent, units, first, last))
    return {"total": plain_rows(load_in_sum(load)), "load": plain_rows(load)}


@router.get("/{scenario}/work", response={200: dict, **REFUSALS}, summary="Work on a resource")
def work(request: HttpRequest, scenario: str, resource: str, period: str = "") -> dict[str, object]:
    """Items that use a resource, and the families whose demand asks for its hours."""
    plan = plan_of(scenario)
    return {
        "items": plain_rows(selectors.work_table(plan, resource, period)),
        "sources": plain_rows(load_by_source(plan, resource)),
        "orders": plain_rows(selectors.orders_behind(plan, resource, period)),
    }


@router.get("/{scenario}/bottlenecks", response={200: dict, **REFUSALS}, summary="Bottlenecks and shortages")
def bottlenecks(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Resources by price x hours, what a tenth more would bring, and what gates each late unit."""
    priced = selectors.priced_of(plan_of(scenario))
    return {
        "engine": priced.engine,
        "rough": list(priced.rough),
        "bottlenecks": [
            {
                "resource": one.resource, "worth": one.found.worth, "price": one.found.price,
                "periods": len(one.found.periods), "items": list(one.items),
                "more": asdict(one.more) if one.more else None,
            }
            for one in priced.bottlenecks
        ],
        "shortages": [
            {
                "item": one.item, "location": one.location, "since": one.since, "period": one.period,
                "units": one.units, "money": one.money, "gate": one.gate.kind, "gated_by": one.gated_by,
                "gate_period": one.gate_period, "extra_cost": finite(one.gate.extra_cost), "way": one.way,
                "next_way": one.next_way,
                "next_extra": finite(one.gate.next_extra),
            }
            for one in priced.shortages
        ],
    }  # fmt: skip
