"""Load quality: whether what was sold could have been made with the capacity that is stated."""

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding

MOST_LEVELS = 30
"""Levels of the bill of material that are followed; a ring stops here."""
MONTHS = 12
WORKING_DAYS = 21.0
"""Days of a month that shifts are worked, about."""


def implied_load_is_plausible(company: Company) -> list[Finding]:
    """Sales of the last year, through bills of material and routings, load no resource beyond reason.

    A mean load far above 1 is the mark of a capacity figure with another period than the one it is read in.
    """
    load, most = implied_load(company), company.thresholds.resource_load
    heavy = load.filter(pl.col("load") > most).sort("load", descending=True)
    if not heavy.height:
        return []
    items = company.table("routing").filter(pl.col("resource_id").is_in(heavy["resource_id"].implode()))["item_id"]
    money, quantity = company.worth.of_items(items)
    shown = tuple(f"{name}: {value:.0%}" for name, value in heavy.select("resource_id", "load").iter_rows())
    message = f"{heavy.height} resources were loaded above {most:.0%} on average by the sales of the last year"
    mend = "check the unit and period of available and the hours per unit"
    return [
        company.finding(
            "implied_load_is_plausible",
            "resource_capacity",
            heavy.height,
            "warning",
            message,
            mend,
            money,
            quantity,
            shown[:5],
        )
    ]


def implied_load(company: Company) -> pl.DataFrame:
    """Mean monthly load of each resource by the sales of the last year: resource_id, hours, available, load."""
    capacity = company.table("resource_capacity")
    if company.manifest.calendar not in ("months", "445") or not capacity.height:
        return pl.DataFrame(schema={"resource_id": pl.String, "hours": pl.Float64, "load": pl.Float64})
    needed = gross_need(company)
    routing = company.table("routing").filter(pl.col("alternative_priority").fill_null(1.0) == 1.0)
    hours = routing.join(needed, on="item_id").group_by("resource_id").agg(
        hours=(pl.col("hours_per_unit") * pl.col("quantity")).sum() / MONTHS
    )  # fmt: skip
    side = company.table("resource").select("resource_id", side=pl.col("parallel_units").fill_null(1.0))
    by_shifts = pl.col("shifts") * pl.col("hours_per_shift") * pl.col("side") * WORKING_DAYS
    stated = capacity.join(side, on="resource_id", how="left").with_columns(pl.coalesce("available", by_shifts))
    offered = stated.group_by("resource_id").agg(pl.col("available").mean())
    loaded = hours.join(offered, on="resource_id").filter(pl.col("available") > 0).sort("resource_id")
    return loaded.with_columns(load=pl.col("hours") / pl.col("available"))


def gross_need(company: Company) -> pl.DataFrame:
    """What was needed of each item in the last year: what was sold of it and of all that it goes into."""
    step = company.worth.by_item.select("item_id", "quantity").filter(pl.col("quantity") > 0)
    bom = company.valid_bom.filter(~pl.col("co_product").fill_null(False))
    per_unit = bom.select("item_id", "component_id", per=pl.col("quantity_per") / pl.col("per_quantity"))
    found = [step]
    for _ in range(MOST_LEVELS):
        step = (
            step.join(per_unit.unique(["item_id", "component_id"]), on="item_id")
            .group_by("component_id")
            .agg(quantity=(pl.col("quantity") * pl.col("per")).sum())
            .rename({"component_id": "item_id"})
        )
        if not step.height:
            break
        found.append(step)
    return pl.concat(found).group_by("item_id").agg(pl.col("quantity").sum()).sort("item_id")
