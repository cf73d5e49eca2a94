"""Storage: what shall and may lie at a place: limits and days of cover of an item-location, the room of a store."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, IntArray
from steelyard.plan.inputs.rows import PlanRows


@dataclass(frozen=True, eq=False)
class Storage:
    """Where stock has a limit. One entry per item-location.

    Args:
        limit: Most that can be stored of it [units]; inf where nothing limits.
        store: Resource of type storage that stands at its location, -1 for none; a unit takes a unit of its room.
        target_days: Stock that shall be there, as days of the need to come; NaN where none is stated.
        most_days: Highest stock, as days of the need to come; NaN where none is stated.
    """

    limit: Array
    store: IntArray
    target_days: Array
    most_days: Array


def storage(extract: Extract, rows: PlanRows) -> Storage:
    """Read the limits of storage; of several stores at one location the first counts.

    Args:
        extract: The accepted tables.
        rows: The series.
    """
    places = rows.places.members.select("item", "location")
    stated = extract.tables["item_location"].select(
        pl.col("item_id").alias("item"),
        pl.col("location_id").alias("location"),
        pl.col("storage_limit", "target_cover_days", "max_cover_days").cast(pl.Float64),
    )
    told = places.join(stated, on=["item", "location"], how="left", maintain_order="left")
    stores = rows.resources.members.with_row_index("number").filter(pl.col("resource_type") == "storage")
    located = extract.tables["resource"].select(pl.col("resource_id").alias("resource"), pl.col("location_id"))
    first = stores.join(located, on="resource", how="left").unique("location_id", keep="first", maintain_order=True)
    at = places.join(
        first.select(pl.col("location_id").alias("location"), pl.col("number").cast(pl.Int64)),
        on="location", how="left", maintain_order="left",
    )  # fmt: skip
    return Storage(
        np.array(told["storage_limit"].fill_null(np.inf).to_numpy(), np.float64),
        np.array(at["number"].fill_null(-1).to_numpy(), np.int64),
        np.array(told["target_cover_days"].fill_null(np.nan).to_numpy(), np.float64),
        np.array(told["max_cover_days"].fill_null(np.nan).to_numpy(), np.float64),
    )
