"""Product facts: what a plan knows of each sold item: life, money of the year ahead, hours, stock."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, Blocks, IntArray, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.inputs.life import ProductLife, amend_life, product_life
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.portfolio.unit_hours import cumulative_days, unit_hours
from steelyard.portfolio.life_plan import LifePlan
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill

CONSTRAINT_LOAD = 0.85
"""Peak load from which a resource counts as a constraint [ratio]."""


class ProductFacts:
    """Facts by sold item; rows follow `items`.

    Args:
        plan: The plan they are read from.
        ahead: Periods of the year ahead; by default one season.
    """

    def __init__(self, plan: PlanNumbers, ahead: int = 0) -> None:
        self.plan = plan
        self.season = plan.horizon.periods_per_year
        self.ahead = min(ahead or self.season, plan.horizon.size)

    @cached_property
    def extract(self) -> Extract:
        """The extract with the changes of master data, launches and ends laid on."""
        return amend_life(self._amended, self.plan.changes)

    @cached_property
    def _amended(self) -> Extract:
        """The extract with the changes of master data laid on; launches and ends are still as it states them."""
        return amend_extract(self.plan.maker.extract(self.plan.inputs.extract), self.plan.changes)

    @cached_property
    def life(self) -> ProductLife:
        """What comes and goes."""
        inputs = self.plan.inputs
        return product_life(self._amended, self.plan.changes, parameters=inputs.parameters, periods=inputs.plan_periods)

    @property
    def life_plan(self) -> LifePlan:
        """The arrays behind launch forecast and phase-out effect."""
        found = self.plan.inputs.values["life_plan"]
        assert isinstance(found, LifePlan)
        return found

    @property
    def as_of(self) -> date:
        """The as-of date of the extract."""
        return self.extract.as_of

    @cached_property
    def items(self) -> pl.DataFrame:
        """Sold items with description, family, category, launch_date and end_date, in the order of the plan."""
        names = pl.DataFrame({"item": list(self.plan.inputs.series["demand"].names("item"))})
        table = self.extract.tables["item"]
        columns = ("description", "family", "category", "launch_date", "end_date", "item_type")
        return names.join(
            table.select(pl.col("item_id").alias("item"), *columns), on="item", how="left", maintain_order="left"
        )

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Number of each item among `items`."""
        return {item: n for n, item in enumerate(self.items["item"].to_list())}

    @cached_property
    def item_of_series(self) -> IntArray:
        """Number of the item of each demand series."""
        return self.plan.inputs.series["demand"].codes("item")

    @property
    def count(self) -> int:
        """How many sold items there are."""
        return self.items.height

    def total(self, measure: str, *, window: slice = slice(None)) -> Array:
        """A measure of the demand grain added over periods and series, by item."""
        rows = join(self.plan.blocks(measure))[window].sum(axis=0)
        return self.by_item(rows)

    def by_item(self, values: Array) -> Array:
        """Values by demand series added by item."""
        return np.asarray(scatter_add(values[None], self.item_of_series, self.count)[0])

    def over_time(self, measure: str, items: Sequence[str]) -> Array:
        """A measure of the demand grain by period, added over some items."""
        wanted = np.isin(self.item_of_series, [self.place_of[item] for item in items if item in self.place_of])
        return np.asarray(join(self.plan.blocks(measure))[:, wanted].sum(axis=1))

    def year_ahead(self, measure: str) -> Array:
        """A planned measure of the demand grain over the year ahead, by item."""
        return self.total(measure, window=slice(0, self.ahead))

    def year_past(self, measure: str) -> Array:
        """A measure of history over the year past, by item."""
        return self.total(measure, window=slice(-self.season, None))

    @cached_property
    def unit_price(self) -> Array:
        """Price of a unit, weighted by unconstrained demand of the horizon, by item [money/unit]."""
        return self._weighted("price")

    @cached_property
    def unit_cost(self) -> Array:
        """Standard cost of a unit, weighted likewise, by item [money/unit]; the last one known where none holds."""
        weighed = self._weighted("unit_cost")
        last = np.array([self._last_cost.get(item, 0.0) for item in self.items["item"].to_list()])
        return np.where(weighed > 0, weighed, last)

    def _weighted(self, measure: str) -> Array:
        demand, value = join(self.plan.blocks("unconstrained_demand")), join(self.plan.blocks(measure))
        sums = [
            scatter_add((part * value).sum(axis=0)[None], self.item_of_series, self.count)[0]
            / np.maximum(scatter_add(part.sum(axis=0)[None], self.item_of_series, self.count)[0], 1e-300)
            for part in (demand, np.ones_like(demand))
        ]
        known = self.total("unconstrained_demand") > 0
        return np.asarray(np.where(known, sums[0], sums[1]))

    @cached_property
    def hours_of_place(self) -> Array:
        """Hours of each resource in one unit of each item-location, components included, place x resource."""
        network, bill = self.plan.inputs.values["network"], self.plan.inputs.values["bill"]
        assert isinstance(network, SupplyNetwork)
        assert isinstance(bill, ResourceBill)
        return unit_hours(network, bill)

    @cached_property
    def unit_hours(self) -> Array:
        """Hours of each resource in one unit of each sold item, resource x item [hours/unit].

        The places it is sold from count by their demand.
        """
        demand = join(self.plan.blocks("unconstrained_demand")).sum(axis=0) + 1e-9
        places = self.place_of_series
        hours = self.hours_of_place[places].T * demand
        total = scatter_add(hours, self.item_of_series, self.count)
        return np.asarray(total / scatter_add(demand[None], self.item_of_series, self.count))

    @cached_property
    def place_of_series(self) -> IntArray:
        """Item-location of each demand series, counted over all blocks."""
        local = self.plan.inputs.values["place_of_demand"]
        assert isinstance(local, tuple)
        starts = [start for start, _ in self.plan.inputs.series["item_location"].cuts]
        parts = [part + start for part, start in zip(local, starts, strict=True)]
        return np.concatenate(parts).astype(np.int64)

    @cached_property
    def resources(self) -> tuple[str, ...]:
        """Names of the resources."""
        return self.plan.inputs.series["resource"].names("resource")

    @cached_property
    def peak_load(self) -> Array:
        """Highest load over capacity of each resource [ratio]; 0 where it has no capacity."""
        load, capacity = join(self.plan.blocks("capacity_load")), join(self.plan.blocks("capacity_available"))
        ratio = np.divide(load, capacity, out=np.zeros_like(load), where=capacity > 0)
        return ratio.max(axis=0) if ratio.size else np.zeros(len(self.resources))

    @property
    def constraints(self) -> list[str]:
        """Resources loaded beyond `CONSTRAINT_LOAD` at their peak."""
        return [name for name, load in zip(self.resources, self.peak_load, strict=True) if load >= CONSTRAINT_LOAD]

    @cached_property
    def days_of_place(self) -> Array:
        """Days from ordering the slowest part to having the item, by item-location."""
        network = self.plan.inputs.values["network"]
        assert isinstance(network, SupplyNetwork)
        return cumulative_days(network, join(_blocks(self.plan, "lead_time_days")))

    def at_places(self, values: Array) -> Array:
        """Values by item-location added by sold item."""
        at = self._sold_places
        return np.asarray(scatter_add(values[at][None], self._codes_of_places[at], self.count)[0])

    @cached_property
    def _codes_of_places(self) -> IntArray:
        names = self.plan.inputs.series["item_location"].members["item"].to_list()
        return np.array([self.place_of.get(name, -1) for name in names], dtype=np.int64)

    @property
    def _sold_places(self) -> IntArray:
        return np.flatnonzero(self._codes_of_places >= 0)

    @cached_property
    def stock(self) -> Array:
        """Stock on hand, by item-location [units]."""
        return np.maximum(join(_blocks(self.plan, "opening_inventory")), 0.0)

    @cached_property
    def on_order(self) -> Array:
        """Open orders of supply over the horizon, by item-location [units]."""
        return np.asarray(join(_blocks(self.plan, "scheduled_receipts")).sum(axis=0))

    @cached_property
    def place_cost(self) -> Array:
        """Standard cost at the first planned period, by item-location [money/unit].

        Where none holds any more, as for items that have ended, the last one known stands in.
        """
        now = join(_blocks(self.plan, "standard_cost"))[0]
        items = self.plan.inputs.series["item_location"].members["item"].to_list()
        last = np.array([self._last_cost.get(item, 0.0) for item in items])
        return np.where(now > 0, now, last)

    @cached_property
    def _last_cost(self) -> dict[str, float]:
        table = self.extract.tables["item_cost"].filter(
            pl.col("currency").fill_null(self.extract.base_currency) == self.extract.base_currency
        )
        latest = table.sort("valid_from", nulls_last=False, maintain_order=True).unique("item_id", keep="last")
        return dict(latest.select("item_id", "standard_cost").drop_nulls().iter_rows())

    @cached_property
    def parts(self) -> pl.DataFrame:
        """Every part of every sold item, at any level: columns item, part, quantity."""
        return parts_of(self.extract.tables["bom"], self.items["item"])

    def periods_until(self, day: date) -> int:
        """Planned periods until a day; 1 is the first one, zero or less lies in the past."""
        edges = self.plan.horizon.edges
        at = int(np.searchsorted(edges, np.datetime64(day), side="right")) - 1
        if at >= 0:
            return at + 1
        return -int((edges[0] - np.datetime64(day)).astype(np.int64) // float(self.plan.horizon.days.mean()))

    def lead_days(self, item: str) -> float:
        """Days from ordering the slowest part to having the item where it is sold."""
        lead = self.days_of_place
        rows = np.flatnonzero(self._codes_of_places == self.place_of.get(item, -2))
        return float(max((lead[row] for row in rows), default=0.0))

    def since(self, months: int) -> date:
        """The day some months before the as-of date."""
        return self.as_of - timedelta(days=round(months * 365.25 / 12))


def parts_of(bom: pl.DataFrame, items: pl.Series) -> pl.DataFrame:
    """Explode bills of material to every level.

    Args:
        bom: Table of bills.
        items: Items to explode.

    Returns:
        Columns item, part, quantity per unit of the item; a part on several ways is added up.
    """
    lines = bom.group_by("item_id", "component_id", maintain_order=True).agg(
        (pl.col("quantity_per") / pl.col("per_quantity").fill_null(1.0)).first().alias("per")
    )
    level = pl.DataFrame({"item": items, "part": items}).with_columns(pl.lit(1.0).alias("quantity"))
    found = []
    for _ in range(50):
        level = level.join(lines, left_on="part", right_on="item_id", how="inner", maintain_order="left").select(
            "item", pl.col("component_id").alias("part"), (pl.col("quantity") * pl.col("per")).alias("quantity")
        )
        if not level.height:
            break
        found.append(level)
    schema = {"item": pl.String, "part": pl.String, "quantity": pl.Float64}
    together = pl.concat(found) if found else pl.DataFrame(schema=schema)
    return together.group_by("item", "part", maintain_order=True).agg(pl.col("quantity").sum())


def _blocks(plan: PlanNumbers, name: str) -> Blocks:
    found = plan.values[name]
    assert isinstance(found, tuple)
    return found
