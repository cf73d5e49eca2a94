"""Chart: history, corrections, streams, interval fan and last month's consensus of a slice."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from steelyard.errors import UnknownMember
from steelyard.grid.block import Array, BoolArray
from steelyard.plan.forecasting.view import interval_of_sum
from steelyard.plan.plan import Plan
from steelyard.plan.sign_off.signed_slice import rows_of
from steelyard.plan.stages.forecast import ForecastNotes
from steelyard.web.scenarios.plans import published_numbers
from steelyard.web.scenarios.selectors import last_published
from steelyard.web.scorecard.charts import Json, Option, line, lines_and_bars, numbers
from steelyard.web.worksheet.columns import short_label

Scope = dict[str, tuple[str, ...]]

PAST = 24
STREAMS = {
    "sales_forecast": "var(--chart-2)",
    "marketing_forecast": "var(--chart-4)",
    "customer_forecast": "var(--chart-5)",
    "finance_forecast": "var(--chart-8)",
}
"""Streams that are opinions, with the colour each has."""
WORTH_A_LINE = 0.05
"""Share of the consensus from which on commitments are drawn: below, the line would lie on the axis."""
SEEN = 0.005
"""Share of a month's demand from which on its correction is drawn."""
FANS = (
    (("forecast_low_95", "forecast_high_95"), "95 %", 0.10),
    (("forecast_low_80", "forecast_high_80"), "80 %", 0.16),
)


def review_chart(plan: Plan, scope: Scope) -> Option:
    """What was asked for, what each party believes, and how sure the forecast is."""
    past = plan.history.labels[-PAST:]
    labels = [*past, *plan.horizon.labels]
    blank: list[Json] = [None] * len(past)
    lines = [*_fan(plan, scope, blank), *_history(plan, scope, len(labels)), *_streams(plan, scope, blank)]
    before = _published(plan, scope)
    if any(value is not None for value in before):
        lines.append(line("Last plan", [*blank, *before], kind="published"))
    option = lines_and_bars([short_label(label) for label in labels], lines, unit="units")
    shown: Option = {"data": [_mark(one) for one in lines if one["name"]], "type": "plain"}
    return {**option, "legend": shown, "grid": {"top": 72}}


def _mark(one: Option) -> Json:
    """How a line is told in the legend: by its stroke, and an area by its fill."""
    if "areaStyle" in one:
        return {"name": one["name"], "icon": "rect", "itemStyle": one["areaStyle"]}
    if one.get("symbol") == "emptyCircle":
        return {"name": one["name"], "icon": "circle"}
    return {"name": one["name"], "itemStyle": {"opacity": 0}}


def _history(plan: Plan, scope: Scope, size: int) -> list[Option]:
    raw = _values(plan, "demand_history", scope)[-PAST:]
    found = [line("History", _padded(raw, size), kind="history")]
    if "cleaned_demand" in plan.measures:
        cleaned = _values(plan, "cleaned_demand", scope)[-PAST:]
        moved = np.abs(cleaned - raw) > SEEN * np.abs(raw)
        if moved.any():
            points = line("Corrected", _padded(np.where(moved, cleaned, np.nan), size))
            dots: Option = {"symbol": "emptyCircle", "symbolSize": 6, "lineStyle": {"opacity": 0}}
            found.append({**points, **dots, "itemStyle": {"color": "var(--changed-mark)"}})
    return found


