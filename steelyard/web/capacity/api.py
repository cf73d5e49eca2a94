"""Capacity API: load, work behind it, bottlenecks and shortages."""

from dataclasses import asdict

from django.http import HttpRequest
from ninja import Router

from steelyard.plan.review.capacity import CapacityView, load_by_source
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.capacity import selectors
from steelyard.web.scenarios.asked import finite, plain_rows
from steelyard.web.scenarios.plans import plan_of

router = Router(tags=["capacity"])


@router.get("/{scenario}", response={200: dict, **REFUSALS}, summary="Load and hours")
def load(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Hours available, asked, planned, overload and cumulative slack by resource and period; past due apart."""
    view = CapacityView(plan_of(scenario))
    past = dict(zip(view.resources, view.past_due.tolist(), strict=True))
    return {"past_due": past} | plain_rows(view.frame)


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
