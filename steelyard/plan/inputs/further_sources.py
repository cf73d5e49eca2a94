"""Further sources: every way to supply an item-location beside the one that requirements follow, with its recipe."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.plan.inputs.bom_lines import bom_arcs, co_products
from steelyard.plan.inputs.days import ALWAYS, NEVER, first_period
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.inputs.supply import hours_per_unit
from steelyard.supply.co_product import CoProducts, co_product_lines
from steelyard.supply.requirements import lead_time_periods

SOURCE_TYPES = ("make", "buy", "transfer")


@dataclass(frozen=True, eq=False)
class SourceRules:
    """When sources may be used, and which of them rather. One entry per source.

    Args:
        first: First planned period in which something may be received from it.
        last: First period in which nothing may any more.
        rank: Its priority; 1 is used first.
        quota: Share of the need it shall have; NaN where no quota is kept.
    """

    first: IntArray
    last: IntArray
    rank: Array
    quota: Array


@dataclass(frozen=True, eq=False)
class Recipes:
    """What sources take, and give beside. Components and hours are lines, sorted by source.

    Args:
        part_source: Source of each component line.
        part: Item-location of the component.
        quantity_per: Units of it in one unit.
        part_from: First period of release in which the line counts.
        part_to: First period in which it no longer counts.
        hour_source: Source of each resource line.
        resource: Its resource.
        hours_per_unit: Hours in one unit.
        hour_offset: Whole periods between the work and the receipt.
        beside: What comes out beside; its options are sources.
    """

    part_source: IntArray
    part: IntArray
    quantity_per: Array
    part_from: IntArray
    part_to: IntArray
    hour_source: IntArray
    resource: IntArray
    hours_per_unit: Array
    hour_offset: IntArray
    beside: CoProducts


def further_sources(extract: Extract, rows: PlanRows, chosen: pl.DataFrame) -> pl.DataFrame:
    """Sources that are valid now or will be, beside the chosen ones.

    Args:
        extract: The accepted tables.
        rows: The series.
        chosen: The source that each item-location follows.

    Returns:
        The rows of the table with `place` (item-location) and `origin` (-1 unless brought), by place; `row` numbers
        the sources.
    """
    table = extract.tables["source"].rename({"item_id": "item", "location_id": "location"})
    to_come = pl.col("valid_to").is_null() | (pl.col("valid_to") >= extract.as_of)
    other = table.filter(to_come & pl.col("source_type").is_in(SOURCE_TYPES))
    other = other.join(chosen.select("source_id"), on="source_id", how="anti", maintain_order="left")
    origin = other.select("item", pl.col("from_location_id").alias("location"))
    placed = other.with_columns(
        pl.Series("place", rows.find("item_location", other)), pl.Series("origin", rows.find("item_location", origin))
    )
    brought = pl.col("source_type") == "transfer"
    usable = (pl.col("place") >= 0) & (~brought | ((pl.col("origin") >= 0) & (pl.col("origin") != pl.col("place"))))
    placed = placed.with_columns(pl.when(brought).then(pl.col("origin")).otherwise(-1).alias("origin"))
    return placed.filter(usable).sort("place", "source_id").with_row_index("row").with_columns(pl.col("row").cast(int))


def source_rules(extract: Extract, table: pl.DataFrame, place: IntArray, calendar: Calendar) -> SourceRules:
    """Validity, priority and quota of sources; quotas are kept where two or more sources of a place state one.

    Args:
        extract: The accepted tables.
        table: The sources.
        place: Item-location of each.
        calendar: The planned periods.
    """
    begins, ends = table["valid_from"].fill_null(ALWAYS), table["valid_to"].fill_null(NEVER)
    first = np.where((begins <= extract.as_of).to_numpy(), 0, first_period(begins, calendar))
    last = first_period(ends, calendar, after=True)
    stated = np.nan_to_num(table["split_ratio"].cast(pl.Float64).fill_null(0.0).to_numpy())
    through = np.where((first == 0) & (last >= calendar.size), stated, 0.0)
    places = int(place.max(initial=-1)) + 1
    sums, counts = np.bincount(place, through, places), np.bincount(place[through > 0], minlength=places)
    shared = (through > 0) & (counts[place] > 1)
    quota = np.where(shared, through / np.where(shared, sums[place], 1.0), np.nan)
    rank = table["priority"].cast(pl.Float64).fill_null(1.0).to_numpy()
    return SourceRules(first.astype(np.int64), last, rank, quota)


def recipes(extract: Extract, rows: PlanRows, others: pl.DataFrame, calendar: Calendar) -> Recipes:
    """Components, hours and co-products of further sources; what is brought takes one unit from where it comes.

    Args:
        extract: The accepted tables.
        rows: The series.
        others: From `further_sources`.
        calendar: The planned periods.
    """
    arcs = _known(bom_arcs(extract, rows, others, calendar))
    brought = others.filter(pl.col("origin") >= 0)
    size = brought.height
    source = np.concatenate((arcs["consumer"].to_numpy(), brought["row"].to_numpy())).astype(np.int64)
    order = np.argsort(source, kind="stable")
    start = np.concatenate((arcs["valid_from"].to_numpy(), np.zeros(size, np.int64)))
    stop = np.concatenate((arcs["valid_to"].to_numpy(), np.full(size, calendar.size)))
    hours = hours_per_unit(extract, rows, others).sort("row", "resource", "offset_days", maintain_order=True)
    return Recipes(
        part_source=source[order],
        part=np.concatenate((arcs["component"].to_numpy(), brought["origin"].to_numpy())).astype(np.int64)[order],
        quantity_per=np.concatenate((arcs["quantity_per"].to_numpy(), np.ones(size)))[order],
        part_from=start[order],
        part_to=stop[order],
        hour_source=hours["row"].to_numpy().astype(np.int64),
        resource=hours["resource"].to_numpy().astype(np.int64),
        hours_per_unit=hours["hours"].to_numpy().astype(np.float64),
        hour_offset=lead_time_periods(hours["offset_days"].to_numpy(), float(calendar.days.mean())),
        beside=_beside(_known(co_products(extract, rows, others, calendar))),
    )


def _known(arcs: pl.DataFrame) -> pl.DataFrame:
    return arcs.filter((pl.col("component") >= 0) & (pl.col("consumer") >= 0))


def _beside(arcs: pl.DataFrame) -> CoProducts:
    node, first, last = (arcs[name].to_numpy() for name in ("component", "valid_from", "valid_to"))
    return co_product_lines(arcs["consumer"].to_numpy(), node, arcs["quantity_per"].to_numpy(), first, last)
