"""CSV file: delimited text of any usual dialect becomes a frame of text, and says how it was written."""

import csv
import gzip
import io
import zlib
from pathlib import Path

import polars as pl

from steelyard.data.read.decimal_comma import mend_decimal_commas
from steelyard.data.read.dialect import (
    SAMPLE_BYTES,
    Dialect,
    sniff_delimiter,
    sniff_encoding,
    sniff_line_end,
    split_rows,
)
from steelyard.data.read.source_file import FAULT, FileFacts, SourceFile, digest_of, with_row_numbers
from steelyard.errors import FileUnreadable

MOST_COLUMNS = 4096
"""More columns than this are taken for a transposed or broken file."""


def read_csv(
    path: Path,
    *,
    name: str,
    where: str,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: tuple[str, ...] = (),
) -> SourceFile:
    """Read a delimited text file, plain or gzip, in any usual encoding and with any line ends.

    Args:
        path: The file.
        name: Name that mappings use for it.
        where: Path as shown in messages.
        delimiter: Delimiter, if it shall not be found out.
        encoding: Encoding, if it shall not be found out.
        header: Column names of a file without a header row.

    Raises:
        FileUnreadable: The file is empty, broken, binary, or has no header.
    """
    raw = path.read_bytes()
    data = _unpacked(raw, where)
    dialect = _dialect(data, where, delimiter, encoding)
    data = _as_utf8(data, dialect)
    names, notes = _header(data, dialect, header, where)
    frame = _parse(data, dialect, names, skip=0 if header else 1)
    frame, commas = mend_decimal_commas(_mark_repeated_header(frame, names), dialect.delimiter)
    facts = FileFacts(
        where,
        "csv",
        frame.height,
        len(names),
        digest_of(raw),
        dialect.encoding,
        dialect.delimiter,
        dialect.line_end,
        commas,
        raw is not data and raw[:2] == b"\x1f\x8b",
        notes,
    )
    return SourceFile(name, frame, facts)


def _unpacked(raw: bytes, where: str) -> bytes:
    if not raw:
        raise FileUnreadable("The file is empty", where=where, mend="export it again, with its header row")
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as fault:
        raise FileUnreadable("The gzip file is cut off or damaged", where=where, mend="copy it again") from fault


def _dialect(data: bytes, where: str, delimiter: str | None, encoding: str | None) -> Dialect:
    code = encoding or sniff_encoding(data, where)
    sample = _decoded(data[:SAMPLE_BYTES], code, where, cut=len(data) > SAMPLE_BYTES)
    if not sample.strip():
        raise FileUnreadable("The file is empty", where=where, mend="export it again, with its header row")
    end = sniff_line_end(sample)
    lines = sample.replace("\r\n", "\n").replace("\r", "\n")
    whole = lines.rsplit("\n", 1)[0] if len(data) > SAMPLE_BYTES else lines
    return Dialect(code, delimiter if delimiter is not None else sniff_delimiter(whole), end)


def _decoded(data: bytes, encoding: str, where: str, *, cut: bool) -> str:
    try:
        return data.decode(encoding, errors="ignore" if cut else "strict")
    except (UnicodeDecodeError, LookupError) as fault:
        mend = "state the encoding in the mapping, or export as UTF-8"
        raise FileUnreadable(f"The file is not written in {encoding}", where=where, mend=mend) from fault


def _as_utf8(data: bytes, dialect: Dialect) -> bytes:
    """The same text as UTF-8 with line feeds and one-byte delimiters; the same object where nothing is to do."""
    if dialect.encoding not in ("utf-8", "latin-1") or (dialect.encoding == "latin-1" and not data.isascii()):
        data = data.decode(dialect.encoding).lstrip("\ufeff").encode()
    if dialect.line_end == "CR":
        data = data.replace(b"\r", b"\n")
    if dialect.delimiter == "+|":
        data = data.replace(b"\r\n", b"\n").replace(b"&|\n", b"\n").replace(b"+|", b"\x1f")
    return data


