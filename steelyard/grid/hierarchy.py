"""Hierarchy: the levels of product, location, customer and time, from the top down to the key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from steelyard.errors import GridError
from steelyard.grid.series import NONE

LEVEL_COLUMNS = {
    "product": {"category": "category", "product_family": "family", "item": "item_id"},
    "location": {"location_region": "region", "location": "location_id"},
    "customer": {"channel": "channel", "territory": "territory", "customer": "customer_id"},
}
"""Column of the master table by level, for each hierarchy, from the top down."""

TIME_LEVELS = ("year", "quarter", "month")


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
    def levels(self) -> tuple[str, ...]:
        """Levels from the top down."""
        return tuple(self.members.columns)

    @property
    def key(self) -> str:
        """The lowest level."""
        return self.levels[-1]

    def children(self, level: str, member: str) -> tuple[str, ...]:
        """Members one level below a member, in order.

        Raises:
            GridError: The level is the lowest or unknown.
        """
        if level not in self.levels[:-1]:
            raise GridError(
                f"{level!r} has no level below it in the {self.name} hierarchy", mend=f"use {self.levels[:-1]}"
            )
        below = self.levels[self.levels.index(level) + 1]
        return tuple(self.members.filter(pl.col(level) == member)[below].unique(maintain_order=True))

    def ambiguous(self) -> Iterator[tuple[str, str]]:
        """Members that have two parents, as (level, member): their totals would count twice."""
        for above, level in zip(self.levels, self.levels[1:], strict=False):
            parents = self.members.group_by(level).agg(pl.col(above).n_unique().alias("parents"))
            yield from ((level, name) for name in parents.filter(pl.col("parents") > 1)[level])


def attach(keys: pl.DataFrame, hierarchies: Sequence[Hierarchy]) -> pl.DataFrame:
    """Add every level of the hierarchies to a table of keys; unknown keys get "(none)" above themselves."""
    for hierarchy in hierarchies:
        keys = keys.join(hierarchy.members, on=hierarchy.key, how="left", maintain_order="left")
    return keys.with_columns(pl.all().fill_null(NONE))
