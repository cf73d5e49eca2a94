"""Priced plan: what hours of a plan are worth, what holds it back in money, and what gates late units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from steelyard.errors import PlanError
from steelyard.grid.block import Array, Blocks, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.capacity import CapacityView, work_on
from steelyard.plan.review.supply import named_rows, supply_model_of
from steelyard.plan.review.supply_what_if import SupplyWhatIf, WhatIf
from steelyard.plan.stages.engine import plan_model
from steelyard.supply.bottleneck import Bottleneck, MoreHours, rank_bottlenecks
from steelyard.supply.decomposition import unit_values
from steelyard.supply.exact import binding_list
from steelyard.supply.gating import Gate, gate_of
from steelyard.supply.model import SupplyModel
from steelyard.supply.resource_block import price_hours, share_components, worth_of_block
from steelyard.supply.supply_plan import SupplyPlan, empty_decisions

MORE = 0.1
"""Share of its hours by which a resource is widened to see what more would be worth."""
SERVED = "nothing: the best plan would serve it"
"""What is said where scarcity adds nothing to the cost of a unit, so that only the engine's rules left it late."""


@dataclass(frozen=True)
class BottleneckLine:
    """A resource that holds the plan back."""

    resource: str
    found: Bottleneck
    more: MoreHours | None
    """What a tenth more hours would bring, by price and planned again; None where it was not asked for."""
    items: tuple[str, ...]
    """Items that use it most."""


_GATE_WORDS = {"component": "stock of", "lead time": "lead time of", "no source": "no source of"}


@dataclass(frozen=True)
class ShortageLine:
    """Units of an item-location that are late at its worst period end, and what gates them."""

    item: str
    location: str
    since: str
    """Period from whose end on units wait without a break until the worst one."""
    period: str
    units: float
    money: float
    """At mean price."""
    gate: Gate
    gated_by: str
    """The resource, item-location or word that gates."""
    gate_period: str
    way: str
    """The cheapest way to have one more unit; empty without one."""
    next_way: str
    """The second-best way: another source, another time, to wait or to give up the sale; empty without one."""


@dataclass(frozen=True, eq=False)
class HourWorth:
    """What one more hour of each resource is worth, and for how many hours that holds.

    Args:
        engine: Which engine says so.
        price: Money an hour, `[period, resource]`.
        missing: Hours by which unconstrained load exceeds capacity and the overtime worked, `[period, resource]`.
        rough: Resources whose prices are rough: each was priced alone, and they share components.
    """

    engine: str
    price: Array
    missing: Array
    rough: tuple[str, ...] = ()


def hour_worth(plan: PlanNumbers) -> HourWorth:
    """What hours are worth: by the plan's own engine, or where that weighs no money, by the best plan of its model.

    NOTE: the same prices that rank the plan's bottlenecks; solving them takes seconds on large plans.

    Args:
        plan: The plan of a scenario.
    """
    return stated_worth(plan) or PricedPlan(plan).hour_worth


def stated_worth(plan: PlanNumbers) -> HourWorth | None:
    """What hours are worth by the plan's own engine; None where it states no price."""
    price = _only(plan, "hour_price") if "hour_price" in plan.values else np.zeros((1, 0))
    if not price.any():
        return None
    engine = str(plan.inputs.parameters.supply_engine)
    return HourWorth(engine, np.maximum(price, 0.0), _missing(plan, _only(plan, "overtime_hours")))


def _missing(plan: PlanNumbers, overtime: Array) -> Array:
    return np.maximum(_only(plan, "capacity_load") - _only(plan, "capacity_available") - overtime, 0.0)


