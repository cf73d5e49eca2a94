"""Capacity options: ways to relieve the resources of a plan, sized on its hour prices and ranked by what they earn.

Overtime comes from the master data; other options are facts of the company and come from a file, one row an option:
resource, name, kind, hours, cost_per_hour, fixed_cost, lead_periods, capex, steps, residual_share, least_periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast, get_args

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid, FileUnreadable, PlanError
from steelyard.finance.investment import internal_rate, net_present_value, payback_period
from steelyard.plan.change import Change
from steelyard.plan.inputs.supply_terms import SupplyTerms
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import Add, SetMasterData
from steelyard.plan.review.pricing import HourWorth, hour_worth
from steelyard.supply.capacity_option import CapacityOption, OptionKind, OptionWorth, relieve

REQUIRED = ("resource", "name", "kind", "hours", "cost_per_hour")
NUMBERS = ("fixed_cost", "capex", "residual_share")
WHOLE = ("lead_periods", "steps", "least_periods")


@dataclass(frozen=True)
class ResourceOption:
    """An option of one resource."""

    resource: str
    option: CapacityOption


def rank_options(
    plan: PlanNumbers,
    options: Sequence[ResourceOption],
    *,
    discount_rate: float = 0.10,
    worth: HourWorth | None = None,
) -> pl.DataFrame:
    """What each option is worth in a plan, the best net present value first.

    Args:
        plan: The plan of a scenario.
        options: Options by resource.
        discount_rate: Discount rate of a year.
        worth: What its hours are worth, if that is known already; worked out by default.

    Returns:
        Columns resource, option, kind, term, steps, hours, from (first period used), benefit, cost, capex,
        cost_per_hour, npv, payback (periods), rate (internal rate of a year).

    Raises:
        PlanError: No hour is worth anything, or an option names a resource that the plan does not hold.
    """
    worth = worth or hour_worth(plan)
    _check_prices(worth)
    members = plan.inputs.series["resource"].members["resource"].to_list()
    unknown = sorted({one.resource for one in options} - set(members))
    if unknown:
        raise PlanError("An option is for no resource of the plan", where=", ".join(unknown), mend="correct its name")
    per_year = plan.horizon.periods_per_year
    rate = (1.0 + discount_rate) ** (1.0 / per_year) - 1.0
    rows = []
    for one in options:
        column = members.index(one.resource)
        found = relieve(worth.price[:, column], worth.missing[:, column], one.option)
        rows.append(_row(plan, one, found, rate, per_year))
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame(schema={"resource": pl.String})
    return frame.sort("npv", "resource", "option", descending=[True, False, False]) if rows else frame


def _check_prices(worth: HourWorth) -> None:
    """Say so where hours suffice.

    Raises:
        PlanError: No hour is worth anything.
    """
    if not worth.price.any():
        raise PlanError(
            "No resource holds the plan back: one more hour is worth nothing anywhere",
            mend="look again when demand or capacity has changed",
        )


def overtime_options(plan: PlanNumbers) -> list[ResourceOption]:
    """Overtime of every resource that the plan allows any, in the hours of its best period."""
    terms = cast(SupplyTerms, plan.inputs.values["supply_terms"])
    regular, share = np.nan_to_num(terms.hour_cost), plan.inputs.parameters.overtime_premium
    extra = np.maximum(np.where(np.isnan(terms.overtime_premium), share * regular, terms.overtime_premium), 0.0)
    names, most = plan.inputs.series["resource"].members["resource"].to_list(), terms.overtime.max(axis=0)
    return [
        ResourceOption(names[r], CapacityOption("overtime", "overtime", float(most[r]), float(extra[r])))
        for r in np.flatnonzero(most > 0).tolist()
    ]


def option_changes(
    plan: PlanNumbers, one: ResourceOption, *, author: str, at: datetime, steps: int = 1, note: str = ""
) -> tuple[Change, ...]:
    """What a scenario changes when an option is taken.

    Overtime raises the most overtime of the resource in the master data. Every other option adds its hours to the
    available hours of the resource, from the first period in which it is ready. Its own money, capex and fixed cost, is
    no number of a plan: the note says it.

    Args:
        plan: The plan it is laid on.
        one: The option and its resource.
        author: Who decides.
        at: When.
        steps: How many of it are taken.
        note: The reason in words.

    Raises:
        PlanError: The plan does not hold the resource, or the option is ready only after the horizon.
        ChangeInvalid: More steps are taken than there are.
    """
    option, labels = one.option, plan.horizon.labels
    if one.resource not in plan.inputs.series["resource"].members["resource"].to_list():
        raise PlanError("An option is for no resource of the plan", where=one.resource, mend="correct its name")
    if not 1 <= steps <= option.steps:
        raise ChangeInvalid(f"{option.name} cannot be taken {steps} times", mend=f"take it 1 to {option.steps} times")
    if option.lead_periods >= len(labels):
        raise PlanError(
            f"{option.name} is ready after the horizon",
            where=one.resource,
            mend="lengthen the horizon, or decide later",
        )
    hours = steps * option.hours
    told = f"{option.name} x {steps}: {hours:,.0f} hours a period from {labels[option.lead_periods]}, "
    told += f"capex {steps * option.capex:,.0f}" + (f". {note}" if note.strip() else "")
    if option.kind == "overtime":
        most = {found.resource: found.option.hours for found in overtime_options(plan)}.get(one.resource, 0.0)
        raised = SetMasterData("resource_capacity", {"resource": one.resource}, "overtime_max", most + hours)
        return (Change(raised, author=author, at=at, reason="supply_constraint", note=told),)
    added, span = Add(hours, per="period"), (labels[option.lead_periods], labels[-1])
    scope = {"resource": (one.resource,)}
    change = Change(
        added, "capacity_available", scope, span, author=author, at=at, reason="supply_constraint", note=told
    )
    return (change,)


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
        "payback": payback if used.size and np.isfinite(payback) else None,
        "rate": (1.0 + own) ** per_year - 1.0 if np.isfinite(own) else None,
    }
