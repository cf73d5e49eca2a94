"""Capacity cover: up to which period resources state what they offer, and what stands in after it."""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from steelyard.data.company import Company
from steelyard.data.finding import Finding
from steelyard.data.manifest import Manifest
from steelyard.data.period_name import days_without, first_without, horizon_days, mean_days, period_days


def uncovered_capacity(tables: Mapping[str, pl.DataFrame], manifest: Manifest, count: int) -> pl.DataFrame:
    """Resources with capacity by period that does not reach over the planned periods.

    Args:
        tables: Accepted tables.
        manifest: With calendar and as-of date.
        count: Planned periods.

    Returns:
        resource_id, last_period (the last that is stated), available (in it), periods (planned ones without a row),
        first (the month, or in another calendar the day, from which the first of them lacks).
    """
    periods, stated = tables["period"], tables["resource_capacity"]
    always = stated.filter(pl.col("period_id").is_null())["resource_id"]
    rows = stated.filter(pl.col("period_id").is_not_null() & ~pl.col("resource_id").is_in(always.implode()))
    dated = rows.join(period_days(rows["period_id"], periods), on="period_id").sort("resource_id", "start")
    horizon = horizon_days(manifest.calendar, periods, manifest.as_of, count)
    mean = mean_days(manifest.calendar, periods)
    found = [
        (
            str(name),
            group["period_id"][-1],
            group["available"][-1],
            min(round(days_without(group, horizon) / mean), count),
            _from(first_without(group, horizon), manifest),
        )
        for (name,), group in dated.group_by("resource_id", maintain_order=True)
    ]
    schema = {
        "resource_id": pl.String,
        "last_period": pl.String,
        "available": pl.Float64,
        "periods": pl.Int64,
        "first": pl.String,
    }
    return pl.DataFrame(found, schema=schema, orient="row").filter(pl.col("periods") > 0)


def _from(day: date | None, manifest: Manifest) -> str:
    if day is None:
        return ""
    return f"{day:%Y-%m}" if manifest.calendar == "months" and day.day == 1 else day.isoformat()


def extended_capacity(tables: Mapping[str, pl.DataFrame], manifest: Manifest, count: int) -> list[dict[str, object]]:
    """An assumption for the capacity that is carried on; none if every planned period has its own."""
    short = uncovered_capacity(tables, manifest, count)
    if not short.height:
        return []
    reason = f"{short.height} resources state no capacity for some planned periods: the last figure is carried on"
    value = f"the figure of {short['last_period'].sort()[-1]}"
    return [
        {"scope": "resource_capacity.available", "value": value, "unit": "capacity unit per period", "reason": reason,
         "rows": float(short["periods"].sum())}
    ]  # fmt: skip


def capacity_covers_the_horizon(company: Company) -> list[Finding]:
    """Every resource states its capacity for every planned period; else its last figure is carried on."""
    count = company.thresholds.horizon_periods
    short = uncovered_capacity(company.tables, company.manifest, count)
    if not short.height:
        return []
    routed = company.table("routing").filter(pl.col("resource_id").is_in(short["resource_id"].implode()))
    money, quantity = company.worth.of_items(routed["item_id"])
    shown = tuple(
        f"{name}: up to {last}, {missing} of {count} planned periods without, the first from {first}"
        for name, last, missing, first in short.head(5).select("resource_id", "last_period", "periods", "first").rows()
    )
    message = (
        f"{short.height} resources state no capacity for some of the {count} planned periods; "
        "the plan carries the last figure on"
    )
    mend = "deliver resource_capacity up to the end of the horizon, or one row without period_id that always holds"
    rule = "capacity_covers_the_horizon"
    return [company.finding(rule, "resource_capacity", short.height, "warning", message, mend, money, quantity, shown)]


CAPACITY_RULES: tuple[Callable[[Company], list[Finding]], ...] = (capacity_covers_the_horizon,)
