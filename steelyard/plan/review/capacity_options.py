"""Capacity options: ways to relieve the resources of a plan, sized on its hour prices and ranked by what they earn.

Overtime comes from the master data; other options are facts of the company and come from a file, one row an option:
resource, name, kind, hours, cost_per_hour, fixed_cost, lead_periods, capex, steps, residual_share, least_periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

import numpy as np
import polars as pl

from steelyard.errors import FileUnreadable, PlanError
from steelyard.finance.investment import internal_rate, net_present_value, payback_period
from steelyard.grid.block import Array, Blocks, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.supply.capacity_option import CapacityOption, OptionKind, OptionWorth, relieve

REQUIRED = ("resource", "name", "kind", "hours", "cost_per_hour")
NUMBERS = ("fixed_cost", "capex", "residual_share")
WHOLE = ("lead_periods", "steps", "least_periods")


@dataclass(frozen=True)
class ResourceOption:
    """An option of one resource."""

    resource: str
    option: CapacityOption


def rank_options(plan: PlanNumbers, options: Sequence[ResourceOption], *, discount_rate: float = 0.10) -> pl.DataFrame:
    """What each option is worth in a plan, the best net present value first.

    Args:
        plan: A plan whose supply engine states hour prices: decomposition or exact.
        options: Options by resource.
        discount_rate: Discount rate of a year.

    Returns:
        Columns resource, option, kind, term, steps, hours, from (first period used), benefit, cost, capex,
        cost_per_hour, npv, payback (periods), rate (internal rate of a year).

    Raises:
        PlanError: The plan states no hour price anywhere, or an option names a resource that it does not hold.
    """
    price, missing = hour_prices(plan), missing_hours(plan)
    members = plan.inputs.series["resource"].members["resource"].to_list()
    unknown = sorted({one.resource for one in options} - set(members))
    if unknown:
        raise PlanError("An option is for no resource of the plan", where=", ".join(unknown), mend="correct its name")
    per_year = plan.horizon.periods_per_year
    rate = (1.0 + discount_rate) ** (1.0 / per_year) - 1.0
    rows = []
    for one in options:
        column = members.index(one.resource)
        worth = relieve(price[:, column], missing[:, column], one.option)
        rows.append(_row(plan, one, worth, rate, per_year))
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame(schema={"resource": pl.String})
    return frame.sort("npv", "resource", "option", descending=[True, False, False]) if rows else frame


def hour_prices(plan: PlanNumbers) -> Array:
    """What one more hour of each resource is worth, period x resource [money].

    Raises:
        PlanError: The plan states none.
    """
    price = join(cast(Blocks, plan.values["hour_price"])) if "hour_price" in plan.values else np.zeros((1, 0))
    if not price.any():
        raise PlanError(
            "The plan states no hour price: nothing binds, or its engine prices nothing",
            mend="set the parameter supply_engine to decomposition",
        )
    return np.maximum(price, 0.0)


def missing_hours(plan: PlanNumbers) -> Array:
    """Hours by which unconstrained load exceeds capacity and the overtime the plan works already, period x resource."""
    names = ("capacity_load", "capacity_available", "overtime_hours")
    load, available, overtime = (join(cast(Blocks, plan.values[name])) for name in names)
    return np.maximum(load - available - overtime, 0.0)


def overtime_options(plan: PlanNumbers) -> list[ResourceOption]:
    """Overtime of every resource whose master data allow it, in the first period's hours."""
    tables = plan.maker.extract(plan.inputs.extract).tables
    cost = {row["resource_id"]: row for row in tables["resource"].iter_rows(named=True)}
    most = tables["resource_capacity"].group_by("resource_id", maintain_order=True).agg(pl.col("overtime_max").max())
    found = []
    for resource, hours in most.drop_nulls().iter_rows():
        row = cost.get(resource, {})
        regular, over = row.get("cost_per_hour") or 0.0, row.get("overtime_cost_per_hour")
        extra = over - regular if over is not None else 0.5 * regular
        if hours > 0 and resource in plan.inputs.series["resource"].members["resource"]:
            option = CapacityOption("overtime", "overtime", hours=float(hours), cost_per_hour=max(float(extra), 0.0))
            found.append(ResourceOption(resource, option))
    return found


def read_options(path: Path) -> list[ResourceOption]:
    """Read the options of a file.

    Raises:
        FileUnreadable: A column is missing, or a row says what cannot be.
    """
    try:
        frame = pl.read_csv(path, infer_schema_length=0)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise FileUnreadable("The options cannot be read", where=str(path), mend="give a CSV file") from fault
    lacking = [name for name in REQUIRED if name not in frame.columns]
    if lacking:
        raise FileUnreadable(f"The options lack {', '.join(lacking)}", where=str(path), mend="add the columns")
    return [_read(row, f"{path}, row {i}") for i, row in enumerate(frame.iter_rows(named=True), start=2)]


def _read(row: dict[str, str | None], where: str) -> ResourceOption:
    kind = (row["kind"] or "").strip()
    if kind not in get_args(OptionKind):
        raise FileUnreadable(f"{kind!r} is no kind of option", where=where, mend=", ".join(get_args(OptionKind)))
    try:
        numbers = {name: float(row[name] or 0) for name in ("hours", "cost_per_hour", *NUMBERS) if row.get(name)}
        whole = {name: int(float(row[name] or 0)) for name in WHOLE if row.get(name)}
    except ValueError as fault:
        raise FileUnreadable("A number of an option cannot be read", where=where, mend=str(fault)) from fault
    hours, cost = numbers.pop("hours", 0.0), numbers.pop("cost_per_hour", 0.0)
    plain = CapacityOption(str(row["name"]), cast(OptionKind, kind), hours, cost, **whole)
    option = replace(plain, **numbers)  # type: ignore[arg-type]
    return ResourceOption(str(row["resource"]), option)


def _row(
    plan: PlanNumbers, one: ResourceOption, worth: OptionWorth, rate: float, per_year: float
) -> dict[str, object]:  # fmt: skip
    used = np.flatnonzero(worth.hours > 0)
    capex = worth.steps * one.option.capex
    payback, own = payback_period(worth.cash), internal_rate(worth.cash)
    return {
        "resource": one.resource,
        "option": one.option.name,
        "kind": one.option.kind,
        "term": "long" if one.option.is_long_term else "short",
        "steps": worth.steps,
        "hours": float(worth.hours.sum()),
        "from": plan.horizon.labels[int(used[0])] if used.size else None,
        "benefit": float(worth.benefit.sum()),
        "cost": float(worth.benefit.sum() - worth.cash.sum()) - capex * (1.0 - one.option.residual_share),
        "capex": capex,
        "cost_per_hour": worth.cost_per_relieved_hour if used.size else None,
        "npv": net_present_value(worth.cash, rate),
        "payback": payback if np.isfinite(payback) else None,
        "rate": (1.0 + own) ** per_year - 1.0 if np.isfinite(own) else None,
    }
