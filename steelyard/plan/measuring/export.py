"""Accuracy export: the tables of measuring as one workbook, for those who work on in a spreadsheet."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from steelyard.grid.series import Scope
from steelyard.plan.durable import write_whole
from steelyard.plan.export import workbook_of as workbook
from steelyard.plan.measuring.advice import person_records
from steelyard.plan.measuring.grade import OverrideGrade
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.record import BY, ForecastRecord
from steelyard.plan.measuring.score import alarms, scores_by_group, scores_by_lag, scores_by_stream
from steelyard.plan.measuring.value_added import staircase
from steelyard.plan.measuring.version_table import version_table

__all__ = ["accuracy_tables", "accuracy_workbook", "workbook", "write_accuracy"]


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