class PricedPlan:
    """A plan's supply model with prices of hours and units.

    Solved exactly where the size allows. Of a larger plan the prices are those that its own engine states; where it
    states none, each resource is priced on its own block.

    Args:
        plan: The plan of a scenario.
    """

    def __init__(self, plan: PlanNumbers) -> None:
        self.plan, self.names = plan, named_rows(plan)
        self._live: SupplyWhatIf | None = None
        self._one_by_one = False
        try:
            self._live = SupplyWhatIf(plan)
            self.model: SupplyModel = self._live.session.base
            self.solved: SupplyPlan = self._live.base
        except PlanError:
            self.model = supply_model_of(plan)
            stated = _as_stated(plan, self.model)
            self._one_by_one = stated is None
            self.solved = stated or price_hours(self.model)
        if self.solved.hour_price is None or self.solved.unit_value is None:
            self.solved = plan_model(self.model, "decomposition")

    @property
    def engine(self) -> str:
        """Which engine priced it."""
        return self.solved.engine

    @property
    def hour_worth(self) -> "HourWorth":
        """What hours are worth in this solution, and how many are missing beside its overtime."""
        price = np.maximum(cast(Array, self.solved.hour_price), 0.0)
        return HourWorth(self.engine, price, _missing(self.plan, self.solved.decisions.overtime), self.rough)

    @property
    def rough(self) -> tuple[str, ...]:
        """Resources whose prices are rough: each was priced alone, and they share components."""
        if not self._one_by_one:
            return ()
        found = np.flatnonzero(share_components(self.model, cast(Array, self.solved.hour_price)))
        return tuple(self.names.resources[number] for number in found.tolist())

    def bottlenecks(self, *, most: int = 10, widened: int = 3) -> tuple[BottleneckLine, ...]:
        """Resources by money: price x hours.

        Args:
            most: How many.
            widened: For how many of them the plan is made again with a tenth more hours.
        """
        ranked = rank_bottlenecks(self.solved.binding)[:most]
        return tuple(
            BottleneckLine(
                self.names.resources[one.resource],
                one,
                self._more(one) if place < widened else None,
                tuple(self._items_on(one)),
            )
            for place, one in enumerate(ranked)
        )

    def shortages(self, *, most: int = 25) -> tuple[ShortageLine, ...]:
        """Item-locations with backlog at their worst period end, the dearest first, with what gates one more unit."""
        price = _price_of_places(self.plan)
        backlog = join(self.plan.blocks("backlog"))
        money = backlog * price
        worst = backlog.argmax(axis=0)
        dearest = np.argsort(-money[worst, np.arange(len(worst))], kind="stable")[:most]
        cells = [(int(worst[row]), row) for row in dearest.tolist()]
        return tuple(
            self._shortage(period, row, backlog, money) for period, row in cells if backlog[period, row] > _CRUMB
        )

    def _shortage(self, period: int, row: int, backlog: Array, money: Array) -> ShortageLine:
        prices, values = cast(Array, self.solved.hour_price), cast(Array, self.solved.unit_value)
        gate = gate_of(self.model, prices, values, row, period)
        members = self.plan.series("backlog").members
        item, location = members.select("item", "location").row(row)
        return ShortageLine(
            str(item), str(location), self.names.periods[_since(backlog[: period + 1, row])],
            self.names.periods[period], float(backlog[period, row]),
            float(money[period, row]), gate, self._gated_by(gate), self.names.periods[min(gate.period, period)],
            self._way(gate.option), self._next_way(gate),
        )  # fmt: skip

    def _gated_by(self, gate: Gate) -> str:
        if gate.kind == "resource" and gate.number >= 0:
            return self.names.resources[gate.number]
        if gate.kind in ("component", "lead time", "no source") and gate.number >= 0:
            return f"{_GATE_WORDS[gate.kind]} {self.names.places[gate.number]}"
        return SERVED if gate.kind == "cost" else gate.kind

    def _way(self, option: int) -> str:
        return self.model.options.names[option] if option >= 0 else ""

    def _next_way(self, gate: Gate) -> str:
        if gate.next_kind == "none":
            return ""
        when = self.names.periods[gate.next_period]
        words = {
            "source": self._way(gate.next_option), "other time": f"the same in {when}", "wait": f"wait until {when}",
            "give up": "give up the sale",
        }  # fmt: skip
        return words[gate.next_kind]

    def _items_on(self, one: Bottleneck, most: int = 4) -> Sequence[str]:
        frame = work_on(self.plan, self.names.resources[one.resource], planned=True).head(most)
        return frame["item"].to_list()

    def _more(self, one: Bottleneck) -> MoreHours | None:
        if self._live is None:
            return worth_of_block(self.model, one.resource, cast(Array, self.solved.hour_price), share=MORE)
        name = self.names.resources[one.resource]
        answer = self._live.ask(WhatIf("capacity", name, factor=1 + MORE))
        hours = MORE * CapacityView(self.plan).available[:, one.resource]
        price = cast(Array, self.solved.hour_price)[:, one.resource]
        return MoreHours(float(hours.sum()), float(price @ hours), answer.gain)


_CRUMB = 1e-6


def _since(backlog: Array) -> int:
    """First of the periods up to the last in which units wait without a break."""
    quiet = np.flatnonzero(backlog <= _CRUMB)
    return int(quiet[-1]) + 1 if quiet.size else 0


def _as_stated(plan: PlanNumbers, model: SupplyModel) -> SupplyPlan | None:
    """The plan with the hour prices that its own engine states; None where it states none."""
    stated = stated_worth(plan)
    if stated is None:
        return None
    overtime = _only(plan, "overtime_hours")
    return SupplyPlan(
        engine="decomposition",
        decisions=replace(empty_decisions(model), overtime=overtime),
        hour_price=stated.price,
        unit_value=unit_values(model, stated.price)[0],
        binding=binding_list(stated.price, _only(plan, "constrained_load"), overtime),
    )


def _only(plan: PlanNumbers, measure: str) -> Array:
    return join(plan.blocks(measure))


def _price_of_places(plan: PlanNumbers) -> Array:
    """Mean price of the customers a place serves, `[period, place]`."""
    starts = [start for start, _ in plan.series("independent_demand").cuts]
    parts = cast(Blocks, plan.inputs.values["place_of_demand"])
    place = np.concatenate([part + start for part, start in zip(parts, starts, strict=True)]).astype(np.int64)
    price = join(plan.blocks("price"))
    size = plan.series("independent_demand").size
    count = np.maximum(np.bincount(place, minlength=size), 1)
    return np.stack([np.bincount(place, row, size) for row in price]) / count
