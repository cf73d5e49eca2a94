"""Money: prices, costs, budget and currency rates of a plan, in base currency."""

from datetime import date
from typing import cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.finance_quality import BUDGET_LEVELS
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.currency import CurrencyConversion
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.periods import PlanPeriods, period_shares
from steelyard.plan.inputs.rows import PlanRows

SAME_SUM = 0.01
"""Share by which sums of a budget on two levels may differ and still be the same budget."""
RATE_ORDER = ("plan", "budget", "average", "closing", "")
"""Types of rate in the order in which they stand in for one another."""


def currency_conversion(extract: Extract, parameters: PlanParameters) -> CurrencyConversion:
    """Rates of the planning type; where a pair has none, the next type in `RATE_ORDER` stands in."""
    table = (
        extract.tables["currency_rate"]
        .with_columns(pl.col("rate_type").fill_null(""))
        .sort("valid_from", maintain_order=True)
    )
    rates: dict[tuple[str, str, str], tuple[tuple[date, float], ...]] = {}
    for kind in reversed((parameters.plan_rate, *RATE_ORDER)):
        of_kind = table.filter(pl.col("rate_type") == kind)
        for (source, target), rows in of_kind.group_by("from_currency", "to_currency", maintain_order=True):
            pairs = tuple(zip(rows["valid_from"].to_list(), rows["rate"].to_list(), strict=True))
            rates[str(source), str(target), "plan"] = pairs
    return CurrencyConversion(rates, extract.base_currency)


def to_base(frame: pl.DataFrame, amount: str, day: pl.Expr, conversion: CurrencyConversion) -> pl.Expr:
    """The amount column in base currency, at the rate of the row's month; a missing currency is the base."""
    currency = pl.col("currency").fill_null(conversion.base)
    month = day.dt.truncate("1mo")
    pairs = frame.select(currency.alias("currency"), month.alias("month")).unique()
    foreign = [(c, m) for c, m in pairs.iter_rows() if c != conversion.base]
    if not foreign:
        return pl.col(amount)
    rate = pl.lit(1.0)
    keys = pl.concat_str(currency, month.cast(pl.String), separator="|")
    rates = {f"{c}|{m}": conversion.rate(c, conversion.base, m) for c, m in foreign}
    rate = keys.replace_strict(rates, default=1.0, return_dtype=pl.Float64)
    return pl.col(amount) * rate


def standard_costs(extract: Extract, rows: PlanRows, calendar: Calendar, conversion: CurrencyConversion) -> Array:
    """Standard cost of each item-location in each period, `[period, place]` [money/unit].

    The cost of the location goes before the general one; the purchase price of the best source stands in where there
    is none.
    """
    table = extract.tables["item_cost"]
    cost = pl.col("standard_cost").alias("value")
    frame = table.with_columns(cost).rename({"item_id": "item", "location_id": "location"})
    members = rows.places.members
    general = _timeline(frame.filter(pl.col("location").is_null()), members, ["item"], calendar, conversion)
    local = _timeline(
        frame.filter(pl.col("location").is_not_null()), members, ["item", "location"], calendar, conversion
    )
    bought = _purchase_prices(extract, rows, calendar, conversion)
    return _first_known(local, general, bought)


def prices(
    extract: Extract, rows: PlanRows, calendar: Calendar, conversion: CurrencyConversion, realised: Array
) -> Array:
    """Net price of each demand series in each period, `[period, series]` [money/unit].

    A customer's price goes before a channel's, that before the general net one; then the realised price of the
    recent past, which has the usual discounts in it, and last the list price.

    Args:
        extract: The accepted tables.
        rows: The series.
        calendar: The planned periods.
        conversion: Currency rates.
        realised: Revenue per unit in the recent past, by series; NaN where nothing was sold.
    """
    table = extract.tables["price"]
    per_unit = (pl.col("price") / pl.col("per_quantity").fill_null(1.0)).alias("value")
    frame = table.with_columns(per_unit).rename({"item_id": "item", "customer_id": "customer"})
    members = rows.demand.members
    general = frame.filter(pl.col("customer").is_null() & pl.col("channel").is_null())
    listed = pl.col("price_type").fill_null("net") == "list"
    of_channel = frame.filter(pl.col("customer").is_null() & pl.col("channel").is_not_null())
    of_customer = frame.filter(pl.col("customer").is_not_null())
    special = _timeline(of_customer, members, ["item", "customer"], calendar, conversion)
    by_channel = _timeline(of_channel, members, ["item", "channel"], calendar, conversion)
    net = _timeline(general.filter(~listed), members, ["item"], calendar, conversion)
    on_list = _timeline(general.filter(listed), members, ["item"], calendar, conversion)
    recent = np.broadcast_to(realised, special.shape)
    return _first_known(special, by_channel, net, recent, on_list)


def _first_known(*choices: Array) -> Array:
    out = np.array(choices[0])
    for other in choices[1:]:
        out = np.where(np.isnan(out), other, out)
    return np.nan_to_num(out, nan=0.0)


