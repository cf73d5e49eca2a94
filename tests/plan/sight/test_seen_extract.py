"""An extract seen with a limited sight."""

import polars as pl
import pytest

from steelyard.data.schema import TABLES
from steelyard.plan.sight import EVERYTHING, Sight, part_of, seen_extract
from tests.company import company

FAMILY = Sight(parts=(part_of({"product_family": ["F0"]}),))
NO_COST = Sight(hidden=frozenset({"cost"}))


def test_who_sees_everything_sees_the_extract_itself() -> None:
    whole = company()
    assert seen_extract(whole, EVERYTHING) is whole


def test_rows_of_other_products_are_left_out() -> None:
    whole = company(items=4)
    small = seen_extract(whole, FAMILY)
    mine = {"I0", "I2"}
    assert set(small.tables["item"]["item_id"]) == mine
    for name, frame in small.tables.items():
        for column in TABLES[name].columns:
            if column.references == "item" and frame.height:
                assert set(frame[column.name].drop_nulls()) <= mine, (name, column.name)
    assert small.tables["customer"].equals(whole.tables["customer"])
    assert not small.quarantine
    assert not small.findings


def test_a_row_lies_in_one_part_at_least() -> None:
    whole = company(items=4, customers=3)
    parts = (part_of({"item": ["I1"]}), part_of({"customer": ["C2"]}))
    lines = seen_extract(whole, Sight(parts=parts)).tables["sales_line"]
    assert lines.equals(
        whole.tables["sales_line"].filter((pl.col("item_id") == "I1") | (pl.col("customer_id") == "C2"))
    )


@pytest.mark.parametrize("part", [{"unheard_of": ["x"]}, {"resource": ["LINE"]}])
def test_a_part_that_no_table_knows_shows_no_rows(part: dict[str, list[str]]) -> None:
    small = seen_extract(company(), Sight(parts=(part_of(part),)))
    assert {name for name, frame in small.tables.items() if frame.height} <= {
        name for name in TABLES if not {c.references for c in TABLES[name].columns} & {"item", "location", "customer"}
    } - {"item", "location", "customer"}


def test_columns_of_hidden_money_are_empty() -> None:
    whole = company()
    small = seen_extract(whole, NO_COST)
    assert small.tables["item_cost"]["standard_cost"].is_null().all()
    assert small.tables["price"].equals(whole.tables["price"])
    assert small.tables["sales_line"].equals(whole.tables["sales_line"])
    none = seen_extract(whole, Sight(hidden=frozenset({"cost", "sales"})))
    assert none.tables["price"]["price"].is_null().all()
    assert [f.money for f in none.findings if f.money] == []
