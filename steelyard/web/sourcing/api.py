"""Sourcing API: lead times, sources, pegs."""

from dataclasses import asdict
from typing import Literal

from django.http import HttpRequest
from ninja import Router

from steelyard.plan.review.sourcing import source_table
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.scenarios.asked import plain_rows
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.sourcing import selectors

router = Router(tags=["sourcing"])


@router.get("/{scenario}/lead-times", response={200: dict, **REFUSALS}, summary="Lead times")
def lead_times(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Planned, observed and cumulative lead times, and what a quarter less would free."""
    return plain_rows(selectors.lead_times(plan_of(scenario)))


@router.get("/{scenario}/sources", response={200: dict, **REFUSALS}, summary="Sources")
def sources(request: HttpRequest, scenario: str) -> dict[str, object]:
    """All sources of the extract, best first."""
    return plain_rows(source_table(plan_of(scenario)))


@router.get("/{scenario}/pegs", response={200: dict, **REFUSALS}, summary="Pegs")
def pegs(
    request: HttpRequest, scenario: str, item: str, location: str, period: str, way: Literal["down", "up"] = "down"
) -> dict[str, object]:
    """What stands behind the shipments of a period (`down`), or what a planned receipt serves (`up`)."""
    found = selectors.pegs(plan_of(scenario), item, location, period, down=way == "down")
    return {"pegs": [asdict(line) for line in found]}
