"""Sentence: what the forecast of an item saw, in words."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.plan.forecast_stage import ForecastNotes
from steelyard.plan.plan import Plan
from steelyard.plan.signed_slice import rows_of
from steelyard.web.masterdata.names import member_names
from steelyard.web.ui.figures import number

Scope = dict[str, tuple[str, ...]]
SHOWN = 12
YEAR = 12


@dataclass(frozen=True)
class Sentence:
    """An item, what its forecast saw, and the year behind and ahead."""

    item: str
    name: str
    words: str
    past: float
    ahead: float


def sentences(plan: Plan, scope: Scope) -> list[Sentence]:
    """The items of a slice that are to sell most in the year ahead, each with what its forecast saw."""
    series = plan.series("statistical_forecast")
    rows = rows_of(scope, series)
    codes, names = series.codes("item")[rows], series.names("item")
    history = _sums(plan, "demand_history", rows, slice(-YEAR, None))
    ahead = _sums(plan, "statistical_forecast", rows, slice(0, YEAR))
    earlier = _sums(plan, "demand_history", rows, slice(-2 * YEAR, -YEAR))
    items = np.unique(codes)
    past, coming, before = (
        np.bincount(codes, weights=one, minlength=len(names))[items] for one in (history, ahead, earlier)
    )
    order = np.argsort(-coming, kind="stable")[:SHOWN]
    called = member_names(plan.inputs.extract)
    return [
        Sentence(
            names[items[i]], called.of("item", names[items[i]]),
            f"{_seen(plan, rows[codes == items[i]])} {_trend(past[i], before[i], coming[i])}".strip(),
            float(past[i]), float(coming[i]),
        )
        for i in order.tolist()
    ]  # fmt: skip


def _seen(plan: Plan, rows: IntArray) -> str:
    """What the method saw of the largest series among some."""
    notes = plan.values.get("forecast_notes")
    if not isinstance(notes, ForecastNotes):
        return ""
    sold = _sums(plan, "demand_history", rows, slice(-YEAR, None))
    said = notes.forecast.reason(int(notes.unit[rows[int(np.argmax(sold))]])).strip()
    return f"{said.rstrip('.')}." if said else ""


def _trend(past: float, before: float, ahead: float) -> str:
    if past <= 0:
        return f"Nothing was asked for in the last year; {number(ahead)} are expected in the next." if ahead else ""
    grown = f", {_share(past / before - 1)} against the year before" if before > 0 else ""
    return f"Last year {number(past)} units{grown}; the next {number(ahead)}, {_share(ahead / past - 1)}."


def _share(value: float) -> str:
    return f"{value:+.0%}".replace("-", "\N{MINUS SIGN}")


def _sums(plan: Plan, measure: str, rows: IntArray, window: slice) -> Array:
    series = plan.series(measure)
    parts = [plan.blocks(measure)[j][window, local].sum(axis=0) for j, local in series.by_block(rows).items()]
    return np.concatenate(parts) if parts else np.zeros(0)
