"""Order quality: which open orders of customers and of supply are late, and how much stands on them."""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding
from steelyard.data.schema import TABLES
from steelyard.data.worth import amounts_in_base

OPEN = {"open_order": "customer_id", "supply_order": "supplier_id"}
"""Tables of open orders, and the column that names the other side."""
CLOSED = "closed"


def open_orders(
    tables: Mapping[str, pl.DataFrame], as_of: date, base_currency: str, overdue_days: int = 0
) -> pl.DataFrame:
    """List all open orders, the most overdue first.

    Args:
        tables: Accepted tables of an extract.
        as_of: The as-of date.
        base_currency: Currency of the amounts.
        overdue_days: Days that an order may be late before it is called overdue.

    Returns:
        table, order_id, line_id, item_id, location_id, partner, due_date, quantity, amount (base currency),
        days_late (negative while it is not due), overdue.
    """
    parts = [_open_of(tables, name, partner, base_currency) for name, partner in OPEN.items()]
    late = (pl.lit(as_of) - pl.col("due_date")).dt.total_days()
    listed = pl.concat(parts).with_columns(days_late=late).with_columns(overdue=pl.col("days_late") > overdue_days)
    return listed.sort("days_late", "table", "order_id", "line_id", descending=[True, False, False, False])


def _open_of(tables: Mapping[str, pl.DataFrame], name: str, partner: str, base: str) -> pl.DataFrame:
    rows = tables[name].filter(pl.col("quantity_open") > 0)
    if "status" in TABLES[name].names:
        rows = rows.filter(pl.col("status") != CLOSED)
    price = pl.col("unit_price") if "unit_price" in rows.columns else pl.lit(None, dtype=pl.Float64)
    valued = rows.with_columns(amount=pl.coalesce("amount", pl.col("quantity_open") * price))
    return rows.select(
        pl.lit(name).alias("table"), "order_id", "line_id", "item_id", "location_id",
        pl.col(partner).alias("partner"), "due_date", pl.col("quantity_open").alias("quantity"),
        amounts_in_base(valued, "amount", "due_date", tables["currency_rate"], base),
    )  # fmt: skip


def open_order_is_not_overdue(company: Company) -> list[Finding]:
    """Open orders of customers are due on or after the as-of date, less the days that are allowed."""
    mend = "close it or give it a new date"
    return _overdue(company, "open_order_is_not_overdue", "open_order", "open orders of customers", mend)


def supply_order_is_not_overdue(company: Company) -> list[Finding]:
    """Open supply orders are due on or after the as-of date, less the days that are allowed."""
    mend = "close it, or give it the date it will really arrive; it is planned into the first period"
    return _overdue(company, "supply_order_is_not_overdue", "supply_order", "open supply orders", mend)


def _overdue(company: Company, rule: str, table: str, noun: str, mend: str) -> list[Finding]:
    limit = company.thresholds.overdue_days
    listed = open_orders(company.tables, company.as_of, company.manifest.base_currency, limit)
    late = listed.filter((pl.col("table") == table) & pl.col("overdue"))
    if not late.height:
        return []
    days = f" by more than {limit} days" if limit else ""
    message = f"{late.height:,} {noun} were due before the as-of date{days}, the oldest for {late['days_late'][0]} days"
    money, quantity = float(late["amount"].sum()), float(late["quantity"].sum())
    shown = tuple(
        f"{o} / {n}: due {day}" for o, n, day in late.head(5).select("order_id", "line_id", "due_date").rows()
    )
    worth = money or company.worth.of_items(late["item_id"])[0]
    return [company.finding(rule, table, late.height, "warning", message, mend, worth, quantity, shown)]


ORDER_RULES: tuple[Callable[[Company], list[Finding]], ...] = (open_order_is_not_overdue, supply_order_is_not_overdue)
