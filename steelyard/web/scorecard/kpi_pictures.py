"""KPI pictures: a KPI over time, the KPI tree, and a small line for a row of a table."""

from collections.abc import Sequence
from math import isfinite

from steelyard.kpi.indicator import Indicator
from steelyard.plan.kpi.series import KpiSeries, Values
from steelyard.web.scorecard.charts import Json, Option, bars, line, lines_and_bars, numbers
from steelyard.web.scorecard.kpi_selectors import TreeNode
from steelyard.web.worksheet.columns import short_label

WIDE, HIGH = 96, 22
COLOURS = {"good": "var(--good)", "watch": "var(--changed-mark)", "act": "var(--alert)", "unknown": "var(--outline)"}


def over_time(series: KpiSeries, indicator: Indicator, target: float | None, currency: str) -> Option:
    """What came as bars, what had been said and what is planned as lines, with the target."""
    labels = sorted({label for part in (series.actual, series.said, series.plan) for label, _ in part})
    if not labels:
        return {}
    unit = "%" if indicator.unit == "percent" else currency if indicator.unit == "money" else indicator.unit
    goal: list[Json] = [target for _ in labels]
    parts = [
        bars("Actual", _placed(series.actual, labels), itemStyle={"color": "var(--ink-3)"}),
        line("Forecast of the time", _placed(series.said, labels), kind="published") if series.said else None,
        line("Plan", _placed(series.plan, labels), kind="consensus") if series.plan else None,
        line("Target", goal, kind="budget") if target is not None else None,
    ]
    option = lines_and_bars([short_label(label) for label in labels], [one for one in parts if one], unit=unit)
    option["yAxis"] = {
        "type": "value",
        "name": unit,
        "nameLocation": "end",
        "nameGap": 8,
        "scale": _far_from_zero(series),
    }
    return option


def spark(values: Sequence[float]) -> str:
    """Points of a small line, as a polyline reads them; empty with fewer than two values.

    Example:
        >>> spark([1.0, 2.0])
        '2.0,20.0 94.0,2.0'
    """
    known = [value for value in values if isfinite(value)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    across, up = (WIDE - 4) / (len(known) - 1), (HIGH - 4) / (high - low) if high > low else 0.0
    points = ((2 + n * across, HIGH - 2 - (value - low) * up) for n, value in enumerate(known))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def tree_picture(nodes: Sequence[TreeNode]) -> Option:
    """The KPI tree from the result on the left to what drives it on the right; one met before is not followed."""
    root, _ = _branch(nodes, 0)
    leaf: Option = {"position": "right", "align": "left", "verticalAlign": "middle"}
    above: Option = {"position": "top", "align": "center", "verticalAlign": "bottom", "distance": 7}
    spoken: Option = {**above, "color": "var(--ink)", "fontSize": 12}
    return {
        "tooltip": {"trigger": "item"},
        "series": [
            {
                "type": "tree", "data": [root], "left": 130, "right": 210, "top": 8, "bottom": 8, "symbolSize": 11,
                "initialTreeDepth": 3, "roam": False, "edgeShape": "curve",
                "lineStyle": {"color": "var(--rule-strong)", "width": 1.2},
                "label": spoken,
                "leaves": {"label": leaf}, "expandAndCollapse": True, "animationDuration": 200,
            }
        ],
    }  # fmt: skip


def _branch(nodes: Sequence[TreeNode], at: int) -> tuple[Option, int]:
    node = nodes[at]
    children: list[Json] = []
    following = at + 1
    while following < len(nodes) and nodes[following].depth > node.depth:
        child, following = _branch(nodes, following)
        children.append(child)
    again = " \u21b0" if node.met else ""
    made: Option = {
        "name": f"{node.line.label}: {node.line.value_text}{again}",
        "value": f"target {node.line.target_text}" if node.line.target_text else "no target",
        "itemStyle": {"color": COLOURS[node.line.standing], "borderColor": COLOURS[node.line.standing]},
        "children": children,
    }
    return made, following


def _placed(values: Values, labels: Sequence[str]) -> list[Json]:
    found = dict(values)
    return numbers([found.get(label) for label in labels])


def _far_from_zero(series: KpiSeries) -> bool:
    known = [value for part in (series.actual, series.said, series.plan) for _, value in part]
    return bool(known) and min(known) > 0.4 * max(known) > 0
