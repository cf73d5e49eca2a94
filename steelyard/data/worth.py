"""Worth: the money that stands on items and rows, so that findings can be ranked by it."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Worth:
    """Revenue and quantity of the last year by item, in base currency."""

    by_item: pl.DataFrame
    """item_id, money, quantity."""
    revenue: float
    """Sum over all items."""

    def of_items(self, items: pl.Series) -> tuple[float, float]:
        """Money and quantity that stand on a set of items (repeats count once)."""
        chosen = self.by_item.filter(pl.col("item_id").is_in(items.drop_nulls().unique().implode()))
        return float(chosen["money"].sum()), float(chosen["quantity"].sum())


def weigh_items(sales: pl.DataFrame, history: pl.DataFrame, rates: pl.Series, as_of: date) -> Worth:
    """Weigh items by what was sold of them in the year before the as-of date.

    Args:
        sales: Typed sales lines, good and bad.
        history: Typed demand history, used where there are no sales lines.
        rates: Factor to base currency by row of `sales` (or of `history`).
        as_of: The as-of date.
    """
    if sales.height:
        when = pl.coalesce("order_date", "requested_date")
        rows = sales.with_columns(_money=pl.col("amount_net").fill_null(_priced()) * rates)
        rows = rows.filter((when > as_of - YEAR) & (when <= as_of))
    else:
        rows = history.with_columns(_money=pl.col("amount") * rates)
    by_item = rows.group_by("item_id").agg(money=pl.col("_money").sum(), quantity=pl.col("quantity").sum())
    ordered = by_item.filter(pl.col("item_id").is_not_null()).sort("item_id")
    return Worth(ordered, float(ordered["money"].sum()))


def _priced() -> pl.Expr:
    return pl.col("quantity") * pl.col("unit_price") * (1.0 - pl.col("discount").fill_null(0.0))


def base_factors(currency: pl.Series, rates: pl.DataFrame, base: str) -> pl.Series:
    """Factor from each currency to the base currency, by the latest rate; 1 where none is known or needed."""
    found = latest_rates(rates, base)
    return currency.replace_strict(found, default=1.0, return_dtype=pl.Float64).fill_null(1.0)


def amounts_in_base(rows: pl.DataFrame, amount: str, day: str, rates: pl.DataFrame, base: str) -> pl.Series:
    """Amounts in base currency at the rate of their day: the latest by then, the first one before it, else 1.

    Args:
        rows: With currency, and the columns that the next two arguments name.
        amount: Column of the amount.
        day: Column of the day.
        rates: Typed currency rates.
        base: The base currency.
    """
    if rows["currency"].drop_nulls().eq(base).all():
        return rows[amount]
    known = rates_to_base(rates, base)
    first = known.group_by("currency", maintain_order=True).agg(first=pl.col("rate").first())
    asked = rows.select(pl.col("currency"), pl.col(day).alias("valid_from"), amount).with_row_index("_row")
    found = asked.sort("valid_from").join_asof(
        known, on="valid_from", by="currency", strategy="backward", check_sortedness=False
    )
    rated = found.join(first, on="currency", how="left").sort("_row")
    return rated.select((pl.col(amount) * pl.coalesce("rate", "first", pl.lit(1.0))).alias(amount)).to_series()


def rates_to_base(rates: pl.DataFrame, base: str) -> pl.DataFrame:
    """Base units for one unit of each currency, by the day from which it holds: currency, valid_from, rate.

    Direct rates go before inverse ones, average rates before closing, plan and budget rates.
    """
    order = {"average": 0, "closing": 1, "plan": 2, "budget": 3}
    rank = pl.col("rate_type").replace_strict(order, default=0, return_dtype=pl.Int64)
    other = rates.filter((pl.col("to_currency") == base) | (pl.col("from_currency") == base))
    direct = pl.col("to_currency") == base
    both = other.select(
        currency=pl.when(direct).then("from_currency").otherwise("to_currency"),
        valid_from="valid_from",
        rate=pl.when(direct).then("rate").otherwise(1.0 / pl.col("rate")),
        rank=rank * 2 + (~direct).cast(pl.Int64),
    )
    kept = both.sort("currency", "valid_from", "rank").unique(["currency", "valid_from"], keep="first")
    return kept.drop("rank").sort("currency", "valid_from")


def latest_rates(rates: pl.DataFrame, base: str) -> dict[str, float]:
    """Base currency units for one unit of each currency, direct or by the inverse rate, the latest of each."""
    found = {base: 1.0}
    for row in rates.sort("valid_from").to_dicts():
        if row["to_currency"] == base:
            found[row["from_currency"]] = row["rate"]
        elif row["from_currency"] == base and row["rate"]:
            found[row["to_currency"]] = 1.0 / row["rate"]
    return found
