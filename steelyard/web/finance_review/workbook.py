"""Workbook: the finance review for a spreadsheet, tables with their pictures."""

import io
from collections.abc import Mapping

import polars as pl
from xlsxwriter import Workbook

from steelyard.plan.export import add_sheet, open_workbook
from steelyard.plan.money.bridge import MoneyBridge
from steelyard.plan.money.statement import Statement
from steelyard.plan.sheet_picture import draw_picture, waterfall_picture, waterfall_table
from steelyard.web.finance_review.pictures import WORDS


def finance_workbook(found: Statement, bridge: MoneyBridge | None, tables: Mapping[str, pl.DataFrame]) -> bytes:
    """Statement with its chart, bridge with its waterfall, and further tables; text never becomes a formula."""
    buffer = io.BytesIO()
    with open_workbook(buffer) as book:
        _statement_sheet(book, found)
        if bridge is not None:
            _bridge_sheet(book, bridge)
        for name, frame in tables.items():
            add_sheet(book, name, frame)
    return buffer.getvalue()


def _statement_sheet(book: Workbook, found: Statement) -> None:
    frame = found.frame().drop("line")
    sheet = add_sheet(book, "Statement", frame)
    chart, last = book.add_chart({"type": "column"}), len(found.periods) + 1
    for row, (label, version) in enumerate(frame.select("label", "version").iter_rows(), start=1):
        if label == "Revenue":
            chart.add_series(
                {"name": f"{version}: revenue", "categories": ["Statement", 0, 2, 0, last],
                 "values": ["Statement", row, 2, row, last]}
            )  # fmt: skip
    chart.set_title({"name": "Revenue"})
    sheet.insert_chart(1, last + 2, chart, {"x_scale": 1.6, "y_scale": 1.4})


def _bridge_sheet(book: Workbook, bridge: MoneyBridge) -> None:
    steps = [(WORDS[name], float(effect)) for name, effect in bridge.effects]
    before, after = bridge.names
    frame = waterfall_table((before, float(bridge.start)), steps, (after, float(bridge.end)))
    title = f"{bridge.measure.replace('_', ' ')}: {before} to {after}"
    draw_picture(book, add_sheet(book, "Bridge", frame), frame, waterfall_picture(title))
    add_sheet(book, "Bridge by family", bridge.detail)
