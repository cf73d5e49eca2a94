"""Side by side: a measure of several plans by member and period, with a column for each difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from steelyard.errors import PlanError
from steelyard.plan.compare import common_periods
from steelyard.plan.compare import compare as hold
from steelyard.plan.money.statement import Time
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.asked import filter_text
from steelyard.web.scenarios.comparison import NOTICED, main_level
from steelyard.web.ui.figures import NEAR_ZERO, SHARES, figure, signed

TIMES: dict[Time, str] = {"quarter": "Quarter", "period": "Period", "year": "Year", "all": "Whole horizon"}
MOST_ROWS = 300
EVERYTHING = ""


@dataclass(frozen=True)
class Difference:
    """A plan's number in a period, and by how much it differs from the base."""

    plan: str
    """Name of the plan."""
    value: str
    delta: str
    percent: str
    direction: str
    part: str
    """The scope as an address names it, to drill into it."""
    periods: str


@dataclass(frozen=True)
class SideRow:
    """A member of the level, or the whole."""

    name: str
    groups: tuple[tuple[str, tuple[Difference, ...]], ...]
    """By period: the number of the base, and every other plan with its difference."""


@dataclass(frozen=True)
class SideBySide:
    """The table."""

    level: str
    levels: tuple[str, ...]
    time: str
    periods: tuple[str, ...]
    rows: tuple[SideRow, ...]
    more: int
    """Rows not shown."""


def side_by_side(plans: Sequence[Plan], measure: str, *, level: str = "", time: Time = "quarter") -> SideBySide:
    """A measure of two or more plans with delta columns; the largest differences first.

    Args:
        plans: The base and what is held against it.
        measure: What is shown.
        level: Whose members are the rows; the main level of the measure by default.
        time: How periods are put together.

    Raises:
        UnknownMember: The measure has no such level.
        PlanError: There are fewer than two plans, or they share no period.
    """
    if len(plans) < 2:
        raise PlanError("There is nothing to hold side by side", mend="choose two plans or more")
    base = plans[0]
    by = level or main_level(base, measure)
    common = common_periods(cast(Sequence[PlanNumbers], plans))
    held = hold(*plans, measures=[measure], by=[by], time=time, periods=common)
    whole = hold(*plans, measures=[measure], by=[], time=time, periods=common)
    span = _spans(base, time, common)
    names = member_names(base.inputs.extract)
    table = _Table(plans, held.names, measure, span)
    found: dict[str, dict[str, tuple[float | None, ...]]] = {}
    for row in held.frame.iter_rows(named=True):
        found.setdefault(str(row[by]), {})[str(row["period"])] = table.read(row)
    ranked = sorted(found, key=lambda member: (-table.largest(found[member]), member))
    total = {str(row["period"]): table.read(row) for row in whole.frame.iter_rows(named=True)}
    rows = [table.row("Total", EVERYTHING, total)]
    rows += [table.row(names.spoken(by, m), filter_text({by: (m,)}), found[m]) for m in ranked[:MOST_ROWS]]
    return SideBySide(
        by, tuple(base.series(measure).levels), time, tuple(span), tuple(rows), max(len(ranked) - MOST_ROWS, 0)
    )


def _spans(plan: PlanNumbers, time: Time, common: tuple[str, str] | None) -> dict[str, str]:
    """First and last period of each group of periods, as an address names them."""
    calendar = plan.horizon
    inside = list(calendar.labels)
    if common is not None:
        inside = inside[inside.index(common[0]) : inside.index(common[1]) + 1]
    window = calendar.window(calendar.position(inside[0]), calendar.position(inside[-1]) + 1)
    names, groups = window.members(time)
    out = {}
    for number, name in enumerate(names):
        at = np.flatnonzero(groups == number)
        out[name] = f"{window.labels[int(at[0])]}..{window.labels[int(at[-1])]}"
    return out


@dataclass(frozen=True, eq=False)
class _Table:
    plans: Sequence[Plan]
    names: Sequence[str]
    measure: str
    spans: dict[str, str]

    def read(self, row: dict[str, object]) -> tuple[float | None, ...]:
        """The number of each plan."""
        return tuple(
            float(value) if isinstance(value := row.get(f"{self.measure}: {name}"), int | float) else None
            for name in self.names
        )

    def largest(self, cells: dict[str, tuple[float | None, ...]]) -> float:
        """The largest difference of a member."""
        return max(
            (abs((other or 0.0) - (base or 0.0)) for base, *others in cells.values() for other in others), default=0.0
        )

    def row(self, name: str, part: str, cells: dict[str, tuple[float | None, ...]]) -> SideRow:
        """One member, spelled."""
        unit = self.plans[0].measure(self.measure).unit
        nothing = (None,) * len(self.names)
        groups = []
        for period, span in self.spans.items():
            base, *others = cells.get(period, nothing)
            told = tuple(
                self._told(plan, base, other, unit, part, span)
                for plan, other in zip(self.names[1:], others, strict=True)
            )
            groups.append((figure(base, unit), told))
        return SideRow(name, tuple(groups))

    def _told(
        self, plan: str, base: float | None, other: float | None, unit: str, part: str, span: str
    ) -> Difference:  # fmt: skip
        ratio = unit in SHARES
        delta = None if ratio and (base is None or other is None) else (other or 0.0) - (base or 0.0)
        if delta is None or abs(delta) < max(NEAR_ZERO, NOTICED * abs(base or 0.0) * (not ratio)):
            return Difference(plan, figure(other, unit), "" if delta is None else "0", "", "flat", part, span)
        share = "" if ratio or not base else f"{signed(100 * delta / base, 1)} %"
        sign = "+" if delta > 0 else "\N{MINUS SIGN}"
        return Difference(
            plan,
            figure(other, unit),
            f"{sign}{figure(abs(delta), unit)}",
            share,
            "up" if delta > 0 else "down",
            part,
            span,
        )
