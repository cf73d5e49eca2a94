"""Sheet picture: a chart beside a table in a workbook, drawn from the table's own cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

PictureKind = Literal["bar", "line", "waterfall"]
MOST_ROWS = 30
"""Rows of a table that its picture shows, the first."""
_WAY = {"carrier": None, "level": "#8a8f98", "rise": "#2f9e6e", "fall": "#d1495b"}
"""Stacked parts of a waterfall and their colours; the carrier is not seen."""


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
        step, money, carrier, level, rise, fall.

    Example:
        >>> waterfall_table(("base", 10.0), [("price", 2.0), ("cost", -3.0)], ("plan", 9.0))["carrier"].to_list()
        [0.0, 10.0, 9.0, 0.0]
    """
    rows, level = [(*start, 0.0, start[1], 0.0, 0.0)], start[1]
    for name, effect in steps:
        after = level + effect
        rows.append((name, effect, min(level, after), 0.0, max(effect, 0.0), max(-effect, 0.0)))
        level = after
    rows.append((*end, 0.0, end[1], 0.0, 0.0))
    return pl.DataFrame(rows, schema=["step", "money", *_WAY], orient="row")


def waterfall_picture(title: str) -> SheetPicture:
    """The picture of a `waterfall_table`."""
    return SheetPicture("waterfall", "step", tuple(_WAY), title)


def draw_picture(
    book: xlsxwriter.Workbook, sheet: Worksheet, frame: pl.DataFrame, picture: SheetPicture
) -> None:  # fmt: skip
    """Draw a picture right of a table; nothing where the table is empty."""
    last = min(frame.height, MOST_ROWS)
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
    sheet.insert_chart(1, frame.width + 1, chart, {"x_scale": 1.6, "y_scale": max(1.4, last / 14)})
