"""Replenishment API: policies, lots, discounts, joint orders, last buys and chains as data; and taking them over."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from steelyard.plan.review.policy_check import Question, check_policy
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.stock import replenishment
from steelyard.web.stock.asked import Ask
from steelyard.web.stock.replenishment_services import replenishment_take

router = Router(tags=["stock"])

Start = Annotated[int, Query(ge=0)]
Count = Annotated[int, Query(ge=1, le=1000)]
Money = Annotated[float, Query(ge=0, le=1e9)]
Share = Annotated[float, Query(ge=0, le=10)]


class RowsOut(Schema):
    """A window of rows; their columns are named in the description of the call."""

    found: int
    rows: list[dict[str, Any]]


class EstimateOut(Schema):
    """A mean over all courses and its standard error."""

    mean: float
    standard_error: float


class CheckedOut(Schema):
    """What a policy delivered on simulated demand."""

    reorder_point: float
    order_up_to: float
    lot_size: float
    review_days: int
    cycle_service_level: EstimateOut
    fill_rate: EstimateOut
    ready_rate: EstimateOut
    mean_stock: EstimateOut
    mean_backlog: EstimateOut
    orders_a_day: EstimateOut
    cost_a_year: float
    expected_fill_rate: float | None


class LastBuyOut(Schema):
    """The best single order of an item-location."""

    item: str
    location: str
    first: str
    last: str
    mean: float
    deviation: float
    available: float
    price: float
    cost: float
    service: float
    level: float
    quantity: float
    profit: float
    profit_of_plan: float
    leftover: float
    shortage: float


class ChainOut(Schema):
    """A serial chain, the place of the customers first; cost of a day."""

    cost: float
    simulated: EstimateOut
    planned: EstimateOut
    serial: bool
    stages: list[dict[str, Any]]


class ReplenishmentIn(Schema):
    """A proposal of replenishment to be taken over."""

    kind: Literal["policy", "lots", "discount", "joint", "last_buy", "chain"]
    item: str = ""
    location: str = ""
    supplier: str = ""
    rule: str = ""
    last: str = ""
    order_cost: float | None = None
    shared_cost: float | None = None
    item_cost: float | None = None
    lot: float | None = None
    salvage: float | None = None
    """Share of its cost that a unit left over brings."""
    goodwill: float | None = None
    """Share of the price that a lost sale costs beside its margin."""
    note: str = ""
    expected_revision: int | None = None


class ReplenishmentTakenOut(Schema):
    """What was changed."""

    revision: int
    changes: int


@router.get("/{scenario}/policies", response={200: RowsOut, **REFUSALS}, summary="Policies side by side")
def policies(
    request: HttpRequest, scenario: str, item: str = "", location: str = "", order_cost: Money = 0.0, start: Start = 0,
    count: Count = 100,
) -> dict[str, object]:  # fmt: skip
    """Every rule of replenishment: levels, stock, service and cost a year; of one item-location or of all.

    `service` is held against `promise`, both by `measure`; `fill_rate` is the share of demand served from stock.
    """
    sheet = replenishment.sheet_of(moment_of(scenario).plan, order_cost)
    table = sheet.of_place(item, location) if item or location else sheet.table
    return {"found": table.height, "rows": table.slice(start, count).to_dicts()}


@router.get("/{scenario}/policies/best", response={200: RowsOut, **REFUSALS}, summary="Cheapest policies")
def best_policies(
    request: HttpRequest, scenario: str, order_cost: Money = 0.0, start: Start = 0, count: Count = 100
) -> dict[str, object]:
    """The cheapest rule of each item-location that keeps its promise, beside the rule it has now."""
    table = replenishment.sheet_of(moment_of(scenario).plan, order_cost).best
    return {"found": table.height, "rows": table.slice(start, count).to_dicts()}


@router.get("/{scenario}/policies/simulate", response={200: CheckedOut, **REFUSALS}, summary="Simulate a policy")
def simulate(
    request: HttpRequest,
    scenario: str,
    item: str,
    location: str,
    rule: str = "reorder_point",
    reorder_point: float | None = None,
    order_up_to: float | None = None,
    lot: float | None = None,
    review_days: float | None = None,
    order_cost: Money = 0.0,
    courses: int = 200,
    days: int = 1460,
    seed: int = 1,
    lost_sales: bool = False,
    basis: Literal["law", "history"] = "law",
) -> dict[str, object]:
    """Run a policy of one item-location day by day on random courses of its demand."""
    asked = Question(
        item, location, rule, reorder_point, order_up_to, lot, review_days, courses, days, seed, lost_sales, basis
    )
    found = check_policy(replenishment.sheet_of(moment_of(scenario).plan, order_cost), asked)
    out = found.outcome
    expected = found.expected_fill_rate
    return {
        "reorder_point": found.rule.reorder_point, "order_up_to": found.rule.order_up_to,
        "lot_size": found.rule.lot_size, "review_days": found.rule.review,
        "cycle_service_level": out.cycle_service_level._asdict(), "fill_rate": out.fill_rate._asdict(),
        "ready_rate": out.ready_rate._asdict(), "mean_stock": out.mean_stock._asdict(),
        "mean_backlog": out.mean_backlog._asdict(), "orders_a_day": out.orders._asdict(), "cost_a_year": found.cost,
        "expected_fill_rate": expected if expected == expected else None,
    }  # fmt: skip


@router.get("/{scenario}/lots", response={200: RowsOut, **REFUSALS}, summary="Rules of lot sizing")
def lots(
    request: HttpRequest, scenario: str, item: str = "", location: str = "", order_cost: Money = 0.0, start: Start = 0,
    count: Count = 100,
) -> dict[str, object]:  # fmt: skip
    """Orders and cost of every rule of lots over the horizon; of one item-location, or the cheapest of each."""
    sheet = replenishment.lots_of_plan(moment_of(scenario).plan, order_cost)
    table = sheet.of_place(item, location) if item or location else sheet.best
    return {"found": table.height, "rows": table.slice(start, count).to_dicts()}


@router.get("/{scenario}/discounts", response={200: RowsOut, **REFUSALS}, summary="Quantity discounts")
def discounts(
    request: HttpRequest, scenario: str, order_cost: Money = 0.0, start: Start = 0, count: Count = 100
) -> dict[str, object]:
    """The order size that costs least under price breaks, beside today's; money a year."""
    table = replenishment.breaks_of(moment_of(scenario).plan, order_cost).table()
    return {"found": table.height, "rows": table.slice(start, count).to_dicts()}


