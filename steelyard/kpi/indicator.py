"""Indicator: one KPI, declared once: what it means, how it is judged, and what it makes people do."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Standing = Literal["good", "watch", "act", "unknown"]


@dataclass(frozen=True)
class Indicator:
    """A declared KPI."""

    name: str
    """The trade's word in snake_case."""
    label: str
    """What people read."""
    definition: str
    """What it is, in words, with the formula."""
    formula: str
    """Name of the function in `steelyard.kpi.formulas` that gives it."""
    unit: Literal["percent", "money", "days", "turns", "hours"]
    leading: bool
    """Whether it tells of the future (leading) or of the past (lagging)."""
    better: Literal["higher", "lower", "zero"]
    """Which way is good; zero: the nearer to zero the better."""
    target: float | None
    """Default target; None where only the company can set one."""
    tolerance: float
    """Distance from the target, on the bad side, up to which it is only to be watched."""
    behaviour: str
    """What people do when this number is looked at every month, wanted and unwanted."""

    def judge(self, value: float, target: float | None = None) -> Standing:
        """Compare a value with its target (the default one if none is given).

        Example:
            >>> INDICATORS["fill_rate"].judge(93.0)
            'watch'
        """
        goal = self.target if target is None else target
        if goal is None or not np.isfinite(value):
            return "unknown"
        behind = self._behind(value, goal)
        return "good" if behind <= 0 else "watch" if behind <= self.tolerance else "act"

    def _behind(self, value: float, goal: float) -> float:
        if self.better == "zero":
            return abs(value) - abs(goal)
        return goal - value if self.better == "higher" else value - goal


_DECLARED = (
    Indicator(
        name="forecast_accuracy",
        label="Forecast accuracy",
        definition="100 % less the sum of absolute forecast errors divided by the sum of actual demand (1 - WMAPE), "
        "per item and place, one period ahead.",
        formula="forecast_accuracy",
        unit="percent",
        leading=False,
        better="higher",
        target=75.0,
        tolerance=10.0,
        behaviour="Makes people look for what they missed; at too high a level it hides the errors stock must cover.",
    ),
    Indicator(
        name="forecast_bias",
        label="Forecast bias",
        definition="Sum of forecast less actual, divided by the sum of actual demand; above zero is over-forecast.",
        formula="forecast_bias",
        unit="percent",
        leading=False,
        better="zero",
        target=5.0,
        tolerance=5.0,
        behaviour="Shows habitual hope or caution, which no safety stock cures; names the team, not the item.",
    ),
    Indicator(
        name="fill_rate",
        label="Fill rate",
        definition="Units shipped in the period they were due, divided by units due.",
        formula="fill_rate",
        unit="percent",
        leading=True,
        better="higher",
        target=95.0,
        tolerance=5.0,
        behaviour="Keeps promises in sight; alone it invites stock, so it is read with inventory value.",
    ),
    Indicator(
        name="backlog_value",
        label="Backlog",
        definition="Demand due and not shipped at the end of the horizon, at price.",
        formula="backlog_value",
        unit="money",
        leading=True,
        better="lower",
        target=0.0,
        tolerance=0.0,
        behaviour="Puts shortages in the order of money rather than of noise.",
    ),
    Indicator(
        name="inventory_turns",
        label="Inventory turns",
        definition="Yearly cost of goods sold divided by mean inventory value.",
        formula="inventory_turns",
        unit="turns",
        leading=True,
        better="higher",
        target=6.0,
        tolerance=2.0,
        behaviour="Frees cash; pushed alone it starves service.",
    ),
    Indicator(
        name="days_of_supply",
        label="Days of supply",
        definition="Inventory value divided by cost of goods sold a day.",
        formula="days_of_supply",
        unit="days",
        leading=True,
        better="lower",
        target=60.0,
        tolerance=20.0,
        behaviour="The same as turns in a unit that shop floors and treasurers share.",
    ),
    Indicator(
        name="inventory_value",
        label="Inventory value",
        definition="Projected inventory at standard cost at the end of the horizon.",
        formula="closing_value",
        unit="money",
        leading=True,
        better="lower",
        target=None,
        tolerance=0.0,
        behaviour="Ties the plan to the balance sheet.",
    ),
    Indicator(
        name="excess_value",
        label="Excess inventory",
        definition="Value of stock beyond safety stock and three periods of demand, at the end of the horizon.",
        formula="closing_value",
        unit="money",
        leading=True,
        better="lower",
        target=None,
        tolerance=0.0,
        behaviour="Brings slow stock to the product review while it can still be sold.",
    ),
    Indicator(
        name="bottleneck_utilisation",
        label="Utilisation of the bottleneck",
        definition="Largest ratio of load to available hours over the resources, over the whole horizon.",
        formula="bottleneck_utilisation",
        unit="percent",
        leading=True,
        better="lower",
        target=90.0,
        tolerance=10.0,
        behaviour="Opens the talk on capacity months ahead; high use elsewhere only makes stock.",
    ),
    Indicator(
        name="overload_hours",
        label="Overload",
        definition="Hours asked beyond what is available, summed over resources and periods.",
        formula="overload_hours",
        unit="hours",
        leading=True,
        better="lower",
        target=0.0,
        tolerance=0.0,
        behaviour="Says how far the demand plan is from what can be made.",
    ),
    Indicator(
        name="revenue",
        label="Revenue",
        definition="Constrained demand at net price over the horizon.",
        formula="total",
        unit="money",
        leading=True,
        better="higher",
        target=None,
        tolerance=0.0,
        behaviour="Keeps volume and money one plan.",
    ),
    Indicator(
        name="revenue_vs_budget",
        label="Revenue against budget",
        definition="Revenue less budget revenue, as a share of budget revenue, over the periods that have a budget.",
        formula="revenue_against_budget",
        unit="percent",
        leading=True,
        better="higher",
        target=0.0,
        tolerance=5.0,
        behaviour="Shows the gap while there is time to close it; must not bend the forecast towards the budget.",
    ),
    Indicator(
        name="gross_margin_percent",
        label="Gross margin",
        definition="Revenue less cost of goods sold, as a share of revenue.",
        formula="margin_percent",
        unit="percent",
        leading=True,
        better="higher",
        target=30.0,
        tolerance=5.0,
        behaviour="Stops volume from being bought with margin.",
    ),
    Indicator(
        name="plan_stability",
        label="Plan stability",
        definition="100 % less the absolute changes of planned releases against the previous plan, divided by it.",
        formula="plan_stability",
        unit="percent",
        leading=False,
        better="higher",
        target=85.0,
        tolerance=10.0,
        behaviour="Protects shop floor and suppliers from nervousness; too high means the plan ignores news.",
    ),
)

INDICATORS: dict[str, Indicator] = {indicator.name: indicator for indicator in _DECLARED}
"""All indicators by name, in the order in which they are shown."""
