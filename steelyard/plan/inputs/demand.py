"""Demand: history, open orders and promotions of a plan, by series and period."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.demand.levels import LevelCodes
from steelyard.demand.promotion import (
    Promotions,
    day_share,
    measure_uplift,
    promotion_effect,
    take_out_promotions,
)
from steelyard.demand.signal import DemandSignal, OrderLines, build_signal
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.grid.hierarchy import Hierarchy
from steelyard.grid.series import NONE
from steelyard.plan.inputs.money import to_base
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods, first_days
from steelyard.plan.inputs.rows import PlanRows, lifted_customer

CANCELLED = "cancelled"
ON_HAND_PLACES = ("dc", "store", "plant")
"""Location types from which customers are served, the likeliest first."""


def demand_lines(extract: Extract, parameters: PlanParameters) -> pl.DataFrame:
    """All demand lines with their series keys.

    The day is the requested date, else the order date. A line without an amount is worth quantity x price less
    discount. Demand without a location is served from where the item is stocked. Ready-made history counts only where
    there are no sales lines.

    Raises:
        PlanError: Ready-made history names a period that cannot be dated.

    Returns:
        Columns item, location, customer, day, quantity, amount, currency, cancelled, returned, promoted.
    """
    lines = extract.tables["sales_line"]
    if not lines.height:
        return keyed(_ready_made(extract), extract, parameters)
    priced = pl.col("quantity") * pl.col("unit_price") * (1.0 - pl.col("discount").fill_null(0.0))
    sold = lines.select(
        "item_id", "location_id", "customer_id", "channel",
        pl.coalesce("requested_date", "order_date").alias("day"),
        "quantity", pl.coalesce("amount_net", priced).alias("amount"), "currency",
        (pl.col("status") == CANCELLED).alias("cancelled"),
        (pl.col("return_flag").fill_null(False) | (pl.col("quantity") < 0)).alias("returned"),
        pl.col("promotion_id").is_in(true_promotions(extract)["promotion_id"].implode()).fill_null(False).alias("promoted"),
    )  # fmt: skip
    return keyed(sold, extract, parameters)


def _ready_made(extract: Extract) -> pl.DataFrame:
    ordered = used_history(extract)
    ordered = ordered.with_columns(first_days(ordered["period_id"], extract).alias("day"))
    return ordered.select(
        "item_id", "location_id", "customer_id", pl.lit(None, pl.String).alias("channel"),
        "day", "quantity", "amount", "currency",
        pl.lit(False).alias("cancelled"), (pl.col("quantity") < 0).alias("returned"), pl.lit(False).alias("promoted"),
    )  # fmt: skip


def used_history(extract: Extract) -> pl.DataFrame:
    """The rows of ready-made history that count: those of the measure nearest to what customers asked for."""
    history = extract.tables["demand_history"]
    return history.filter(pl.col("measure") == _best_measure(history))


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
    return placed(keyed_frame.with_columns(customer).drop("channel", "territory"), extract)


def placed(frame: pl.DataFrame, extract: Extract) -> pl.DataFrame:
    """The same rows, those without a location at the usual place of their item."""
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
    return (
        named.sort("item", "rank", "location")
        .unique("item", keep="first", maintain_order=True)
        .select("item", "location")
    )


def _any_place(extract: Extract) -> str:
    kinds = extract.tables["location"].sort("location_id")
    for kind in ON_HAND_PLACES:
        found = kinds.filter(pl.col("location_type") == kind)
        if found.height:
            return str(found["location_id"][0])
    return NONE


def signal_of(
    lines: pl.DataFrame, extract: Extract, rows: PlanRows, periods: PlanPeriods, conversion: CurrencyConversion
) -> DemandSignal:
    """The demand signal of all series: units and money by history period, returns netted, cancelled lines left out."""
    amount = to_base(lines, "amount", pl.col("day"), conversion).fill_null(0.0)
    valued = lines.with_columns(amount.alias("amount"))
    columns = OrderLines(
        series=rows.find("demand", valued),
        period=periods.locate_history(valued["day"]),
        quantity=valued["quantity"].to_numpy(),
        amount=valued["amount"].to_numpy(),
        cancelled=valued["cancelled"].to_numpy(),
        returned=valued["returned"].to_numpy(),
        promoted=valued["promoted"].to_numpy(),
    )
    first, last = _life(extract, rows, periods)
    return build_signal(
        columns, series=rows.demand.size, periods=periods.history_count, first_period=first, last_period=last
    )


def _life(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> tuple[IntArray, IntArray]:
    """Launch and end of each series as history periods; past the history where unknown."""
    items = extract.tables["item"].select(pl.col("item_id").alias("item"), "launch_date", "end_date")
    life = rows.demand.members.select("item").join(items, on="item", how="left", maintain_order="left")
    edges = periods.of("history").edges
    found = []
    for column in ("launch_date", "end_date"):
        day = life[column].to_numpy().astype("datetime64[D]")
        period = np.searchsorted(edges, day, side="right") - 1
        found.append(np.where(np.isnat(day), periods.history_count, np.clip(period, 0, periods.history_count)))
    return found[0], found[1]


def accumulate(period: IntArray, series: IntArray, values: Array, shape: tuple[int, int]) -> Array:
    """Add values into `[period, series]` in row order; rows without a series or period are left out."""
    known = (series >= 0) & (period >= 0)
    flat = period[known] * shape[1] + series[known]
    sums = np.bincount(flat, values[known], shape[0] * shape[1])
    return sums.astype(np.float64, copy=False).reshape(shape)


def open_orders(extract: Extract, rows: PlanRows, periods: PlanPeriods, parameters: PlanParameters) -> Array:
    """Open customer orders by planned period and series, overdue ones in the first period [units]."""
    table = extract.tables["open_order"].select("item_id", "location_id", "customer_id", "due_date", "quantity_open")
    orders = keyed(table, extract, parameters)
    series = rows.find("demand", orders)
    period = periods.locate_horizon(orders["due_date"])
    return accumulate(period, series, orders["quantity_open"].to_numpy(), (periods.horizon_count, rows.demand.size))


def true_promotions(extract: Extract) -> pl.DataFrame:
    """Promotions proper; a volume discount is a price scale."""
    return extract.tables["promotion"].filter(pl.col("type").fill_null("") != "volume_discount")


def effect_of_promotions(extract: Extract, rows: PlanRows, calendar: Calendar, measured: Array | None = None) -> Array:
    """What promotions are expected to add in each period, `[period, series]`, as a ratio of normal demand.

    Args:
        extract: The accepted tables.
        rows: The series.
        calendar: The periods.
        measured: What past promotions did, by series [ratio]; stands in where a promotion states no uplift.
    """
    table = true_promotions(extract)
    if measured is None:
        table = table.filter(pl.col("expected_uplift").is_not_null())
    scopes = tuple(_promoted_rows(rows, promotion) for promotion in table.iter_rows(named=True))
    stated = table["expected_uplift"].fill_null(np.nan).to_numpy()
    if measured is not None:
        usual = [float(measured[scope].mean()) if scope.size else 0.0 for scope in scopes]
        stated = np.where(np.isnan(stated), np.array(usual), stated)
    return promotion_effect(Promotions(_day_shares(table, calendar), stated, scopes), rows.demand.size)


def promotion_runs(extract: Extract, rows: PlanRows, calendar: Calendar) -> BoolArray:
    """Whether the table of promotions has one running, `[period, series]`, whatever it is expected to add."""
    table = true_promotions(extract)
    out = np.zeros((calendar.size, rows.demand.size), dtype=bool)
    for share, promotion in zip(_day_shares(table, calendar), table.iter_rows(named=True), strict=True):
        out[np.ix_(share > 0, _promoted_rows(rows, promotion))] = True
    return out


def _day_shares(table: pl.DataFrame, calendar: Calendar) -> Array:
    first, last = (
        table[name].to_numpy().astype("datetime64[D]").astype(np.int64) for name in ("start_date", "end_date")
    )
    edges = calendar.edges.astype(np.int64)
    return day_share(first, last, edges[:-1], edges[1:] - 1)


def past_uplift(history: Array, promoted: BoolArray) -> Array:
    """What past promotions added, by series, shrunk to what they added everywhere [ratio].

    Args:
        history: Demand, period x series [units]; NaN outside the life of a series.
        promoted: Whether a promotion ran, period x series.
    """
    found = take_out_promotions(history, promoted)
    judged = promoted & np.isfinite(found.baseline)
    base, lift = (float(part[judged].sum()) for part in (found.baseline, found.lift))
    return measure_uplift(found, promoted, prior=lift / base if base > 0 else 0.0)


def _promoted_rows(rows: PlanRows, promotion: dict[str, object]) -> IntArray:
    levels = {"item_id": "item", "family": "product_family", "customer_id": "customer", "channel": "channel"}
    scope = {levels[name]: str(promotion[name]) for name in levels if promotion[name] is not None}
    if any(member not in rows.demand.names(level) for level, member in scope.items()):
        return np.empty(0, np.int64)
    return rows.demand.select(scope)


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


PRODUCT_LEVELS = ("total", "category", "product_family", "item")
"""Levels above the series that lie inside each other, from the top."""


def forecast_levels(rows: PlanRows) -> LevelCodes:
    """The levels above the series at which demand is forecast too: of the product, and who buys."""
    wanted = (*PRODUCT_LEVELS[1:], "channel", "territory", "customer")
    known = [level for level in wanted if level in rows.demand.levels]
    total = np.zeros(rows.demand.size, dtype=np.int64)
    return LevelCodes(("total", *known), (total, *(rows.demand.codes(level) for level in known)), PRODUCT_LEVELS)
