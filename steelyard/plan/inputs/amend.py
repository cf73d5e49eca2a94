"""Amend: lay changes of master data and parameters on an extract and on the settings."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.inputs.add_rows import add_item, add_row
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.table_cell import column_of, table_of, typed
from steelyard.plan.life_operation import AddRow, NewItem
from steelyard.plan.operation import SetMasterData, SetParameter


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
        if not change.enabled:
            continue
        match change.operation:
            case SetMasterData() as operation:
                tables[operation.table] = _amended(tables, operation, change)
            case NewItem() as operation:
                tables = add_item(tables, operation, change)
            case AddRow() as operation:
                tables = add_row(tables, operation, change)
            case _:
                pass
    return replace(extract, tables=MappingProxyType(tables)) if changes else extract


def _amended(tables: dict[str, pl.DataFrame], operation: SetMasterData, change: Change) -> pl.DataFrame:
    table = table_of(tables, operation.table, change)
    inside = pl.lit(True)
    for column, member in operation.key.items():
        inside &= pl.col(column_of(table, column, change)).cast(pl.String) == member
    target = column_of(table, operation.column, change)
    if not table.filter(inside).height:
        key = ", ".join(f"{column} {member}" for column, member in operation.key.items())
        raise ChangeInvalid(
            f"{operation.table} has no row for {key}",
            where=change.reference,
            mend="name a row that is there, or switch the change off",
        )
    value = typed(operation.value, table.schema[target], change)
    return table.with_columns(
        pl.when(inside).then(pl.lit(value, table.schema[target])).otherwise(pl.col(target)).alias(target)
    )
