"""Capacity: what each resource offers in each planned period, as stated or by its shifts and working days."""

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array
from steelyard.plan.inputs.demand import accumulate
from steelyard.plan.inputs.periods import PlanPeriods, period_shares
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.inputs.working_days import working_days


def capacity_available(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> Array:
    """Rated capacity of each resource, `[planned period, resource]`: what it offers x utilisation x efficiency.

    Source: APICS dictionary, rated capacity.
    """
    return offered_capacity(extract, rows, periods) * productive_share(extract, rows)


def offered_capacity(extract: Extract, rows: PlanRows, periods: PlanPeriods) -> Array:
    """What each resource offers in each planned period, downtime taken off, `[planned period, resource]`.

    Where a row states no figure: shifts x hours of a shift x working days x machines or people side by side. A row
    without a period holds for every period without its own; a period without any repeats the one before it, be that a
    past one, figures as they are and shifts by its own working days. Rows of other periods than the plan's, such as
    months in a plan of weeks, are split by days.
    """
    calendar, stated = periods.calendar, _stated(extract, rows)
    days = np.zeros((calendar.size, rows.resources.size))
    if stated["daily"].is_not_null().any():
        days = working_days(extract, rows, calendar)
    hours, daily = np.full(days.shape, np.nan), np.full(days.shape, np.nan)
    _put_always(hours, stated.filter(pl.col("period_id").is_null()), days)
    own = stated.join(period_shares(stated["period_id"], extract, calendar), on="period_id", maintain_order="left")
    _put_own(hours, daily, own, days)
    return np.maximum(_carried_on(hours, daily, days)[periods.history_count :], 0.0)


def _put_always(hours: Array, rows: pl.DataFrame, days: Array) -> None:
    """Enter rows that hold for every period."""
    row, rate = rows["row"].to_numpy(), rows["daily"].fill_null(np.nan).to_numpy()
    net, lost = rows["net"].fill_null(0.0).to_numpy(), rows["lost"].to_numpy()
    hours[:, row] = np.where(np.isnan(rate), net, rate * days[:, row] - lost)


def _put_own(hours: Array, daily: Array, rows: pl.DataFrame, days: Array) -> None:
    """Enter rows of single periods, by the part of each that falls into a period of the plan."""
    t, r = rows["t"].to_numpy(), rows["row"].to_numpy()
    worked = pl.col("daily") * pl.Series(days[t, r]) * pl.col("cover") - pl.col("lost") * pl.col("share")
    part = rows.select(pl.coalesce(worked, pl.col("net") * pl.col("share"))).to_series().to_numpy()
    cover = accumulate(t, r, rows["cover"].to_numpy(), hours.shape)
    np.divide(accumulate(t, r, part, hours.shape), cover, out=hours, where=cover > 0)
    daily[t, r] = rows["daily"].fill_null(np.nan).to_numpy()


def _stated(extract: Extract, rows: PlanRows) -> pl.DataFrame:
    """Rows of known resources: period_id, net (figure less downtime), daily (hours of a working day), lost, row."""
    side = extract.tables["resource"].select("resource_id", side=pl.col("parallel_units").fill_null(1.0))
    table = extract.tables["resource_capacity"].join(side, on="resource_id", how="left", maintain_order="left")
    lost = pl.col("planned_downtime").fill_null(0.0)
    daily = pl.col("shifts") * pl.col("hours_per_shift") * pl.col("side").fill_null(1.0)
    stated = table.select(
        "period_id",
        (pl.col("available") - lost).alias("net"),
        pl.when(pl.col("available").is_null()).then(daily).alias("daily"),
        lost.alias("lost"),
        row=pl.Series(rows.find("resource", table.rename({"resource_id": "resource"}))),
    )
    return stated.filter((pl.col("row") >= 0) & pl.coalesce("net", "daily").is_not_null())


def _carried_on(hours: Array, daily: Array, days: Array) -> Array:
    """Hours of every period: a missing figure repeats the one before it, missing shifts go on by working days."""
    for t in range(1, hours.shape[0]):
        missing = np.isnan(hours[t])
        daily[t] = np.where(missing, daily[t - 1], daily[t])
        hours[t] = np.where(missing, np.where(np.isnan(daily[t]), hours[t - 1], daily[t] * days[t]), hours[t])
    return np.nan_to_num(hours, nan=0.0)


def productive_share(extract: Extract, rows: PlanRows) -> Array:
    """Share of what is offered that produces: utilisation x efficiency, by resource; 1 if unstated, never below 0."""
    table = extract.tables["resource"].rename({"resource_id": "resource"})
    share = table.select(pl.col("utilisation").fill_null(1.0) * pl.col("efficiency").fill_null(1.0)).to_series()
    out = np.ones(rows.resources.size)
    row = rows.find("resource", table)
    out[row[row >= 0]] = np.maximum(share.to_numpy()[row >= 0], 0.0)
    return out
