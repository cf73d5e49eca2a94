"""KPI values: the dozen numbers by which a month is judged, read from a plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from steelyard.errors import NotFound, UnknownMember, UnknownPeriod
from steelyard.grid.block import Array, join
from steelyard.grid.series import Scope
from steelyard.kpi import formulas
from steelyard.kpi.indicator import INDICATORS, Indicator, Standing
from steelyard.plan.numbers import PlanNumbers


@dataclass(frozen=True)
class KpiValue:
    """One KPI of a plan."""

    indicator: Indicator
    """What it is and how it is judged."""
    value: float
    """NaN where the plan does not hold what it needs, or nobody knows yet."""
    target: float | None
    standing: Standing

    @property
    def name(self) -> str:
        """Name of the indicator."""
        return self.indicator.name

    @property
    def label(self) -> str:
        """What people read."""
        return self.indicator.label

    @property
    def unit(self) -> str:
        """Unit of the value."""
        return self.indicator.unit


def kpi_values(
    plan: PlanNumbers,
    *,
    previous: PlanNumbers | None = None,
    targets: Mapping[str, float] | None = None,
    scope: Scope | None = None,
) -> list[KpiValue]:
    """Calculate the KPIs of a plan.

    Args:
        plan: The plan.
        previous: The plan published before; forecast accuracy and stability are measured against it.
        targets: The company's targets by name of the KPI, in place of the default ones.
        scope: Members by level; a KPI that does not have such a level is NaN.

    Raises:
        StoreDamaged: A block of a published plan cannot be read.
    """
    figures = _Figures(plan, previous, scope or {})
    goals = targets or {}
    return [_valued(indicator, figures, goals.get(indicator.name)) for indicator in INDICATORS.values()]


def _valued(indicator: Indicator, figures: "_Figures", target: float | None) -> KpiValue:
    try:
        value = _SOURCES[indicator.name](figures) if indicator.name in _SOURCES else float("nan")
    except (NotFound, UnknownMember, UnknownPeriod):
        value = float("nan")
    goal = indicator.target if target is None else target
    return KpiValue(indicator, value, goal, indicator.judge(value, target))


@dataclass(frozen=True)
class _Figures:
    """Arrays of a plan within a scope."""

    plan: PlanNumbers
    previous: PlanNumbers | None
    scope: Scope

    def totals(self, measure: str) -> Array:
        """`[period, 1]`."""
        return self.plan.totals(measure, scope=self.scope)[1]

    def cells(self, measure: str) -> Array:
        """`[period, series]`."""
        rows = self.plan.series(measure).select(self.scope)
        return join(self.plan.blocks(measure))[..., rows]

    def forecast_and_actual(self) -> tuple[Array, Array]:
        """What the previous plan asked for its first period, and what came, by item and place."""
        if self.previous is None:
            return np.empty((0, 0)), np.empty((0, 0))
        period, by = self.previous.horizon.labels[0], ["item", "location"]
        then = self.previous.frame("demand_plan", by=by, periods=period, scope=self.scope)
        now = self.plan.frame("demand_history", by=by, periods=period, scope=self.scope)
        both = then.join(now, on=[*by, "period"], how="full", coalesce=True).sort(by).fill_null(0.0)
        return both["demand_plan"].to_numpy(), both["demand_history"].to_numpy()

    def releases(self) -> tuple[Array, Array]:
        """Planned releases of this and of the previous plan, by item and period that both have."""
        if self.previous is None:
            return np.empty((0, 0)), np.empty((0, 0))
        name, by = "constrained_releases", ["item", "location"]
        now = self.plan.frame(name, by=by, scope=self.scope)
        then = self.previous.frame(name, by=by, scope=self.scope).rename({name: "then"})
        both = now.join(then, on=[*by, "period"], how="full", coalesce=True).sort([*by, "period"])
        shared = set(self.plan.horizon.labels) & set(self.previous.horizon.labels)
        both = both.filter(both["period"].is_in(sorted(shared))).fill_null(0.0)
        return both[name].to_numpy(), both["then"].to_numpy()


def _fill_rate(figures: _Figures) -> float:
    demand, served, backlog = (figures.cells(name) for name in ("independent_demand", "shipments", "backlog"))
    return formulas.fill_rate(demand, served, backlog)


def _backlog_value(figures: _Figures) -> float:
    waiting = np.cumsum(figures.cells("demand_plan") - figures.cells("constrained_demand"), axis=0).round(6)
    return formulas.backlog_value(np.maximum(waiting, 0.0), figures.cells("price"))


def _turns(figures: _Figures) -> float:
    season = figures.plan.horizon.periods_per_year
    return formulas.inventory_turns(figures.totals("cogs"), figures.totals("inventory_value"), periods_per_year=season)


def _days(figures: _Figures) -> float:
    season = figures.plan.horizon.periods_per_year
    return formulas.days_of_supply(figures.totals("cogs"), figures.totals("inventory_value"), periods_per_year=season)


_SOURCES: Mapping[str, Callable[[_Figures], float]] = {
    "forecast_accuracy": lambda f: formulas.forecast_accuracy(*f.forecast_and_actual()),
    "forecast_bias": lambda f: formulas.forecast_bias(*f.forecast_and_actual()),
    "fill_rate": _fill_rate,
    "backlog_value": _backlog_value,
    "inventory_turns": _turns,
    "days_of_supply": _days,
    "inventory_value": lambda f: formulas.closing_value(f.totals("inventory_value")),
    "excess_value": lambda f: formulas.closing_value(f.totals("excess_value")),
    "bottleneck_utilisation": lambda f: formulas.bottleneck_utilisation(
        f.cells("capacity_load"), f.cells("capacity_available")
    ),
    "overload_hours": lambda f: formulas.overload_hours(f.cells("capacity_load"), f.cells("capacity_available")),
    "revenue": lambda f: formulas.total(f.totals("revenue")),
    "revenue_vs_budget": lambda f: formulas.revenue_against_budget(f.totals("revenue"), f.totals("budget_revenue")),
    "gross_margin_percent": lambda f: formulas.margin_percent(f.totals("revenue"), f.totals("cogs")),
    "plan_stability": lambda f: formulas.plan_stability(*f.releases()),
}
