"""Workbook: the finance review for a spreadsheet, tables with their pictures."""

import io
from collections.abc import Mapping
from typing import Any

import polars as pl
import xlsxwriter

from steelyard.plan.export import guarded
from steelyard.plan.money.bridge import MoneyBridge
from steelyard.plan.money.statement import Statement
from steelyard.web.finance_review.pictures import WORDS

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}


def finance_workbook(found: Statement, bridge: MoneyBridge | None, tables: Mapping[str, pl.DataFrame]) -> bytes:
    """Statement with its chart, bridge with its waterfall, and further tables; text never becomes a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        _statement_sheet(book, bold, found)
        if bridge is not None:
            _bridge_sheet(book, bold, bridge)
        for name, frame in tables.items():
            _fill(book.add_worksheet(name), guarded(frame), bold)
    return buffer.getvalue()


def _statement_sheet(book: Any, bold: Any, found: Statement) -> None:
    frame = guarded(found.frame().drop("line"))
    sheet = book.add_worksheet("Statement")
    _fill(sheet, frame, bold)
    chart, last = book.add_chart({"type": "column"}), len(found.periods) + 1
    for row, (label, version) in enumerate(frame.select("label", "version").iter_rows(), start=1):
        if label == "Revenue":
            chart.add_series(
                {"name": f"{version}: revenue", "categories": ["Statement", 0, 2, 0, last],
                 "values": ["Statement", row, 2, row, last]}
            )  # fmt: skip
    chart.set_title({"name": "Revenue"})
    sheet.insert_chart(1, last + 2, chart, {"x_scale": 1.6, "y_scale": 1.4})


def _bridge_sheet(book: Any, bold: Any, bridge: MoneyBridge) -> None:
    """Level, unseen carrier, rise and fall: stacked columns make the waterfall."""
    sheet = book.add_worksheet("Bridge")
    rows, level = [(bridge.names[0], float(bridge.start), 0.0, float(bridge.start), 0.0, 0.0)], float(bridge.start)
    for name, effect in bridge.effects:
        after = level + float(effect)
        rows.append(
            (WORDS[name], float(effect), min(level, after), 0.0, max(after - level, 0.0), max(level - after, 0.0))
        )
        level = after
    rows.append((bridge.names[1], float(bridge.end), 0.0, float(bridge.end), 0.0, 0.0))
    names = ("step", "money", "carrier", "level", "rise", "fall")
    _fill(sheet, guarded(pl.DataFrame(rows, schema=names, orient="row")), bold)
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for column, colour in ((2, None), (3, "#8a8f98"), (4, "#2f9e6e"), (5, "#d1495b")):
        fill = {"none": True} if colour is None else {"color": colour}
        chart.add_series(
            {"name": names[column], "categories": ["Bridge", 1, 0, len(rows), 0],
             "values": ["Bridge", 1, column, len(rows), column], "fill": fill}
        )  # fmt: skip
    chart.set_legend({"none": True})
    chart.set_title({"name": f"{bridge.measure.replace('_', ' ')}: {bridge.names[0]} to {bridge.names[1]}"})
    sheet.insert_chart(1, 8, chart, {"x_scale": 1.5, "y_scale": 1.4})
    _fill(book.add_worksheet("Bridge by family"), guarded(bridge.detail), bold)


def _fill(sheet: Any, frame: pl.DataFrame, bold: Any) -> None:
    for column, series in enumerate(frame.iter_columns()):
        sheet.write_string(0, column, series.name, bold)
        sheet.set_column(column, column, 16 if series.dtype.is_numeric() else 26)
        for row, value in enumerate(series.to_list(), start=1):
            if value is None or value != value:
                continue
            if series.dtype.is_numeric():
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, str(value))
    sheet.freeze_panes(1, 1)
