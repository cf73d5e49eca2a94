"""Column: one field of an input table, with its type, need, reference and domain."""

from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

Kind = Literal["id", "text", "date", "quantity", "money", "ratio", "days", "number", "flag"]
Need = Literal["required", "conditional", "optional"]
Span = Literal["history", "any", "validity"]
Bound = Literal["any", "positive", "not_negative", "unit_interval"]

DTYPES: dict[str, pl.DataType] = {
    "id": pl.String(),
    "text": pl.String(),
    "date": pl.Date(),
    "quantity": pl.Float64(),
    "money": pl.Float64(),
    "ratio": pl.Float64(),
    "days": pl.Int64(),
    "number": pl.Float64(),
    "flag": pl.Boolean(),
}
DECIMALS: dict[str, int] = {"quantity": 6, "money": 4}


@dataclass(frozen=True)
class Column:
    """One declared column of an input table."""

    name: str
    """Name in the contract, snake_case."""
    kind: Kind
    """What the values are; ids are text and never cast to numbers."""
    meaning: str
    """One sentence for the docs, the worksheet and error messages."""
    need: Need = "optional"
    """required: a row without it is quarantined; conditional: needed by a step that uses it."""
    references: str | None = None
    """Table whose single key this column names."""
    strict: bool = True
    """Whether a row with an unknown reference or choice is quarantined (else warned of)."""
    choices: tuple[str, ...] = ()
    """Allowed values; empty allows any."""
    bound: Bound = "any"
    """Range of a number."""
    span: Span = "any"
    """Range of a date: history ends at the as-of date, validity may be open."""

    @property
    def dtype(self) -> pl.DataType:
        """Polars type of accepted values."""
        return DTYPES[self.kind]

    @property
    def decimals(self) -> int | None:
        """Decimals that values are rounded to on write, None if kept as they are."""
        return DECIMALS.get(self.kind)

    def required(self) -> "Column":
        """The same column, needed in every row."""
        return replace(self, need="required")

    def conditional(self) -> "Column":
        """The same column, needed by the steps that use it."""
        return replace(self, need="conditional")

    def lenient(self) -> "Column":
        """The same column; an unknown reference or choice is a warning and keeps the row."""
        return replace(self, strict=False)


def ident(name: str, meaning: str, references: str | None = None) -> Column:
    """An id: text that is never cast."""
    return Column(name, "id", meaning, references=references)


def text(name: str, meaning: str) -> Column:
    """Free text or a level member."""
    return Column(name, "text", meaning)


def choice(name: str, meaning: str, *choices: str) -> Column:
    """Text out of a closed list."""
    return Column(name, "text", meaning, choices=choices)


def day(name: str, meaning: str, span: Span = "any") -> Column:
    """A calendar date."""
    return Column(name, "date", meaning, span=span)


def quantity(name: str, meaning: str, bound: Bound = "any") -> Column:
    """A quantity in the base unit of its item, six decimals."""
    return Column(name, "quantity", meaning, bound=bound)


def money(name: str, meaning: str, bound: Bound = "any") -> Column:
    """An amount or a price in the currency of its row, four decimals."""
    return Column(name, "money", meaning, bound=bound)


def ratio(name: str, meaning: str) -> Column:
    """A share between 0 and 1."""
    return Column(name, "ratio", meaning, bound="unit_interval")


def days(name: str, meaning: str, bound: Bound = "not_negative") -> Column:
    """A whole number of calendar days."""
    return Column(name, "days", meaning, bound=bound)


def number(name: str, meaning: str, bound: Bound = "any") -> Column:
    """A plain number with a unit of its own."""
    return Column(name, "number", meaning, bound=bound)


def flag(name: str, meaning: str) -> Column:
    """Yes or no."""
    return Column(name, "flag", meaning)
