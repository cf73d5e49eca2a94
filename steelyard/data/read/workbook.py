"""Workbook: the sheets of an Excel or OpenDocument file become frames of text."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import python_calamine

from steelyard.data.read.source_file import FileFacts, SourceFile, digest_of, with_row_numbers
from steelyard.errors import FileUnreadable

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(path: Path, *, name: str, where: str) -> list[SourceFile]:
    """Read every sheet that has a header row; a sheet's name is `name/sheet`, or `name` if it is the only one.

    Raises:
        FileUnreadable: The file is damaged or no sheet holds a table.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = {title: book.get_sheet_by_name(title).to_python() for title in book.sheet_names}
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        mend = "open it in a spreadsheet program and save it again"
        raise FileUnreadable("The workbook is damaged or protected", where=where, mend=mend) from fault
    filled = {title: rows for title, rows in sheets.items() if any(any(_text(c) for c in row) for row in rows)}
    if not filled:
        raise FileUnreadable("The workbook holds no table", where=where, mend="put a header row on its first sheet")
    digest = digest_of(path.read_bytes())
    return [_sheet(title, rows, name, where, digest) for title, rows in filled.items()]


def _sheet(title: str, rows: list[list[Cell]], name: str, where: str, digest: str) -> SourceFile:
    start = next(n for n, row in enumerate(rows) if any(_text(cell) for cell in row))
    header = [_text(cell) or f"column_{n}" for n, cell in enumerate(rows[start], start=1)]
    body = [row for row in rows[start + 1 :] if any(_text(cell) for cell in row)]
    columns = {head: [_text(row[n]) if n < len(row) else None for row in body] for n, head in enumerate(header)}
    frame = with_row_numbers(pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String())))
    facts = FileFacts(f"{where}#{title}", "excel", frame.height, len(header), digest)
    return SourceFile(f"{name}/{title}", frame, facts)


def _text(cell: Cell | None) -> str | None:
    """A cell as the text that a CSV export would hold; None if it is empty."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell)
