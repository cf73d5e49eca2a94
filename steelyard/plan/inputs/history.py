"""History: what is known about past demand beside its quantity: stock-outs, what does not count, price, successors."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.period_name import MEAN_DAYS
from steelyard.demand.median import known_median
from steelyard.demand.signal import stockout_flags
from steelyard.demand.supersession import Supersession, chain_links
from steelyard.grid.block import Array, BoolArray
from steelyard.plan.inputs.demand import accumulate, demand_lines, keyed, used_history
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods, first_days
from steelyard.plan.inputs.rows import PlanRows

REASONS = {
    "cancelled": "the line was cancelled",
    "return_netted": "a return, taken off the demand before it",
    "future_dated": "wanted after the as-of date",
    "running_period": "wanted in a period that has not ended",
    "before_history": "older than the history that is used",
}
"""Why a line of demand does not count as it stands, in the order in which the reasons are tried."""

RECENT_PRICES = 3
"""Past periods whose median price is the one that demand is used to."""


def stockouts(
    extract: Extract, rows: PlanRows, periods: PlanPeriods, parameters: PlanParameters, history: Array
) -> Array:
    """1 where stock ran out, `[period, series]`: as ready-made history says, else closed empty and sold little."""
    flagged = stockout_flags(_closing_stock(extract, rows, periods)[:, rows.place_of_demand], history)
    return (flagged | _stated_stockouts(extract, rows, periods, parameters)).astype(np.float64)


def _closing_stock(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> Array:
    """Stock of the last day on record in each period, `[period, place]`; NaN where there is none."""
    out = np.full((periods.history_count, rows.places.size), np.nan)
    table = extract.tables["inventory_history"].sort("date", maintain_order=True)
    named = table.rename({"item_id": "item", "location_id": "location"})
    place, period = rows.find("item_location", named), periods.locate_history(named["date"])
    known = (place >= 0) & (period >= 0)
    out[period[known], place[known]] = table["closing_qty"].to_numpy()[known]
    return out


def _stated_stockouts(extract: Extract, rows: PlanRows, periods: PlanPeriods, parameters: PlanParameters) -> BoolArray:
    shape = (periods.history_count, rows.demand.size)
    table = used_history(extract).filter(pl.col("stockout_flag").fill_null(False))
    if extract.tables["sales_line"].height or not table.height:
        return np.zeros(shape, dtype=bool)
    day = first_days(table["period_id"], extract)
    found = keyed(table.select("item_id", "location_id", "customer_id"), extract, parameters)
    return accumulate(periods.locate_history(day), rows.find("demand", found), np.ones(table.height), shape) > 0


def excluded_lines(extract: Extract, parameters: PlanParameters, periods: PlanPeriods) -> pl.DataFrame:
    """Every line of demand that does not count as it stands, and why.

    Returns:
        Columns item, location, customer, day, quantity, amount, reason (a key of `REASONS`), order_id, line_id, source,
        source_row; in the order of the table.
    """
    table = extract.tables["sales_line"]
    named = table if table.height else used_history(extract)
    references = [
        pl.col(name) if name in named.columns else pl.lit(None, pl.String).alias(name)
        for name in ("order_id", "line_id")
    ]
    lines = demand_lines(extract, parameters).select(
        "item", "location", "customer", "day", "quantity", "amount", _reason(extract.as_of, periods)
    )
    origin = named.select(*references, pl.col("_source").alias("source"), pl.col("_source_row").alias("source_row"))
    return pl.concat([lines, origin], how="horizontal").filter(pl.col("reason").is_not_null())


def _reason(as_of: date, periods: PlanPeriods) -> pl.Expr:
    first, after = (periods.of("history").edges[i].astype("datetime64[D]").item() for i in (0, -1))
    tests = (
        pl.col("cancelled"),
        pl.col("returned"),
        pl.col("day") > as_of,
        pl.col("day") >= after,
        pl.col("day") < first,
    )
    named = [pl.when(test).then(pl.lit(reason)) for test, reason in zip(tests, REASONS, strict=True)]
    return pl.coalesce(named).alias("reason")


def excluded_demand(lines: pl.DataFrame, rows: PlanRows, periods: PlanPeriods) -> Array:
    """Units on lines inside the history that do not count as they stand, `[period, series]`."""
    period = periods.locate_history(lines["day"])
    quantity = np.abs(np.nan_to_num(lines["quantity"].to_numpy()))
    return accumulate(period, rows.find("demand", lines), quantity, (periods.history_count, rows.demand.size))


def price_history(lines: pl.DataFrame, rows: PlanRows, periods: PlanPeriods) -> Array:
    """Realised price outside promotions in the currency of the customer, `[period, series]`; NaN where not known."""
    shape = (periods.history_count, rows.demand.size)
    kept = lines.filter(~pl.col("cancelled") & ~pl.col("returned") & ~pl.col("promoted") & (pl.col("quantity") > 0))
    series, period = rows.find("demand", kept), periods.locate_history(kept["day"])
    one = rows.find("demand", _of_several_currencies(kept))
    quantity = accumulate(period, series, kept["quantity"].to_numpy(), shape)
    amount = accumulate(period, series, np.nan_to_num(kept["amount"].to_numpy()), shape)
    sound = (quantity > 0) & (amount > 0)
    sound[:, one[one >= 0]] = False
    return np.where(sound, amount / np.where(sound, quantity, 1.0), np.nan)


def _of_several_currencies(lines: pl.DataFrame) -> pl.DataFrame:
    keys: Sequence[str] = ("item", "location", "customer")
    return lines.group_by(keys).agg(pl.col("currency").n_unique()).filter(pl.col("currency") > 1)


def log_price_ratio(price: Array, recent: int = RECENT_PRICES) -> Array:
    """Logarithm of past prices by the latest ones (their median), `[period, series]`; NaN where not known."""
    known = np.isfinite(price)
    usual = known_median(price[-recent:], known[-recent:])
    usual = np.where(np.isfinite(usual), usual, known_median(price, known))
    sound = known & (usual > 0)
    return np.where(sound, np.log(np.where(sound, price, 1.0) / np.where(sound, usual, 1.0)), np.nan)


def successions(extract: Extract, rows: PlanRows) -> Supersession:
    """Who takes over from whom, series by series: links whose old item has ended within the history.

    An item has ended at its end date, or where it has none, at the start of the link and its overlap. Links of a ring
    hand on nothing (the check of the data names them).
    """
    links = _ended_links(extract)
    members = rows.demand.members.select("item", "location", "customer")
    pairs = links.join(members, left_on="other_id", right_on="item", how="inner", maintain_order="left")
    old = rows.find("demand", pairs.rename({"other_id": "item"}).select("item", "location", "customer"))
    new = rows.find("demand", pairs.rename({"item_id": "item"}).select("item", "location", "customer"))
    known = (old >= 0) & (new >= 0)
    ratio = pairs["ratio"].fill_null(1.0).to_numpy()
    return chain_links(old[known], new[known], ratio[known])[0]


def _ended_links(extract: Extract) -> pl.DataFrame:
    ends = extract.tables["item"].select(pl.col("item_id").alias("other_id"), "end_date")
    links = extract.tables["item_link"].filter(
        (pl.col("type") == "successor") & (pl.col("start_date") <= extract.as_of)
    )
    days = (MEAN_DAYS[extract.calendar] * pl.col("overlap_periods").fill_null(0.0)).round().cast(pl.Int64)
    found = links.join(ends, on="other_id", how="left", maintain_order="left")
    ended = pl.coalesce("end_date", pl.col("start_date") + pl.duration(days=days)) <= extract.as_of
    return found.filter(ended).unique(["item_id", "other_id"], keep="first", maintain_order=True)


def successor_keys(extract: Extract, lines: pl.DataFrame) -> pl.DataFrame:
    """Combinations a successor takes over although it was never sold there: item, location, customer."""
    links = _ended_links(extract).select("item_id", "other_id")
    keys = lines.select("item", "location", "customer").unique(maintain_order=True)
    taken = keys.join(links, left_on="item", right_on="other_id", how="inner", maintain_order="left")
    return taken.select(pl.col("item_id").alias("item"), "location", "customer")


def joined_life(life: BoolArray, links: Supersession) -> Array:
    """1 inside the active life of each series and its predecessors, else 0, `[period, series]`."""
    joined = life.astype(np.float64)
    for old, new in zip(links.old.tolist(), links.new.tolist(), strict=True):
        joined[:, new] = np.maximum(joined[:, new], joined[:, old])
    return joined
