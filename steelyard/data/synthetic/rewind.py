"""Rewind: the same company as its ERP saw it one month earlier, to make and compare a plan of last month."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from steelyard.data.synthetic.company import SyntheticCompany
from steelyard.data.synthetic.defect import ORPHAN_ITEM

KNOWN_SHARE = 0.55
"""Share of the month's orders that were in the books on its first day."""
HOPES = (("consensus", 0.0), ("sales", 0.08), ("marketing", 0.14), ("customer", 0.05), ("finance", 0.03))
"""By source: how much too high it usually sees a month, as a logarithm."""
BLUR = 0.35
"""Spread of what people forecast for one item and customer around what came, as a standard deviation of logarithms."""


def rewind(company: SyntheticCompany) -> SyntheticCompany:
    """The company at the end of the month before.

    Sales of the last month become open orders in part, pre-orders of launches stay; stock at the centres is that of the
    earlier month end; what is on order was due a month earlier; what was forecast begins a month earlier. Master data,
    prices, budget and capacities stay.

    Example: as of 2026-10-31 becomes as of 2026-09-30, with 47 months of history.
    """
    as_of = company.as_of.replace(day=1) - timedelta(days=1)
    tables = dict(company.tables)
    sales = tables["sales_line"].filter(pl.col("item_id") != ORPHAN_ITEM)
    tables["sales_line"] = _until(sales, as_of)
    coming = tables["item"].filter(pl.col("launch_date") > company.as_of)
    ahead = tables["open_order"].join(coming, on="item_id", how="semi")
    tables["open_order"] = pl.concat([_orders_in_the_books(sales, as_of), ahead], how="diagonal")
    tables["inventory"] = stock_at(tables["inventory"], tables["inventory_history"], as_of)
    tables["inventory_history"] = tables["inventory_history"].filter(pl.col("date") <= as_of)
    tables["supply_order"] = orders_moved(tables["supply_order"], as_of, months=-1)
    tables["external_series"] = tables["external_series"].filter(pl.col("date") <= as_of)
    tables["actuals_gl"] = tables["actuals_gl"].filter(pl.col("period_id") <= as_of.strftime("%Y-%m"))
    tables["currency_rate"] = tables["currency_rate"].filter(pl.col("valid_from") <= as_of)
    tables["forecast_in"] = _forecast_then(tables["forecast_in"], sales, as_of)
    return replace(company, as_of=as_of, tables=tables, story=())


def _until(sales: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Lines wanted by then; what was shipped later was not shipped yet."""
    past = sales.filter((pl.col("requested_date") <= as_of) & (pl.col("order_date") <= as_of))
    late = pl.col("shipped_date") > as_of
    return past.with_columns(
        pl.when(late).then(None).otherwise("shipped_date").alias("shipped_date"),
        pl.when(late & (pl.col("status") == "shipped")).then(pl.lit("open")).otherwise("status").alias("status"),
        pl.when(late).then(0.0).otherwise("shipped_qty").alias("shipped_qty"),
    )


def _orders_in_the_books(sales: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Orders of the month after that were known: the first lines of every customer and item, by number."""
    later = sales.filter((pl.col("requested_date") > as_of) & (pl.col("order_type") == "standard"))
    shipped = later.filter((pl.col("status") == "shipped") & (pl.col("quantity") > 0))
    known = shipped.filter(pl.int_range(pl.len()) % 100 < int(100 * KNOWN_SHARE))
    return known.select(
        "order_id", "line_id", "item_id", "customer_id", "location_id",
        pl.col("quantity").alias("quantity_open"), pl.col("requested_date").alias("due_date"),
        pl.lit("normal").alias("priority"), pl.col("amount_net").alias("amount"), "currency",
    )  # fmt: skip


def stock_at(inventory: pl.DataFrame, history: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Stock at the centres at a month end of the history, at the same value a piece; plants as they are."""
    place = ["item_id", "location_id"]
    closed = history.filter(pl.col("date") == as_of).select(*place, "closing_qty")
    each = (pl.col("value") / pl.col("on_hand_qty")).fill_nan(0.0)
    joined = inventory.join(closed, on=place, how="left", maintain_order="left")
    here = pl.col("closing_qty").is_not_null()
    return joined.with_columns(
        pl.lit(as_of).alias("as_of_date"),
        pl.when(here).then(each * pl.col("closing_qty")).otherwise("value").round(2).alias("value"),
        pl.when(here).then("closing_qty").otherwise("on_hand_qty").alias("on_hand_qty"),
    ).drop("closing_qty")


def _forecast_then(forecast: pl.DataFrame, sales: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What was forecast a month before: the month just closed, as people saw it coming, and the months after it."""
    closed = _forecast_of_closed(forecast, sales, as_of)
    last = pl.col("period_id").max().over("source")
    kept = forecast.filter(pl.col("period_id") != last)
    return pl.concat([closed, kept], how="diagonal").with_columns(pl.lit(as_of).alias("version_date"))


def _forecast_of_closed(forecast: pl.DataFrame, sales: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Demand of the month after, blurred: every source for what it speaks of, with its usual hope."""
    after = (as_of + timedelta(days=1)).strftime("%Y-%m")
    month = pl.col("requested_date").dt.strftime("%Y-%m")
    sold = sales.filter((month == after) & (pl.col("quantity") > 0))
    frames = []
    for number, (source, hope) in enumerate(HOPES):
        said = forecast.filter(pl.col("source") == source)
        keys = [key for key in ("item_id", "location_id", "customer_id") if not said[key].null_count()]
        spoken_of = said.select("customer_id" if "location_id" in keys else keys).unique()
        asked = sold.group_by(keys).agg(pl.col("quantity").sum())
        rows = asked.join(spoken_of, on=spoken_of.columns, how="semi").sort(keys)
        blur = np.random.default_rng([as_of.year, as_of.month, number]).lognormal(hope, BLUR, rows.height)
        frames.append(
            rows.with_columns(
                pl.lit(source).alias("source"), pl.lit(after).alias("period_id"),
                (pl.col("quantity") * blur).round(0).alias("quantity"),
            )
        )  # fmt: skip
    return pl.concat(frames, how="diagonal")


def orders_moved(orders: pl.DataFrame, as_of: date, *, months: int) -> pl.DataFrame:
    """Orders with all their days some months later, or earlier; none was placed after the as-of date."""
    dates = [name for name in ("due_date", "order_date", "start_date", "received_date") if name in orders.columns]
    moved = orders.with_columns(pl.col(name).dt.offset_by(f"{months}mo") for name in dates)
    return moved.with_columns(pl.min_horizontal("order_date", pl.lit(as_of)).alias("order_date"))
