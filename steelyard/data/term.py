"""Term: a compiled part of a formula: an expression over columns and the type of its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from steelyard.data.typed import parse_dates
from steelyard.errors import MappingInvalid

Type = Literal["text", "number", "date", "flag", "empty"]


@dataclass(frozen=True)
class Term:
    """A compiled part of a formula and the type of its values."""

    expr: pl.Expr
    type: Type
    literal: object = None


def column_term(name: str, schema: Mapping[str, pl.DataType], where: str) -> Term:
    """A column of a source.

    Raises:
        MappingInvalid: There is no such column.
    """
    if name not in schema:
        near = ", ".join(sorted(schema, key=lambda other: _distance(name, other))[:6])
        raise MappingInvalid(f"There is no column {name!r}", where=where, mend=f"use one of {near} ...")
    return Term(pl.col(name), _type_of(schema[name]))


def _distance(name: str, other: str) -> tuple[int, str]:
    return (-len(set(name.lower()) & set(other.lower())) + abs(len(name) - len(other)), other)


def _type_of(dtype: pl.DataType) -> Type:
    if dtype.is_numeric():
        return "number"
    if dtype.is_temporal():
        return "date"
    return "flag" if dtype == pl.Boolean else "text"


def literal_term(value: object) -> Term:
    """A constant."""
    if value is None:
        return Term(pl.lit(None), "empty")
    if isinstance(value, bool):
        return Term(pl.lit(value), "flag", value)
    if isinstance(value, int | float):
        return Term(pl.lit(float(value)), "number", value)
    if isinstance(value, date):
        return Term(pl.lit(value), "date", value)
    return Term(pl.lit(str(value)), "text", str(value))


def as_number(term: Term) -> pl.Expr:
    """The values as numbers; text that holds none is empty."""
    if term.type == "number":
        return term.expr.cast(pl.Float64)
    if term.type == "text":
        return term.expr.str.strip_chars().cast(pl.Float64, strict=False)
    return term.expr.cast(pl.Float64)


def as_date(term: Term, formats: Sequence[str] = ()) -> pl.Expr:
    """The values as dates; text is read by the given formats, ISO and the common ones."""
    if term.type in ("date", "empty"):
        return term.expr.cast(pl.Date)
    text = as_plain_text(term)
    return text.map_batches(lambda values: parse_dates(values, tuple(formats)), return_dtype=pl.Date)


def as_plain_text(term: Term) -> pl.Expr:
    """The values as text; whole numbers without a decimal point."""
    if term.type == "number":
        number = term.expr.cast(pl.Float64)
        whole = number == number.round(0)
        return (
            pl.when(whole).then(number.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(number.cast(pl.String))
        )
    return term.expr.cast(pl.String)
