"""KPI series: a KPI period by period: what came, what the plan of the time had said, and what the plan says now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from steelyard.errors import NotAllowed, NotFound, UnknownMember, UnknownPeriod
from steelyard.grid.block import join
from steelyard.grid.series import Scope
from steelyard.kpi import formulas
from steelyard.plan.kpi.figures import Figures
from steelyard.plan.kpi.past import PastFigures
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.measuring.archive import Archive, Version
from steelyard.plan.numbers import PlanNumbers

Values = tuple[tuple[str, float], ...]
BY_PERIOD = frozenset(
    {
        "fill_rate", "backlog_value", "capacity_utilisation", "bottleneck_utilisation", "overload_hours",
        "inventory_turns", "days_of_supply", "inventory_value", "excess_value", "revenue", "revenue_vs_budget",
        "margin_vs_budget", "gross_margin_percent", "gross_margin", "return_on_stock", "cash_to_cash",
    }
)  # fmt: skip
"""KPIs that a plan gives for each of its periods."""
AFTERWARDS = frozenset({"forecast_accuracy", "forecast_bias", "forecast_value_added", "plan_stability",
                        "plan_adherence", "schedule_adherence"})  # fmt: skip
"""KPIs that hold one published plan against what came in its first period."""
OF_STOCK = frozenset({"inventory_value", "inventory_turns", "days_of_supply"})
"""KPIs whose past is known from the stock that each extract counted."""
SHOWN_PAST = 12


@dataclass(frozen=True)
class KpiSeries:
    """A KPI period by period."""

    name: str
    actual: Values
    """What came, by period that is over."""
    said: Values
    """What the plan of the time had forecast for its first period: the forecasted KPI."""
    plan: Values
    """What the plan says of each period ahead."""


def kpi_series(
    plan: PlanNumbers, name: str, *, archive: Archive | None = None, scope: Scope | None = None
) -> KpiSeries:
    """A KPI of a slice, period by period.

    Args:
        plan: The plan, on the latest extract.
        name: Name of the KPI.
        archive: The published plans, for what was said and for judging forecasts; without it neither is known.
        scope: Members by level.
    """
    figures = figures_of(plan, scope=scope)
    graded = archive.graded if archive else ()
    actual = _afterwards(name, plan, graded, scope) if name in AFTERWARDS else _came(name, figures, graded)
    said = tuple(_first_period(name, version, scope) for version in graded) if name in BY_PERIOD else ()
    return KpiSeries(name, _known(actual), _known(said), ahead(name, figures))


def ahead(name: str, figures: Figures) -> Values:
    """A KPI of each planned period."""
    if name not in BY_PERIOD:
        return ()
    labels = figures.plan.horizon.labels
    return _known((label, kpi_value(name, figures.at(slice(n, n + 1)))) for n, label in enumerate(labels))


def _known(values: Iterable[tuple[str, float]]) -> Values:
    return tuple((label, value) for label, value in values if np.isfinite(value))


def _first_period(name: str, version: Version, scope: Scope | None) -> tuple[str, float]:
    return version.label, kpi_value(name, figures_of(version.plan, scope=scope).at(slice(0, 1)))


def _afterwards(name: str, plan: PlanNumbers, graded: Sequence[Version], scope: Scope | None) -> Values:
    past = PastFigures(plan, scope or {})
    found = []
    for number, version in enumerate(graded):
        later = graded[number + 1].plan if number + 1 < len(graded) else plan
        now = later if name == "plan_stability" else plan
        figures = Figures(now, version.plan, scope or {}, past)
        found.append((version.label, kpi_value(name, figures)))
    return tuple(found)


def _came(name: str, figures: Figures, graded: Sequence[Version]) -> Values:
    try:
        counted = [version.plan for version in graded] + [figures.plan] if name in OF_STOCK else []
        found = _CAME[name](figures, _counted_stock(counted, figures.scope)) if name in _CAME else {}
    except (NotFound, NotAllowed, UnknownMember, UnknownPeriod):
        return ()
    labels = figures.plan.history.labels[-SHOWN_PAST:]
    return tuple((label, found[label]) for label in labels if label in found)


def _lines(figures: Figures, ratio: Callable[[Mapping[str, float]], float]) -> dict[str, float]:
    return {period: ratio(sums) for period, sums in figures.past.by_period.items()}


def _otif(sums: Mapping[str, float]) -> float:
    return formulas.share_of_lines(sums["otif"], sums["line"])


def _revenue(figures: Figures) -> dict[str, float]:
    frame = figures.plan.frame("revenue_history", scope=figures.scope).drop_nulls()
    return dict(frame.select("period", "revenue_history").iter_rows())


def _sold_at_cost(figures: Figures) -> dict[str, float]:
    """Units shipped at today's standard cost, by period [money]."""
    lines = figures.past.lines.join(figures.past.costs, on=["item_id", "location_id"], how="left")
    sums = lines.group_by("period").agg(value=(pl.col("shipped") * pl.col("cost").fill_null(0.0)).sum())
    return dict(sums.iter_rows())


def _turns(figures: Figures, stock: Mapping[str, float]) -> dict[str, float]:
    sold = _sold_at_cost(figures)
    return {
        period: sold[period] * figures.season / value for period, value in stock.items() if value and period in sold
    }


def _counted_stock(plans: Sequence[PlanNumbers], scope: Scope) -> dict[str, float]:
    """Stock as each extract counted it, at the standard cost of its time, by the last period that was over [money]."""
    found = {}
    for plan in plans:
        rows = plan.series("opening_inventory").select(scope)
        units, cost = join(plan.blocks("opening_inventory"))[..., rows], join(plan.blocks("standard_cost"))[0, rows]
        found[plan.history.labels[-1]] = formulas.total(units * cost)
    return found


_CAME: Mapping[str, Callable[[Figures, Mapping[str, float]], Mapping[str, float]]] = {
    "fill_rate": lambda f, _: _lines(f, lambda s: formulas.share_of_lines(s["on_time"], s["due"])),
    "otif": lambda f, _: _lines(f, _otif),
    "perfect_order": lambda f, _: _lines(f, lambda s: formulas.perfect_order(_otif(s), s["shipped"], s["returned"])),
    "revenue": lambda f, _: _revenue(f),
    "inventory_value": lambda _, stock: stock,
    "inventory_turns": _turns,
    "days_of_supply": lambda f, stock: {period: 365.0 / turns for period, turns in _turns(f, stock).items() if turns},
}
"""What the tables of an extract say of each period that is over."""
