"""Capacity review: load against hours, what stands behind it, what holds the plan back, what more would be worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import polars as pl

from steelyard.errors import NotFound, PlanError
from steelyard.grid.block import Array, Blocks, IntArray, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.supply import named_rows, supply_model_of
from steelyard.plan.review.supply_what_if import SupplyWhatIf, WhatIf
from steelyard.plan.stages.engine import plan_model
from steelyard.supply.bottleneck import Bottleneck, MoreHours, rank_bottlenecks, worth_of_more
from steelyard.supply.decomposition import PriceSession, usual_passes
from steelyard.supply.gating import Gate, gate_of
from steelyard.supply.model import SupplyModel
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill, cumulative_slack, load_resources, work_per_unit
from steelyard.supply.supply_plan import SupplyPlan

MORE = 0.1
"""Share of its hours by which a resource is widened to see what more would be worth."""
SERVED = "nothing: the best plan would serve it"
"""What is said where scarcity adds nothing to the cost of a unit, so that only the engine's rules left it late."""
_GAP = 0.002


@dataclass(frozen=True, eq=False)
class CapacityView:
    """Load and hours of every resource.

    Args:
        plan: The plan.
    """

    plan: PlanNumbers

    @property
    def resources(self) -> tuple[str, ...]:
        """Names of the resources."""
        return tuple(self.plan.series("capacity_load").members["resource"].to_list())

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods."""
        return tuple(self.plan.horizon.labels)

    @cached_property
    def available(self) -> Array:
        """Rated hours: calendar x efficiency less downtime, `[period, resource]`."""
        return _only(self.plan, "capacity_available")

    @cached_property
    def past_due(self) -> Array:
        """Hours that should have been worked before the first period, by resource."""
        return self._rough_cut[1]

    @cached_property
    def load(self) -> Array:
        """Hours asked without limits, work that is past due left out, `[period, resource]`."""
        return self._rough_cut[0]

    @cached_property
    def planned(self) -> Array:
        """Hours of the plan that can be made, `[period, resource]`."""
        return _only(self.plan, "constrained_load")

    @cached_property
    def slack(self) -> Array:
        """Hours free up to each period, past due work done first; below zero no building ahead can help."""
        asked = self.load.copy()
        asked[0] += self.past_due
        return cumulative_slack(asked, self.available)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a resource and period: available, asked, utilisation, planned, overload, slack [hours]."""
        size = len(self.periods)
        columns = {
            "available": self.available, "asked": self.load, "planned": self.planned,
            "overload": np.maximum(self.load - self.available, 0.0), "slack": self.slack,
        }  # fmt: skip
        return pl.DataFrame(
            {
                "resource": [name for name in self.resources for _ in range(size)],
                "period": list(self.periods) * len(self.resources),
                **{name: cells.T.reshape(-1) for name, cells in columns.items()},
            }
        ).with_columns(
            pl.when(pl.col("available") > 0).then(pl.col("asked") / pl.col("available")).alias("utilisation")
        )

    @cached_property
    def _rough_cut(self) -> tuple[Array, Array]:
        bill = cast(ResourceBill, self.plan.values["bill"])
        found = load_resources(bill, join(self.plan.blocks("planned_receipts")))
        return found.load, found.past_due

    def number(self, resource: str) -> int:
        """Place of a resource.

        Raises:
            NotFound: The plan has no such resource.
        """
        if resource not in self.resources:
            raise NotFound(f"There is no resource {resource!r}", mend=f"use one of {', '.join(self.resources[:12])}")
        return self.resources.index(resource)


