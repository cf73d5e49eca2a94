"""Demand: history, open orders and promotions of a plan, by series and period."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.hierarchy import Hierarchy
from steelyard.grid.series import NONE
from steelyard.grid.units import CurrencyConversion
from steelyard.plan.inputs.money import to_base
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods
from steelyard.plan.inputs.rows import PlanRows, lifted_customer

CANCELLED = "cancelled"
ON_HAND_PLACES = ("dc", "store", "plant")
"""Location types from which customers are served, the likeliest first."""


def demand_lines(extract: Extract, parameters: PlanParameters) -> pl.DataFrame:
    """All demand with its series keys: item, location, customer, day, quantity, amount, currency.

    Cancelled lines are left out, returns (negative quantities) stay and net the demand of their period. The day
    is the requested date, else the order date. Demand without a location is served from where the item is stocked.
    """
    lines = extract.tables["sales_line"].filter(pl.col("status") != CANCELLED)
    day = pl.coalesce("requested_date", "order_date").alias("day")
    sold = lines.select("item_id", "location_id", "customer_id", "channel", day, "quantity", pl.col("amount_net").alias("amount"), "currency")
    return keyed(pl.concat([sold, _ready_made(extract)]), extract, parameters)


def _ready_made(extract: Extract) -> pl.DataFrame:
    history = extract.tables["demand_history"]
    periods = extract.tables["period"].select("period_id", pl.col("start_date").alias("day"))
    plain = pl.col("period_id").str.slice(0, 7).str.to_date("%Y-%m", strict=False)
    dated = history.join(periods, on="period_id", how="left", maintain_order="left")
    ordered = dated.filter(pl.col("measure") == _best_measure(history))
    return ordered.select(
        "item_id", "location_id", "customer_id", pl.lit(None, pl.String).alias("channel"),
        pl.coalesce("day", plain).alias("day"), "quantity", "amount", "currency",
    )  # fmt: skip


def _best_measure(history: pl.DataFrame) -> str:
    held = set(history["measure"].unique())
    return next((name for name in ("ordered", "pos", "shipped", "invoiced") if name in held), "ordered")


def keyed(frame: pl.DataFrame, extract: Extract, parameters: PlanParameters) -> pl.DataFrame:
    """Replace ids by series keys; missing places and customers get the one that stands for them."""
    frame = frame.rename({"item_id": "item", "location_id": "location"})
    members = Hierarchy.from_table("customer", extract.tables["customer"]).members
    raw = pl.coalesce("customer_id", "channel").fill_null(NONE)
    if "channel" not in frame.columns:
        raw = pl.col("customer_id").fill_null(NONE)
    keyed_frame = frame.with_columns(raw.alias("customer")).drop("channel", "customer_id", strict=False)
    keyed_frame = keyed_frame.join(members, on="customer", how="left", maintain_order="left")
    keyed_frame = keyed_frame.with_columns(pl.col("channel", "territory").fill_null(NONE))
    customer = lifted_customer(parameters).alias("customer")
    return _placed(keyed_frame.with_columns(customer).drop("channel", "territory"), extract)


def _placed(frame: pl.DataFrame, extract: Extract) -> pl.DataFrame:
    if not frame["location"].null_count():
        return frame
    usual = usual_places(extract).rename({"location": "usual"})
    fallback = _any_place(extract)
    joined = frame.join(usual, on="item", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("location", "usual").fill_null(fallback).alias("location")).drop("usual")


def usual_places(extract: Extract) -> pl.DataFrame:
    """The place each item is served from when a line does not say: the first stocked one, centres before plants."""
    kinds = {kind: rank for rank, kind in enumerate(ON_HAND_PLACES)}
    ranks = extract.tables["location"].select(
        pl.col("location_id").alias("location"),
        pl.col("location_type").replace_strict(kinds, default=len(kinds), return_dtype=pl.Int64).alias("rank"),
    )
    stocked = extract.tables["item_location"].filter(pl.col("stocked")).select("item_id", "location_id")
    named = stocked.rename({"item_id": "item", "location_id": "location"}).join(ranks, on="location")
    return named.sort("item", "rank", "location").unique("item", keep="first", maintain_order=True).select("item", "location")


def _any_place(extract: Extract) -> str:
    kinds = extract.tables["location"].sort("location_id")
    for kind in ON_HAND_PLACES:
        found = kinds.filter(pl.col("location_type") == kind)
        if found.height:
            return str(found["location_id"][0])
    return NONE


def demand_history(lines: pl.DataFrame, rows: PlanRows, periods: PlanPeriods, conversion: CurrencyConversion) -> tuple[Array, Array]:
    """Sum lines into units and money by history period and series."""
    inside = lines.with_columns(pl.Series("t", periods.locate_history(lines["day"]))).filter(pl.col("t") >= 0)
    amount = to_base(inside, "amount", pl.col("day"), conversion).fill_null(0.0)
    inside = inside.with_columns(amount.alias("amount"))
    series = rows.find("demand", inside)
    shape = (periods.history_count, rows.demand.size)
    return (
        accumulate(inside["t"].to_numpy(), series, inside["quantity"].to_numpy(), shape),
        accumulate(inside["t"].to_numpy(), series, inside["amount"].to_numpy(), shape),
    )


def accumulate(period: IntArray, series: IntArray, values: Array, shape: tuple[int, int]) -> Array:
    """Add values into `[period, series]` in row order; rows without a series or period are left out."""
    known = (series >= 0) & (period >= 0)
    flat = period[known] * shape[1] + series[known]
    return np.bincount(flat, values[known], shape[0] * shape[1]).reshape(shape)


def open_orders(extract: Extract, rows: PlanRows, periods: PlanPeriods, parameters: PlanParameters) -> Array:
    """Open customer orders by planned period and series, overdue ones in the first period [units]."""
    table = extract.tables["open_order"].select("item_id", "location_id", "customer_id", "due_date", "quantity_open")
    orders = keyed(table, extract, parameters)
    series = rows.find("demand", orders)
    period = periods.locate_horizon(orders["due_date"])
    return accumulate(period, series, orders["quantity_open"].to_numpy(), (periods.horizon_count, rows.demand.size))


def promotion_share(extract: Extract, rows: PlanRows, calendar: Calendar, *, uplift: bool) -> Array:
    """How much promotions weigh in each period, `[period, series]`.

    Args:
        extract: The accepted tables.
        rows: The series.
        calendar: History or horizon.
        uplift: Whether to weigh by the expected uplift (a ratio of normal demand); else by days only.

    Returns:
        Share of the period's days under promotion, times the uplift if asked; promotions that overlap add up.
    """
    out = np.zeros((calendar.size, rows.demand.size))
    table = extract.tables["promotion"].filter(pl.col("type").fill_null("") != "volume_discount")
    for promotion in table.iter_rows(named=True):
        inside = _promoted_rows(rows, promotion)
        weight = (promotion["expected_uplift"] or 0.0) if uplift else 1.0
        days = _shared_days(calendar, promotion["start_date"], promotion["end_date"])
        if inside.size and weight and days.any():
            out[np.ix_(days > 0, inside)] += (weight * days[days > 0] / calendar.days[days > 0])[:, None]
    return out


def _promoted_rows(rows: PlanRows, promotion: dict[str, object]) -> IntArray:
    levels = {"item_id": "item", "family": "product_family", "customer_id": "customer", "channel": "channel"}
    scope = {levels[name]: str(promotion[name]) for name in levels if promotion[name] is not None}
    if any(member not in rows.demand.names(level) for level, member in scope.items()):
        return np.empty(0, np.int64)
    return rows.demand.select(scope)


def _shared_days(calendar: Calendar, first: object, last: object) -> Array:
    edges = calendar.edges
    low = np.maximum(edges[:-1], np.datetime64(str(first), "D"))
    high = np.minimum(edges[1:], np.datetime64(str(last), "D") + 1)
    return np.maximum((high - low).astype(np.int64), 0).astype(np.float64)


def active(extract: Extract, rows: PlanRows, calendar: Calendar) -> Array:
    """Share of each period's days in which the item may be sold, `[period, series]`, 0 to 1."""
    items = extract.tables["item"].select(pl.col("item_id").alias("item"), "launch_date", "end_date")
    life = rows.demand.members.select("item").join(items, on="item", how="left", maintain_order="left")
    launch = life["launch_date"].to_numpy().astype("datetime64[D]")
    end = life["end_date"].to_numpy().astype("datetime64[D]") + 1
    edges = calendar.edges
    low = np.where(np.isnat(launch)[None], edges[:-1, None], np.maximum(edges[:-1, None], launch[None]))
    high = np.where(np.isnat(end)[None], edges[1:, None], np.minimum(edges[1:, None], end[None]))
    return np.maximum((high - low).astype(np.int64), 0) / calendar.days[:, None]

