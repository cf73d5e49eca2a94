"""Lineage: the rows of the extract on which an input measure stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.period_name import period_days
from steelyard.grid.calendar import Calendar
from steelyard.grid.series import Scope
from steelyard.plan.inputs.demand import keyed
from steelyard.plan.numbers import Periods, PlanNumbers, span_of


@dataclass(frozen=True)
class Origin:
    """Where an input measure comes from."""

    tables: tuple[str, ...]
    """Tables of the extract."""
    day: str = ""
    """Column (or columns divided by a comma, the first one filled) that puts a row into a period; empty: any period.

    A table without one of them may name its period by `period_id`.
    """


ORIGINS: Mapping[str, Origin] = MappingProxyType(
    {
        "demand_history": Origin(("sales_line", "demand_history"), "requested_date,order_date"),
        "revenue_history": Origin(("sales_line", "demand_history"), "requested_date,order_date"),
        "open_orders": Origin(("open_order",), "due_date"),
        "opening_inventory": Origin(("inventory",)),
        "scheduled_receipts": Origin(("supply_order",), "due_date"),
        "price": Origin(("price",)),
        "unit_cost": Origin(("item_cost",)),
        "standard_cost": Origin(("item_cost",)),
        "budget_revenue": Origin(("budget",), "period_id"),
        "capacity_available": Origin(("resource_capacity",)),
        "capacity_load": Origin(("routing",)),
    }
)
"""Tables behind each input measure."""


LEVELS = {
    "location_id": "location", "family": "product_family", "customer_id": "customer", "channel": "channel",
    "territory": "territory",
}  # fmt: skip
"""Level by the column of a table that names a member of it; an empty column holds for all of them."""


def extract_rows(
    plan: PlanNumbers, measure: str, *, scope: Scope | None = None, periods: Periods = None
) -> Mapping[str, pl.DataFrame]:
    """Find the rows of the extract behind an input measure.

    Args:
        plan: The plan.
        measure: An input measure.
        scope: Members by level.
        periods: Periods of the measure.

    Returns:
        By table, its rows that lie in the scope and, where they are dated, in the periods; with `_source` and
        `_source_row` (file and row in it). Empty for a measure that is calculated.
    """
    origin = ORIGINS.get(measure)
    if origin is None:
        return MappingProxyType({})
    extract = plan.maker.extract(plan.inputs.extract)
    calendar = plan.inputs.periods(plan.measure(measure).span)
    window = span_of(calendar, periods)
    days = _days(calendar, window, overdue=measure in ("open_orders", "scheduled_receipts"))
    found = {name: _inside(plan, measure, extract.tables[name], extract, scope or {}) for name in origin.tables}
    return MappingProxyType(
        {name: _dated(rows, origin.day, days, extract) for name, rows in found.items() if rows.height}
    )


def _days(calendar: Calendar, window: slice, *, overdue: bool) -> tuple[date, date]:
    """First day and the day after the last; what is overdue belongs to the first period."""
    first = date(1900, 1, 1) if overdue and window.start == 0 else calendar.edges[window.start].astype(date)
    return first, calendar.edges[window.stop].astype(date)


def _inside(plan: PlanNumbers, measure: str, table: pl.DataFrame, extract: Extract, scope: Scope) -> pl.DataFrame:
    series = plan.series(measure)
    members = series.members[series.select(scope).tolist()]
    if "resource" in series.keys:
        return table.filter(pl.col("resource_id").is_in(members["resource"].unique().implode()))
    rows = table.filter(pl.col("item_id").is_in(members["item"].unique().implode()) | pl.col("item_id").is_null())
    if not scope or not rows.height:
        return rows
    return _by_key(rows, members, extract, plan)


def _by_key(rows: pl.DataFrame, members: pl.DataFrame, extract: Extract, plan: PlanNumbers) -> pl.DataFrame:
    """Keep rows whose place and customer, as the plan understands them, are among the members."""
    if {"customer_id", "location_id"} <= set(rows.columns):
        ids = [name for name in ("item_id", "location_id", "customer_id", "channel") if name in rows.columns]
        keys = keyed(rows.select(ids), extract, plan.inputs.parameters)
        wanted = [level for level in ("item", "location", "customer") if level in members.columns]
        known = members.select(wanted).unique().with_columns(pl.lit(True).alias("inside"))
        inside = keys.join(known, on=wanted, how="left", maintain_order="left")["inside"].fill_null(False).to_numpy()
        return rows.filter(pl.Series(inside))
    named = {column: level for column, level in LEVELS.items() if column in rows.columns and level in members.columns}
    for column, level in named.items():
        rows = rows.filter(pl.col(column).is_null() | pl.col(column).is_in(members[level].unique().implode()))
    return rows


def _dated(rows: pl.DataFrame, columns: str, days: tuple[date, date], extract: Extract) -> pl.DataFrame:
    held = [name for name in columns.split(",") if name in rows.columns and name != "period_id"]
    if columns and not held and "period_id" in rows.columns:
        spans = period_days(rows["period_id"], extract.tables["period"])
        inside = spans.filter((pl.col("start") < days[1]) & (pl.col("end") >= days[0]))
        return rows.filter(pl.col("period_id").is_in(inside["period_id"].implode()))
    if not held:
        return rows
    day = pl.coalesce(held)
    return rows.filter((day >= days[0]) & (day < days[1]))