def work_on(plan: PlanNumbers, resource: str, period: str = "", *, planned: bool = False) -> pl.DataFrame:
    """Items that use a resource, most hours first.

    Args:
        plan: The plan.
        resource: The resource.
        period: One period; all of them where none is named. Work counts where it is done, not where it is received.
        planned: Whether to look at what can be made instead of what is asked for.

    Returns:
        item, location, units received, hours_per_unit, hours.

    Raises:
        NotFound: The plan has no such resource.
        UnknownPeriod: The plan has no such period.
    """
    bill, view = cast(ResourceBill, plan.values["bill"]), CapacityView(plan)
    lines = bill.by_resource
    number = view.number(resource)
    part = slice(int(lines.start[number]), int(lines.start[number + 1]))
    rows, offset = lines.other[part].astype(np.int64), lines.offset[part].astype(np.int64)
    receipts = join(plan.blocks("constrained_receipts" if planned else "planned_receipts"))
    units = _received(receipts, rows, offset, plan.horizon.position(period) if period else None)
    names: pl.DataFrame = plan.series("planned_receipts").members[rows.tolist()].select("item", "location")
    frame = names.with_columns(
        pl.Series("units", units),
        pl.Series("hours_per_unit", lines.hours_per_unit[part]),
        pl.Series("hours", units * lines.hours_per_unit[part]),
    )
    return frame.filter(pl.col("hours") > 0).sort("hours", "item", descending=[True, False], maintain_order=True)


def _received(receipts: Array, rows: IntArray, offset: IntArray, period: int | None) -> Array:
    """Units whose work falls into a period, by line; all units where no period is given."""
    if period is None:
        return np.asarray(receipts[:, rows].sum(axis=0))
    when = period + offset
    inside = when < receipts.shape[0]
    return np.where(inside, receipts[np.minimum(when, receipts.shape[0] - 1), rows], 0.0)


def load_by_source(plan: PlanNumbers, resource: str, *, level: str = "product_family") -> pl.DataFrame:
    """Hours that the demand of each member asks of a resource by period, all that goes into its items included.

    Demand is taken in the period in which it is due, so that the hours differ from the load by stock and lead times.

    Args:
        plan: The plan.
        resource: The resource.
        level: Level by which item-locations are gathered.

    Returns:
        One row a member with `member`, `total`, and a column of hours a period; most hours first.
    """
    view = CapacityView(plan)
    series = plan.series("independent_demand")
    work = work_per_unit(cast(SupplyNetwork, plan.values["network"]), cast(ResourceBill, plan.values["bill"]))
    per_unit = np.asarray(work[:, [view.number(resource)]].todense()).reshape(-1)
    hours = join(plan.blocks("independent_demand")) * per_unit
    codes, names = series.codes(level), series.names(level)
    sums = np.stack([np.bincount(codes, row, len(names)) for row in hours], axis=1)
    frame = pl.DataFrame({"member": list(names), "total": sums.sum(axis=1)})
    frame = frame.with_columns(pl.Series(label, sums[:, t]) for t, label in enumerate(view.periods))
    return frame.filter(pl.col("total") > 0).sort("total", descending=True)


# ---- what holds the plan back


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
    """

    engine: str
    price: Array
    missing: Array


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
    """A plan's supply model, solved with prices of hours and units; exact where the size allows, else decomposed.

    Args:
        plan: The plan of a scenario.
    """

    def __init__(self, plan: PlanNumbers) -> None:
        self.plan, self.names = plan, named_rows(plan)
        self._live: SupplyWhatIf | None = None
        self._prices: PriceSession | None = None
        try:
            self._live = SupplyWhatIf(plan)
            self.model: SupplyModel = self._live.session.base
            self.solved: SupplyPlan = self._live.base
        except PlanError:
            self.model = supply_model_of(plan)
            self._prices = PriceSession(self.model)
            self._prices.improve(gap=_GAP, passes=usual_passes(self.model))
            self.solved = self._prices.plan()
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
        return HourWorth(self.engine, price, _missing(self.plan, self.solved.decisions.overtime))

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
            str(item), str(location), self.names.periods[period], float(backlog[period, row]),
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

    def _more(self, one: Bottleneck) -> MoreHours:
        if self._live is None:
            return worth_of_more(cast(PriceSession, self._prices), one.resource, share=MORE)
        name = self.names.resources[one.resource]
        answer = self._live.ask(WhatIf("capacity", name, factor=1 + MORE))
        hours = MORE * CapacityView(self.plan).available[:, one.resource]
        price = cast(Array, self.solved.hour_price)[:, one.resource]
        return MoreHours(float(hours.sum()), float(price @ hours), answer.gain)


_CRUMB = 1e-6


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
