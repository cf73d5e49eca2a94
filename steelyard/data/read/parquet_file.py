"""Parquet file: a typed frame."""

from pathlib import Path

import polars as pl

from steelyard.data.read.source_file import FileFacts, SourceFile, digest_of, with_row_numbers
from steelyard.errors import FileUnreadable


def read_parquet(path: Path, *, name: str, where: str) -> SourceFile:
    """Read a Parquet file.

    Raises:
        FileUnreadable: The file is empty or damaged.
    """
    raw = path.read_bytes()
    try:
        frame = pl.read_parquet(raw)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise FileUnreadable("The Parquet file is damaged", where=where, mend="export it again") from fault
    facts = FileFacts(where, "parquet", frame.height, frame.width, digest_of(raw))
    return SourceFile(name, with_row_numbers(frame), facts)
