"""Add rows: items and rows that a change brings into the tables of an extract."""

from collections.abc import Mapping
from difflib import get_close_matches

import polars as pl

from steelyard.data.schema import TABLES
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.inputs.table_cell import column_of, table_of, typed
from steelyard.plan.life_operation import AddRow, NewItem

OWN_TABLES = ("item_location", "source", "bom", "routing", "item_cost", "price")
"""Tables whose rows a new item takes over from its pattern; the rest is its own."""
CODES = {"source": ("source_id", "routing_id", "bom_id"), "bom": ("bom_id",), "routing": ("routing_id",)}
"""Codes that name a row of an item and so need a name of their own."""

Tables = Mapping[str, pl.DataFrame]


def add_row(tables: Tables, operation: AddRow, change: Change) -> dict[str, pl.DataFrame]:
    """The tables with one row more.

    Raises:
        ChangeInvalid: The table, a column or a type is wrong, a required column is missing, or the row is there.
    """
    table = table_of(tables, operation.table, change)
    declared = TABLES[operation.table]
    values = {column_of(table, name, change): value for name, value in operation.values.items()}
    cells = {name: typed(value, table.schema[name], change) for name, value in values.items()}
    missing = [entry.name for entry in declared.columns if entry.need == "required" and cells.get(entry.name) is None]
    if missing:
        raise ChangeInvalid(
            f"A row of {operation.table} needs {', '.join(missing)}", where=change.reference, mend="name their values"
        )
    _check_key(table, declared.key, cells, change)
    row = pl.DataFrame({name: [value] for name, value in cells.items()}, schema={n: table.schema[n] for n in cells})
    return {**tables, operation.table: pl.concat([table, row], how="diagonal").select(table.columns)}


def _check_key(table: pl.DataFrame, key: tuple[str, ...], cells: Mapping[str, object], change: Change) -> None:
    same = pl.lit(True)
    for column in key:
        value = cells.get(column)
        same &= pl.col(column).is_null() if value is None else pl.col(column) == value
    if table.filter(same).height:
        named = ", ".join(f"{column} {cells.get(column)}" for column in key)
        raise ChangeInvalid(
            f"The row {named} is there already", where=change.reference, mend="change it as master data instead"
        )


def add_item(tables: Tables, operation: NewItem, change: Change) -> dict[str, pl.DataFrame]:
    """The tables with a new item that has the master data of its pattern.

    Raises:
        ChangeInvalid: The pattern is not there, or the item is there already.
    """
    items = tables["item"]
    known = set(items["item_id"].to_list())
    if operation.item in known:
        raise ChangeInvalid(
            f"The item {operation.item!r} is there already",
            where=change.reference,
            mend="give it another code",
        )
    if operation.pattern not in known:
        near = get_close_matches(operation.pattern, known, 1)
        raise ChangeInvalid(
            f"There is no item {operation.pattern!r} to copy from",
            where=change.reference,
            mend=f"use {near[0]!r}" if near else "name an item of the extract",
        )
    grown = {**tables, "item": pl.concat([items, _item_row(items, operation)])}
    for name in OWN_TABLES:
        grown[name] = pl.concat([tables[name], _copied(tables[name], name, operation)])
    return grown


def _item_row(items: pl.DataFrame, operation: NewItem) -> pl.DataFrame:
    pattern = items.filter(pl.col("item_id") == operation.pattern).head(1)
    name = operation.description or f"{pattern['description'][0]} (new)"
    return pattern.with_columns(
        pl.lit(operation.item).alias("item_id"),
        pl.lit(name).alias("description"),
        *(pl.lit(None, items.schema[column]).alias(column) for column in ("launch_date", "end_date", "abc")),
        pl.lit("announced").alias("status"),
    ).select(items.columns)


def _copied(table: pl.DataFrame, name: str, operation: NewItem) -> pl.DataFrame:
    rows = table.filter(pl.col("item_id") == operation.pattern)
    named = [
        pl.when(pl.col(code).is_not_null()).then(pl.format(f"{{}}~{operation.item}", pl.col(code))).alias(code)
        for code in CODES.get(name, ())
        if code in table.columns
    ]
    rows = rows.with_columns(pl.lit(operation.item).alias("item_id"), *named)
    if name == "item_cost" and operation.cost is not None:
        rows = rows.with_columns(pl.lit(operation.cost).alias("standard_cost"))
    return rows.select(table.columns)
