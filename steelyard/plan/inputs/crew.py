"""Crew: workers whose number may change, and shifts that may be added, by resource."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.grid.block import Array, IntArray
from steelyard.plan.inputs.rows import PlanRows

Priced = Callable[[pl.DataFrame, str], pl.Series]
"""Gives a money column in base currency."""


@dataclass(frozen=True, eq=False)
class Crews:
    """Workers of labour resources. One entry per crew.

    Args:
        resource: Resource whose hours they bring.
        workers: Workers at the start.
        hours_per_worker: Hours of a worker in a whole period, NaN where the capacity is shared among the workers.
        stated: Hours of the resource in the capacity table, against which hours added or taken away count,
            `[period, crew]`.
        overtime_per_worker: Most overtime of a worker; 0 where the overtime of the resource holds.
        wage: Money per worker and period.
        hire_cost: Money per worker hired, NaN where nobody is hired.
        layoff_cost: Money per worker laid off, NaN where nobody is laid off.
        least: Least workers.
        most: Most workers, inf where nothing limits.
    """

    resource: IntArray
    workers: Array
    hours_per_worker: Array
    stated: Array
    overtime_per_worker: Array
    wage: Array
    hire_cost: Array
    layoff_cost: Array
    least: Array
    most: Array


@dataclass(frozen=True, eq=False)
class ShiftSteps:
    """Further shifts. One entry per resource.

    Args:
        limit: Most further shifts in a period.
        hours: Hours that one brings.
        cost: Money per further shift and period.
    """

    limit: Array
    hours: Array
    cost: Array


def crews(extract: Extract, rows: PlanRows, priced: Priced, hours: Array) -> Crews:
    """Read the crews: resources that state how many workers they have.

    Args:
        extract: The accepted tables.
        rows: The series.
        priced: Gives a money column in base currency.
        hours: Hours of the capacity table, `[period, resource]`.
    """
    table = _placed(extract, rows).filter(pl.col("workers").is_not_null())

    def told(column: str, default: float) -> Array:
        return table[column].cast(pl.Float64).fill_null(default).to_numpy().astype(np.float64)

    def money(column: str, default: float) -> Array:
        return priced(table, column).fill_null(default).to_numpy().astype(np.float64)

    return Crews(
        resource=table["row"].to_numpy().astype(np.int64),
        workers=told("workers", 0.0),
        hours_per_worker=told("hours_per_worker", np.nan),
        stated=hours[:, table["row"].to_numpy()],
        overtime_per_worker=told("overtime_per_worker", 0.0),
        wage=money("wage", 0.0),
        hire_cost=money("hire_cost", np.nan),
        layoff_cost=money("layoff_cost", np.nan),
        least=told("min_workers", 0.0),
        most=told("max_workers", np.inf),
    )


def shift_steps(extract: Extract, rows: PlanRows, priced: Priced) -> ShiftSteps:
    """Read the further shifts of every resource; none where the table says nothing.

    Args:
        extract: The accepted tables.
        rows: The series.
        priced: Gives a money column in base currency.
    """
    table = _placed(extract, rows)
    known = table.filter(pl.col("extra_shifts").is_not_null() & pl.col("hours_per_extra_shift").is_not_null())
    row, size = known["row"].to_numpy(), rows.resources.size
    limit, hours, cost = np.zeros(size), np.zeros(size), np.zeros(size)
    limit[row] = known["extra_shifts"].cast(pl.Float64).to_numpy()
    hours[row] = known["hours_per_extra_shift"].cast(pl.Float64).to_numpy()
    cost[row] = priced(known, "extra_shift_cost").fill_null(0.0).to_numpy()
    return ShiftSteps(limit, hours, cost)


def _placed(extract: Extract, rows: PlanRows) -> pl.DataFrame:
    table = extract.tables["resource"].rename({"resource_id": "resource"})
    table = table.with_columns(pl.Series("row", rows.find("resource", table)), valid_from=pl.lit(None, pl.Date))
    return table.filter(pl.col("row") >= 0).sort("row")
