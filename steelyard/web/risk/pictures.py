"""Pictures: tornado, fan and the spread of an outcome, as options of the page's charts."""

from typing import cast

import numpy as np

from steelyard.plan.uncertainty.monte_carlo import PlanFutures
from steelyard.plan.uncertainty.sensitivity import Tornado
from steelyard.web.scorecard.charts import Json, Option, bars, line, lines_and_bars, money_scale, numbers

LOW, HIGH = "var(--chart-2)", "var(--accent)"
MOST_BARS, CLASSES = 20, 24


def tornado_chart(found: Tornado) -> Option:
    """Bars left and right of the plan, the widest on top."""
    shown = found.bars[:MOST_BARS]
    largest = max((max(abs(bar.low), abs(bar.high)) for bar in shown), default=0.0)
    scale, unit = (1e6, "m") if largest >= 1e6 else (1e3, "k") if largest >= 1e3 else (1.0, "")
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
                "name": name, "type": "bar", "stack": "ends", "barMaxWidth": 18, "itemStyle": {"color": colour},
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
    planned = found.plan.frame([outcome])[outcome].to_numpy() / scale if outcome in found.plan.measures else middle
    hidden: Option = {"lineStyle": {"opacity": 0}, "stack": "fan", "silent": True}
    area: Json = {"opacity": 0.18, "color": HIGH}
    return lines_and_bars(
        fan["period"].to_list(),
        [
            {**line("", numbers(low.tolist())), **hidden},
            {**line("P10 to P90", numbers((high - low).tolist())), **hidden, "areaStyle": area},
            {**line("P50", numbers(middle.tolist())), "lineStyle": {"width": 2, "color": HIGH}},
            line("Plan", numbers(planned.tolist()), kind="published"),
        ],
        unit=unit,
    )


def spread_chart(found: PlanFutures, outcome: str) -> Option:
    """How often which outcome came, over the horizon."""
    draws = found.by_draw(outcome)
    largest = float(np.abs(draws).max())
    scale, unit = (1e6, "m") if largest >= 1e6 else (1e3, "k") if largest >= 1e3 else (1.0, "")
    counts, edges = np.histogram(draws / scale, bins=CLASSES)
    middles = (edges[:-1] + edges[1:]) / 2
    data = numbers((100 * counts / draws.size).tolist())
    option = lines_and_bars(
        [f"{value:,.1f}" for value in middles], [bars("Share of futures", data)], unit="% of futures"
    )
    axis = {**cast(Option, option["xAxis"]), "name": unit, "nameLocation": "middle", "nameGap": 26}
    return {**option, "xAxis": axis, "legend": {"show": False}, "grid": {"top": 36, "bottom": 44}}
