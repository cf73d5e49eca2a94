"""Table: one input table of the contract, declared once with all that readers, checks and docs need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from steelyard.data.column import Column

Level = Literal[0, 1, 2, 3]


@dataclass(frozen=True)
class RowRule:
    """A check that looks at one row, across its columns."""

    name: str
    """The rule as a sentence in snake_case; its key in the findings."""
    needs: tuple[str, ...]
    """Columns the rule reads."""
    faulty: Callable[[date], pl.Expr]
    """True on rows that break the rule; takes the as-of date."""
    message: str
    """What is wrong with such a row."""
    mend: str
    """How to mend it, in the imperative."""
    quarantines: bool = True
    """Whether faulty rows are kept out (else they stay and are warned of)."""


@dataclass(frozen=True)
class Table:
    """One input table."""

    name: str
    level: Level
    """1 demand review, 2 supply review, 3 finance, 0 all."""
    owner: str
    """Role that answers for the data."""
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    quantity: str | None = None
    """Column of the quantity control total."""
    money: str | None = None
    """Column of the money control total."""
    rules: tuple[RowRule, ...] = ()
    parent: str | None = None
    """Column that names another row of the same table (hierarchy without rings)."""

    def column(self, name: str) -> Column:
        """The declared column of that name; KeyError if there is none."""
        return self._by_name[name]

    def has(self, name: str) -> bool:
        """Whether the table declares such a column."""
        return name in self._by_name

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declared order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every row must fill."""
        return tuple(column.name for column in self.columns if column.need == "required")

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Polars schema of accepted rows, without row lineage."""
        return {column.name: column.dtype for column in self.columns}

    @property
    def references(self) -> tuple[Column, ...]:
        """Columns that name a row of another table, or of this one."""
        return tuple(column for column in self.columns if column.references)

    @property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


SOURCE_COLUMNS: dict[str, pl.DataType] = {"_source": pl.String(), "_source_row": pl.Int64()}
"""Row lineage kept with every accepted and every quarantined row: file and row number in it (first data row = 1)."""


def empty_frame(table: Table) -> pl.DataFrame:
    """A frame of no rows with the right columns and types, row lineage included."""
    return pl.DataFrame(schema={**table.schema, **SOURCE_COLUMNS})
