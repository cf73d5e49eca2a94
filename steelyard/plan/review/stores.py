"""Stores: what lies in resources of type storage, whose load is stock and not work."""

import numpy as np
import polars as pl

from steelyard.grid.block import Array, IntArray, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.stages.open_supply import counted_on


def stored_places(plan: PlanNumbers) -> dict[int, IntArray]:
    """Item-locations whose stock lies in each store, by number of the resource; the first at a location counts."""
    members = plan.series("capacity_load").members.with_row_index("number")
    stores = members.filter(pl.col("resource_type") == "storage")
    first = stores.unique("location", keep="first", maintain_order=True)
    location = plan.series("planned_receipts").members["location"].to_numpy()
    found = dict.fromkeys(stores["number"].to_list(), np.empty(0, np.int64))
    for number, place in first.select("number", "location").iter_rows():
        found[number] = np.flatnonzero(location == place)
    return found


def stock_of(plan: PlanNumbers, *, planned: bool) -> Array:
    """Stock at period end by item-location, `[period, place]` [units].

    Args:
        plan: The plan.
        planned: Whether stock of the plan that can be made, or of what would be needed without limits.
    """
    if planned:
        return join(plan.blocks("projected_inventory"))
    come = counted_on(plan.values) + join(plan.blocks("planned_receipts"))
    left = np.cumsum(come - join(plan.blocks("gross_requirement")), axis=0)
    return np.maximum(join(plan.blocks("opening_inventory")) + left, 0.0)


def with_stock(plan: PlanNumbers, hours: Array, *, planned: bool) -> Array:
    """Load in which that of stores is their stock, `[period, resource]`."""
    stored = stored_places(plan)
    if not stored:
        return hours
    stock, load = stock_of(plan, planned=planned), np.array(hours)
    for number, places in stored.items():
        load[:, number] = stock[:, places].sum(axis=1)
    return load


def stock_in(plan: PlanNumbers, number: int, period: str = "", *, planned: bool = False) -> pl.DataFrame:
    """What lies in a store at the end of a period (on average of all, where none is named), most first.

    Returns:
        item, location, units, hours_per_unit (room a unit takes), hours (room).
    """
    places = stored_places(plan)[number]
    stock = stock_of(plan, planned=planned)[:, places]
    units = stock[plan.horizon.position(period)] if period else stock.mean(axis=0)
    names: pl.DataFrame = plan.series("planned_receipts").members[places.tolist()].select("item", "location")
    frame = names.with_columns(
        pl.Series("units", units), pl.lit(1.0).alias("hours_per_unit"), pl.Series("hours", units)
    )
    found = frame.filter(pl.col("hours") > 0)
    return found.sort("hours", "item", descending=[True, False], maintain_order=True)
