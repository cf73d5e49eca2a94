"""Portfolio API: launches, endings, products, exits, calendar, slip what-if; decisions about the life of items."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.plan.life_operation import Launch, NewItem, PhaseOut, SetGate, SlipLaunch, Supersede
from steelyard.plan.portfolio.exits import freed_capacity
from steelyard.plan.portfolio.launches import launch_curve
from steelyard.plan.portfolio.like_proposal import propose_like_items
from steelyard.plan.portfolio.products import tail_summary, vitality_by_family
from steelyard.plan.portfolio.slip import slip_what_if
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.company import now
from steelyard.web.portfolio import selectors, services
from steelyard.web.portfolio.selectors import facts_of
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS, ScenarioEventOut
from steelyard.web.scenarios.asked import plain_rows
from steelyard.web.scenarios.plans import any_plan, moment_of

router = Router(tags=["portfolio"])
Day = date


class LaunchIn(Schema):
    """A launch."""

    item: str
    date: Day
    like: dict[str, float] = Field(default_factory=dict)
    offset: dict[str, float] = Field(default_factory=dict)
    curve: str = "linear"
    ramp: int = 6
    shares: list[float] = Field(default_factory=list)
    volume: float | None = None
    price: float | None = None
    locations: list[str] = Field(default_factory=list)
    customers: list[str] = Field(default_factory=list)
    takes_from: dict[str, float] = Field(default_factory=dict)
    note: str = ""
    revision: int | None = None


class SlipIn(Schema):
    """A launch on another day."""

    date: Day
    note: str = ""
    revision: int | None = None


class GateIn(Schema):
    """A decision of the launch gate."""

    status: str
    date: Day | None = None
    note: str = ""
    revision: int | None = None


class SuccessionIn(Schema):
    """An item that takes over from another."""

    old: str
    new: str
    date: Day
    factor: float = 1.0
    window: int = 0
    note: str = ""
    revision: int | None = None


class EndIn(Schema):
    """An item that ends."""

    item: str
    date: Day
    run_down: int = 3
    curve: str = "linear"
    note: str = ""
    revision: int | None = None


class NewItemIn(Schema):
    """An item that the extract does not know."""

    item: str
    pattern: str
    description: str = ""
    price: float | None = None
    cost: float | None = None
    note: str = ""
    revision: int | None = None


@router.get("/{name}/launches", response={200: dict, **REFUSALS}, summary="Launches")
def launches(request: HttpRequest, name: str) -> dict[str, object]:
    """Every launch with gate, first year, and rank by margin per constraint hour; `name` may be `plan:<id>`."""
    return plain_rows(selectors.table_of(any_plan(name), "launches"))


@router.get("/{name}/launches/{item}", response={200: dict, **REFUSALS}, summary="A launch over time")
def launch(request: HttpRequest, name: str, item: str) -> dict[str, object]:
    """One launch by period: share of full volume, history, statistical forecast, launch forecast, demand."""
    plan = any_plan(name)
    return plain_rows(launch_curve(plan, item, facts_of(plan)))


@router.get("/{name}/launches/{item}/like", response={200: dict, **REFUSALS}, summary="Like-items proposed")
def like(request: HttpRequest, name: str, item: str, price: float | None = None) -> dict[str, object]:
    """Items that an item resembles most, by family, name and price."""
    plan = any_plan(name)
    return plain_rows(propose_like_items(plan, item, facts_of(plan), price=price))


@router.get("/{name}/launches/{item}/slip", response={200: dict, **REFUSALS}, summary="Slip what-if")
def slip(request: HttpRequest, name: str, item: str, day: date) -> dict[str, object]:
    """What the plan would be with a launch on another day; nothing is kept."""
    found = slip_what_if(moment_of(name).scenario, item, day, actor=person(request).username, at=now())
    return {
        "headlines": plain_rows(found.headlines()),
        "periods": plain_rows(found.over_time()),
        "resources": plain_rows(found.resources()),
    }


@router.get("/{name}/endings", response={200: dict, **REFUSALS}, summary="Ends of life")
def endings(request: HttpRequest, name: str) -> dict[str, object]:
    """Items that end or are superseded, and parts that go with them: remaining demand, last buy, exposure."""
    return plain_rows(selectors.table_of(any_plan(name), "endings"))


@router.get("/{name}/products", response={200: dict, **REFUSALS}, summary="Portfolio")
def products(request: HttpRequest, name: str) -> dict[str, object]:
    """What each product earns and asks for; head and tail; vitality by family."""
    frame = selectors.table_of(any_plan(name), "products")
    return {
        "products": plain_rows(frame),
        "tail": plain_rows(selectors.without_costs(tail_summary(frame))),
        "vitality": plain_rows(vitality_by_family(frame)),
    }


@router.get("/{name}/exits", response={200: dict, **REFUSALS}, summary="Rationalisation")
def exits(request: HttpRequest, name: str) -> dict[str, object]:
    """Every product as if it were left, candidates first, and the hours that leaving the candidates frees."""
    plan = any_plan(name)
    frame = selectors.table_of(plan, "exits")
    freed = freed_capacity(facts_of(plan), frame.filter("candidate")["item"].to_list())
    return {"exits": plain_rows(frame), "freed": plain_rows(freed)}


@router.get("/{name}/calendar", response={200: dict, **REFUSALS}, summary="Calendar of events")
def calendar(request: HttpRequest, name: str) -> dict[str, object]:
    """Launches, gates, successions, ends and promotions of the horizon, and where they clash."""
    return plain_rows(selectors.table_of(any_plan(name), "calendar"))


@router.post("/{name}/launches", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Enter a launch")
def enter_launch(request: HttpRequest, name: str, asked: LaunchIn) -> Status[dict[str, object]]:
    """Enter a launch, or enter it anew."""
    fields: dict[str, Any] = asked.dict(exclude={"note", "revision"})
    return _enter(request, name, asked, Launch(**fields | {"date": asked.date.isoformat()}))


@router.post(
    "/{name}/launches/{item}/slip", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Move a launch"
)
def enter_slip(request: HttpRequest, name: str, item: str, asked: SlipIn) -> Status[dict[str, object]]:
    """Move a launch to another day."""
    return _enter(request, name, asked, SlipLaunch(item, asked.date.isoformat()))


@router.post(
    "/{name}/launches/{item}/gate", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Decide a gate"
)
def enter_gate(request: HttpRequest, name: str, item: str, asked: GateIn) -> Status[dict[str, object]]:
    """Say what the launch gate decided: open, passed, held or stopped."""
    day = asked.date.isoformat() if asked.date else ""
    return _enter(request, name, asked, SetGate(item, asked.status, day))  # type: ignore[arg-type]


@router.post("/{name}/successions", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Name a successor")
def enter_successor(request: HttpRequest, name: str, asked: SuccessionIn) -> Status[dict[str, object]]:
    """Let an item take over the demand of another over a window."""
    operation = Supersede(asked.old, asked.new, asked.date.isoformat(), asked.factor, asked.window)
    return _enter(request, name, asked, operation, "phase_out")


@router.post("/{name}/endings", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="Phase an item out")
def enter_end(request: HttpRequest, name: str, asked: EndIn) -> Status[dict[str, object]]:
    """End an item on a day, fading before it."""
    operation = PhaseOut(asked.item, asked.date.isoformat(), asked.run_down, asked.curve)  # type: ignore[arg-type]
    return _enter(request, name, asked, operation, "phase_out")


@router.post("/{name}/items", response={201: ScenarioEventOut, **WRITE_REFUSALS}, summary="New item")
def enter_item(request: HttpRequest, name: str, asked: NewItemIn) -> Status[dict[str, object]]:
    """Bring an item into the scenario with the master data of another."""
    operation = NewItem(asked.item, asked.pattern, asked.description, asked.price, asked.cost)
    return _enter(request, name, asked, operation)


def _enter(
    request: HttpRequest, name: str, asked: Any, operation: Any, reason: str = "launch"
) -> Status[dict[str, object]]:
    event = services.life_enter(
        name, operation, user=person(request), reason=reason, note=asked.note[:500], expected_revision=asked.revision
    )
    return Status(201, {"revision": event.revision, "changes": [change.id for change in event.changes]})