def _timeline(
    frame: pl.DataFrame, members: pl.DataFrame, keys: list[str], calendar: Calendar, conversion: CurrencyConversion
) -> Array:
    """Value valid on the first day of each period, NaN where there is none.

    Of several rows the one of the best priority counts, where they have one, and then the latest.
    """
    out = np.full((calendar.size, members.height), np.nan)
    if not frame.height:
        return out
    day = pl.col("valid_from").fill_null(date(1900, 1, 1))
    rank = pl.col("priority") if "priority" in frame.columns else pl.lit(1.0)
    priced = frame.with_columns(day.alias("valid_from"), rank.alias("priority"))
    priced = priced.sort("priority", "valid_from", descending=[True, False], maintain_order=True)
    index = members.select(keys).with_row_index("row")
    for t, start in enumerate(calendar.starts.tolist()):
        valid = priced.filter(
            (pl.col("valid_from") <= start) & (pl.col("valid_to").fill_null(date(9999, 1, 1)) >= start)
        )
        if not valid.height:
            continue
        value = to_base(valid, "value", pl.lit(start), conversion).alias("value")
        latest = valid.with_columns(value).group_by(keys, maintain_order=True).last()
        found = index.join(latest.select(*keys, "value"), on=keys, how="inner")
        out[t, found["row"].to_numpy()] = found["value"].to_numpy()
    return out


def _purchase_prices(extract: Extract, rows: PlanRows, calendar: Calendar, conversion: CurrencyConversion) -> Array:
    bought = extract.tables["source"].filter(pl.col("unit_price").is_not_null())
    frame = bought.select(
        pl.col("item_id").alias("item"),
        pl.col("unit_price").alias("value"),
        "currency",
        "valid_from",
        "valid_to",
        pl.col("priority").fill_null(1.0),
    )
    return _timeline(frame, rows.places.members, ["item"], calendar, conversion)


def budget_revenue(
    extract: Extract, rows: PlanRows, periods: PlanPeriods, conversion: CurrencyConversion, basis: Array, version: str
) -> Array:
    """Budgeted revenue by demand series, `[period, series]` [money].

    Each budget row is spread over the series it names, in proportion to their past revenue. Rows of other periods than
    the plan's, such as months in a plan of weeks, are split by days. A budget that is stated on several levels, with
    the same sum on each, counts once.

    Args:
        extract: The accepted tables.
        rows: The series.
        periods: History and horizon.
        conversion: Currency rates.
        basis: Past revenue by series, which gives the proportions.
        version: Version of the budget.
    """
    calendar = periods.of("horizon")
    out = np.zeros((calendar.size, rows.demand.size))
    table = _revenue_rows(extract.tables["budget"], version)
    table = table.join(period_shares(table["period_id"], extract, calendar), on="period_id", maintain_order="left")
    table = _on_one_level(table.with_columns(pl.col("amount") * pl.col("share")))
    if not table.height:
        return out
    start = pl.col("t").replace_strict(dict(enumerate(calendar.starts.tolist())), return_dtype=pl.Date)
    table = table.with_columns(
        to_base(table.with_columns(start.alias("day")), "amount", start, conversion).alias("amount")
    )
    columns = ["item_id", "family", "customer_id", "territory"]
    for scope, part in table.group_by(columns, maintain_order=True):
        inside = _rows_of_budget(rows, dict(zip(columns, scope, strict=True)))
        if inside.size:
            amounts = np.bincount(part["t"].to_numpy(), part["amount"].to_numpy(), calendar.size)
            out[:, inside] += amounts[:, None] * _shares(basis[inside])
    return out


def _revenue_rows(table: pl.DataFrame, version: str) -> pl.DataFrame:
    """Rows of a version that are revenue: those whose measure says so, or all where none has a measure."""
    rows = table.filter((pl.col("version") == version) & pl.col("amount").is_not_null())
    if rows["measure"].null_count() == rows.height:
        return rows
    return rows.filter(pl.col("measure").is_in(["revenue", "budget_revenue"]))


def _on_one_level(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of the most detailed level, if all levels have the same sum; else all rows, which then add up."""
    level = pl.concat_str([pl.col(name).is_not_null().cast(pl.Int8) for name in BUDGET_LEVELS])
    marked = table.with_columns(level.alias("level"))
    sums = marked.group_by("level").agg(pl.col("amount").sum(), rows=pl.len()).sort("rows", "level", descending=True)
    low, high = sums["amount"].min(), sums["amount"].max()
    if sums.height < 2 or not np.isclose(cast(float, low), cast(float, high), rtol=SAME_SUM, atol=0.0):
        return table
    return marked.filter(pl.col("level") == sums["level"][0]).drop("level")


def _rows_of_budget(rows: PlanRows, names: dict[str, object]) -> IntArray:
    levels = {"item_id": "item", "family": "product_family", "customer_id": "customer", "territory": "territory"}
    scope = {levels[column]: str(name) for column, name in names.items() if name is not None}
    if any(name not in rows.demand.names(level) for level, name in scope.items()):
        return np.empty(0, np.int64)
    return rows.demand.select(scope)


def _shares(basis: Array) -> Array:
    weight = np.maximum(basis, 0.0)
    total = weight.sum()
    return weight / total if total > 0 else np.full(basis.size, 1.0 / basis.size)
