"""Likeness: how well an unknown column fits a column of the contract, by its header and its values."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import polars as pl

from steelyard.data.column import Column
from steelyard.data.synonyms import COLUMN_WORDS
from steelyard.data.typed import FIRST_YEAR, as_text, parse_dates

Guess = Literal["empty", "flag", "number", "date", "text"]
SAMPLE_ROWS = 20_000
FEW = 30
"""Columns with no more different values than this show them."""
CURRENCY = re.compile(r"[A-Z]{3}")
MOSTLY = 0.9
"""Share of the values that must be of a type for the column to be of it."""


@dataclass(frozen=True)
class ColumnProfile:
    """What the values of an unknown column look like."""

    name: str
    type: Guess
    filled: float
    """Share of rows with a value."""
    unique: bool
    """Whether no value stands twice."""
    example: str
    values: tuple[str, ...] = ()
    """Its different values, if there are few."""
    date_format: str = ""
    """Format of its dates, if not ISO."""


def profile_column(values: pl.Series) -> ColumnProfile:
    """Look at a column: type, how full it is, whether it is unique, and an example."""
    text = as_text(values.head(SAMPLE_ROWS))
    known = text.drop_nulls()
    filled = 1.0 - values.null_count() / len(values) if len(values) else 0.0
    unique = len(values) > 0 and values.null_count() == 0 and values.n_unique() == len(values)
    kind, pattern = _type(values, known)
    example = str(known[0]) if len(known) else ""
    different = known.unique().sort().to_list()
    few = tuple(different) if len(different) <= FEW else ()
    return ColumnProfile(values.name, kind, round(filled, 3), unique, example, few, pattern)


def _type(values: pl.Series, known: pl.Series) -> tuple[Guess, str]:
    if not len(known):
        return "empty", ""
    if values.dtype.is_temporal():
        return "date", ""
    if bool(known.is_in(["0", "1", "true", "false"]).all()):
        return "flag", ""
    if _share(parse_dates(known)) and not _share_numbers(known.filter(known.str.len_chars() != 8)):
        return "date", ""
    if _share_numbers(known):
        return "number", ""
    pattern = _date_pattern(known)
    return ("date", pattern) if pattern else ("text", "")


def _share(parsed: pl.Series) -> bool:
    return parsed.len() - parsed.null_count() >= MOSTLY * parsed.len()


def _share_numbers(known: pl.Series) -> bool:
    return len(known) > 0 and _share(known.cast(pl.Float64, strict=False))


def _date_pattern(known: pl.Series) -> str:
    """The format of slashed dates: day or month first, by which of both reads more of the values."""
    found = {p: _unread(known, p) for p in ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y")}
    best = min(found, key=lambda pattern: found[pattern])
    return best if found[best] <= (1.0 - MOSTLY) * len(known) else ""


def _unread(known: pl.Series, pattern: str) -> int:
    dates = known.str.to_date(pattern, strict=False)
    return len(known) - int((dates.dt.year() >= FIRST_YEAR).sum())


@lru_cache(maxsize=10_000)
def words_of(header: str) -> tuple[str, ...]:
    """The words of a header: camel case, blanks, underscores and signs part them.

    Example:
        >>> words_of("UnitPriceDiscountPct"), words_of("PO / SO #")
        (('unit', 'price', 'discount', 'pct'), ('po', 'so'))
    """
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", header)
    return tuple(word for word in re.split(r"[^a-z0-9]+", parted.lower()) if word)


def likeness(profile: ColumnProfile, column: Column) -> float:
    """How well a column fits, 0 to 1: likeness of the header, lowered where the values are of another type."""
    fit = _header_likeness(profile.name, column.name)
    return round(fit * _type_fit(profile.type, column) * _value_fit(profile, column), 3)


def _value_fit(profile: ColumnProfile, column: Column) -> float:
    """Currencies are three capital letters; a single key of a master table is unique or at least filled."""
    if "currency" in column.name and profile.example and not CURRENCY.fullmatch(profile.example):
        return 0.3
    return 1.0


@lru_cache(maxsize=100_000)
def _header_likeness(header: str, name: str) -> float:
    words = words_of(header)
    joined = "".join(words)
    synonyms = COLUMN_WORDS.get(name, name).split()
    for rank, synonym in enumerate([name, *synonyms]):
        if joined == synonym.replace("_", ""):
            return max(1.0 - 0.01 * rank, 0.8)
    return max((_overlap(set(words), set(synonym.split("_"))) for synonym in (name, *synonyms)), default=0.0) * 0.7


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _type_fit(kind: Guess, column: Column) -> float:
    if kind == "empty":
        return 0.3
    if column.kind == "date":
        return 1.0 if kind == "date" else 0.1
    if column.kind in ("quantity", "money", "ratio", "days", "number"):
        return 1.0 if kind in ("number", "flag") else 0.1
    if column.kind == "flag":
        return 1.0 if kind == "flag" else 0.3
    return 0.6 if kind == "date" else 1.0
