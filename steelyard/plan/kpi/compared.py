"""Compared indicators: fill rate, overload and peak load of plans, within the periods a comparison is about."""

from collections.abc import Mapping
from math import isfinite

from steelyard.errors import NotAllowed, NotFound, UnknownMember, UnknownPeriod
from steelyard.grid.series import Scope
from steelyard.plan.compare import Comparison
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.numbers import Periods, PlanNumbers, span_of

Value = float | None
INDICATORS = (
    ("fill_rate", "Fill rate, served when due", "ratio"),
    ("overload_hours", "Overload, all periods", "hours"),
    ("peak_load", "Peak load, worst resource and period", "ratio"),
)
"""Name, label and unit in the order in which they are shown: what totals hide, how late and at what strain."""
_PERCENT = 100.0


def indicator_values(plan: PlanNumbers, *, scope: Scope | None = None, periods: Periods = None) -> Mapping[str, Value]:
    """The indicators of a plan by name; None for what it does not hold or the reader may not see.

    Shares are parts of one. What waits from before the periods still goes first, as everywhere.

    Args:
        plan: The plan.
        scope: Members by level.
        periods: A period, a first and last period, or the whole horizon.

    Raises:
        UnknownPeriod: The horizon does not hold them.
    """
    figures = figures_of(plan, scope=scope).at(span_of(plan.horizon, periods))
    loaded = bool(plan.inputs.series["resource"].size)
    served = _known(kpi_value("fill_rate", figures))
    return {
        "fill_rate": None if served is None else served / _PERCENT,
        "overload_hours": _known(kpi_value("overload_hours", figures)) if loaded else None,
        "peak_load": _peak_load(plan, scope, periods) if loaded else None,
    }


def indicator_rows(held: Comparison) -> list[dict[str, object]]:
    """The indicators of the plans of a comparison, as rows with the columns of its headline numbers.

    One that no plan knows is left out.
    """
    found = [indicator_values(plan, scope=held.scope, periods=held.periods) for plan in held.plans]
    rows = [_row(held, one, [values[one[0]] for values in found]) for one in INDICATORS]
    return [row for row in rows if any(row[name] is not None for name in held.names)]


def _row(held: Comparison, indicator: tuple[str, str, str], values: list[Value]) -> dict[str, object]:
    row: dict[str, object] = dict(zip(("measure", "label", "unit"), indicator, strict=True))
    row |= dict(zip(held.names, values, strict=True))
    base = values[0]
    for name, value in zip(held.names[1:], values[1:], strict=True):
        delta = None if base is None or value is None else value - base
        row[f"{name} - {held.names[0]}"] = delta
        row[f"{name} %"] = None if delta is None or not base else _PERCENT * delta / abs(base)
    return row


def _peak_load(plan: PlanNumbers, scope: Scope | None, periods: Periods) -> Value:
    try:
        frame = plan.frame("utilisation", by=["resource"], scope=scope, periods=periods)
    except (NotFound, NotAllowed, UnknownMember, UnknownPeriod):
        return None
    return max(frame["utilisation"].drop_nulls().drop_nans().to_list(), default=None)


def _known(value: float) -> Value:
    return value if isfinite(value) else None