def _streams(plan: Plan, scope: Scope, blank: list[Json]) -> list[Option]:
    shown = [line("Statistical", [*blank, *_series(plan, "statistical_forecast", scope)], kind="statistical")]
    demand = _cells(plan, "unconstrained_demand", scope)
    for name, colour in STREAMS.items():
        opinion = _cells(plan, name, scope)
        said = np.isfinite(opinion)
        if said.any():
            label = f"{plan.measure(name).label.removesuffix(' forecast')}{_voice(said, demand)}"
            total = np.where(said.any(axis=1), np.where(said, opinion, demand).sum(axis=1), np.nan)
            look: Option = {"lineStyle": {"width": 1.5, "color": colour}, "itemStyle": {"color": colour}}
            shown.append({**line(label, [*blank, *numbers(total.tolist())]), **look})
    bound = _values(plan, "customer_commitment", scope)
    said = np.isfinite(bound)
    if said.any() and np.nansum(bound) > WORTH_A_LINE * _values(plan, "consensus_demand", scope)[said].sum():
        committed = numbers(bound.tolist())
        step: Option = {"step": "middle", "lineStyle": {"width": 1.5, "color": "var(--alert)"}}
        commitment = line("Commitment", [*blank, *committed])
        shown.append({**commitment, **step, "itemStyle": {"color": "var(--alert)"}})
    return [*shown, line("Consensus", [*blank, *_series(plan, "consensus_demand", scope)], kind="consensus")]


def _voice(said: BoolArray, demand: Array) -> str:
    """For which share of the demand a stream speaks, in the periods in which it does; empty where for all."""
    spoken = said.any(axis=1)
    whole = float(demand[spoken].sum())
    share = float(np.where(said, demand, 0.0)[spoken].sum()) / whole if whole else 1.0
    return "" if share > 0.995 else f" ({max(round(100 * share), 1)} %)"


def _fan(plan: Plan, scope: Scope, blank: list[Json]) -> list[Option]:
    found: list[Option] = []
    for (low, high), label, opacity in FANS:
        if low in plan.measures and high in plan.measures:
            bottom, top = interval_of_total(plan, scope, low, high)
            band: Option = {"stack": label, "lineStyle": {"opacity": 0}, "silent": True, "stackStrategy": "all"}
            fill: Option = {"color": "var(--chart-1)", "opacity": opacity}
            found.append({**line("", [*blank, *numbers(bottom.tolist())]), **band})
            width = numbers((top - bottom).tolist())
            found.append({**line(label, [*blank, *width]), **band, "areaStyle": cast(Json, fill)})
    return found


def interval_of_total(plan: Plan, scope: Scope, low: str, high: str) -> tuple[Array, Array]:
    """Interval of the total of a slice by period; what errors do not have in common partly cancels out."""
    rows = rows_of(scope, plan.series("statistical_forecast"))
    notes = plan.values.get("forecast_notes")
    if isinstance(notes, ForecastNotes):
        return interval_of_sum(plan, notes, rows, (low, high))
    return _values(plan, low, scope), _values(plan, high, scope)


def _cells(plan: Plan, measure: str, scope: Scope) -> Array:
    series = plan.series(measure)
    parts = [plan.blocks(measure)[j][:, local] for j, local in series.by_block(rows_of(scope, series)).items()]
    return np.concatenate(parts, axis=1) if parts else np.zeros((plan.horizon.size, 0))


def _values(plan: Plan, measure: str, scope: Scope) -> Array:
    """Totals of a measure by period."""
    return plan.totals(measure, scope=scope)[1][:, 0]


def _series(plan: Plan, measure: str, scope: Scope) -> list[Json]:
    return numbers(_values(plan, measure, scope).tolist())


def _padded(values: Sequence[float] | Array, size: int) -> list[Json]:
    found = numbers([float(value) for value in values])
    return [*found, *[None] * (size - len(found))]


def _published(plan: Plan, scope: Scope) -> list[Json]:
    """The consensus of the plan published last, on the periods of this one."""
    published = last_published()
    if published is None:
        return [None] * plan.horizon.size
    before = published_numbers(published)
    try:
        frame = before.frame("consensus_demand", scope=scope)
    except UnknownMember:
        return [None] * plan.horizon.size
    values = dict(frame.select("period", "consensus_demand").iter_rows())
    return numbers([values.get(label) for label in plan.horizon.labels])
