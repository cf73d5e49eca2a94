"""Explain: where a number comes from: formula, inputs, changes by whom, and rows of the extract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from steelyard.errors import UnknownMember, UnknownPeriod
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.forecasting.view import forecast_sentence
from steelyard.plan.lineage import ORIGINS, extract_rows
from steelyard.plan.numbers import Periods, PlanNumbers
from steelyard.plan.stages.forecast import BANDS

MOST_REPLAYED = 40
"""With more changes than this, their single effects are not replayed."""
FORECASTS = ("statistical_forecast", *BANDS)
"""Measures that a sentence tells about."""
_SECTIONS = ("Args:", "Returns:", "Raises:", "Example:", "Examples:", "Note:")


@dataclass(frozen=True)
class InputValue:
    """One input of a calculation, at the same scope."""

    name: str
    label: str
    unit: str
    value: float | str | None
    """None where the input does not have this scope, or is a table such as a bill of material."""
    calculated: bool
    """Whether it can be explained further by a formula."""


@dataclass(frozen=True)
class ChangeEffect:
    """What one change did to the number."""

    change: Change
    effect: float | None
    """How much the number moved when the change was laid on, in order; None where it was not replayed."""


@dataclass(frozen=True)
class Explanation:
    """Where a number comes from."""

    measure: str
    label: str
    meaning: str
    unit: str
    scope: Scope
    periods: Periods
    value: float
    formula: str
    """What the calculation does, in words and symbols."""
    reason: str
    """For a forecast: one sentence on how it came about here; else empty."""
    calculated_by: str
    """Module and function; `extract` for an input."""
    inputs: tuple[InputValue, ...]
    changes: tuple[ChangeEffect, ...]
    """Changes of the measure and of what it depends on that moved this number, in order."""
    rows: Mapping[str, pl.DataFrame] = field(repr=False)
    """Rows of the extract it stands on, by table; looked up when asked for."""


def explain(plan: PlanNumbers, measure: str, *, scope: Scope | None = None, periods: Periods = None) -> Explanation:
    """Explain a cell or a total.

    Args:
        plan: The plan.
        measure: Name of the measure.
        scope: Members by level; nothing means everything.
        periods: A period, a first and last period, or all.

    Raises:
        NotFound: The plan has no such measure.
        UnknownMember: The measure has no such level or member.
        UnknownPeriod: The measure does not cover the period.
    """
    declared, asked = plan.measure(measure), scope or {}
    step = plan.wiring.writer.get(measure)
    return Explanation(
        measure=measure,
        label=declared.label,
        meaning=declared.meaning,
        unit=declared.unit,
        scope=asked,
        periods=periods,
        value=plan.value(measure, scope=asked, periods=periods),
        formula=_formula(plan, measure),
        reason=forecast_sentence(plan, asked) if measure in FORECASTS else "",
        calculated_by=step.name if step else ("ratio of totals" if declared.is_ratio else "extract"),
        inputs=tuple(_inputs(plan, measure, asked, periods)),
        changes=_effects(plan, measure, asked, periods),
        rows=RowsBehind(plan, measure, asked, periods),
    )


def _formula(plan: PlanNumbers, measure: str) -> str:
    declared = plan.measure(measure)
    if declared.is_ratio:
        return f"{declared.label} = total of {declared.numerator} / total of {declared.denominator}"
    if measure not in plan.wiring.writer:
        tables = ORIGINS[measure].tables if measure in ORIGINS else ()
        return f"{declared.label} comes from the extract" + (f" ({' or '.join(tables)})" if tables else "")
    lines = plan.wiring.writer[measure].formula.splitlines()
    end = next((i for i, line in enumerate(lines) if line.strip() in _SECTIONS), len(lines))
    return "\n".join(lines[:end]).strip()


def _inputs(plan: PlanNumbers, measure: str, scope: Scope, periods: Periods) -> Iterator[InputValue]:
    for name in _input_names(plan, measure):
        if name in plan.measures:
            declared = plan.measure(name)
            value = _value(plan, name, scope, periods)
            yield InputValue(name, declared.label, declared.unit, value, name in plan.wiring.writer)
        else:
            setting = plan.inputs.values.get(name)
            plain = setting if isinstance(setting, str | float | int) else None
            shown = float(plain) if isinstance(plain, int | float) and not isinstance(plain, bool) else plain
            yield InputValue(name, name.replace("_", " ").capitalize(), "", _said(shown), False)


def _said(value: float | str | bool | None) -> float | str | None:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _input_names(plan: PlanNumbers, measure: str) -> Sequence[str]:
    declared = plan.measure(measure)
    if declared.is_ratio:
        return declared.numerator, declared.denominator
    step = plan.wiring.writer.get(measure)
    return step.inputs if step else ()


def _value(plan: PlanNumbers, measure: str, scope: Scope, periods: Periods) -> float | None:
    span = plan.measure(measure).span
    try:
        value = plan.value(measure, scope=scope, periods=periods if span == "horizon" else None)
    except (UnknownMember, UnknownPeriod):
        return None
    return value if np.isfinite(value) else None


def _effects(plan: PlanNumbers, measure: str, scope: Scope, periods: Periods) -> tuple[ChangeEffect, ...]:
    upstream = set(plan.upstream(measure))
    changes = [c for c in plan.changes if c.measure in upstream or c.moves_inputs]
    if len(changes) > MOST_REPLAYED:
        return tuple(ChangeEffect(change, None) for change in changes)
    found = zip(changes, _moves(plan, measure, scope, periods, changes), strict=True)
    return tuple(ChangeEffect(change, effect) for change, effect in found if effect)


def _moves(
    plan: PlanNumbers, measure: str, scope: Scope, periods: Periods, changes: Sequence[Change]
) -> Iterator[float]:
    """How much each change moves the number when the changes are laid on one by one."""
    near, before = "", None
    for count in range(len(changes) + 1 if changes else 0):
        step = plan.maker.numbers(plan.inputs.extract, plan.parameters, changes[:count], near=near)
        value = _value(step, measure, scope, periods) or 0.0
        if before is not None:
            yield value - before
        near, before = step.digest, value


class RowsBehind(Mapping[str, pl.DataFrame]):
    """Rows of the extract behind a number by table, looked up when they are asked for."""

    def __init__(self, plan: PlanNumbers, measure: str, scope: Scope, periods: Periods) -> None:
        self._plan, self._scope, self._periods = plan, scope, periods
        self._measures: dict[str, str] = {}
        for name in plan.upstream(measure):
            for table in ORIGINS[name].tables if name in ORIGINS and name in plan.measures else ():
                self._measures.setdefault(table, name)

    def __getitem__(self, table: str) -> pl.DataFrame:
        """Rows of a table in the scope, and in the periods where the measure behind it has them."""
        name = self._measures[table]
        periods = self._periods if _covers(self._plan, name, self._periods) else None
        try:
            rows = extract_rows(self._plan, name, scope=self._scope, periods=periods)
        except UnknownMember:
            rows = {}
        return rows.get(table, pl.DataFrame())

    def __contains__(self, table: object) -> bool:
        """Say whether the number may stand on a table, without looking its rows up."""
        return table in self._measures

    def __iter__(self) -> Iterator[str]:
        """Names of the tables the number may stand on."""
        return iter(self._measures)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self._measures)


def _covers(plan: PlanNumbers, measure: str, periods: Periods) -> bool:
    """Whether a measure has the periods asked for; a forecast of March stands on the whole history."""
    labels = plan.inputs.periods(plan.measure(measure).span).labels
    wanted = (periods,) if isinstance(periods, str) else (periods or ())
    return all(label is None or label in labels for label in wanted)
