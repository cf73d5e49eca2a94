"""The schema: every table of the contract is declared once, whole and consistent."""

import polars as pl
import pytest

from steelyard.data.schema import MINIMUM, TABLES
from steelyard.data.table import Table, empty_frame

CONTRACT = """
    period item item_link location customer item_location sales_line demand_history open_order forecast_in promotion
    external_series event inventory inventory_history supply_order supplier price_break source bom routing resource
    resource_capacity resource_history working_calendar calendar_exception uom_conversion price item_cost
    currency_rate budget actuals_gl assumption
"""


def test_every_table_of_the_contract_is_declared() -> None:
    assert sorted(TABLES) == sorted(CONTRACT.split())


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_declarations_are_consistent(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    assert {table.quantity, table.money} - {None} <= set(table.names)
    assert all(set(rule.needs) <= set(table.names) for rule in table.rules)
    assert all(len(TABLES[str(column.references)].key) == 1 for column in table.references)
    assert table.owner
    assert table.meaning.endswith(".")
    assert all(column.meaning.rstrip(")").endswith((".", "1")) for column in table.columns)


def test_references_point_backwards() -> None:
    names = list(TABLES)
    for table in TABLES.values():
        targets = {str(column.references) for column in table.references} - {table.name}
        assert all(names.index(target) < names.index(table.name) for target in targets)


def test_minimum_names_tables_of_the_contract() -> None:
    assert {name for groups in MINIMUM.values() for group in groups for name in group} <= set(TABLES)


def test_empty_frames_have_the_declared_types() -> None:
    frame = empty_frame(TABLES["sales_line"])
    assert frame.height == 0
    assert frame.schema["quantity"] == pl.Float64
    assert frame.schema["order_date"] == pl.Date
    assert frame.columns[-2:] == ["_source", "_source_row"]
