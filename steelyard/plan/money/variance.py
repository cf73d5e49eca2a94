"""Variance: where the plan is off the budget, the last plan or finance's forecast by more than is borne."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import PlanError, UnknownMember
from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.plan.money.lines import version_of
from steelyard.plan.money.version import MoneyVersion, VersionKind, plan_money, positions
from steelyard.plan.numbers import PlanNumbers


@dataclass(frozen=True)
class VarianceLimit:
    """How far money may be off before somebody has to look."""

    against: VersionKind
    share: float = 0.05
    """Of the money it is held against."""
    least: float = 0.0
    """Money below which nobody looks."""


LIMITS: tuple[VarianceLimit, ...] = (
    VarianceLimit("budget", 0.05),
    VarianceLimit("finance_forecast", 0.03),
    VarianceLimit("last_plan", 0.05),
)
"""Limits of a company that has set none."""


@dataclass(frozen=True)
class VarianceException:
    """Money that is further off than the limit."""

    against: VersionKind
    measure: str
    """revenue or gross_margin."""
    level: str
    member: str
    period: str
    """Quarter, or the time level asked for."""
    value: float
    held_against: float

    @property
    def gap(self) -> float:
        """Money off; below zero is behind."""
        return self.value - self.held_against

    @property
    def share(self) -> float:
        """Gap as a share of what it is held against; infinite where that is nothing."""
        return self.gap / abs(self.held_against) if self.held_against else float("inf")

    @property
    def key(self) -> str:
        """What names it from month to month."""
        return f"variance:{self.against}:{self.measure}:{self.level}={self.member}:{self.period}"


def variance_exceptions(
    plan: PlanNumbers,
    *,
    last_plan: PlanNumbers | None = None,
    limits: Sequence[VarianceLimit] = LIMITS,
    level: str = "product_family",
    time: str = "quarter",
) -> tuple[VarianceException, ...]:
    """Where revenue or gross margin of the plan is off by more than the limits, the largest gap first.

    Only periods that both versions say something about count.

    Args:
        plan: The plan.
        last_plan: The plan published last; without one nothing is held against it.
        limits: What is borne, by version.
        level: Members that are looked at.
        time: Level of the calendar.

    Raises:
        UnknownMember: There is no such level.
    """
    mine = plan_money(plan)
    if level not in mine.members.columns:
        raise UnknownMember(f"There is no level {level!r}", mend="use a level of the demand series")
    found: list[VarianceException] = []
    for limit in limits:
        other = _other(plan, last_plan, limit.against)
        if other is not None:
            found += _beyond(mine, other, limit, level, time)
    return tuple(sorted(found, key=lambda one: (-abs(one.gap), one.key)))


def money_held_against(plan: PlanNumbers, against: VersionKind) -> float:
    """Revenue of another version over the periods that both say something about, families without a gap included.

    Args:
        plan: The plan.
        against: The version it is held against; nothing where the plan has none.
    """
    mine, other = plan_money(plan), _other(plan, None, against)
    if other is None:
        return 0.0
    return float(other.revenue[_shared(mine, other)[1]].sum())


def periods_held_against(plan: PlanNumbers, against: VersionKind) -> tuple[str, str] | None:
    """First and last period that the plan and another version both say something about; None where there is none."""
    mine, other = plan_money(plan), _other(plan, None, against)
    if other is None or not (shared := _shared(mine, other)[0]).size:
        return None
    return mine.calendar.labels[shared[0]], mine.calendar.labels[shared[-1]]


def _shared(mine: MoneyVersion, other: MoneyVersion) -> tuple[IntArray, IntArray]:
    """Positions, in either version, of the periods that both say something about."""
    at = positions(mine.calendar.labels, other.calendar)
    shared = np.flatnonzero((at >= 0) & other.covered[np.maximum(at, 0)])
    return shared, at[shared]


def _other(plan: PlanNumbers, last_plan: PlanNumbers | None, kind: VersionKind) -> MoneyVersion | None:
    if kind == "last_plan":
        return plan_money(last_plan, kind="last_plan") if last_plan is not None else None
    try:
        return version_of(plan, kind)
    except PlanError:
        return None


def _beyond(
    mine: MoneyVersion, other: MoneyVersion, limit: VarianceLimit, level: str, time: str
) -> list[VarianceException]:
    shared, theirs = _shared(mine, other)
    names, groups = mine.calendar.members(time)
    members = sorted({*mine.members[level].unique().to_list(), *other.members[level].unique().to_list()})
    found = []
    for measure in ("revenue", "gross_margin"):
        here = _sums(mine, measure, shared, groups[shared], len(names), level, members)
        there = _sums(other, measure, theirs, groups[shared], len(names), level, members)
        off = np.abs(here - there) > np.maximum(limit.share * np.abs(there), limit.least)
        found += [
            VarianceException(
                limit.against, measure, level, members[m], names[t], float(here[t, m]), float(there[t, m])
            )
            for t, m in np.argwhere(off).tolist()
            if abs(here[t, m] - there[t, m]) >= 0.01
        ]
    return found


def _sums(
    version: MoneyVersion, measure: str, periods: IntArray, groups: IntArray, size: int, level: str, members: list[str]
) -> Array:
    """Money by time group and member."""
    money = version.revenue if measure == "revenue" else version.revenue - version.cogs
    number = {name: n for n, name in enumerate(members)}
    codes = np.array([number[name] for name in version.members[level].to_list()], np.int64)
    by_member = scatter_add(np.ascontiguousarray(money[periods]), codes, len(members))
    out = np.zeros((size, len(members)))
    np.add.at(out, groups, by_member)
    return out
