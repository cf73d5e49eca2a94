"""Headline: the few numbers by which a plan is judged, over its whole horizon."""

from dataclasses import dataclass

import polars as pl
from rich.columns import Columns
from rich.console import Console
from rich.text import Text

from steelyard.cli.table import short_number
from steelyard.plan.numbers import PlanNumbers

_MONEY = ("revenue", "revenue_vs_budget", "gross_margin", "gross_margin_percent", "inventory_value")


@dataclass(frozen=True)
class Headline:
    """One headline number."""

    name: str
    label: str
    value: float
    unit: str


def headlines(plan: PlanNumbers) -> list[Headline]:
    """Headlines of a plan: money, the share of demand that is served, the highest load."""
    budget = "budget_revenue" in plan.measures and plan.value("budget_revenue") != 0
    held = [plan.measure(name) for name in _MONEY if name in plan.measures and (budget or "budget" not in name)]
    found = [Headline(m.name, m.label, plan.value(m.name), m.unit) for m in held]
    found.append(Headline("served_in_time", "Served in time", served_in_time(plan), "ratio"))
    peaks = plan.frame(["utilisation"], by=["resource"])["utilisation"].drop_nulls()
    peak = peaks.max()
    found.append(Headline("peak_utilisation", "Peak load", float(peak) if peaks.len() else float("nan"), "ratio"))  # type: ignore[arg-type]
    return found


def served_in_time(plan: PlanNumbers) -> float:
    """Share of the demand that is delivered in the period in which it is due; NaN without demand.

    Of the backlog at the end of a period, what is more than the demand of the period was late before and counts there.
    """
    frame = plan.frame(["demand_plan", "backlog"], by=["item", "location"])
    late, asked = frame.select(
        pl.min_horizontal("demand_plan", "backlog").sum(), pl.col("demand_plan").sum().alias("d")
    ).row(0)
    return 1.0 - float(late) / float(asked) if asked else float("nan")


def currency_of(plan: PlanNumbers) -> str:
    """Base currency of the extract a plan stands on."""
    return plan.maker.extract(plan.inputs.extract).base_currency


def show_headlines(console: Console, plan: PlanNumbers) -> None:
    """Headlines side by side, as many in a line as fit."""
    currency = currency_of(plan)
    cards = [
        Text.assemble((one.label, "dim"), "\n", (short_number(one.value, one.unit, currency), "bold"))
        for one in headlines(plan)
    ]
    console.print()
    console.print(Columns(cards, padding=(0, 2), expand=False))
