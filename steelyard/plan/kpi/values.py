"""KPI values: the numbers by which a month is judged, read from a plan, over the horizon or period by period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from steelyard.errors import NotAllowed, NotFound, UnknownMember, UnknownPeriod
from steelyard.grid.series import Scope
from steelyard.kpi import formulas
from steelyard.kpi.indicator import Indicator, Standing
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.change import Change
from steelyard.plan.kpi.figures import Figures
from steelyard.plan.kpi.past import PastFigures
from steelyard.plan.numbers import PlanNumbers

UNKNOWN = float("nan")


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
    tolerances: Mapping[str, float] | None = None,
    scope: Scope | None = None,
    known: Mapping[str, float] | None = None,
) -> list[KpiValue]:
    """Calculate the KPIs of a plan.

    Args:
        plan: The plan.
        previous: The plan published before; forecast accuracy and stability are measured against it.
        targets: The company's targets by name of the KPI, in place of the default ones.
        tolerances: The company's distances from the target that are only watched, by name of the KPI.
        scope: Members by level; a KPI that does not have such a level is NaN.
        known: Values that the records of the process give, by name of the KPI.

    Raises:
        StoreDamaged: A block of a published plan cannot be read.
    """
    figures = figures_of(plan, previous, scope)
    goals, allowed, given = targets or {}, tolerances or {}, known or {}
    return [
        valued(
            indicator,
            given[indicator.name] if indicator.name in given else kpi_value(indicator.name, figures),
            goals.get(indicator.name),
            allowed.get(indicator.name),
        )
        for indicator in INDICATORS.values()
    ]


def figures_of(plan: PlanNumbers, previous: PlanNumbers | None = None, scope: Scope | None = None) -> Figures:
    """What the KPIs of a slice of a plan are made of."""
    return Figures(plan, previous, scope or {}, PastFigures(plan, scope or {}))


def kpi_value(name: str, figures: Figures) -> float:
    """One KPI; NaN where the plan does not hold what it needs, or the reader may not see it."""
    try:
        return SOURCES[name](figures) if name in SOURCES else UNKNOWN
    except (NotFound, NotAllowed, UnknownMember, UnknownPeriod):
        return UNKNOWN


def valued(indicator: Indicator, value: float, target: float | None, tolerance: float | None = None) -> KpiValue:
    """A value held against its target."""
    goal = indicator.target if target is None else target
    return KpiValue(indicator, value, goal, indicator.judge(value, target, tolerance))


def _turns(figures: Figures) -> float:
    stock = figures.totals("inventory_value")
    return formulas.inventory_turns(figures.totals("cogs"), stock, periods_per_year=figures.season)


def _days(figures: Figures) -> float:
    stock = figures.totals("inventory_value")
    return formulas.days_of_supply(figures.totals("cogs"), stock, periods_per_year=figures.season)


def _return_on_stock(figures: Figures) -> float:
    margin, stock = figures.totals("gross_margin"), figures.totals("inventory_value")
    return formulas.return_on_stock(margin, stock, periods_per_year=figures.season)


def _cash_to_cash(figures: Figures) -> float:
    revenue, cogs = figures.totals("revenue"), figures.totals("cogs")
    owed, owing = figures.totals("receivables"), figures.totals("payables")
    stock = figures.totals("inventory_value")
    return formulas.cash_to_cash(revenue, cogs, owed, owing, stock, periods_per_year=figures.season)


def _previous_period(figures: Figures) -> dict[str, float]:
    """Sums of the order lines due in the period that has come since the previous plan, or else the last one."""
    then = figures.previous.horizon.labels[0] if figures.previous else figures.plan.history.labels[-1]
    return figures.past.by_period.get(then, {})


def _otif(figures: Figures) -> float:
    lines = _previous_period(figures)
    return formulas.share_of_lines(lines.get("otif", 0.0), lines.get("line", 0.0))


def _perfect_order(figures: Figures) -> float:
    lines = _previous_period(figures)
    return formulas.perfect_order(_otif(figures), lines.get("shipped", 0.0), lines.get("returned", 0.0))


def _with_reason(figures: Figures) -> float:
    made = [change for change in figures.plan.changes if change.moves_cells]
    return formulas.share_of_lines(float(sum(map(_says_why, made))), float(len(made)))


def _says_why(change: Change) -> bool:
    return bool(change.note.strip()) or change.reason not in ("", "other")


def _data_score(figures: Figures) -> float:
    return float(figures.plan.maker.extract(figures.plan.inputs.extract).score.overall)


SOURCES: Mapping[str, Callable[[Figures], float]] = {
    "forecast_accuracy": lambda f: formulas.forecast_accuracy(*f.said_and_came("consensus_demand")),
    "forecast_bias": lambda f: formulas.forecast_bias(*f.said_and_came("consensus_demand")),
    "forecast_value_added": lambda f: formulas.forecast_value_added(*f.naive_said_and_came()),
    "plan_stability": lambda f: formulas.plan_stability(*f.releases()),
    "fill_rate": lambda f: formulas.on_time_share(f.asked(), f.on_time()),
    "otif": _otif,
    "perfect_order": _perfect_order,
    "backlog_value": lambda f: formulas.backlog_value(f.waiting(), f.cells("price")),
    "plan_adherence": lambda f: formulas.adherence(*f.planned_and_shipped()),
    "schedule_adherence": lambda f: formulas.adherence(*f.planned_and_received()),
    "capacity_utilisation": lambda f: formulas.utilisation(f.hours("constrained_load"), f.hours("capacity_available")),
    "bottleneck_utilisation": lambda f: formulas.bottleneck_utilisation(
        f.cells("capacity_load"), f.cells("capacity_available")
    ),
    "overload_hours": lambda f: formulas.overload_hours(f.hours("capacity_load"), f.hours("capacity_available")),
    "inventory_turns": _turns,
    "days_of_supply": _days,
    "inventory_value": lambda f: formulas.closing_value(f.totals("inventory_value")),
    "excess_value": lambda f: formulas.closing_value(f.totals("excess_value")),
    "obsolete_value": lambda f: formulas.obsolete_value(f.cells("inventory_value"), f.cells("gross_requirement")),
    "revenue": lambda f: formulas.total(f.totals("revenue")),
    "revenue_vs_budget": lambda f: formulas.revenue_against_budget(f.totals("revenue"), f.totals("budget_revenue")),
    "margin_vs_budget": lambda f: formulas.money_against_budget(*f.margin_and_budget()),
    "gross_margin_percent": lambda f: formulas.margin_percent(f.totals("revenue"), f.totals("cogs")),
    "gross_margin": lambda f: formulas.margin(f.totals("revenue"), f.totals("cogs")),
    "return_on_stock": _return_on_stock,
    "cash_to_cash": _cash_to_cash,
    "data_score": _data_score,
    "overrides_with_reason": _with_reason,
}
"""How each KPI is made of the figures; those not named here come from the records of the process."""
