"""Rows: which series a plan has, found from the extract and sorted so that blocks agree across grains."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import PlanError
from steelyard.grid.block import BLOCK_SERIES, IntArray
from steelyard.grid.hierarchy import Hierarchy, attach
from steelyard.grid.measure import GRAIN_KEYS, Grain
from steelyard.grid.series import NONE, SeriesIndex, cut_at_items
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.phantoms import lines_per_unit, passed_through

SORTED = ("category", "product_family", "item")


@dataclass(frozen=True, eq=False)
class PlanRows:
    """The series of every grain."""

    series: dict[Grain, SeriesIndex]
    place_of_demand: IntArray
    """Item-location row of each demand series."""

    @property
    def demand(self) -> SeriesIndex:
        """Item x location x customer."""
        return self.series["demand"]

    @property
    def places(self) -> SeriesIndex:
        """Item x location."""
        return self.series["item_location"]

    @property
    def resources(self) -> SeriesIndex:
        """Resources."""
        return self.series["resource"]

    def find(self, grain: Grain, keys: pl.DataFrame) -> IntArray:
        """Row of each key, -1 where there is none; `keys` has the grain's key columns."""
        names = GRAIN_KEYS[grain]
        index = self.series[grain].members.select(names).with_row_index("row")
        found = keys.select(names).join(index, on=names, how="left", maintain_order="left")["row"]
        return cast(IntArray, found.cast(pl.Int64).fill_null(-1).to_numpy())


def plan_rows(extract: Extract, lines: pl.DataFrame, parameters: PlanParameters) -> PlanRows:
    """Find the series of a plan.

    Args:
        extract: The accepted tables.
        lines: All demand with the columns item, location, customer (see `demand_keys`).
        parameters: Level at which customers are planned.

    Raises:
        PlanError: There is no demand to plan.
    """
    product = Hierarchy.from_table("product", extract.tables["item"])
    site = Hierarchy.from_table("location", extract.tables["location"])
    customer = customer_members(extract, parameters)
    demand = attach(lines.select(GRAIN_KEYS["demand"]).unique(), [product, site, customer])
    if not demand.height:
        raise PlanError("The extract holds no demand", mend="import sales_line or demand_history")
    places = attach(_places(extract, lines), [product, site])
    return _index(demand, places, extract.tables["resource"])


def customer_members(extract: Extract, parameters: PlanParameters) -> Hierarchy:
    """The customer hierarchy, its key lifted to the level at which demand is planned."""
    members = Hierarchy.from_table("customer", extract.tables["customer"]).members
    key = lifted_customer(parameters)
    return Hierarchy("customer", members.with_columns(key.alias("customer")).unique("customer", maintain_order=True))


def lifted_customer(parameters: PlanParameters) -> pl.Expr:
    """The customer key at the planning level, from the columns channel, territory and customer."""
    match parameters.customer_level:
        case "territory":
            return pl.concat_str("channel", "territory", separator=" / ")
        case "channel":
            return pl.col("channel")
        case _:
            return pl.col("customer")


def _places(extract: Extract, lines: pl.DataFrame) -> pl.DataFrame:
    """Every item-location that is sold from, stocked, supplied or consumed."""
    named = {"item_id": "item", "location_id": "location"}
    found = [lines.select("item", "location")]
    tables = ("item_location", "inventory", "source", "supply_order")
    found += [extract.tables[table].select(list(named)).rename(named) for table in tables]
    sources = extract.tables["source"]
    shipped = sources.filter(pl.col("source_type") == "transfer").select("item_id", "from_location_id")
    found.append(shipped.rename({"item_id": "item", "from_location_id": "location"}))
    found.append(_component_places(extract))
    return pl.concat(found).drop_nulls().unique()


def _component_places(extract: Extract) -> pl.DataFrame:
    """Where components are consumed: at the places that make their assemblies, level by level."""
    columns, table = ("item_id", "component_id", "location_id"), extract.tables["bom"]
    bom = table.select(columns)
    if table["phantom"].any():
        bom = pl.concat([bom, passed_through(lines_per_unit(table)).select(columns)])
    made = extract.tables["source"].filter(pl.col("source_type") == "make").select("item_id", "location_id").unique()
    return component_places(bom, made).rename({"component_id": "item", "location_id": "location"})


def component_places(bom: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Components by the place that consumes them (component_id, location_id).

    A bill without a location holds wherever its item is made.
    """
    general = bom.filter(pl.col("location_id").is_null()).drop("location_id").join(made, on="item_id")
    local = bom.filter(pl.col("location_id").is_not_null()).join(made, on=["item_id", "location_id"], how="semi")
    parts = [general.select("component_id", "location_id"), local.select("component_id", "location_id")]
    return pl.concat(parts).unique()


def _index(demand: pl.DataFrame, places: pl.DataFrame, resources: pl.DataFrame) -> PlanRows:
    places = places.sort(*SORTED, "location")
    demand = demand.sort(*SORTED, "location", "customer")
    items = places.select(SORTED).unique(maintain_order=True).with_row_index("number").select("item", "number")
    numbers = [frame.join(items, on="item", maintain_order="left")["number"] for frame in (demand, places)]
    of_demand, of_places = (series.cast(pl.Int64).to_numpy() for series in numbers)
    demand_cuts, place_cuts = cut_at_items(of_demand, of_places, items.height, block_series=BLOCK_SERIES)
    series: dict[Grain, SeriesIndex] = {
        "demand": SeriesIndex(_ordered(demand, "demand"), GRAIN_KEYS["demand"], demand_cuts),
        "item_location": SeriesIndex(_ordered(places, "item_location"), GRAIN_KEYS["item_location"], place_cuts),
        "resource": _resource_index(resources),
    }
    rows = PlanRows(series, np.empty(0, np.int64))
    return PlanRows(series, rows.find("item_location", series["demand"].members))


def _ordered(members: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    keys = GRAIN_KEYS[grain]
    return members.select(*keys, *[level for level in members.columns if level not in keys])


def _resource_index(resources: pl.DataFrame) -> SeriesIndex:
    members = resources.select(
        pl.col("resource_id").alias("resource"),
        pl.col("location_id").fill_null(NONE).alias("location"),
        pl.col("resource_type").fill_null(NONE).alias("resource_type"),
    ).sort("resource")
    return SeriesIndex(members, GRAIN_KEYS["resource"], ((0, members.height),))
