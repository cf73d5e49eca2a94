"""Indicator: one KPI, declared once: what it means, how it is judged, and what it makes people do."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Standing = Literal["good", "watch", "act", "unknown"]
Area = Literal["demand", "supply", "inventory", "finance", "process"]
Source = Literal["plan", "past", "records"]
Unit = Literal["percent", "points", "money", "days", "turns", "hours"]


@dataclass(frozen=True)
class Indicator:
    """A declared KPI."""

    name: str
    """The trade's word in snake_case."""
    label: str
    """What people read."""
    area: Area
    """The part of the month that answers for it."""
    definition: str
    """What it is, in words."""
    words: str
    """The formula in the words of the trade."""
    formula: str
    """Name of the function in `steelyard.kpi.formulas` that gives it."""
    unit: Unit
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
    guard: str
    """What is read beside it, so that it cannot be made to look good."""
    owner: str
    """Key of the role that owns it, unless the company says otherwise."""
    forums: tuple[str, ...] = ()
    """Keys of the forums whose scorecard holds it."""
    source: Source = "plan"
    """Where its value comes from: the plan, what has come since an earlier plan, or the records of the process."""
    frequency: Literal["month", "week", "quarter"] = "month"
    """How often it is looked at."""
    drivers: tuple[str, ...] = ()
    """KPIs and leading ones before all that move this one: the branches of the KPI tree."""
    measures: tuple[str, ...] = ()
    """Measures whose rows stand behind it, as the worksheet shows them."""

    def judge(self, value: float, target: float | None = None, tolerance: float | None = None) -> Standing:
        """Compare a value with its target; the default target and tolerance if none is given.

        Example:
            >>> from steelyard.kpi.registry import INDICATORS
            >>> INDICATORS["fill_rate"].judge(93.0)
            'watch'
        """
        goal = self.target if target is None else target
        if goal is None or not np.isfinite(value):
            return "unknown"
        behind = self.behind(value, goal)
        return "good" if behind <= 0 else "watch" if behind <= self._allowed(tolerance) else "act"

    def behind(self, value: float, goal: float) -> float:
        """How far a value is on the bad side of a target; negative on the good side."""
        if self.better == "zero":
            return abs(value) - abs(goal)
        return goal - value if self.better == "higher" else value - goal

    def _allowed(self, tolerance: float | None) -> float:
        return self.tolerance if tolerance is None else tolerance
