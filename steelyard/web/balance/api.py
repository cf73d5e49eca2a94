"""Balance API: gaps, levers, mix, rations, ways out, months of a promotion; taking levers."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from steelyard.balancing.demand_shaping import Promotion
from steelyard.balancing.weights import MOST, Weights
from steelyard.plan.balancing.block import block_told
from steelyard.plan.balancing.focus import Focus, read_focus
from steelyard.plan.balancing.frames import lever_frame, mix_frame, promoted_frame, queue_frame, term_frame, way_frame
from steelyard.plan.balancing.promotion_month import plan_months
from steelyard.plan.balancing.queue import RationAsked, queue_levers
from steelyard.plan.balancing.take import TakenCheck
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.balance import selectors, services
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.asked import finite, plain_rows
from steelyard.web.scenarios.plans import plan_of

router = Router(tags=["balance"])


Share = Annotated[float, Field(ge=0, le=MOST)]


class WeightsIn(Schema):
    """How much each aim counts, 0 to 10."""

    profit: Share = 1.0
    service: Share = 0.0
    cash: Share = 0.0
    stability: Share = 0.0

    def read(self) -> Weights:
        """The weights."""
        return Weights(self.profit, self.service, self.cash, self.stability)


class FocusIn(Schema):
    """Which gaps of a plan that is too large to be solved as a whole; the dearest ones where nothing is named."""

    family: list[str] = Field(default_factory=list)
    resource: str = ""
    first: str = ""
    """First period."""
    last: str = ""
    """Last period."""

    def read(self) -> Focus:
        """The focus."""
        return read_focus(self.family, self.resource, self.first, self.last)


class TakeIn(Schema):
    """Levers to be taken, each at a share of what is best alone."""

    levers: dict[str, float]
    focus: FocusIn = FocusIn()
    branch: str = ""
    note: str = ""
    expected_revision: int | None = None


class TakeMixIn(Schema):
    """A mix to be taken, or some levers of it."""

    weights: WeightsIn = WeightsIn()
    levers: list[str] = Field(default_factory=list)
    focus: FocusIn = FocusIn()
    branch: str = ""
    note: str = ""
    expected_revision: int | None = None


class RationIn(Schema):
    """A rule of rationing, a channel that goes first, or a limit on somebody."""

    lever: str = ""
    """`ration:priority`, `ration:fair_share`, `ration:profit`, or `channel:` and its name; empty for a limit."""
    first: list[str] = Field(default_factory=list)
    """Channels that go first by `ration:priority`."""
    scope: dict[str, list[str]] = Field(default_factory=dict)
    """Whom a limit is for, and which items."""
    percent: float | None = None
    """Share of what is asked that is served, 0 to 100."""
    units: float | None = None
    """Most units in all."""
    periods: tuple[str, str] | None = None
    """First and last period of the limit."""
    branch: str = ""
    note: str = ""
    expected_revision: int | None = None


class TakenOut(Schema):
    """What was taken, and what it does in the plan."""

    scenario: str
    gap_before: float
    gap_after: float
    money_before: float
    money_after: float
    service_before: float
    service_after: float
    margin_before: float
    margin_after: float
    cost: float


class PreviewIn(Schema):
    """Levers to be looked at, each at a share of what is best alone."""

    levers: dict[str, float]
    focus: FocusIn = FocusIn()


class MonthIn(Schema):
    """A promotion whose month is to be found."""

    discount: float
    uplift: float
    forward_buy: float = 0.0
    forward_periods: int = 2
    scope: dict[str, list[str]] = Field(default_factory=dict)


@router.get("/{scenario}", response={200: dict, **REFUSALS}, summary="Gap board")
def gaps(request: HttpRequest, scenario: str) -> dict[str, object]:
    """Demand against supply by family and period: units, money, hours."""
    board = selectors.board_of(plan_of(scenario))
    return {
        "units": board.units, "money": finite(board.money), "hours": board.hours,
        "missing_hours": board.missing_hours, "service": board.service,
        "families": plain_rows(board.families), "cells": plain_rows(board.frame),
    }  # fmt: skip


@router.get("/{scenario}/levers", response={200: dict, **REFUSALS}, summary="Levers by value")
def levers(request: HttpRequest, scenario: str, focus: Query[FocusIn]) -> dict[str, object]:
    """Levers with what each does alone on the plan's supply model, the most valuable first.

    Of a plan too large for that they are measured on a block of it: `block` says on which, and by how much they may be
    off. `family`, `resource`, `first` and `last` choose which gaps the block is about.
    """
    served = selectors.levers_of(plan_of(scenario), focus.read())
    schedule, shut = served.schedule, served.catalogue.program.shut
    return {
        "schedule_change": None if schedule is None else vars(schedule), "gap_units": shut.units,
        "service": shut.service, "levers": plain_rows(lever_frame(served.catalogue)),
        "months": plain_rows(served.months), "idle": [one.key for one in served.catalogue.idle],
        "rationing": plain_rows(queue_frame(served.catalogue)),
        "terms": plain_rows(term_frame(served.catalogue.base.terms)), "block": block_told(served.catalogue.block),
    }  # fmt: skip


@router.get("/{scenario}/mix", response={200: dict, **REFUSALS}, summary="Best mix")
def mix(request: HttpRequest, scenario: str, asked: Query[WeightsIn], focus: Query[FocusIn]) -> dict[str, object]:
    """The best mix for what counts: each lever alone and what it adds, their sum, and all solved again together."""
    served = selectors.levers_of(plan_of(scenario), focus.read())
    found = served.mix(asked.read())
    return {
        "gain": found.together.gain, "sum_alone": found.sum_alone, "overlap": found.overlap,
        "gap_before": found.shut.units, "gap_after": found.together.units, "service": found.together.service,
        "levers": plain_rows(mix_frame(found)), "dropped": list(found.dropped),
        "block": block_told(served.catalogue.block),
    }  # fmt: skip


@router.get("/{scenario}/ration", response={200: dict, **REFUSALS}, summary="Who loses what")
def ration(request: HttpRequest, scenario: str, first: str = "") -> dict[str, object]:
    """What is short, shared out by priority, fair share and profit."""
    found = selectors.rationing_of(plan_of(scenario), [first] if first else [])
    return {
        "order": list(found.channels), "rules": plain_rows(found.summary), "who_lost": plain_rows(found.who_lost()),
        "levers": [vars(one) for one in queue_levers(found)],
    }  # fmt: skip


@router.post("/{scenario}/ration/take", response={201: TakenOut, **WRITE_REFUSALS}, summary="Ration")
def take_ration(request: HttpRequest, scenario: str, asked: RationIn) -> Status[object]:
    """Ration by a rule, put a channel first, or limit what somebody gets; one event."""
    wanted = RationAsked(asked.lever, asked.scope, asked.percent, asked.units, asked.periods)
    into, check = services.ration_take(
        scenario, wanted, user=person(request), first=asked.first, branch=asked.branch, note=asked.note,
        expected_revision=asked.expected_revision,
    )  # fmt: skip
    return Status(201, {"scenario": into, **vars(check)})


@router.get("/{scenario}/ways-out", response={200: dict, **REFUSALS}, summary="Ways out")
def ways_out(request: HttpRequest, scenario: str, focus: Query[FocusIn]) -> dict[str, object]:
    """The smallest sets of limits that must give way where no lever closes the gap."""
    view = selectors.ways_of(plan_of(scenario), focus.read())
    return {
        "closed": view.closed, "left": view.left, "target": view.target, "service": view.service,
        "ways": plain_rows(way_frame(view.ways)), "block": block_told(view.block),
    }  # fmt: skip


@router.post("/{scenario}/month", response={200: dict, **REFUSALS}, summary="Month of a promotion")
def month(request: HttpRequest, scenario: str, asked: MonthIn) -> dict[str, object]:
    """Plan supply with a promotion in one month after the other; the most profitable first."""
    base = selectors.board_of(plan_of(scenario)).base
    promotion = Promotion(asked.discount, asked.uplift, asked.forward_buy, asked.forward_periods)
    scope = {level: tuple(members) for level, members in asked.scope.items()}
    found = plan_months(base, promotion, scope)
    return {"months": plain_rows(promoted_frame(found.months)), "block": block_told(found.block)}


@router.post("/{scenario}/preview", response={200: dict, **REFUSALS}, summary="Preview levers")
def preview(request: HttpRequest, scenario: str, asked: PreviewIn) -> dict[str, object]:
    """What levers do to the plan by its own engine, each alone and all together; nothing is kept.

    `modelled` is what the supply model says of a lever, solved as well as can be; an engine that plans by rule may
    bring less, or lose.
    """
    found = services.levers_preview(scenario, asked.levers, user=person(request), focus=asked.focus.read())
    return {
        "levers": [
            {"key": one.key, "name": one.name, "modelled": one.modelled, "fault": one.fault, "plan": told(one.check)}
            for one in found.levers
        ],
        "together": told(found.together),
    }


def told(check: TakenCheck | None) -> dict[str, object] | None:
    """What levers do in the plan, with the money they leave."""
    if check is None:
        return None
    return vars(check) | {"margin_less_cost": check.margin_less_cost, "backfires": check.backfires}


@router.post("/{scenario}/take", response={201: TakenOut, **WRITE_REFUSALS}, summary="Take levers")
def take(request: HttpRequest, scenario: str, asked: TakeIn) -> Status[object]:
    """Take levers as changes, one event; nothing is taken where one of them does not fit."""
    into, check = services.levers_take(
        scenario, asked.levers, user=person(request), branch=asked.branch, note=asked.note,
        expected_revision=asked.expected_revision, focus=asked.focus.read(),
    )  # fmt: skip
    return Status(201, {"scenario": into, **vars(check)})


@router.post("/{scenario}/mix/take", response={201: TakenOut, **WRITE_REFUSALS}, summary="Take the mix")
def take_mix(request: HttpRequest, scenario: str, asked: TakeMixIn) -> Status[object]:
    """Take the best mix, or some levers of it, as one event."""
    into, check = services.mix_take(
        scenario, asked.weights.read(), user=person(request), keys=asked.levers, branch=asked.branch, note=asked.note,
        expected_revision=asked.expected_revision, focus=asked.focus.read(),
    )  # fmt: skip
    return Status(201, {"scenario": into, **vars(check)})
