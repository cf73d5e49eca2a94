"""Accuracy export: the tables of measuring as one workbook, for those who work on in a spreadsheet."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl
import xlsxwriter

from steelyard.grid.series import Scope
from steelyard.plan.durable import write_whole
from steelyard.plan.export import guarded
from steelyard.plan.measuring.advice import person_records
from steelyard.plan.measuring.grade import OverrideGrade
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.record import BY, ForecastRecord
from steelyard.plan.measuring.score import alarms, scores_by_group, scores_by_lag, scores_by_stream
from steelyard.plan.measuring.value_added import staircase
from steelyard.plan.measuring.version_table import version_table


def write_accuracy(
    measuring: Measuring, path: Path, *, lag: int | None = None, by: tuple[str, ...] = BY, scope: Scope | None = None
) -> None:
    """Write every table of measuring to an Excel file, one sheet each.

    Raises:
        NotFound: There is nothing to grade yet.
    """
    write_whole(path, [accuracy_workbook(measuring, lag=lag, by=by, scope=scope)])


def accuracy_workbook(
    measuring: Measuring,
    *,
    lag: int | None = None,
    by: tuple[str, ...] = BY,
    author: str = "",
    scope: Scope | None = None,
) -> bytes:
    """The workbook as bytes."""
    return workbook(accuracy_tables(measuring, lag=lag, by=by, author=author, scope=scope))


def accuracy_tables(
    measuring: Measuring,
    *,
    lag: int | None = None,
    by: tuple[str, ...] = BY,
    author: str = "",
    scope: Scope | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables of measuring by the name of their sheet.

    Args:
        measuring: What the archive says.
        lag: Only this lag; all lags without one.
        by: Levels at which forecasts are graded.
        author: Only this person's overrides; everybody's without one.
        scope: Members by level; nothing means everything.
    """
    grades = [grade for grade in measuring.grades_of(scope) if author in ("", grade.change.author)]
    record = measuring.record(by, scope)
    stairs = staircase(record, lag=lag)
    steps = [
        {"step": s.label, "error": float(s.error), "effect": float(s.effect), "wmape": stairs.share(s.error)}
        for s in stairs.steps
    ]
    table = version_table(measuring.archive, scope=scope)
    versions = [{"version": row.version} | dict(zip(table.periods, row.values, strict=True)) for row in table.rows]
    versions.append({"version": "came"} | dict(zip(table.periods, table.actual, strict=True)))
    found = {
        "By lag": scores_by_lag(record, [name for name in record.streams if not name.startswith("forecast_")]),
        "By stream": scores_by_stream(record, lag=lag),
        "Value added": pl.DataFrame(steps),
        "Versions": pl.DataFrame(versions, infer_schema_length=None),
        "Alarms": _alarm_table(record, measuring.limit, lag or 0),
        "People": pl.DataFrame([asdict(one) for one in person_records(grades)]),
        "Overrides": _override_table(grades),
    }
    if "segment" in record.groups.columns:
        found["By segment"] = scores_by_group(record, "segment", lag=lag)
    return {name: frame for name, frame in found.items() if frame.height}


def _alarm_table(record: ForecastRecord, limit: float, lag: int) -> pl.DataFrame:
    rows = [
        one.group
        | {"tracking_signal": one.tracking_signal, "bias": one.bias, "units": one.units, "money": one.money}
        for one in alarms(record, limit=limit, lag=lag)
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _override_table(grades: Sequence[OverrideGrade]) -> pl.DataFrame:
    rows = [
        {
            "version": one.version, "author": one.change.author, "stream": one.change.stream, "change": str(one.change),
            "segment": one.kind.segment, "direction": one.kind.direction, "size": one.kind.size, "moved": one.moved,
            "actual": one.actual, "error_without": one.error_without, "error_with": one.error_with,
            "effect": one.effect, "money": one.money,
        }
        for one in grades
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def workbook(tables: Mapping[str, pl.DataFrame]) -> bytes:
    """Tables as sheets of a workbook; text can never become a formula."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for name, frame in tables.items():
            _fill(book.add_worksheet(name), guarded(frame), bold)
    return buffer.getvalue()


def _fill(sheet: xlsxwriter.worksheet.Worksheet, frame: pl.DataFrame, bold: object) -> None:
    for column, series in enumerate(frame.iter_columns()):
        sheet.write_string(0, column, series.name, bold)
        sheet.set_column(column, column, 14 if series.dtype.is_numeric() else 24)
        for row, value in enumerate(series.to_list(), start=1):
            if value is None or value != value:
                continue
            if series.dtype.is_numeric():
                sheet.write_number(row, column, value)
            else:
                sheet.write_string(row, column, str(value))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, frame.height, max(frame.width - 1, 0))
