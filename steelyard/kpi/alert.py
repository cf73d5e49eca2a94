"""Alert: a rule that says when a KPI calls for somebody, and what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.kpi.indicator import Indicator
from steelyard.kpi.target import Target

Of = Literal["ahead", "past", "whole"]
Worse = Literal["watch", "act"]
SEGMENT_LEVELS = {"abc": "class", "segment": "segment"}
"""Levels that are no hierarchy but classes of items, which move with history, and what one of them is called."""


@dataclass(frozen=True)
class AlertRule:
    """When a KPI calls for somebody."""

    name: str
    """What people call the rule."""
    kpi: str
    of: Of = "whole"
    """Ahead: each planned period; past: each period that is over; whole: one value for the horizon."""
    worse: Worse = "act"
    """From which standing on a value counts."""
    limit: float | None = None
    """A value on the bad side of it counts, in place of the standing."""
    periods: int = 1
    """Periods in a row that must count."""
    level: str = ""
    """Level or class of items whose members are looked at one by one; empty is the whole company."""
    member: str = ""
    """Only this member of the level."""
    active: bool = True


@dataclass(frozen=True)
class Breach:
    """Periods in a row in which a KPI was as bad as a rule says."""

    rule: str
    kpi: str
    level: str
    member: str
    first: str
    """First period of the run; for the past the run reaches to the last period."""
    last: str
    periods: int
    value: float
    """The worst value of the run."""
    target: float | None

    @property
    def place(self) -> str:
        """What names the KPI and its slice, so that the same trouble is known again."""
        return f"{self.kpi}@{self.level}={self.member}" if self.level else self.kpi


def slice_words(level: str, member: str) -> str:
    """A member of a level as people read it; nothing for the company.

    Example:
        >>> slice_words("product_family", "Scales"), slice_words("segment", "AX"), slice_words("abc", "A")
        ('Scales', 'segment AX', 'class A')
    """
    return f"{SEGMENT_LEVELS[level]} {member}" if level in SEGMENT_LEVELS and member else member


def counts(rule: AlertRule, indicator: Indicator, value: float, target: Target | None) -> bool:
    """Whether a value is as bad as a rule says; an unknown one never is.

    Example:
        >>> from steelyard.kpi.registry import INDICATORS
        >>> rule = AlertRule("Service", "fill_rate", worse="watch")
        >>> counts(rule, INDICATORS["fill_rate"], 93.0, None), counts(rule, INDICATORS["fill_rate"], 96.0, None)
        (True, False)
    """
    if not np.isfinite(value):
        return False
    if rule.limit is not None:
        return indicator.behind(value, rule.limit) > 0
    goal, tolerance = (target.target, target.tolerance) if target else (None, None)
    standing = indicator.judge(value, goal, tolerance)
    return standing == "act" or (standing == "watch" and rule.worse == "watch")


def longest_run(flags: Sequence[bool], *, to_the_end: bool = False) -> tuple[int, int]:
    """First place and length of the longest run of flags; the first one of equal length.

    Args:
        flags: One for each period in order.
        to_the_end: Only the run that reaches the last period.

    Example:
        >>> longest_run([True, False, True, True]), longest_run([True, True, False], to_the_end=True)
        ((2, 2), (3, 0))
    """
    best, start = (len(flags), 0), None
    for place, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = place
        elif not flag and start is not None:
            length = place - start
            if length > best[1] and (not to_the_end or place == len(flags)):
                best = (start, length)
            start = None
    return best


def breach_of(
    rule: AlertRule,
    indicator: Indicator,
    values: Sequence[tuple[str, float]],
    target: Target | None,
    *,
    member: str = "",
) -> Breach | None:
    """What a rule finds in the values of one slice; None when it finds nothing.

    Args:
        rule: The rule.
        indicator: The KPI it is about.
        values: Period and value, in order of time.
        target: The target that holds for the slice; None is the default of the KPI.
        member: Member of the rule's level the values are of.
    """
    flags = [counts(rule, indicator, value, target) for _, value in values]
    start, length = longest_run(flags, to_the_end=rule.of == "past")
    if length < rule.periods or not length:
        return None
    run = values[start : start + length]
    goal = rule.limit if rule.limit is not None else target.target if target else indicator.target
    worst = max(run, key=lambda one: indicator.behind(one[1], goal if goal is not None else 0.0))
    return Breach(rule.name, rule.kpi, rule.level, member, run[0][0], run[-1][0], length, worst[1], goal)


FAMILY = "product_family"
STANDARD_RULES = (
    AlertRule("Service of the company is off target", "fill_rate"),
    AlertRule("Service of a family is off target two months ahead", "fill_rate", "ahead", periods=2, level=FAMILY),
    AlertRule("On time in full was off target", "otif", "past", "watch", periods=2),
    AlertRule("A family was misjudged three months in a row", "forecast_bias", "past", periods=3, level=FAMILY),
    AlertRule("Forecast accuracy was off target", "forecast_accuracy", "past", "watch", periods=2),
    AlertRule("The bottleneck is beyond its hours", "bottleneck_utilisation", "ahead", limit=100.0, periods=2),
    AlertRule("A family falls short of its budget", "revenue_vs_budget", level=FAMILY),
    AlertRule("Turns fall behind", "inventory_turns"),
    AlertRule("Data score is below its target", "data_score", worse="watch"),
)
"""Rules a company begins with."""
