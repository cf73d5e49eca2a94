"""Export: the numbers of a plan as CSV, Parquet or Excel; text can never become a formula."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from steelyard.errors import PlanError
from steelyard.grid.series import Scope
from steelyard.plan.durable import write_whole
from steelyard.plan.numbers import Periods, PlanNumbers
from steelyard.plan.sheet_picture import SheetPicture, draw_picture

FORMATS = (".csv", ".parquet", ".xlsx")
EXCEL_ROWS = 1_048_575
SHEET_LETTERS = 31
"""Letters that the name of a sheet has at most."""
DANGEROUS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""Marks with which a text becomes a formula in some spreadsheet, full-width forms included (OWASP, CSV injection)."""
_FORMS = {"number": "#,##0.00", "day": "d mmm yyyy", "month": "mmm yyyy", "moment": "d mmm yyyy hh:mm"}
"""How Excel shows what a column holds."""
_DATED = (("month", r"^(19|20)\d\d-(0[1-9]|1[0-2])$", "-01"), ("day", r"^(19|20)\d\d-\d\d-\d\d$", ""))
"""Text that stands for a month or a day, and what makes a day of it."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}


def export_plan(
    plan: PlanNumbers,
    path: str | Path,
    measures: Sequence[str],
    *,
    by: Sequence[str] = (),
    time: str = "period",
    scope: Scope | None = None,
    periods: Periods = None,
) -> int:
    """Write measures of a plan to a file; its ending says the format: .csv, .parquet or .xlsx.

    Returns:
        How many rows were written.

    Raises:
        PlanError: The ending is unknown, or the table has more rows than Excel holds.
    """
    frame = plan.frame(measures, by=by, time=time, scope=scope, periods=periods)
    heading = {name: f"{plan.measure(name).label} [{plan.measure(name).unit}]" for name in measures}
    write_table(frame, Path(path), title=plan.name or "Plan", heading=heading)
    return frame.height


def write_table(frame: pl.DataFrame, path: Path, *, title: str = "Plan", heading: dict[str, str] | None = None) -> None:
    """Write a table whole or not at all, in the format of the file's ending.

    Args:
        frame: The table.
        path: The file.
        title: Name of the sheet in Excel.
        heading: What stands above a column in Excel, by column name.

    Raises:
        PlanError: The ending is unknown, or the table has more rows than Excel holds.
    """
    match path.suffix.lower():
        case ".csv":
            content = guarded(frame).rename(_guarded_name).write_csv().encode()
        case ".parquet":
            content = _parquet(frame)
        case ".xlsx":
            content = _workbook(frame, title, heading or {})
        case other:
            raise PlanError(
                f"There is no export format {other!r}", where=str(path), mend=f"end the name in {', '.join(FORMATS)}"
            )
    write_whole(path, [content])


def workbook_of(
    sheets: Mapping[str, pl.DataFrame], pictures: Mapping[str, SheetPicture] = MappingProxyType({})
) -> bytes:  # fmt: skip
    """An Excel workbook of several tables, each on a sheet of its name, in their order.

    Args:
        sheets: The tables.
        pictures: What is drawn beside some of them, by the name of the sheet.

    Raises:
        PlanError: A table has more rows than Excel holds.
    """
    buffer = io.BytesIO()
    with open_workbook(buffer) as book:
        for title, frame in sheets.items():
            sheet = add_sheet(book, title, frame)
            if title in pictures:
                draw_picture(book, sheet, frame, pictures[title])
    return buffer.getvalue()


def open_workbook(buffer: io.BytesIO) -> xlsxwriter.Workbook:
    """A workbook that is written into memory when it is closed; text can never become a formula or a link."""
    return xlsxwriter.Workbook(buffer, _OPTIONS)


def add_sheet(book: xlsxwriter.Workbook, title: str, frame: pl.DataFrame) -> Worksheet:
    """Write a table on a sheet of its own, and answer the sheet for charts to be put on.

    Raises:
        PlanError: The table has more rows than Excel holds.
    """
    _check_height(frame)
    return _fill(book, guarded(frame), title, {})


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before text that a spreadsheet would take for a formula."""
    kinds = (pl.String, pl.Categorical, pl.Enum)
    return frame.with_columns(_guarded(name) for name, dtype in frame.schema.items() if isinstance(dtype, kinds))


