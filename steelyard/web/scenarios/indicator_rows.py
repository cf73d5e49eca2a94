"""Indicator rows: fill rate, overload and peak load of plans, as rows beside their headline measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steelyard.plan.kpi.compared import INDICATORS, indicator_values
from steelyard.plan.plan import Plan
from steelyard.web.answers.answers import Answers

KEPT = 16
PERCENT = 100.0

Value = float | None

_kept: Answers[Mapping[str, Value]] = Answers("Reading key figures", KEPT)


@dataclass(frozen=True)
class KpiRow:
    """One measure or indicator of several plans."""

    measure: str
    label: str
    unit: str
    values: tuple[Value, ...]
    deltas: tuple[tuple[Value, Value], ...]
    """Difference and percent of every plan but the base."""


def indicator_rows(plans: Sequence[Plan], periods: tuple[str, str] | None = None) -> list[KpiRow]:
    """The indicators of plans, the first being the base; one that no plan knows is left out.

    Args:
        plans: The plans.
        periods: First and last period that count; by default each plan's whole horizon.
    """
    found = [_indicators(plan, periods) for plan in plans]
    rows = [row_of(name, label, unit, [values[name] for values in found]) for name, label, unit in INDICATORS]
    return [row for row in rows if any(value is not None for value in row.values)]


def row_of(name: str, label: str, unit: str, values: Sequence[Value]) -> KpiRow:
    """A row with the differences from its first value.

    Example:
        >>> row_of("overload_hours", "Overload", "hours", [50.0, 60.0]).deltas
        ((10.0, 20.0),)
    """
    return KpiRow(name, label, unit, tuple(values), tuple(_difference(values[0], value) for value in values[1:]))


def _difference(base: Value, value: Value) -> tuple[Value, Value]:
    if base is None or value is None:
        return None, None
    return value - base, PERCENT * (value - base) / abs(base) if base else None


def _indicators(plan: Plan, periods: tuple[str, str] | None) -> Mapping[str, Value]:
    return _kept.made((plan.digest, periods), lambda: indicator_values(plan, periods=periods))
