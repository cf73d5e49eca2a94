"""Pictures: tornado, fan and the spread of an outcome, as options of the page's charts."""

from math import isfinite
from typing import cast

import numpy as np
import polars as pl

from steelyard.grid.block import Array
from steelyard.plan.uncertainty.future_load import LoadFutures
from steelyard.plan.uncertainty.monte_carlo import PlanFutures
from steelyard.plan.uncertainty.robust_choice import RobustChoice
from steelyard.plan.uncertainty.sensitivity import Tornado
from steelyard.plan.uncertainty.warm_tornado import Outcome, WarmTornado
from steelyard.web.risk.further import SweepView
from steelyard.web.scorecard.charts import Json, Option, bars, heat_map, line, lines_and_bars, money_scale, numbers
from steelyard.web.ui.figures import scale_of
from steelyard.web.worksheet.columns import short_label

LOW, HIGH = "var(--chart-2)", "var(--accent)"
MOST_BARS, CLASSES = 20, 24


def tornado_chart(found: Tornado) -> Option:
    """Bars left and right of the plan, the widest on top."""
    shown = found.bars[:MOST_BARS]
    scale, unit = scale_of(end for bar in shown for end in (bar.low, bar.high))
    sides = (("Low end", LOW, [bar.low for bar in shown]), ("High end", HIGH, [bar.high for bar in shown]))
    return {
        "legend": {},
        "grid": {"top": 36, "bottom": 34, "right": 24},
        "xAxis": {"type": "value", "name": unit, "nameLocation": "middle", "nameGap": 24},
        "yAxis": {
            "type": "category",
            "data": [bar.assumption.statement for bar in shown],
            "inverse": True,
            "axisLabel": {"width": 220, "overflow": "truncate"},
        },
        "series": [
            {
                "name": name, "type": "bar", "barGap": "-100%", "barMaxWidth": 18,
                "itemStyle": {"color": colour, "opacity": 0.85},
                "data": numbers([value / scale for value in values]),
            }
            for name, colour, values in sides
        ],
    }  # fmt: skip


def fan_chart(found: PlanFutures, outcome: str) -> Option:
    """P10 to P90 as an area, the median as a line, the plan beside it."""
    fan = found.fan(outcome)
    scale, unit = money_scale(fan, ["p90"])
    low, middle, high = ((fan[name] / scale).to_numpy() for name in ("p10", "p50", "p90"))
    said = found.planned(outcome)
    return _fan(fan["period"].to_list(), (low, middle, high, middle if said is None else said / scale), unit)


def spread_chart(found: PlanFutures, outcome: str) -> Option:
    """How often which outcome came, over the horizon."""
    draws = found.by_draw(outcome)
    scale, unit = scale_of(draws.tolist())
    counts, edges = np.histogram(draws / scale, bins=CLASSES)
    middles = (edges[:-1] + edges[1:]) / 2
    data = numbers((100 * counts / draws.size).tolist())
    option = lines_and_bars(
        [f"{value:,.1f}" for value in middles], [bars("Share of futures", data)], unit="% of futures"
    )
    axis = {**cast(Option, option["xAxis"]), "name": unit, "nameLocation": "middle", "nameGap": 26}
    return {**option, "xAxis": axis, "legend": {"show": False}, "grid": {"top": 36, "bottom": 44}}


def warm_chart(found: WarmTornado, outcome: str, currency: str) -> Option:
    """Bars left and right of the best plan, the widest on top."""
    ranked = found.ranked(cast(Outcome, outcome))[:MOST_BARS]
    scale, mark = scale_of(end for _, low, high in ranked for end in (low, high))
    unit = f"{mark} {currency}".strip()
    if outcome == "service":
        scale, unit = 0.01, "points of service"
    sides = (("Low end", LOW, [low for _, low, _ in ranked]), ("High end", HIGH, [high for _, _, high in ranked]))
    return {
        "legend": {},
        "grid": {"top": 36, "bottom": 34, "right": 24},
        "xAxis": {"type": "value", "name": unit, "nameLocation": "middle", "nameGap": 24},
        "yAxis": {
            "type": "category", "data": [bar.name for bar, _, _ in ranked], "inverse": True,
            "axisLabel": {"width": 220, "overflow": "truncate"},
        },
        "series": [
            {
                "name": name, "type": "bar", "barGap": "-100%", "barMaxWidth": 18,
                "itemStyle": {"color": colour, "opacity": 0.85},
                "data": numbers([value / scale for value in values], 3),
            }
            for name, colour, values in sides
        ],
    }  # fmt: skip


def sweep_chart(found: SweepView, label: str) -> Option:
    """A number over the percentages of one parameter."""
    scale, mark = scale_of(found.values)
    data = numbers([value / scale for value in found.values], 3)
    option = lines_and_bars([f"{one:+g} %" for one in found.percents], [line(label, data)], unit=mark or found.unit)
    axis = {**cast(Option, option["yAxis"]), "scale": True}
    return {**option, "yAxis": axis, "legend": {"show": False}}


def regret_chart(found: RobustChoice, currency: str) -> Option:
    """Largest and mean regret of each scenario."""
    worst, mean = found.regret.worst.tolist(), found.regret.expected.tolist()
    scale, mark = scale_of([*worst, *mean])
    sets = (("Largest regret", LOW, worst), ("Mean regret", HIGH, mean))
    series = [bars(name, numbers([v / scale for v in values]), itemStyle={"color": c}) for name, c, values in sets]
    return lines_and_bars(list(found.scenarios), series, unit=f"{mark} {currency}".strip())


def kpi_fan_chart(fan: pl.DataFrame, unit: str, currency: str) -> Option:
    """P10 to P90 of a KPI as an area, the median as a line, the plan beside it."""
    scale, mark = money_scale(fan, ["p90"]) if unit == "money" else (1.0, "%" if unit == "percent" else unit)
    low, middle, high, planned = ((fan[name] / scale).to_numpy() for name in ("p10", "p50", "p90", "plan"))
    return _fan(
        fan["period"].to_list(), (low, middle, high, planned), f"{mark} {currency}" if unit == "money" else mark
    )


def _fan(periods: list[str], lines: tuple[Array, Array, Array, Array], unit: str) -> Option:
    low, middle, high, planned = lines
    hidden: Option = {"lineStyle": {"opacity": 0}, "stack": "fan", "stackStrategy": "all", "silent": True}
    area: Json = {"opacity": 0.18, "color": HIGH}
    return lines_and_bars(
        list(map(short_label, periods)),
        [
            {**line("", numbers(low.tolist(), 3)), **hidden},
            {**line("P10 to P90", numbers((high - low).tolist(), 3)), **hidden, "areaStyle": area},
            {**line("P50", numbers(middle.tolist(), 3)), "lineStyle": {"width": 2, "color": HIGH}},
            line("Plan", numbers(planned.tolist(), 3), kind="published"),
        ],
        unit=unit,
    )


def load_map(found: LoadFutures, show: str) -> Option:
    """Load by resource and period in percent of the hours, or the chance that hours are missing; the worst on top."""
    frame = found.by_period
    worst = dict(frame.group_by("resource").agg(pl.col(show).fill_nan(0.0).max()).iter_rows())
    names = sorted(found.resources, key=lambda name: (-worst[name], name))
    held = {(name, label): value for name, label, value in frame.select("resource", "period", show).iter_rows()}
    cells = [
        (t, y, 100.0 * held[name, label] if isfinite(held[name, label]) else None)
        for y, name in enumerate(names)
        for t, label in enumerate(found.periods)
    ]
    return heat_map(list(map(short_label, found.periods)), names, cells)
