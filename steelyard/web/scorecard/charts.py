"""Chart: an option for the page's charts, plain JSON without functions; colours are names that the theme resolves."""

from collections.abc import Sequence
from typing import TypeAlias

import polars as pl

from steelyard.web.ui.figures import scale_of

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Option = dict[str, Json]

GOOD, ALERT, QUIET, WARM = "var(--good)", "var(--alert)", "var(--ink-3)", "var(--changed-mark)"


def numbers(values: Sequence[float | None], digits: int = 2) -> list[Json]:
    """Round numbers for a chart; what is missing stays a gap."""
    return [None if value is None or value != value else round(value, digits) for value in values]


def column(frame: pl.DataFrame, name: str, scale: float = 1.0) -> list[Json]:
    """A column of a frame as numbers of a chart."""
    return numbers([None if value is None else value / scale for value in frame[name].to_list()])


def money_scale(frame: pl.DataFrame, names: Sequence[str]) -> tuple[float, str]:
    """The scale of some columns of a frame and its mark."""
    return scale_of(value for name in names for value in frame[name].to_list())


def lines_and_bars(labels: Sequence[str], series: list[Option], *, unit: str) -> Option:
    """Bars and lines over time."""
    return {
        "legend": {},
        "xAxis": {"type": "category", "data": list(labels)},
        "yAxis": {"type": "value", "name": unit, "nameLocation": "end", "nameGap": 8},
        "grid": {"top": 56},
        "series": list(series),
    }


def bars(name: str, values: list[Json], **options: Json) -> Option:
    """One set of bars."""
    return {"name": name, "type": "bar", "data": values, "barMaxWidth": 22, **options}


def line(name: str, values: list[Json], *, kind: str = "", **options: Json) -> Option:
    """One line; `kind` gives it the look that this kind of number has everywhere."""
    look: Option = {"kind": kind} if kind else {"symbol": "none"}
    return {"name": name, "type": "line", "data": values, "connectNulls": False, **look, **options}


def ranking(labels: Sequence[str], values: list[Json], *, unit: str, signed: bool = False) -> Option:
    """Bars from long to short, the first on top; with `signed` losses are red."""
    coloured: list[Json] = [
        {"value": value, "itemStyle": {"color": ALERT if isinstance(value, float) and value < 0 else GOOD}}
        if signed
        else value
        for value in values
    ]
    return {
        "grid": {"top": 8, "bottom": 30, "right": 24},
        "xAxis": {"type": "value", "name": unit, "nameLocation": "middle", "nameGap": 26},
        "yAxis": {
            "type": "category",
            "data": list(labels),
            "inverse": True,
            "axisLabel": {"width": 150, "overflow": "truncate"},
        },
        "series": [{"type": "bar", "data": coloured, "barMaxWidth": 18}],
    }


def heat_map(columns: Sequence[str], rows: Sequence[str], cells: Sequence[tuple[int, int, float | None]]) -> Option:
    """Percent by row and column: quiet up to 85, warm up to 100, red above."""
    data: list[Json] = [[x, y, round(value)] for x, y, value in cells if value is not None]
    return {
        "tooltip": {},
        "grid": {"top": 8, "bottom": 56, "right": 12},
        "xAxis": {"type": "category", "data": list(columns), "splitArea": {"show": False}},
        "yAxis": {
            "type": "category",
            "data": list(rows),
            "inverse": True,
            "axisLabel": {"width": 150, "overflow": "truncate"},
        },
        "visualMap": {
            "type": "piecewise",
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "itemHeight": 10,
            "textStyle": {"color": "var(--chart-ink)"},
            "pieces": [
                {"lt": 50, "label": "under 50 %", "color": "var(--sunken)"},
                {"gte": 50, "lt": 85, "label": "50 to 85 %", "color": "var(--accent-soft)"},
                {"gte": 85, "lte": 100, "label": "85 to 100 %", "color": "var(--changed-soft)"},
                {"gt": 100, "label": "over 100 %", "color": "var(--alert-soft)"},
            ],
        },
        "series": [
            {
                "type": "heatmap",
                "data": data,
                "label": {"show": len(columns) <= 30, "fontSize": 10, "color": "var(--ink)"},
                "itemStyle": {"borderColor": "var(--surface)", "borderWidth": 1},
            }
        ],
    }
