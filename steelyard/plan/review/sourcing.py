"""Sourcing review: sources and their lead times as stated and as seen, and which order serves which demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl

from steelyard.errors import NotFound
from steelyard.grid.block import Array, Blocks, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.supply import named_rows, supply_model_of
from steelyard.supply.lead_time import ObservedLeadTime, cumulative_lead_time, freed_by_shorter, observe_lead_times
from steelyard.supply.model import SupplyModel
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.pegging import OPEN_ORDER, OPENING, Reach, trace_down, trace_up
from steelyard.supply.settle import settle
from steelyard.supply.supply_plan import Decisions

SHORTER = 0.25
"""Share by which a lead time is shortened to see what that frees."""


def lead_time_table(plan: PlanNumbers) -> pl.DataFrame:
    """Lead times of every item-location that has a source.

    Returns:
        item, location, kind, planned (days), observed mean, spread, p10 and p90 with the number of orders, cumulative
        days down the bill of material, and what a quarter less would free: units in the pipeline and in safety stock,
        and their value. Sorted by value freed.
    """
    series = plan.series("safety_stock")
    days = join(cast(Blocks, plan.inputs.values["lead_time_days"]))
    seen = observed_lead_times(plan)
    whole = cumulative_lead_time(cast(SupplyNetwork, plan.values["network"]), days)
    pipeline, safety = _freed(plan, days)
    cost = join(cast(Blocks, plan.values["standard_cost"])).mean(axis=0)
    frame: pl.DataFrame = series.members.select("item", "location")
    return frame.with_columns(
        pl.Series("planned_days", days),
        pl.Series("orders", seen.orders),
        *(pl.Series(name, cells).fill_nan(None) for name, cells in (
            ("observed_days", seen.mean), ("spread_days", seen.spread), ("p10_days", seen.low), ("p90_days", seen.high)
        )),
        pl.Series("cumulative_days", whole),
        pl.Series("pipeline_freed", pipeline),
        pl.Series("safety_freed", safety),
        pl.Series("value_freed", (pipeline + safety) * cost),
    ).sort("value_freed", descending=True, maintain_order=True)  # fmt: skip


def observed_lead_times(plan: PlanNumbers) -> ObservedLeadTime:
    """Days from order (or start of production) to arrival of closed orders, by item-location.

    An order counts when it is closed and says when it arrived.
    """
    series = plan.series("safety_stock")
    orders = plan.maker.extract(plan.inputs.extract).tables["supply_order"]
    start = pl.coalesce("order_date", "start_date")
    done = orders.filter((pl.col("status") == "closed") & pl.col("received_date").is_not_null() & start.is_not_null())
    rows = [series.row_of_key.get(key, -1) for key in done.select("item_id", "location_id").iter_rows()]
    row = np.array(rows, dtype=np.int64)
    days = done.select((pl.col("received_date") - start).dt.total_days())["received_date"].to_numpy().astype(np.float64)
    known = (row >= 0) & (days >= 0)
    return observe_lead_times(row[known], days[known], series.size)


def source_table(plan: PlanNumbers) -> pl.DataFrame:
    """All sources of the extract: item, place, kind, from whom, priority, lead time, lots, limit, price, validity."""
    sources = plan.maker.extract(plan.inputs.extract).tables["source"]
    wanted = [
        "item_id", "location_id", "source_type", "supplier_id", "from_location_id", "alternative", "priority",
        "split_ratio", "lead_time_days", "min_lot", "lot_multiple", "max_per_period", "unit_price", "currency",
        "valid_from", "valid_to",
    ]  # fmt: skip
    kept: pl.DataFrame = sources.select([name for name in wanted if name in sources.columns])
    return kept.sort("item_id", "location_id", "priority", nulls_last=True, maintain_order=True)


def _freed(plan: PlanNumbers, days: Array) -> tuple[Array, Array]:
    per_period = join(plan.blocks("gross_requirement")).mean(axis=0)
    per_day = per_period / float(cast(float, plan.values["days_per_period"]))
    safety = join(plan.blocks("safety_stock")).mean(axis=0)
    return freed_by_shorter(per_day, days, safety, SHORTER * days)


# ---- which order serves which demand


@dataclass(frozen=True)
class PegLine:
    """A quantity that came in one way and goes out another."""

    depth: int
    item_at: str
    """Item at a place."""
    came_by: str
    """The way it came: stock, an open order, or a planned order."""
    received: str
    """Period; empty for stock."""
    goes_to: str
    """The customer class it is shipped to, the order that takes it, or stock."""
    used: str
    """Period; empty where it stays."""
    units: float
    item: str
    """The item alone."""


class Pegging:
    """Pegs of a plan: stock and orders matched with what uses them, first in first out.

    Receipts of an item-location count as its first source, as the plan keeps them by item-location.

    Args:
        plan: The plan.
    """

    def __init__(self, plan: PlanNumbers) -> None:
        self.plan, self.names = plan, named_rows(plan)
        self.model: SupplyModel = supply_model_of(plan)
        receipts = join(plan.blocks("constrained_receipts"))
        quantity = np.zeros((self.model.length, len(self.model.options.names)))
        quantity[:, : receipts.shape[1]] = receipts
        self.decisions: Decisions = settle(self.model, quantity)

    def behind(self, item: str, location: str, period: str) -> tuple[PegLine, ...]:
        """What stands behind the shipments of an item at a place in a period, down to purchased parts and stock.

        Raises:
            NotFound: The plan has no such item-location.
            UnknownPeriod: The plan has no such period.
        """
        node, when = self._node(item, location), self.plan.horizon.position(period)
        rows = np.flatnonzero(self.model.demand.node == node).tolist()
        found = [
            reach
            for row in rows
            for reach in trace_down(self.model, self.decisions.quantity, self.decisions.shipped, row, when)
        ]
        return tuple(self._line(reach) for reach in found if reach.peg.quantity >= _CRUMB)

    def served(self, item: str, location: str, period: str) -> tuple[PegLine, ...]:
        """What the planned receipt of an item at a place in a period serves, up to customers.

        Raises:
            NotFound: The plan has no such item-location.
            UnknownPeriod: The plan has no such period.
        """
        node, when = self._node(item, location), self.plan.horizon.position(period)
        options = np.flatnonzero(self.model.options.node == node).tolist()
        found: Sequence[Reach] = [
            reach
            for option in options
            if self.decisions.quantity[when, option] > 0
            for reach in trace_up(self.model, self.decisions.quantity, self.decisions.shipped, option, when)
        ]
        return tuple(self._line(reach) for reach in found if reach.peg.quantity >= _CRUMB)

    def _node(self, item: str, location: str) -> int:
        series = self.plan.series("safety_stock")
        place = series.row_of_key.get((item, location))
        if place is None:
            raise NotFound(f"{item} is not planned at {location}", mend="name an item and a location of the plan")
        return place

    def _item(self, node: int) -> str:
        series = self.plan.series("safety_stock")
        return str(series.names("item")[series.codes("item")[node]])

    def _line(self, reach: Reach) -> PegLine:
        peg = reach.peg
        stock = {OPENING: "opening stock", OPEN_ORDER: "open order"}
        came = stock.get(peg.option) or self.model.options.names[peg.option]
        received = self.names.periods[peg.received] if peg.option != OPENING else ""
        if peg.stays:
            goes, used = "stays in stock", ""
        elif peg.demand >= 0:
            goes, used = self.model.demand.names[peg.demand], self.names.periods[peg.used]
        else:
            goes, used = self.model.options.names[peg.consumer], self.names.periods[peg.used]
        place, item = self.names.places[peg.node], self._item(peg.node)
        return PegLine(reach.depth, place, came, received, goes, used, peg.quantity, item)


_CRUMB = 0.005
"""Units below which a peg is left out."""