def _header(
    data: bytes, dialect: Dialect, given: tuple[str, ...], where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    first = split_rows(_first_line(data), _separator(dialect))[0]
    cells = list(given) or [cell.strip() for cell in first]
    if len(cells) > MOST_COLUMNS:
        mend = "export one row per fact instead of one column per fact"
        raise FileUnreadable(f"The file has {len(cells):,} columns", where=where, mend=mend)
    if not given and all(_is_number(cell) for cell in cells):
        mend = "add the header, or name the columns in the mapping (header = [...])"
        raise FileUnreadable("The file has no header row", where=where, mend=mend)
    return _unique(cells)


def _first_line(data: bytes) -> str:
    """The first row that is not blank, with any line feeds inside quotes."""
    text = data[: 16 * SAMPLE_BYTES].decode("utf-8", errors="ignore").lstrip("\ufeff\r\n")
    end = text.find("\n")
    while end >= 0 and text[:end].count('"') % 2:
        end = text.find("\n", end + 1)
    return text if end < 0 else text[:end].rstrip("\r")


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).replace("-", "", 1).isdigit()


def _unique(cells: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names: list[str] = []
    notes: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = cell or f"column_{position}"
        if name in names:
            name = f"{name}_{position}"
            notes.append(f"column {position} repeats the name {cell!r} and is read as {name!r}")
        elif not cell:
            notes.append(f"column {position} has no name and is read as {name!r}")
        names.append(name)
    return tuple(names), tuple(notes)


def _separator(dialect: Dialect) -> str:
    return "\x1f" if dialect.delimiter in ("+|", "") else dialect.delimiter


def _parse(data: bytes, dialect: Dialect, names: tuple[str, ...], *, skip: int) -> pl.DataFrame:
    separator = _separator(dialect)
    schema = dict.fromkeys(names, pl.String())
    try:
        frame = pl.read_csv(
            data, separator=separator, has_header=False, skip_rows=skip, schema=schema, infer_schema=False
        )
    except pl.exceptions.NoDataError:
        return with_row_numbers(pl.DataFrame(schema=schema))
    except pl.exceptions.PolarsError:
        return _parse_ragged(data, separator, names, skip)
    if frame[names[-1]].null_count() and not _is_rectangular(data, separator, len(names)):
        return _parse_ragged(data, separator, names, skip)
    return with_row_numbers(_without_blank_lines(frame, names))


def _without_blank_lines(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    if not (frame[names[0]].null_count() and frame[names[-1]].null_count()):
        return frame
    return frame.filter(~pl.all_horizontal(pl.all().is_null()))


def _is_rectangular(data: bytes, separator: str, width: int) -> bool:
    """Whether every row has as many fields as the header; polars fills short rows up without a word."""
    if b'"' not in data:
        lines = pl.Series([data.decode()]).str.split("\n").explode()
        return bool((lines.filter(lines != "").str.count_matches(separator, literal=True) == width - 1).all())
    reader = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator)
    return all(len(row) == width for row in reader)


def _parse_ragged(data: bytes, separator: str, names: tuple[str, ...], skip: int) -> pl.DataFrame:
    """Read row by row; rows with too few or too many fields are kept and marked with the reason."""
    reader = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator)
    rows = [row for row in reader if row][skip:]
    width = len(names)
    columns = {
        name: [row[n] if n < len(row) and row[n] != "" else None for row in rows] for n, name in enumerate(names)
    }
    faults = [None if len(row) == width else f"row has {len(row)} fields, the header has {width}" for row in rows]
    schema = dict.fromkeys(names, pl.String())
    frame = with_row_numbers(pl.DataFrame(columns, schema=schema))
    return frame.with_columns(pl.Series(FAULT, faults, dtype=pl.String))


def _mark_repeated_header(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """Mark rows that repeat the header, as files glued together have them."""
    if not (frame[names[0]] == names[0]).any():
        return frame
    repeated = pl.all_horizontal([pl.col(name) == name for name in names])
    reason = pl.when(repeated).then(pl.lit("row repeats the header")).otherwise(pl.col(FAULT))
    return frame.with_columns(reason.alias(FAULT))
