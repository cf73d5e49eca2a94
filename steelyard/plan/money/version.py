"""Version: one view of the money, by series and period: the plan, the budget, what came true."""

from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np
import polars as pl

from steelyard.errors import PlanError
from steelyard.grid.block import Array, BoolArray, IntArray, join
from steelyard.grid.calendar import Calendar
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.numbers import PlanNumbers

VersionKind = Literal[
    "plan", "actual", "budget", "latest_estimate", "finance_forecast", "operating_plan", "last_plan", "last_year"
]
"""Whose figures they are."""
FLOWS = ("quantity", "revenue", "discounts", "cogs", "contribution")


@dataclass(frozen=True, eq=False)
class MoneyVersion:
    """Money of a version, in base currency.

    Args:
        name: What people read.
        kind: Whose figures they are.
        calendar: The periods.
        covered: Periods the version says something about.
        members: The series, with their levels.
        quantity: Units, period x series.
        revenue: Net sales, period x series [money].
        discounts: List price less net price of what is sold, period x series [money].
        cogs: Standard cost of what is sold, period x series [money].
        contribution: Revenue less variable cost, period x series [money].
        price: Price where nothing is sold, period x series [money/unit].
        unit_cost: Cost where nothing is sold, period x series [money/unit].
        revenue_at_plan_rates: Revenue at the plan's exchange rates; the same array where rates do not differ.
        cogs_at_plan_rates: Cost likewise.
    """

    name: str
    kind: VersionKind
    calendar: Calendar
    covered: BoolArray
    members: pl.DataFrame
    quantity: Array
    revenue: Array
    discounts: Array
    cogs: Array
    contribution: Array
    price: Array
    unit_cost: Array
    revenue_at_plan_rates: Array
    cogs_at_plan_rates: Array

    @property
    def keys(self) -> list[str]:
        """What names a series."""
        return ["item", "location", "customer"]

    def at_plan_rates(self) -> "MoneyVersion":
        """The version restated at the plan's exchange rates."""
        revenue, cogs = self.revenue_at_plan_rates, self.cogs_at_plan_rates
        moved = (revenue - self.revenue) - (cogs - self.cogs)
        return replace(self, revenue=revenue, cogs=cogs, contribution=self.contribution + moved)


def plan_money(plan: PlanNumbers, *, kind: VersionKind = "plan", name: str = "") -> MoneyVersion:
    """The money of a plan over its horizon."""
    revenue, cogs = join(plan.blocks("revenue")), join(plan.blocks("cogs"))
    return MoneyVersion(
        name=name or plan.name,
        kind=kind,
        calendar=plan.horizon,
        covered=np.ones(plan.horizon.size, bool),
        members=plan.series("revenue").members,
        quantity=join(plan.blocks("constrained_demand")),
        revenue=revenue,
        discounts=_optional(plan, "discounts", revenue),
        cogs=cogs,
        contribution=_optional(plan, "contribution", revenue),
        price=join(plan.blocks("price")),
        unit_cost=join(plan.blocks("unit_cost")),
        revenue_at_plan_rates=revenue,
        cogs_at_plan_rates=cogs,
    )


def _optional(plan: PlanNumbers, measure: str, like: Array) -> Array:
    """A measure, or zeros in a plan that was published before there was such a measure."""
    return join(plan.blocks(measure)) if measure in plan.measures else np.zeros_like(like)


def rows_of(plan: PlanNumbers) -> PlanRows:
    """The rows of a plan, as its inputs were made of them."""
    rows = PlanRows(dict(plan.inputs.series), np.empty(0, np.int64))
    return replace(rows, place_of_demand=rows.find("item_location", plan.inputs.series["demand"].members))


def series_value(plan: PlanNumbers, name: str) -> Array:
    """A measure or input as it counts in the plan, people's changes included, joined along the series.

    Raises:
        PlanError: The plan was published before there was such a number.
    """
    value: Value = plan.values[name] if name in plan.values else plan.inputs.values.get(name)
    if value is None:
        raise PlanError(
            f"This plan holds no {name.replace('_', ' ')}", where=plan.name, mend="choose a plan published later"
        )
    return join(cast(tuple[Array, ...], value))


def positions(labels: tuple[str, ...], calendar: Calendar) -> IntArray:
    """Where periods stand in a calendar, -1 where they do not."""
    at = {label: t for t, label in enumerate(calendar.labels)}
    return np.array([at.get(label, -1) for label in labels], dtype=np.int64)