def _guarded_name(name: str) -> str:
    return f"'{name}" if name[:1] and name[0] in DANGEROUS else name


def _guarded(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    dangerous = text.str.slice(0, 1).is_in(list(DANGEROUS))
    return pl.when(dangerous).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _workbook(frame: pl.DataFrame, title: str, heading: dict[str, str]) -> bytes:
    _check_height(frame)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        _fill(book, frame, title, heading)
    return buffer.getvalue()


def _check_height(frame: pl.DataFrame) -> None:
    if frame.height > EXCEL_ROWS:
        raise PlanError(
            f"Excel holds {EXCEL_ROWS:,} rows, the table has {frame.height:,}", mend="export .csv or .parquet"
        )


def _fill(book: xlsxwriter.Workbook, frame: pl.DataFrame, title: str, heading: dict[str, str]) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(_sheet_name(title, [one.name for one in book.worksheets()]))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    month = book.add_format(
        {"bold": True, "bottom": 1, "valign": "top", "align": "left", "num_format": _FORMS["month"]}
    )
    forms = {kind: book.add_format({"num_format": form}) for kind, form in _FORMS.items()}
    for column, series in enumerate(frame.iter_columns()):
        _head(sheet, column, heading.get(series.name, series.name), bold, month)
        kind, values = _spelled(series)
        sheet.set_column(column, column, 22 if kind == "text" else 14)
        for row, value in enumerate(values.to_list(), start=1):
            if value is None or value != value:
                continue
            if kind == "number":
                sheet.write_number(row, column, value, forms[kind])
            elif kind == "text":
                sheet.write_string(row, column, str(value))
            else:
                sheet.write_datetime(row, column, value, forms[kind])
    sheet.freeze_panes(1, sum(not series.dtype.is_numeric() for series in frame.iter_columns()))
    sheet.autofilter(0, 0, frame.height, max(frame.width - 1, 0))
    return sheet


def _head(sheet: Worksheet, column: int, name: str, words: Format, month: Format) -> None:
    """Write what stands above a column; the months of a table with a column for each are dates, too."""
    kind, days = _spelled(pl.Series([name]))
    if kind == "month":
        sheet.write_datetime(0, column, days[0], month)
    else:
        sheet.write_string(0, column, name, words)


def _spelled(series: pl.Series) -> tuple[str, pl.Series]:
    """How a column is written, with its values: days, moments and months as dates that Excel sorts and reckons with."""
    if series.dtype.is_numeric():
        return "number", series
    if series.dtype == pl.Date:
        return "day", series
    if isinstance(series.dtype, pl.Datetime):
        return "moment", series.dt.replace_time_zone(None)
    if series.dtype == pl.String:
        return next(filter(None, (_dated(series, *one) for one in _DATED)), ("text", series))
    return "text", series


def _dated(series: pl.Series, kind: str, form: str, tail: str) -> tuple[str, pl.Series] | None:
    """A column of text as dates, where every text of it stands for one."""
    told = series.drop_nulls()
    if not told.len() or not told.str.contains(form).all():
        return None
    days = (series + tail).str.to_date("%Y-%m-%d", strict=False)
    return (kind, days) if days.null_count() == series.null_count() else None


def _sheet_name(title: str, others: Sequence[str] = ()) -> str:
    """A title as Excel takes it: without some marks, 31 letters at most, unlike the others in more than its case."""
    plain = "".join("_" if c in "[]:*?/\\'" else c for c in title) or "Plan"
    taken = {one.casefold() for one in others}
    tries = (f"{plain[: SHEET_LETTERS - len(end)]}{end}" for end in ("", *(f" {n}" for n in range(2, len(taken) + 3))))
    return next(name for name in tries if name.casefold() not in taken)
