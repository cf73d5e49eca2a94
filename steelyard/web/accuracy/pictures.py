"""Pictures: accuracy by lag and the staircase of value added, as options of the page's charts."""

import polars as pl

from steelyard.plan.measuring.value_added import Staircase
from steelyard.web.ui.figures import MINUS

Option = dict[str, object]
KIND = {"naive": "", "statistical": "statistical", "consensus": "consensus"}


def by_lag(frame: pl.DataFrame) -> Option:
    """WMAPE of each stream over the lag."""
    lags = sorted(set(frame["lag"].to_list()))
    series: list[Option] = []
    for (name, label), rows in frame.group_by("stream", "label", maintain_order=True):
        values = [None if value != value else round(100 * value, 2) for value in rows["wmape"].to_list()]
        look: Option = {"kind": KIND[str(name)]} if KIND.get(str(name)) else {"symbol": "none"}
        label = "Consensus" if name == "consensus" else label
        series.append({"name": label, "type": "line", "data": values, **look})
    return {
        "legend": {},
        "grid": {"top": 44, "bottom": 28},
        "xAxis": {
            "type": "category", "data": [str(lag) for lag in lags], "name": "lag in periods", "nameLocation": "middle",
        },
        "yAxis": {"type": "value", "name": "WMAPE %", "scale": True},
        "series": series,
    }  # fmt: skip


def stairs(found: Staircase) -> Option:
    """From the error of the naive forecast down, or up, to that of the consensus; steps in points of WMAPE."""
    steps = [step for step in found.steps if step.moved]
    names, unseen, fell, rose = [], [], [], []
    level = 0.0
    for number, step in enumerate(steps):
        share = 100 * found.share(step.error)
        names.append(step.label)
        whole = number == 0
        unseen.append(0.0 if whole else round(min(level, share), 3))
        change = share if whole else level - share
        fell.append(_bar(abs(change), change, whole) if whole or change >= 0 else 0)
        rose.append(_bar(abs(change), change, whole) if not whole and change < 0 else 0)
        level = share
    names.append("Consensus")
    unseen.append(0.0)
    fell.append(_bar(level, level, True))
    rose.append(0)
    return {
        "grid": {"top": 4, "bottom": 24, "right": 64},
        "tooltip": {"show": False},
        "xAxis": {"type": "value", "name": "WMAPE %", "nameLocation": "middle", "min": 0},
        "yAxis": {
            "type": "category", "data": names, "inverse": True, "axisLabel": {"width": 170, "overflow": "truncate"},
        },
        "series": [
            {"type": "bar", "stack": "way", "silent": True, "itemStyle": {"opacity": 0}, "data": unseen},
            {"type": "bar", "stack": "way", "barMaxWidth": 18, "data": fell},
            {"type": "bar", "stack": "way", "barMaxWidth": 18, "data": rose},
        ],
    }  # fmt: skip


def _bar(length: float, change: float, whole: bool) -> Option:
    colour = "var(--ink-3)" if whole else "var(--good)" if change >= 0 else "var(--alert)"
    sign = "" if whole else MINUS if change > 0 else "+"
    text = f"{sign}{length:.1f}"
    label = {"show": True, "position": "right", "formatter": text, "color": "var(--ink)"}
    return {"value": round(length, 3), "itemStyle": {"color": colour}, "label": label}
