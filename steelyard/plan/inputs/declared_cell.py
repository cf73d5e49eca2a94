"""Declared cell: does a value that somebody enters keep to what its column is declared to hold?"""

from collections.abc import Mapping
from math import isfinite

import polars as pl

from steelyard.data.column import Column
from steelyard.data.schema import TABLES
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.inputs.table_cell import column_of, table_of, typed
from steelyard.plan.life_operation import AddRow
from steelyard.plan.operation import Scalar, SetMasterData

_RANGES = {"positive": "above zero", "not_negative": "of zero or more", "unit_interval": "from 0 to 1"}


def check_declared(change: Change, tables: Mapping[str, pl.DataFrame]) -> None:
    """Refuse a value of master data out of its column's range or choice, or that names a row there is not.

    It is asked where a change is entered, not where it is laid: a scenario that was kept goes on opening.

    Raises:
        ChangeInvalid: The value cannot stand there; the message says what may.
    """
    operation = change.operation
    if isinstance(operation, SetMasterData):
        cells: Mapping[str, Scalar] = {operation.column: operation.value}
    elif isinstance(operation, AddRow):
        cells = operation.values
    else:
        return
    table = table_of(tables, operation.table, change)
    for name, value in cells.items():
        held = column_of(table, name, change)
        if value is not None and operation.table in TABLES and TABLES[operation.table].has(held):
            _check(TABLES[operation.table].column(held), typed(value, table.schema[held], change), tables, change)


def _check(column: Column, value: object, tables: Mapping[str, pl.DataFrame], change: Change) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool) and not _within(column, float(value)):
        wanted = _RANGES.get(column.bound, "that is finite")
        raise ChangeInvalid(
            f"{column.name} cannot be {value:g}", where=change.reference, mend=f"give a number {wanted}"
        )
    if column.strict and column.choices and value not in column.choices:
        mend = f"use one of {', '.join(column.choices)}"
        raise ChangeInvalid(f"{column.name} cannot be {value!r}", where=change.reference, mend=mend)
    if column.references and value not in (known := _names(column.references, tables)):
        few = f"use one of {', '.join(sorted(known))}" if 0 < len(known) <= 12 else "name a row that is there"
        raise ChangeInvalid(
            f"There is no {column.references.replace('_', ' ')} {value!r}", where=change.reference, mend=few
        )


def _within(column: Column, value: float) -> bool:
    if not isfinite(value):
        return False
    if column.bound == "unit_interval":
        return 0.0 <= value <= 1.0
    return value > 0.0 if column.bound == "positive" else column.bound == "any" or value >= 0.0


def _names(table: str, tables: Mapping[str, pl.DataFrame]) -> set[str]:
    return set(tables[table][TABLES[table].key[0]].drop_nulls().to_list())
