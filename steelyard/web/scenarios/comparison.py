"""Comparison: plans side by side, and headline numbers of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.grid.measure import Measure
from steelyard.plan.compare import HEADLINES, Comparison, common_periods, compare
from steelyard.plan.compare_book import assumptions_between, settings_between
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.plan.sight import sees_change
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.indicator_rows import KpiRow, indicator_rows, row_of
from steelyard.web.scenarios.plans import any_plan, plan_of
from steelyard.web.scenarios.words import ChangeLine

TOP_DIFFERENCES = 100
MOST_COMPARED = 4
LOOKED_AT = ("revenue", "consensus_demand", *HEADLINES)
"""Measures whose differences can be looked at, in the order in which the first that differs is chosen."""
NOTICED = 0.0005
"""A difference counts from this share of the base on; below it is rounding."""
QUARTER = "quarter"


@dataclass(frozen=True)
class CompareView:
    """Plans side by side."""

    names: tuple[str, ...]
    kpis: tuple[KpiRow, ...]
    measure: str
    measure_label: str
    measures: tuple[tuple[str, str], ...]
    families: pl.DataFrame
    quarters: tuple[KpiRow, ...]
    cells: pl.DataFrame
    changed: tuple[str, ...]
    changes: tuple[ChangeLine, ...]
    settings: pl.DataFrame
    """Settings in which the plans differ."""
    assumptions: pl.DataFrame
    """Assumptions the plans rest on."""
    periods: tuple[str, str] | None
    """First and last period that all plans have; None where they have the same."""


def comparison(names: Sequence[str], *, measure: str = "") -> CompareView:
    """Hold scenarios against the first one.

    Args:
        names: Two to four scenarios or published plans (`plan:<id>`).
        measure: Measure of the differences; by default the first that really differs.

    Raises:
        ChangeInvalid: Too few or too many are named.
    """
    if not 2 <= len(dict.fromkeys(names)) <= MOST_COMPARED:
        raise ChangeInvalid("A comparison takes two to four different plans", mend="choose them above")
    plans = [any_plan(name) for name in dict.fromkeys(names)]
    when = common_periods(plans)
    held = compare(*plans, periods=when)
    offered = [name for name in dict.fromkeys(LOOKED_AT) if all(name in plan.measures for plan in plans)]
    chosen = measure if measure in offered else _first_different(plans, offered)
    return CompareView(
        names=held.names,
        kpis=tuple(_all_rows(held, plans, when)),
        measure=chosen,
        measure_label=held.plans[0].measure(chosen).label.lower(),
        measures=tuple((name, plans[0].measure(name).label) for name in offered),
        families=_families(plans, chosen),
        quarters=_quarters(plans, chosen),
        cells=cells(held, chosen),
        changed=held.changed_measures() if _same_shape(plans) else (),
        changes=_changes_between(plans[0], plans[1]),
        settings=settings_between(plans, held.names),
        assumptions=assumptions_between(plans, held.names),
        periods=when,
    )


def headline_measures(plan: Plan) -> list[str]:
    """Headline measures that a plan holds."""
    return [name for name in HEADLINES if name in plan.measures]


def _all_rows(held: Comparison, plans: Sequence[Plan], when: tuple[str, str] | None = None) -> list[KpiRow]:
    return [*(_kpi_row(held, row) for row in held.kpis.iter_rows(named=True)), *indicator_rows(plans, when)]


def _kpi_row(held: Comparison, row: dict[str, object]) -> KpiRow:
    base = held.names[0]
    deltas = tuple((_number(row[f"{name} - {base}"]), _number(row[f"{name} %"])) for name in held.names[1:])
    values = tuple(_number(row[name]) for name in held.names)
    label = _told_when(held.plans[0].measure(str(row["measure"])))
    return KpiRow(str(row["measure"]), label, str(row["unit"]), values, deltas)


def _told_when(declared: Measure) -> str:
    """Label of a measure; of stock and what waits with the moment that a total over periods tells."""
    return f"{declared.label}, at the end" if declared.over_time == "last" else declared.label


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _first_different(plans: Sequence[Plan], measures: Sequence[str]) -> str:
    return next((name for name in measures if _differs(plans, name)), measures[0])


def _differs(plans: Sequence[Plan], measure: str) -> bool:
    """Whether any plan differs from the base in a family or resource in any quarter, by more than rounding."""
    level, when = main_level(plans[0], measure), common_periods(plans)
    held = compare(*plans, measures=[measure], by=[level], time=_quarter_of(plans), periods=when)
    base = pl.col(f"{measure}: {held.names[0]}").fill_null(0.0).abs()
    moved = [
        (pl.col(f"{measure}: {name} - {held.names[0]}").abs() > NOTICED * base).fill_null(False).any().alias(name)
        for name in held.names[1:]
    ]
    return any(held.frame.select(moved).row(0))


def _quarters(plans: Sequence[Plan], measure: str) -> tuple[KpiRow, ...]:
    """One measure of all plans, quarter by quarter."""
    held = compare(*plans, measures=[measure], time=_quarter_of(plans), periods=common_periods(plans))
    columns = [f"{measure}: {name}" for name in held.names]
    unit = plans[0].measure(measure).unit
    rows = held.frame.select("period", *columns).iter_rows()
    return tuple(row_of(measure, str(label), unit, [_number(value) for value in values]) for label, *values in rows)


def _quarter_of(plans: Sequence[Plan]) -> str:
    return QUARTER if all(QUARTER in plan.calendar.levels for plan in plans) else "period"


def _families(plans: Sequence[Plan], measure: str) -> pl.DataFrame:
    """Differences by family or resource."""
    level = main_level(plans[0], measure)
    held = compare(*plans[:2], measures=[measure], by=[level], time="all", periods=common_periods(plans))
    delta = f"{measure}: {held.names[1]} - {held.names[0]}"
    frame = held.frame.select(level, pl.col(delta).alias("difference")).drop_nulls()
    return frame.filter(pl.col("difference") != 0).sort(pl.col("difference").abs(), descending=True).head(12)


def parts_of(plan: Plan, measure: str) -> list[tuple[str, str]]:
    """Parts of a plan that a chain can be asked for: a scope as in an address, and its name."""
    series = plan.series(measure)
    level = main_level(plan, measure)
    return [(f"{level}:{quote(name, safe='')}", name) for name in sorted(series.names(level))]


def main_level(plan: Plan, measure: str) -> str:
    """The level people look at first: the family, or the resource where a measure knows no families."""
    return "product_family" if "product_family" in plan.series(measure).levels else "resource"


def cells(held: Comparison, measure: str, top: int = TOP_DIFFERENCES) -> pl.DataFrame:
    """The single cells that differ most; none where the measure has no cells of its own by period."""
    declared = held.plans[0].measure(measure)
    if declared.is_ratio or declared.span == "static":
        return pl.DataFrame()
    return held.cells(top, measure=measure)


def _same_shape(plans: Sequence[PlanNumbers]) -> bool:
    return all(plan.inputs.shape == plans[0].inputs.shape for plan in plans[1:2])


def _changes_between(base: Plan, other: Plan) -> tuple[ChangeLine, ...]:
    known, names = {change.content for change in base.changes}, member_names(other.inputs.extract)
    new = [change for change in reversed(other.changes) if change.content not in known and sees_change(other, change)]
    return tuple(ChangeLine(change, True, names) for change in new)


def headlines(name: str, against: str = "") -> list[KpiRow]:
    """Headline numbers of a scenario, against its base or another plan where there is one."""
    plan = plan_of(name)
    if not against:
        return plan_rows(plan)
    plans = any_plan(against), plan
    return _all_rows(compare(*plans), plans)


def plan_rows(plan: Plan) -> list[KpiRow]:
    """Headline numbers of one plan."""
    rows = []
    for name in headline_measures(plan):
        declared, value = plan.measure(name), plan.value(name)
        rows.append(KpiRow(name, _told_when(declared), declared.unit, (None if value != value else value,), ()))
    return [*rows, *indicator_rows([plan])]
