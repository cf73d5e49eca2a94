"""Source file: one table as it was found, with everything the reader found out about it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

FAULT = "_fault"
"""Column of reasons why the reader could not take a row; empty on good rows."""
ROW = "_source_row"
"""Column of row numbers in the file; the first row after the header is 1."""


@dataclass(frozen=True)
class FileFacts:
    """What the reader found out about one file."""

    path: str
    """Path relative to the root folder, or the table name in a database."""
    kind: str
    """csv, excel, parquet or database."""
    rows: int
    columns: int
    sha256: str = ""
    """Digest of the file's bytes."""
    encoding: str = ""
    delimiter: str = ""
    line_end: str = ""
    decimal_comma: tuple[str, ...] = ()
    """Columns whose numbers were written with a decimal comma."""
    compressed: bool = False
    notes: tuple[str, ...] = ()
    """Anything unusual, in plain sentences."""


@dataclass(frozen=True)
class SourceFile:
    """One table as it was found."""

    name: str
    """Path without extensions, the name that mappings use."""
    frame: pl.DataFrame
    """The rows: text from CSV and Excel, typed from Parquet and databases, plus row number and fault."""
    facts: FileFacts
    totals: Mapping[str, float] = field(default_factory=dict)


def digest_of(data: bytes) -> str:
    """SHA-256 of a file's bytes, as hex."""
    return hashlib.sha256(data).hexdigest()


def with_row_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Add row number and an empty fault column."""
    faults = pl.lit(None, dtype=pl.String).alias(FAULT)
    return frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW), faults)