@router.get("/{scenario}/joint", response={200: RowsOut, **REFUSALS}, summary="Joint orders")
def joint(
    request: HttpRequest, scenario: str, supplier: str = "", location: str = "", shared_cost: Money = 0.0,
    item_cost: Money = 0.0, start: Start = 0, count: Count = 100,
) -> dict[str, object]:  # fmt: skip
    """Joint cycle and its cost by supplier and place; with both named, what each item does in it."""
    asked = Ask(supplier=supplier, location=location, shared_cost=shared_cost, item_cost=item_cost)
    orders = replenishment.joint_of(moment_of(scenario).plan, asked)
    table = orders.items(supplier, location) if supplier and location else orders.table()
    return {"found": table.height, "rows": table.slice(start, count).to_dicts()}


@router.get("/{scenario}/last-buys", response={200: RowsOut, **REFUSALS}, summary="Last buys of what ends")
def last_buys(
    request: HttpRequest, scenario: str, salvage: Share = 0.3, goodwill: Share = 0.0, start: Start = 0,
    count: Count = 100,
) -> dict[str, object]:  # fmt: skip
    """The order that earns most for every item-location whose demand ends within the plan."""
    ask = Ask(salvage=100.0 * salvage, goodwill=100.0 * goodwill)
    table = replenishment.last_buys_of(moment_of(scenario).plan, ask)
    return {"found": table.height, "rows": table.slice(start, count).to_dicts()}


@router.get("/{scenario}/last-buy", response={200: LastBuyOut, **REFUSALS}, summary="One last buy")
def last_buy(
    request: HttpRequest, scenario: str, item: str, location: str, last: str = "", salvage: Share = 0.3,
    goodwill: Share = 0.0,
) -> dict[str, object]:  # fmt: skip
    """The order that earns most for an item-location, up to its last demand or to a period."""
    ask = Ask(item=item, location=location, last=last, salvage=100.0 * salvage, goodwill=100.0 * goodwill)
    return dict(replenishment.last_buy_of(moment_of(scenario).plan, ask).__dict__)


@router.get("/{scenario}/chain", response={200: ChainOut, **REFUSALS}, summary="A serial chain")
def chain(request: HttpRequest, scenario: str, item: str, location: str) -> dict[str, object]:
    """Echelon base-stock levels of the way to a place of customers, checked by simulation."""
    found = replenishment.chain_of(moment_of(scenario).plan, item, location)
    best, now = found.simulated
    return {
        "cost": found.policy.cost, "simulated": best._asdict(), "planned": now._asdict(),
        "serial": not found.shared.height, "stages": found.table().to_dicts(),
    }  # fmt: skip


@router.post("/{scenario}/take", response={200: ReplenishmentTakenOut, **REFUSALS}, summary="Take a proposal over")
def take(request: HttpRequest, scenario: str, proposal: ReplenishmentIn) -> dict[str, int]:
    """Write a policy, lots, a discount, joint orders, a last buy or a chain into the scenario: one event."""
    ask = Ask(
        proposal.item, proposal.location, proposal.supplier, "", proposal.rule, proposal.last,
        order_cost=proposal.order_cost, shared_cost=proposal.shared_cost, item_cost=proposal.item_cost,
        lot=proposal.lot, salvage=None if proposal.salvage is None else 100.0 * proposal.salvage,
        goodwill=None if proposal.goodwill is None else 100.0 * proposal.goodwill,
    )  # fmt: skip
    event = replenishment_take(
        scenario, proposal.kind, ask, user=person(request), note=proposal.note,
        expected_revision=proposal.expected_revision,
    )  # fmt: skip
    return {"revision": event.revision, "changes": len(event.changes)}
