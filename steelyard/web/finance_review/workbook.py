"""Workbook: the finance review for a spreadsheet, tables with their pictures."""

import io
from collections.abc import Mapping

import polars as pl
from xlsxwriter import Workbook

from steelyard.plan.export import add_sheet, open_workbook
from steelyard.plan.money.bridge import MoneyBridge
from steelyard.plan.money.statement import Statement
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
    """Level, unseen carrier, rise and fall: stacked columns make the waterfall."""
    rows, level = [(bridge.names[0], float(bridge.start), 0.0, float(bridge.start), 0.0, 0.0)], float(bridge.start)
    for name, effect in bridge.effects:
        after = level + float(effect)
        rows.append(
            (WORDS[name], float(effect), min(level, after), 0.0, max(after - level, 0.0), max(level - after, 0.0))
        )
        level = after
    rows.append((bridge.names[1], float(bridge.end), 0.0, float(bridge.end), 0.0, 0.0))
    names = ("step", "money", "carrier", "level", "rise", "fall")
    sheet = add_sheet(book, "Bridge", pl.DataFrame(rows, schema=names, orient="row"))
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
    add_sheet(book, "Bridge by family", bridge.detail)
