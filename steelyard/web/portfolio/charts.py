"""Portfolio charts: curves, slips, run-downs, pareto, freed hours, calendar."""

import json

import polars as pl

from steelyard.plan.plan import Plan
from steelyard.plan.portfolio.product_facts import ProductFacts
from steelyard.web.scorecard.charts import (
    ALERT,
    GOOD,
    QUIET,
    WARM,
    Json,
    Option,
    bars,
    column,
    line,
    lines_and_bars,
    money_scale,
    numbers,
)
from steelyard.web.worksheet.columns import short_label

MOST_LINES = 8
PAST = 18
MOST_ITEMS = 120
KIND_COLOURS = {
    "launch": GOOD, "gate": WARM, "succession": "var(--accent)", "promotion": QUIET, "end": ALERT,
}  # fmt: skip


def launches_chart(plan: Plan, frame: pl.DataFrame, facts: ProductFacts) -> Option:
    """Demand of the largest launches over the horizon, stacked."""
    top = frame.sort("units", descending=True).head(MOST_LINES)
    labels = [short_label(label) for label in plan.horizon.labels]
    series = [
        bars(str(item), numbers(facts.over_time("unconstrained_demand", [str(item)]).tolist(), 1), stack="launches")
        for item in top["item"].to_list()
    ]
    return lines_and_bars(labels, series, unit="units") if series else {}


def launch_chart(plan: Plan, frame: pl.DataFrame) -> Option:
    """One launch: what it sold, what statistics and like-items say, and its phase-in curve on a second axis."""
    shown = frame.tail(min(PAST, plan.history.size) + plan.horizon.size)
    option = lines_and_bars(
        [short_label(label) for label in shown["period"].to_list()],
        [
            line("History", column(shown, "history"), kind="history"),
            bars("Demand", column(shown, "demand"), itemStyle={"color": "var(--accent-soft)"}),
            line("Statistical", column(shown, "statistical_forecast"), kind="statistical"),
            line("Launch forecast", column(shown, "launch_forecast"), lineStyle={"type": "dashed"}),
            line("Phase-in", numbers([100 * f for f in shown["factor"].to_list()], 1), yAxisIndex=1, step="middle",
                 lineStyle={"type": "dotted"}),
        ],
        unit="units",
    )  # fmt: skip
    share: Option = {"type": "value", "name": "% of full volume", "min": 0, "max": 100, "splitLine": {"show": False}}
    return option | {"yAxis": [option["yAxis"], share]}


def slip_charts(frame: pl.DataFrame, currency: str) -> list[tuple[str, str, str]]:
    """Volume, revenue and load of a launch on two days: key, title, option as JSON text."""
    scale, mark = money_scale(frame, ["revenue", "revenue_after"])
    labels = [short_label(label) for label in frame["period"].to_list()]
    made = []
    for key, title, unit, by in (
        ("units", "Volume of the launch", "units", 1.0),
        ("revenue", "Revenue of the launch", f"{currency} {mark}".strip(), scale),
        ("load", "Load of the resources it runs on", "hours", 1.0),
    ):
        option = lines_and_bars(
            labels,
            [
                line("As planned", column(frame, key, by), lineStyle={"color": "var(--ink-3)"}),
                line("On the new day", column(frame, f"{key}_after", by), lineStyle={"type": "dashed"}),
            ],
            unit=unit,
        )
        made.append((key, title, json.dumps(option)))
    return made


def endings_chart(plan: Plan, frame: pl.DataFrame, facts: ProductFacts) -> Option:
    """Demand of the ending items as they run down, the largest first."""
    top = frame.filter(pl.col("kind") == "sold").sort("remaining", descending=True).head(MOST_LINES)
    labels = [short_label(label) for label in plan.horizon.labels]
    series = [
        line(
            str(item),
            numbers(facts.over_time("unconstrained_demand", [str(item)]).tolist(), 1),
            areaStyle={"opacity": 0.08},
        )
        for item in top["item"].to_list()
    ]
    return lines_and_bars(labels, series, unit="units") if series else {}


