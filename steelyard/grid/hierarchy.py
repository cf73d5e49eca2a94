"""Hierarchy: the levels of product, location and customer, from the top down to the key."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from steelyard.grid.series import NONE

LEVEL_COLUMNS = {
    "product": {"category": "category", "product_family": "family", "item": "item_id"},
    "location": {"location_region": "region", "location": "location_id"},
    "customer": {"channel": "channel", "territory": "territory", "customer": "customer_id"},
}
"""Column of the master table by level, for each hierarchy, from the top down."""


@dataclass(frozen=True)
class Hierarchy:
    """Levels from the top down to the key; the last level is the key.

    Args:
        name: product, location or customer.
        members: One row a key, one column a level, every cell filled.
    """

    name: str
    members: pl.DataFrame

    @classmethod
    def from_table(cls, name: str, table: pl.DataFrame) -> "Hierarchy":
        """Take the levels of `name` from its master table; a missing attribute becomes "(none)"."""
        columns = [
            (pl.col(column) if column in table.columns else pl.lit(None, pl.String))
            .cast(pl.String)
            .fill_null(NONE)
            .alias(level)
            for level, column in LEVEL_COLUMNS[name].items()
        ]
        return cls(name, table.select(columns).unique(maintain_order=True))

    @property
    def key(self) -> str:
        """The lowest level."""
        return self.members.columns[-1]


def attach(keys: pl.DataFrame, hierarchies: Sequence[Hierarchy]) -> pl.DataFrame:
    """Add every level of the hierarchies to a table of keys; unknown keys get "(none)" above themselves."""
    for hierarchy in hierarchies:
        keys = keys.join(hierarchy.members, on=hierarchy.key, how="left", maintain_order="left")
    return keys.with_columns(pl.all().fill_null(NONE))
