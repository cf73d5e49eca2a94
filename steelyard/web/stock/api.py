"""Stock API: the inventory review as data."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from steelyard.errors import ChangeInvalid
from steelyard.inventory.service_curve import CurvePoint
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.stock import selectors, services
from steelyard.web.stock.selectors import Asked
from steelyard.web.stock.worth import require_worth

router = Router(tags=["stock"])

Start = Annotated[int, Query(ge=0)]
Count = Annotated[int, Query(ge=1, le=1000)]


class PlaceOut(Schema):
    """An item-location with its policy and its exception in money; levels are those of the first period."""

    item: str
    location: str
    product_family: str | None = None
    kind: str
    money: float | None
    """None for who does not see money."""
    units: float
    rule: str
    measure: str
    law: str
    service_level: float
    safety_stock: float
    reorder_point: float
    order_up_to: float
    mean_safety_stock: float
    opening: float
    mean_stock: float
    stock_value: float | None
    coverage: float | None
    turns: float | None
    stock_out_risk: float


class PlacesOut(Schema):
    """A window of item-locations, most money first."""

    found: int
    rows: list[PlaceOut]


class KindOut(Schema):
    """Stock of a period in money by what it is for."""

    period: str
    safety: float
    cycle: float
    anticipation: float
    pipeline: float
    safety_target: float


class CurvePointOut(Schema):
    """Service that a value of safety stock gives."""

    value: float
    fill_rate: float


class CurveOut(Schema):
    """Service against the value of safety stock."""

    today: CurvePointOut
    same_service: list[CurvePointOut]
    best_mix: list[CurvePointOut]


class MoveOut(Schema):
    """Safety stock of an item-location now and under a budget."""

    item: str
    location: str
    now: float
    proposed: float
    money: float


class BudgetOut(Schema):
    """The best service for a stock budget."""

    value: float
    fill_rate: float
    price: float
    found: int
    moves: list[MoveOut]


@router.get("/{scenario}/places", response={200: PlacesOut, **REFUSALS}, summary="Item-locations and exceptions")
def places(
    request: HttpRequest, scenario: str, kind: str = "", text: str = "", start: Start = 0, count: Count = 100
) -> dict[str, object]:
    """Item-locations of a kind (shortage, at risk, excess, obsolete, fine), most money first.

    For who does not see money: worst kind first, then most units; money is null.
    """
    found = selectors.chosen_rows(
        selectors.review_of(moment_of(scenario).plan), Asked.of({"kind": kind, "text": text})
    )  # fmt: skip
    return {"found": found.height, "rows": found.slice(start, count).to_dicts()}


@router.get("/{scenario}/kinds", response={200: list[KindOut], **REFUSALS}, summary="Stock by what it is for")
def kinds(request: HttpRequest, scenario: str) -> list[dict[str, object]]:
    """Safety, cycle, anticipation and pipeline stock by period, in money."""
    require_worth()
    return selectors.review_of(moment_of(scenario).plan).kinds_over_time().to_dicts()


@router.get("/{scenario}/curve", response={200: CurveOut, **REFUSALS}, summary="Service against stock value")
def curve(request: HttpRequest, scenario: str) -> dict[str, object]:
    """The same service everywhere, the best mix, and today."""
    require_worth()
    review = selectors.review_of(moment_of(scenario).plan)
    return {
        "today": _point(review.today()),
        "same_service": [_point(point) for point in review.same_service()],
        "best_mix": [_point(point) for point in review.best_service()],
    }


@router.get("/{scenario}/budget", response={200: BudgetOut, **REFUSALS}, summary="The best service for a budget")
def budget(
    request: HttpRequest,
    scenario: str,
    amount: Annotated[float | None, Query(ge=0)] = None,
    service: Annotated[float | None, Query(gt=0, lt=1)] = None,
    start: Start = 0,
    count: Count = 100,
) -> dict[str, object]:
    """Safety stock of every item-location that serves most demand for an amount, or a service for the least amount."""
    require_worth()
    plan = moment_of(scenario).plan
    if (amount is None) == (service is None):
        raise ChangeInvalid("A budget has an amount or a service", mend="give amount or service")
    if amount is None:
        amount = selectors.review_of(plan).budget_for(service or 0.0).value
    spent, moves = selectors.review_of(plan).spend(amount), selectors.proposal_of(plan, "budget", amount).table
    shown = moves.slice(start, count).to_dicts()
    found = {"value": spent.value, "fill_rate": spent.fill_rate, "price": spent.price}
    return {**found, "found": moves.height, "moves": shown}


class ProposalIn(Schema):
    """A proposal to be taken over."""

    kind: Literal["budget", "network"]
    budget: float | None = None
    note: str = ""
    expected_revision: int | None = None


class AdoptedOut(Schema):
    """What was changed."""

    revision: int
    changes: int


@router.post("/{scenario}/adopt", response={200: AdoptedOut, **REFUSALS}, summary="Take a proposal over")
def adopt(request: HttpRequest, scenario: str, proposal: ProposalIn) -> dict[str, int]:
    """Change safety stock to what a stock budget or the network asks for: one event, undone as one."""
    event = services.proposal_adopt(
        scenario, proposal.kind, user=person(request), budget=proposal.budget, note=proposal.note,
        expected_revision=proposal.expected_revision,
    )  # fmt: skip
    return {"revision": event.revision, "changes": len(event.changes)}


class CourseOut(Schema):
    """A period of an item-location [units]."""

    period: str
    projected_inventory: float
    safety_stock: float
    local_safety_stock: float
    reorder_point: float
    order_up_to: float
    cycle_stock: float
    anticipation_stock: float
    pipeline_stock: float
    gross_requirement: float
    constrained_receipts: float
    scheduled_receipts: float
    backlog: float
    stock_out_risk: float


@router.get("/{scenario}/course", response={200: list[CourseOut], **REFUSALS}, summary="One item-location over time")
def course(request: HttpRequest, scenario: str, item: str, location: str) -> list[dict[str, object]]:
    """Stock, targets and risk of an item-location by period [units]."""
    review = selectors.review_of(moment_of(scenario).plan)
    return review.course(review.row_of(item, location)).to_dicts()


class StageOut(Schema):
    """An item-location of the network [days, units, money]."""

    item: str
    location: str
    service_time: float
    inbound_time: float
    net_time: float
    safety_stock: float
    pipeline_stock: float
    cost: float


class NetworkOut(Schema):
    """Safety stock placed where in the network it costs least."""

    cost: float
    cost_alone: float
    service: float
    service_alone: float
    service_reached: float
    service_reached_alone: float
    exact: bool
    found: int
    stages: list[StageOut]


class StageCheckOut(Schema):
    """How often simulated demand stays within the stock of a stage."""

    item: str
    location: str
    kept: float
    standard_error: float
    excess: float


class NetworkCheckOut(Schema):
    """A simulation of demand against safety stock placed in the network."""

    found: int
    stages: list[StageCheckOut]


@router.get("/{scenario}/network", response={200: NetworkOut, **REFUSALS}, summary="Multi-echelon safety stock")
def network(request: HttpRequest, scenario: str, start: Start = 0, count: Count = 100) -> dict[str, object]:
    """Service time, stock and cost of every item-location, most money first."""
    placed = selectors.placement_of(moment_of(scenario).plan)
    found = {"cost": placed.plan.cost, "cost_alone": placed.local_cost, "exact": placed.plan.exact}
    found |= {"service": placed.service.kept, "service_alone": placed.service_alone.kept}
    found |= {"service_reached": placed.service.reached, "service_reached_alone": placed.service_alone.reached}
    return {**found, "found": placed.network.size, "stages": placed.table.slice(start, count).to_dicts()}


@router.get(
    "/{scenario}/network/check", response={200: NetworkCheckOut, **REFUSALS}, summary="Simulate the network"
)  # fmt: skip
def network_check(
    request: HttpRequest,
    scenario: str,
    days: Annotated[int, Query(ge=30, le=5000)] = 500,
    courses: Annotated[int, Query(ge=2, le=200)] = 10,
    seed: int = 0,
    start: Start = 0,
    count: Count = 100,
) -> dict[str, object]:
    """Hold simulated demand of customers against the stock of every stage; the least kept promise first."""
    placed = selectors.placement_of(moment_of(scenario).plan)
    found = placed.check(periods=days, courses=courses, seed=seed).sort("kept", maintain_order=True)
    return {"found": found.height, "stages": found.slice(start, count).to_dicts()}


def _point(point: CurvePoint) -> dict[str, float]:
    return point._asdict()
