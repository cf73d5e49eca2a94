"""Digest: a name for content: the same tables have the same digest on every machine, in any file format."""

import hashlib
from collections.abc import Mapping

import numpy as np
import polars as pl

from steelyard.data.table import SOURCE_COLUMNS


def table_digest(frame: pl.DataFrame) -> str:
    """SHA-256 of a table's logical content: column names, types, empty cells and values; row lineage left out.

    Columns without any value are left out too: a column that a later version of the contract adds changes no digest.

    Values are hashed in a fixed form (little-endian float64, int64, days, UTF-8), not as file bytes, so that a
    change of Parquet writer or of polars does not change the digest.
    """
    digest = hashlib.sha256()
    digest.update(f"rows:{frame.height}".encode())
    for name in frame.columns:
        if name not in SOURCE_COLUMNS and frame[name].null_count() < frame.height:
            _hash_column(digest, frame[name])
    return digest.hexdigest()


def _hash_column(digest: "hashlib._Hash", values: pl.Series) -> None:
    kind, gaps = _kind(values.dtype), values.null_count() > 0
    digest.update(f"|{values.name}:{kind}|".encode())
    digest.update(np.packbits(values.is_null().to_numpy()).tobytes() if gaps else bytes((len(values) + 7) // 8))
    if kind == "text":
        texts = values.cast(pl.String)
        _hash_text(digest, texts.fill_null("") if gaps else texts)
    elif kind == "number":
        numbers = values.cast(pl.Float64)
        filled = (numbers.fill_null(0.0) if gaps else numbers).to_numpy() + 0.0
        digest.update(np.ascontiguousarray(filled, dtype="<f8").tobytes())
    else:
        whole = (values.cast(pl.Int32) if values.dtype == pl.Date else values).cast(pl.Int64)
        digest.update(np.ascontiguousarray((whole.fill_null(0) if gaps else whole).to_numpy(), dtype="<i8").tobytes())


def _hash_text(digest: "hashlib._Hash", values: pl.Series) -> None:
    digest.update(np.ascontiguousarray(values.str.len_bytes().to_numpy(), dtype="<u4").tobytes())
    digest.update(str(values.str.join("").first() or "").encode())


def _kind(dtype: pl.DataType) -> str:
    if dtype.is_float():
        return "number"
    return "whole" if dtype.is_integer() or dtype in (pl.Date, pl.Boolean) else "text"


def digest_of_parts(parts: Mapping[str, str]) -> str:
    """SHA-256 of named digests or texts, in order of their names."""
    digest = hashlib.sha256()
    for name in sorted(parts):
        digest.update(f"{len(name)}:{name}={len(parts[name])}:{parts[name]};".encode())
    return digest.hexdigest()
