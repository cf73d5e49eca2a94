"""Mapping: the declared way from the files of a source system to the tables of the contract; no code, versioned."""

from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from typing import Literal

Aggregate = Literal["sum", "mean", "median", "min", "max", "first", "last", "count"]
AGGREGATES = ("sum", "mean", "median", "min", "max", "first", "last", "count")
CAPACITY_PERIODS: Named[str, float] = {"day": 21.67, "week": 52 / 12, "month": 1.0, "year": 1 / 12}
"""How many of each period make a planning month, unless the mapping states `times`."""


@dataclass(frozen=True)
class ColumnRule:
    """Where the values of one column come from, and what is done to them."""

    column: str | None = None
    """A column of the source (rename)."""
    value: object = None
    """A constant."""
    formula: str | None = None
    """An expression over columns of the source."""
    values: Named[str, object] = field(default_factory=dict)
    """Value map, source value to contract value; others stay as they are."""
    otherwise: object = None
    """Value of everything that `values` does not name; an empty text makes it empty."""
    dates: tuple[str, ...] = ()
    """Formats of dates, such as %d/%m/%y, tried in order."""
    shift_days: int = 0
    """Days added to a date."""
    sign: float = 1.0
    """-1 turns the sign of a number."""
    scale: float = 1.0
    """A number is multiplied by this (units, thousands, percent)."""
    per: str | None = None
    """Period of a capacity figure: day, week, month or year; the figure becomes one per planning month."""
    times: float | None = None
    """How many of `per` make a planning period, if not the usual number."""
    aggregate: Aggregate | None = None
    """What becomes of the column when rows are grouped; first, if not stated."""
    assume: str | None = None
    """Reason, if the value stands in for data that is missing: it becomes an assumption row."""
    unit: str = ""
    """Unit of an assumed value."""


@dataclass(frozen=True)
class Join:
    """Look up another source; its columns are then named `alias.column`."""

    file: str
    """The other source."""
    on: Named[str, str]
    """Column here = column there."""
    alias: str
    """Name in front of its columns."""
    many: bool = False
    """Whether one row here may find many there."""


@dataclass(frozen=True)
class Unpivot:
    """Turn columns into rows: `name` holds what was the column's name, `value` its value."""

    keep: tuple[str, ...]
    """Columns that stay columns."""
    name: str = "name"
    """Name of the column that holds what was the column's name."""
    value: str = "value"
    """Name of the column that holds the value."""


@dataclass(frozen=True)
class Latest:
    """Keep of the rows alike in `by` only the one with the highest `order`."""

    by: tuple[str, ...]
    """Columns of the source in which rows are alike."""
    order: str
    """Formula; the row with the highest value is kept."""


@dataclass(frozen=True)
class SourceRule:
    """One source of a table (or of a view that other sources use)."""

    columns: Named[str, ColumnRule]
    """Columns of the result, and where their values come from."""
    source: str = ""
    """File or view the rows come from."""
    rows: tuple[Named[str, object], ...] = ()
    """Rows that are declared in place, instead of a source."""
    joins: tuple[Join, ...] = ()
    """Other sources that are looked up, one after the other."""
    unpivot: Unpivot | None = None
    """Columns that become rows, in wide files."""
    where: tuple[str, ...] = ()
    """Conditions; rows that do not meet all are counted as filtered."""
    latest: Latest | None = None
    """Which of several rows for the same thing is kept."""
    group: tuple[str, ...] = ()
    """Columns (of the result) by which rows are aggregated."""
    distinct: bool = False
    """Whether rows alike in all columns become one."""
    starts: str | None = None
    """For the period table: column of period starts; ends and names follow from them."""
    assume: str | None = None
    """Reason, if the rows stand in for data that is missing."""


@dataclass(frozen=True)
class FileRule:
    """How a file (or all files of a folder) is read."""

    path: str = ""
    """Path below the root without ending; or a table of the database."""
    query: str | None = None
    """Query, if the source is a database."""
    delimiter: str | None = None
    """Delimiter, if it shall not be found out."""
    encoding: str | None = None
    """Encoding, if it shall not be found out."""
    header: tuple[str, ...] = ()
    """Column names of a file without a header row."""
    dates: tuple[str, ...] = ()
    """Columns of text that hold dates; typed date columns need not be named."""
    formats: tuple[str, ...] = ()
    """Formats of these dates."""
    shift_days: int = 0
    """Days added to every date of the file."""


@dataclass(frozen=True)
class Mapping:
    """The declared way from the files of a source system to the tables of the contract."""

    name: str
    head: Named[str, object]
    """The manifest: company, source_system, as_of_date, base_currency, calendar."""
    tables: Named[str, tuple[SourceRule, ...]]
    views: Named[str, SourceRule] = field(default_factory=dict)
    files: Named[str, FileRule] = field(default_factory=dict)
    folders: Named[str, FileRule] = field(default_factory=dict)
    """Rules for all files of a folder; "." stands for the root."""
    assumptions: tuple[Named[str, object], ...] = ()
    thresholds: Named[str, object] = field(default_factory=dict)
    """Thresholds of the checks that hold for this source."""
    digest: str = ""
