"""Hierarchies: levels from master tables."""

import polars as pl

from steelyard.grid.hierarchy import Hierarchy, attach

ITEMS = pl.DataFrame({"item_id": ["a", "b", "c"], "category": ["X", "X", None], "family": ["F", "G", "G"]})


def test_missing_attribute_has_a_name():
    product = Hierarchy.from_table("product", ITEMS)
    assert product.members.columns == ["category", "product_family", "item"]
    assert product.members["category"].to_list() == ["X", "X", "(none)"]


def test_unknown_key_keeps_its_row():
    rows = attach(pl.DataFrame({"item": ["z", "a"]}), [Hierarchy.from_table("product", ITEMS)])
    assert rows["product_family"].to_list() == ["(none)", "F"]