def pareto_chart(frame: pl.DataFrame, currency: str) -> Option:
    """Revenue by item, the largest first, and what they earn together."""
    top = frame.sort("revenue", descending=True).head(MOST_ITEMS)
    scale, mark = money_scale(top, ["revenue"])
    data: list[Json] = [
        {"value": value, "itemStyle": {"color": QUIET}} if tail else value
        for value, tail in zip(column(top, "revenue", scale), top["tail"].to_list(), strict=True)
    ]
    option = lines_and_bars(
        top["item"].to_list(),
        [
            bars("Revenue", data),
            line("Together", numbers([100 * share for share in top["share"].to_list()], 1), yAxisIndex=1),
        ],
        unit=f"{currency} {mark}".strip(),
    )
    share: Option = {"type": "value", "name": "%", "min": 0, "max": 100, "splitLine": {"show": False}}
    return option | {"yAxis": [option["yAxis"], share]}


def complexity_chart(frame: pl.DataFrame, currency: str) -> Option:
    """Margin against complexity, one point an item; the lower right earns little for much trouble."""
    scale, mark = money_scale(frame, ["margin"])
    groups = (("Head", False, "var(--accent)"), ("Tail", True, ALERT))
    series: list[Json] = []
    for label, tail, colour in groups:
        part = frame.filter(pl.col("tail") == tail)
        points: list[Json] = [
            {"name": item, "value": [round(index, 3), round(margin / scale, 2)]}
            for item, index, margin in part.select("item", "complexity", "margin").drop_nulls().iter_rows()
        ]
        look: Json = {"color": colour, "opacity": 0.7}
        series.append({"name": label, "type": "scatter", "symbolSize": 7, "data": points, "itemStyle": look})
    return {
        "legend": {},
        "tooltip": {"trigger": "item"},
        "grid": {"top": 56, "bottom": 44},
        "xAxis": {"type": "value", "name": "complexity, 1 is usual", "nameLocation": "middle", "nameGap": 26},
        "yAxis": {"type": "value", "name": f"margin, {currency} {mark}".strip()},
        "series": series,
    }


def freed_chart(freed: pl.DataFrame) -> Option:
    """Hours freed by resource."""
    top = freed.head(12)
    if not top.height:
        return {}
    return {
        "grid": {"top": 8, "bottom": 34, "right": 24},
        "xAxis": {"type": "value", "name": "hours freed in the year ahead", "nameLocation": "middle", "nameGap": 26},
        "yAxis": {"type": "category", "data": top["resource"].to_list(), "inverse": True},
        "series": [{"type": "bar", "data": column(top, "freed_hours"), "barMaxWidth": 18}],
    }


def calendar_chart(plan: Plan, frame: pl.DataFrame) -> Option:
    """Events as bars over the periods: an unseen bar up to the start, then one as long as the event."""
    if not frame.height:
        return {}
    labels = list(plan.horizon.labels)
    rows = frame.head(40)
    first = [labels.index(label) for label in rows["first_period"].to_list()]
    length = [labels.index(last) - start + 1 for last, start in zip(rows["last_period"].to_list(), first, strict=True)]
    names = [f"{kind}: {subject}" for kind, subject in rows.select("kind", "subject").iter_rows()]
    coloured: list[Json] = [
        {"value": size, "name": name, "itemStyle": {"color": KIND_COLOURS[kind], "borderRadius": 3}}
        for size, kind, name in zip(length, rows["kind"].to_list(), rows["name"].to_list(), strict=True)
    ]
    hidden: Option = {"itemStyle": {"color": "transparent"}, "tooltip": {"show": False}, "silent": True}
    return {
        "tooltip": {"trigger": "item", "formatter": "{b}"},
        "grid": {"top": 26, "bottom": 8, "left": 8, "right": 16, "containLabel": True},
        "xAxis": [
            {"type": "value", "min": 0, "max": len(labels), "interval": 1, "show": False},
            {"type": "category", "position": "top", "data": [short_label(label) for label in labels]},
        ],
        "yAxis": {
            "type": "category", "data": [*names], "inverse": True,
            "axisLabel": {"width": 170, "overflow": "truncate"},
        },
        "series": [
            {"type": "bar", "stack": "time", "data": [*first], **hidden},
            {"type": "bar", "stack": "time", "data": coloured, "barMaxWidth": 14},
        ],
    }  # fmt: skip
