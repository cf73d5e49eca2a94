"""Indicator rows: fill rate, overload and peak load of plans, as rows beside their headline measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from steelyard.plan.plan import Plan
from steelyard.web.answers.answers import Answers

KEPT = 16
PERCENT = 100.0

Value = float | None

_kept: Answers[dict[str, Value]] = Answers("Reading key figures", KEPT)


@dataclass(frozen=True)
class KpiRow:
    """One measure or indicator of several plans."""

    measure: str
    label: str
    unit: str
    values: tuple[Value, ...]
    deltas: tuple[tuple[Value, Value], ...]
    """Difference and percent of every plan but the base."""


LABELS = (
    ("fill_rate", "Fill rate, served when due", "ratio"),
    ("overload_hours", "Overload, all periods", "hours"),
    ("peak_load", "Peak load, worst resource and period", "ratio"),
)
"""Name, label and unit of the indicators in the order in which they are shown."""


def indicator_rows(plans: Sequence[Plan]) -> list[KpiRow]:
    """The indicators of plans, the first being the base; one that no plan knows is left out."""
    found = [_kept.made(plan.digest, lambda plan=plan: _indicators(plan)) for plan in plans]  # type: ignore[misc]
    rows = [row_of(name, label, unit, [values[name] for values in found]) for name, label, unit in LABELS]
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


def _indicators(plan: Plan) -> dict[str, Value]:
    told = {kpi.name: kpi.value for kpi in plan.kpis()}
    loaded = bool(plan.inputs.series["resource"].size)
    return {
        "fill_rate": _known(told["fill_rate"] / PERCENT),
        "overload_hours": _known(told["overload_hours"]) if loaded else None,
        "peak_load": _peak_load(plan) if loaded else None,
    }


def _peak_load(plan: Plan) -> Value:
    loads = plan.frame("utilisation", by=["resource"])["utilisation"].drop_nulls().drop_nans()
    return max(loads.to_list(), default=None)


def _known(value: float) -> Value:
    return value if isfinite(value) else None
