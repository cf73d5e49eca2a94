"""Pictures: the statement over time, the waterfall, the treemap of what earns, and what binds cash."""

from typing import Any, cast

import polars as pl

from steelyard.plan.money.bridge import MoneyBridge
from steelyard.plan.money.statement import Statement
from steelyard.plan.money.version import VersionKind
from steelyard.web.scenarios.chain import Chain, ChainStep
from steelyard.web.scenarios.waterfall import waterfall
from steelyard.web.scorecard.charts import Json, Option, bars, line, lines_and_bars, numbers
from steelyard.web.worksheet.columns import short_label

MOST_BOXES = 60
LOW, HIGH = 0.15, 0.45
"""Margins between which the treemap turns from red to green."""
LOOK: dict[VersionKind, str] = {
    "operating_plan": "var(--accent)", "plan": "var(--accent)", "budget": "var(--ink-3)", "last_year": "var(--chart-4)",
    "latest_estimate": "var(--chart-3)", "finance_forecast": "var(--chart-5)", "last_plan": "var(--chart-2)",
    "actual": "var(--chart-6)",
}  # fmt: skip
WORDS = {
    "volume": "Volume", "mix": "Mix", "price": "Price", "cost": "Cost", "currency": "Exchange rates",
    "new": "New", "exit": "Exit",
}  # fmt: skip


def statement_chart(found: Statement) -> Option:
    """Revenue as bars and operating profit as lines, a colour for each version."""
    whole = any(found.value(kind, period, "operating_profit") is not None for kind, _ in found.versions
                for period in found.periods)  # fmt: skip
    below = "operating_profit" if whole else "gross_margin"
    series: list[Option] = []
    for kind, name in found.versions:
        colour: Json = {"color": LOOK[kind]}
        series.append(bars(f"{name}: revenue", _millions(found, kind, "revenue"), itemStyle=colour))
    for kind, name in found.versions:
        colour = {"color": LOOK[kind]}
        label = f"{name}: {below.replace('_', ' ')}"
        series.append(line(label, _millions(found, kind, below), itemStyle=colour, lineStyle=colour, symbol="circle"))
    return lines_and_bars(list(map(short_label, found.periods)), series, unit="million")


def capital_chart(found: Statement, kind: VersionKind) -> Option:
    """Inventory and receivables above, payables below, working capital as a line."""
    series = [
        bars("Inventory", _millions(found, kind, "inventory"), stack="held"),
        bars("Receivables", _millions(found, kind, "receivables"), stack="held"),
        bars("Payables", _millions(found, kind, "payables", sign=-1.0), stack="held"),
        line("Working capital", _millions(found, kind, "working_capital"), symbol="circle"),
    ]
    return lines_and_bars(list(map(short_label, found.periods)), series, unit="million")


def cash_chart(found: Statement, kind: VersionKind) -> Option:
    """Cash flow by period, and since the beginning."""
    flow = [found.value(kind, period, "cash_flow") for period in found.periods]
    total, running = 0.0, []
    for value in flow:
        total += value or 0.0
        running.append(None if value is None else total / 1e6)
    colours: list[Json] = [
        {"value": None if v is None else round(v / 1e6, 2),
         "itemStyle": {"color": "var(--alert)" if v is not None and v < 0 else "var(--good)"}}
        for v in flow
    ]  # fmt: skip
    series = [bars("Cash flow", colours), line("Since the beginning", numbers(running), symbol="circle")]
    return lines_and_bars(list(map(short_label, found.periods)), series, unit="million")


def bridge_chart(found: MoneyBridge) -> Option:
    """The waterfall of a bridge."""
    steps = tuple(ChainStep(WORDS[name], "", "", effect) for name, effect in found.effects if effect)
    told = Chain(found.measure, found.measure.replace("_", " "), "money", 0, found.start, steps, found.end, 0)
    return cast(Option, waterfall(told, *found.names, rises_are_good=True))


def earning_chart(frame: pl.DataFrame, level: str) -> Option:
    """A box for each member: as large as its revenue, red to green by its margin."""
    shown = frame.filter(pl.col("revenue") > 0).head(MOST_BOXES)
    boxes: list[Json] = [
        {
            "name": f"{row[level]}\n{100 * (row['gross_margin_percent'] or 0.0):.0f} %",
            "value": round(row["revenue"]),
            "itemStyle": {"color": _colour(row["gross_margin_percent"] or 0.0)},
        }
        for row in shown.to_dicts()
    ]
    series: dict[str, Any] = {
        "type": "treemap",
        "data": boxes,
        "roam": False,
        "nodeClick": False,
        "breadcrumb": {"show": False},
        "left": 0, "right": 0, "top": 0, "bottom": 0,
        "label": {"show": True, "color": "var(--ink)", "fontSize": 12, "lineHeight": 17, "overflow": "truncate"},
        "itemStyle": {"borderColor": "var(--surface)", "borderWidth": 2, "gapWidth": 2},
    }  # fmt: skip
    return {"tooltip": {}, "series": [cast(Json, series)]}


def _colour(margin: float) -> str:
    if margin < LOW:
        return "var(--alert-soft)"
    if margin < (LOW + HIGH) / 2:
        return "var(--changed-soft)"
    return "var(--accent-soft)" if margin < HIGH else "var(--good-soft)"


def _millions(found: Statement, kind: VersionKind, name: str, *, sign: float = 1.0) -> list[Json]:
    values = [found.value(kind, period, name) for period in found.periods]
    return numbers([None if value is None else sign * value / 1e6 for value in values])
