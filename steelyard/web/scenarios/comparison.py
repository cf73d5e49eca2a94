"""Comparison: plans side by side, and headline numbers of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.plan.compare import HEADLINES, Comparison, compare
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.plans import any_plan, plan_of
from steelyard.web.scenarios.words import ChangeLine

TOP_DIFFERENCES = 20
MOST_COMPARED = 4


@dataclass(frozen=True)
class KpiRow:
    """One measure of several plans."""

    measure: str
    label: str
    unit: str
    values: tuple[float | None, ...]
    deltas: tuple[tuple[float | None, float | None], ...]
    """Difference and percent of every plan but the base."""


@dataclass(frozen=True)
class CompareView:
    """Plans side by side."""

    names: tuple[str, ...]
    kpis: tuple[KpiRow, ...]
    measure: str
    measure_label: str
    measures: tuple[tuple[str, str], ...]
    families: pl.DataFrame
    cells: pl.DataFrame
    changed: tuple[str, ...]
    changes: tuple[ChangeLine, ...]


def comparison(names: Sequence[str], *, measure: str = "") -> CompareView:
    """Hold scenarios against the first one.

    Args:
        names: Two to four scenarios or published plans (`plan:<id>`).
        measure: Measure of the differences; by default the first headline.

    Raises:
        ChangeInvalid: Too few or too many are named.
    """
    if not 2 <= len(dict.fromkeys(names)) <= MOST_COMPARED:
        raise ChangeInvalid("A comparison takes two to four different plans", mend="choose them above")
    plans = [any_plan(name) for name in dict.fromkeys(names)]
    held = compare(*plans)
    chosen = measure if measure in held.measures else held.measures[0]
    return CompareView(
        names=held.names,
        kpis=tuple(_kpi_row(held, row) for row in held.kpis.iter_rows(named=True)),
        measure=chosen,
        measure_label=held.plans[0].measure(chosen).label.lower(),
        measures=tuple((name, plans[0].measure(name).label) for name in held.measures),
        families=_families(plans, chosen),
        cells=cells(held, chosen),
        changed=held.changed_measures() if _same_shape(plans) else (),
        changes=_changes_between(plans[0], plans[1]),
    )


def headline_measures(plan: Plan) -> list[str]:
    """Headline measures that a plan holds."""
    return [name for name in HEADLINES if name in plan.measures]


def _kpi_row(held: Comparison, row: dict[str, object]) -> KpiRow:
    base = held.names[0]
    deltas = tuple((_number(row[f"{name} - {base}"]), _number(row[f"{name} %"])) for name in held.names[1:])
    values = tuple(_number(row[name]) for name in held.names)
    return KpiRow(str(row["measure"]), str(row["label"]), str(row["unit"]), values, deltas)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _families(plans: Sequence[Plan], measure: str) -> pl.DataFrame:
    """Differences by family or resource."""
    level = main_level(plans[0], measure)
    held = compare(*plans[:2], measures=[measure], by=[level], time="all")
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
    """The single cells that differ most; none where plans or measure have no cells to hold against each other."""
    declared = held.plans[0].measure(measure)
    if declared.is_ratio or not _same_shape(held.plans):
        return pl.DataFrame()
    return held.cells(top, measure=measure)


def _same_shape(plans: Sequence[PlanNumbers]) -> bool:
    return all(plan.inputs.shape == plans[0].inputs.shape for plan in plans[1:2])


def _changes_between(base: Plan, other: Plan) -> tuple[ChangeLine, ...]:
    known, names = {change.digest for change in base.changes}, member_names(other.inputs.extract)
    return tuple(ChangeLine(change, True, names) for change in reversed(other.changes) if change.digest not in known)


def headlines(name: str, against: str = "") -> list[KpiRow]:
    """Headline numbers of a scenario, against its base or another plan where there is one."""
    plan = plan_of(name)
    if not against:
        return plan_rows(plan)
    held = compare(any_plan(against), plan)
    return [_kpi_row(held, row) for row in held.kpis.iter_rows(named=True)]


def plan_rows(plan: Plan) -> list[KpiRow]:
    """Headline numbers of one plan."""
    rows = []
    for name in headline_measures(plan):
        declared, value = plan.measure(name), plan.value(name)
        rows.append(KpiRow(name, declared.label, declared.unit, (None if value != value else value,), ()))
    return rows
