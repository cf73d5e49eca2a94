"""Schema: all input tables of the contract, by name, in an order in which references point backwards."""

from collections.abc import Iterable
from types import MappingProxyType

from steelyard.data.declarations import demand_history, finance, master_data, resources, supply
from steelyard.data.table import Table


def _in_reference_order(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Sort so that a table stands after every other table it refers to."""
    waiting, done = {table.name: table for table in tables}, dict[str, Table]()
    while waiting:
        ready = [table for table in waiting.values() if _targets(table) <= done.keys()]
        for table in ready:
            done[table.name] = waiting.pop(table.name)
    return tuple(done.values())


def _targets(table: Table) -> set[str]:
    return {column.references for column in table.references if column.references} - {table.name}


_DECLARED = (*master_data.TABLES, *demand_history.TABLES, *resources.TABLES, *supply.TABLES, *finance.TABLES)

TABLES = MappingProxyType({table.name: table for table in _in_reference_order(_DECLARED)})
"""Every input table by name; a table stands after all that it refers to."""

MINIMUM: MappingProxyType[int, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        1: (("item",), ("sales_line", "demand_history")),
        2: (("location",), ("inventory",), ("source",)),
        3: (("item_cost",), ("price",)),
    }
)
"""What each level needs at least: of every group one table must have rows."""
