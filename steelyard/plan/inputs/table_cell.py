"""Table cell: find a table and a column by name, and read a value as the column holds it."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches

import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.inputs.parameters import read_flag
from steelyard.plan.operation import Scalar


def table_of(tables: Mapping[str, pl.DataFrame], name: str, change: Change) -> pl.DataFrame:
    """Find a table.

    Raises:
        ChangeInvalid: There is none of this name; the message names a near one.
    """
    if name not in tables:
        near = get_close_matches(name, tables, 1)
        raise ChangeInvalid(
            f"There is no table {name!r}",
            where=change.reference,
            mend=f"use {', '.join(near or sorted(tables))}",
        )
    return tables[name]


def column_of(table: pl.DataFrame, column: str, change: Change) -> str:
    """Find a column by its name, or by its name without `_id`.

    Raises:
        ChangeInvalid: There is none; the message names a near one.
    """
    for name in (column, f"{column}_id"):
        if name in table.columns:
            return name
    near = get_close_matches(column, table.columns, 1)
    raise ChangeInvalid(
        f"There is no column {column!r}", where=change.reference, mend=f"use {', '.join(near or table.columns)}"
    )


def typed(value: Scalar, dtype: pl.DataType, change: Change) -> object:
    """Read a value as a column of this type holds it.

    Raises:
        ChangeInvalid: It does not fit.
    """
    try:
        if value is None or dtype == pl.Boolean:
            return None if value is None else read_flag(value)
        if dtype == pl.Date:
            return date.fromisoformat(str(value))
        if dtype == pl.Int64:
            return int(float(value))
        return float(value) if dtype.is_numeric() else str(value)
    except ValueError as fault:
        raise ChangeInvalid(
            f"{value!r} does not fit the column", where=change.reference, mend=f"give a {dtype}"
        ) from fault
