"""Pictures of replenishment: what rules cost, when they order, what last buys bind, where a chain keeps stock."""

import polars as pl

from steelyard.plan.review.lot_sizing import AS_PLANNED
from steelyard.web.scorecard.charts import Option, bars, column, line, lines_and_bars, ranking
from steelyard.web.worksheet.columns import short_label

_WHOLE_LABELS: Option = {"interval": 0, "overflow": "break", "lineHeight": 13}
_SHOWN = (AS_PLANNED, "wagner_whitin", "period_order")


def rules_picture(frame: pl.DataFrame) -> Option:
    """What each rule costs in a year: orders, holding and waiting."""
    return _stacked(frame, {"Orders": "ordering", "Holding": "holding", "Waiting": "waiting"}, "money a year")


def lots_picture(frame: pl.DataFrame) -> Option:
    """What each rule of lots costs over the horizon: orders and holding."""
    return _stacked(frame, {"Orders": "ordering", "Holding": "holding"}, "money over the horizon", width=36)


def orders_picture(frame: pl.DataFrame) -> Option:
    """When the plan, the cheapest lots and period lots order, against what is needed."""
    labels = [short_label(label) for label in frame["period"].to_list()]
    shown = [bars(name.replace("_", " ").capitalize(), column(frame, name)) for name in _SHOWN]
    return lines_and_bars(labels, [*shown, line("Net requirement", column(frame, "net_requirement"))], unit="units")


def saving_picture(frame: pl.DataFrame, names: tuple[str, str], top: int = 12) -> Option:
    """The largest savings, longest first."""
    best = frame.filter(pl.col("saving") > 0).head(top)
    labels = [f"{first} {second}" for first, second in best.select(names).iter_rows()]
    return ranking(labels, column(best, "saving"), unit="money a year")


def buys_picture(frame: pl.DataFrame, top: int = 12) -> Option:
    """The last buys that bind most money, longest first."""
    best = frame.filter(pl.col("money") > 0).head(top)
    labels = [f"{item} {place}" for item, place in best.select("item", "location").iter_rows()]
    return ranking(labels, column(best, "money"), unit="money")


def chain_picture(frame: pl.DataFrame) -> Option:
    """Safety stock of each stage as proposed and now."""
    labels = [f"{item} {place}" for item, place in frame.select("item", "location").iter_rows()]
    shown = [bars("Proposed", column(frame, "safety_stock")), bars("Now", column(frame, "now"))]
    return lines_and_bars(labels, shown, unit="units of the stage")


def _stacked(frame: pl.DataFrame, parts: dict[str, str], unit: str, width: int = 62) -> Option:
    labels = [rule.replace("_", " ") for rule in frame["rule"].to_list()]
    colours = ("var(--ink-3)", "var(--accent)", "var(--changed-mark)")
    shown = [
        bars(name, column(frame, values), stack="cost", itemStyle={"color": colour})
        for (name, values), colour in zip(parts.items(), colours, strict=False)
    ]
    option = lines_and_bars(labels, shown, unit=unit)
    axis: Option = {"type": "category", "data": list(labels), "axisLabel": {**_WHOLE_LABELS, "width": width}}
    return {**option, "xAxis": axis}
