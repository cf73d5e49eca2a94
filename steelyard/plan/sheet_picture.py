"""Sheet picture: a chart beside a table in a workbook, drawn from the table's own cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

PictureKind = Literal["bar", "line", "waterfall"]
MOST_ROWS = 30
"""Rows of a table that its picture shows, the first; a waterfall shows all, for its last is where it leads."""
_RISE, _FALL = "#2f9e6e", "#d1495b"
_WAY = {
    "carrier": None, "level": "#8a8f98", "rise": _RISE, "fall": _FALL, "rise_below_zero": _RISE,
    "fall_below_zero": _FALL,
}  # fmt: skip
"""Stacked parts of a waterfall and their colours; the carrier is not seen. Spreadsheets stack below zero apart."""


@dataclass(frozen=True)
class SheetPicture:
    """What a sheet draws of its table."""

    kind: PictureKind
    names: str
    """Column with what stands beside the bars or under the line."""
    values: tuple[str, ...]
    """Columns that are drawn."""
    title: str


def waterfall_table(
    start: tuple[str, float], steps: Sequence[tuple[str, float]], end: tuple[str, float]
) -> pl.DataFrame:
    """Steps from one number to another, with the stacked parts of which a spreadsheet draws the way.

    Returns:
        step, money, carrier, level, rise, fall, rise_below_zero, fall_below_zero.

    Example:
        >>> waterfall_table(("base", 10.0), [("price", 2.0), ("cost", -3.0)], ("plan", 9.0))["carrier"].to_list()
        [0.0, 10.0, 9.0, 0.0]
    """
    rows, level = [_standing(*start)], start[1]
    for name, effect in steps:
        rows.append((name, effect, *_moving(level, level + effect)))
        level += effect
    rows.append(_standing(*end))
    return pl.DataFrame(rows, schema=["step", "money", *_WAY], orient="row")


def _standing(name: str, money: float) -> tuple[str | float, ...]:
    return name, money, 0.0, money, 0.0, 0.0, 0.0, 0.0


def _moving(before: float, after: float) -> tuple[float, ...]:
    """Carrier, level, and the part of a step that lies above zero and below, under rise or under fall."""
    low, high = min(before, after), max(before, after)
    above, below = max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)
    up, down = ((above, below), (0.0, 0.0)) if after >= before else ((0.0, 0.0), (above, below))
    return max(low, 0.0) + min(high, 0.0), 0.0, up[0], down[0], up[1], down[1]


def waterfall_picture(title: str) -> SheetPicture:
    """The picture of a `waterfall_table`."""
    return SheetPicture("waterfall", "step", tuple(_WAY), title)


def draw_picture(
    book: xlsxwriter.Workbook, sheet: Worksheet, frame: pl.DataFrame, picture: SheetPicture
) -> None:  # fmt: skip
    """Draw a picture right of a table; nothing where the table is empty."""
    last = frame.height if picture.kind == "waterfall" else min(frame.height, MOST_ROWS)
    if not last:
        return
    shape = {"bar": {"type": "bar"}, "line": {"type": "line"}, "waterfall": {"type": "column", "subtype": "stacked"}}
    chart, beside = book.add_chart(shape[picture.kind]), frame.columns.index(picture.names)
    for name in picture.values:
        column, colour = frame.columns.index(name), _WAY.get(name)
        fill = {} if picture.kind != "waterfall" else {"fill": {"color": colour} if colour else {"none": True}}
        chart.add_series(
            {"name": name, "categories": [sheet.name, 1, beside, last, beside],
             "values": [sheet.name, 1, column, last, column], **fill}
        )  # fmt: skip
    chart.set_title({"name": picture.title})
    if picture.kind == "bar":
        chart.set_y_axis({"reverse": True})
    if picture.kind == "waterfall" or len(picture.values) == 1:
        chart.set_legend({"none": True})
    if picture.kind == "waterfall":  # the parts that are stacked are drawn, not read
        chart.show_hidden_data()
        for name in picture.values:
            column = frame.columns.index(name)
            sheet.set_column(column, column, None, None, {"hidden": True})
    sheet.insert_chart(1, frame.width + 1, chart, {"x_scale": 1.6, "y_scale": max(1.4, last / 14)})
