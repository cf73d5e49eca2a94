"""Dialect: how a text file is written: encoding, line ends, delimiter."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from steelyard.errors import FileUnreadable

SAMPLE_BYTES = 262_144
SAMPLE_ROWS = 200
DELIMITERS = ("+|", ",", ";", "\t", "|")
LINE_ENDS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"%PDF")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Dialect:
    """How a text file is written."""

    encoding: str
    delimiter: str
    """Delimiter between fields; empty if the file has one column."""
    line_end: str
    """LF, CRLF or CR."""


def sniff_encoding(data: bytes, where: str) -> str:
    """Find the encoding of a text file.

    Order of evidence: byte order mark, zero bytes of UTF-16, valid UTF-8, bytes that only cp1252 uses, latin-1.

    Raises:
        FileUnreadable: The bytes are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    if data.startswith(PICTURES):
        raise FileUnreadable("The file is a picture or document, not a table", where=where, mend="take it out")
    return _encoding_without_mark(data, where)


def _encoding_without_mark(data: bytes, where: str) -> str:
    sample = data[:SAMPLE_BYTES]
    if sample.count(0) > len(sample) * 0.2:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    if b"\x00" in sample:
        raise FileUnreadable("The file holds binary data", where=where, mend="export it as CSV, Excel or Parquet")
    if _is_utf8(data):
        return "utf-8"
    return "cp1252" if _uses_cp1252(data) else "latin-1"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _uses_cp1252(data: bytes) -> bool:
    if not any(byte in data for byte in range(0x80, 0xA0)):
        return False
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def sniff_line_end(text: str) -> str:
    """Find the line end that ends most lines of the sample."""
    pairs = text.count("\r\n")
    counts = {"\r\n": pairs, "\n": text.count("\n") - pairs, "\r": text.count("\r") - pairs}
    if counts["\n"] or counts["\r\n"]:
        counts["\r"] = 0
    return LINE_ENDS[max(counts, key=lambda end: counts[end])]


def sniff_delimiter(sample: str) -> str:
    """Find the delimiter that splits the sample into most fields, the same number on every line.

    `+|` goes first: it holds the plain bar, which would always split as well.
    """
    if _fields_per_line(sample, "+|") > 1.0:
        return "+|"
    scores = {delimiter: _fields_per_line(sample, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 1.0 else ""


def _fields_per_line(sample: str, delimiter: str) -> float:
    """Fields of the header line, times the share of lines that have as many."""
    rows = list(islice(_rows(sample, delimiter), SAMPLE_ROWS))
    width = len(rows[0]) if rows else 0
    same = sum(len(row) == width for row in rows)
    return width * same / len(rows) if width > 1 else 0.0


def split_rows(text: str, delimiter: str) -> list[list[str]]:
    """Split text into rows of fields, with quotes; empty lines are left out."""
    return list(_rows(text, delimiter))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = text.replace("&|\n", "\n").replace("+|", "\x1f") if delimiter == "+|" else text
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter="\x1f" if delimiter == "+|" else delimiter or "\x1f")
    return (row for row in reader if row)
