"""Amend: lay changes of master data and parameters on an extract and on the settings."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.inputs.parameters import PlanParameters, read_flag
from steelyard.plan.operation import Scalar, SetMasterData, SetParameter


def amend_parameters(parameters: PlanParameters, changes: Iterable[Change]) -> PlanParameters:
    """The settings with the parameter changes laid on, in order.

    Raises:
        ChangeInvalid: A change names no parameter or a value outside its range.
    """
    for change in changes:
        if change.enabled and isinstance(change.operation, SetParameter):
            parameters = parameters.with_value(change.operation.name, change.operation.value)
    return parameters


def amend_extract(extract: Extract, changes: Iterable[Change]) -> Extract:
    """The extract with the master data changes laid on, in order; untouched tables are shared.

    Raises:
        ChangeInvalid: A change names a table, column or row that the extract does not hold.
    """
    tables = dict(extract.tables)
    for change in changes:
        if change.enabled and isinstance(change.operation, SetMasterData):
            tables[change.operation.table] = _amended(tables, change.operation, change)
    return replace(extract, tables=MappingProxyType(tables)) if changes else extract


def _amended(tables: dict[str, pl.DataFrame], operation: SetMasterData, change: Change) -> pl.DataFrame:
    table = _table(tables, operation, change)
    inside = pl.lit(True)
    for column, member in operation.key.items():
        inside &= pl.col(_column(table, column, change)).cast(pl.String) == member
    target = _column(table, operation.column, change)
    if not table.filter(inside).height:
        key = ", ".join(f"{column} {member}" for column, member in operation.key.items())
        raise ChangeInvalid(
            f"{operation.table} has no row for {key}",
            where=change.reference,
            mend="name a row that is there, or switch the change off",
        )
    value = _typed(operation.value, table.schema[target], change)
    return table.with_columns(
        pl.when(inside).then(pl.lit(value, table.schema[target])).otherwise(pl.col(target)).alias(target)
    )


def _table(tables: dict[str, pl.DataFrame], operation: SetMasterData, change: Change) -> pl.DataFrame:
    if operation.table not in tables:
        near = get_close_matches(operation.table, tables, 1)
        raise ChangeInvalid(
            f"There is no table {operation.table!r}",
            where=change.reference,
            mend=f"use {', '.join(near or sorted(tables))}",
        )
    return tables[operation.table]


def _column(table: pl.DataFrame, column: str, change: Change) -> str:
    for name in (column, f"{column}_id"):
        if name in table.columns:
            return name
    near = get_close_matches(column, table.columns, 1)
    raise ChangeInvalid(
        f"There is no column {column!r}", where=change.reference, mend=f"use {', '.join(near or table.columns)}"
    )


def _typed(value: Scalar, dtype: pl.DataType, change: Change) -> object:
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
