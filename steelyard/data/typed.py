"""Typed rows: text becomes ids, dates, quantities and flags; what cannot is a fault of its row."""

from dataclasses import dataclass

import polars as pl

from steelyard.data.column import Column
from steelyard.data.table import Table

COMMON_DATES = ("%Y%m%d", "%d.%m.%Y", "%d-%b-%y", "%d-%b-%Y", "%Y/%m/%d")
"""Formats that can mean one thing only, tried after ISO; others are declared in the mapping."""
YES = ("true", "1", "yes", "y", "t", "x", "on", "wahr", "ja", "oui", "si")
NO = ("false", "0", "no", "n", "f", "off", "falsch", "nein", "non")
FIRST_YEAR = 100
"""Years below it are years of two digits that were read by a format of four."""
OPEN_YEARS = (1901, 2200)
"""Years at and beyond which a validity date means 'always' or 'for ever' and becomes empty."""


@dataclass(frozen=True)
class RowFault:
    """Rows of one table that break one rule."""

    rule: str
    message: str
    mend: str
    mask: pl.Series
    """True on faulty rows."""
    quarantines: bool = True

    @property
    def rows(self) -> int:
        """Number of faulty rows."""
        return int(self.mask.sum())


def type_rows(raw: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, list[RowFault]]:
    """Give every declared column its type; columns that are absent come in empty.

    Args:
        raw: Rows with contract column names, text or typed; other columns are kept as they are.
        table: The declaration.

    Returns:
        The typed rows in declared column order, and one fault per column with values that do not fit.
    """
    typed = [
        _typed(raw[column.name], column) if column.name in raw.columns else _empty(raw, column)
        for column in table.columns
    ]
    faults = [
        fault
        for series, column in zip(typed, table.columns, strict=True)
        if column.name in raw.columns and (fault := _unfit(raw[column.name], series, column))
    ]
    extra = [raw[name] for name in raw.columns if not table.has(name)]
    return pl.DataFrame([*typed, *extra]), faults


def parse_dates(text: pl.Series, formats: tuple[str, ...] = ()) -> pl.Series:
    """Dates from text: ISO (with or without time), then the given formats, then the common ones; else empty."""
    found = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) if not formats else None
    result = found if found is not None else pl.Series(text.name, [None] * len(text), dtype=pl.Date)
    for pattern in (*formats, *(("%Y-%m-%d",) if formats else ()), *COMMON_DATES):
        if result.null_count() == text.null_count():
            break
        head = text.str.slice(0, 10) if pattern == "%Y-%m-%d" else text.str.split(" ").list.first()
        found = head.str.to_date(pattern, strict=False)
        result = result.fill_null(found.set(found.dt.year() < FIRST_YEAR, None))
    return result


def _empty(raw: pl.DataFrame, column: Column) -> pl.Series:
    return pl.Series(column.name, [None], dtype=column.dtype).new_from_index(0, raw.height)


def _typed(values: pl.Series, column: Column) -> pl.Series:
    if column.kind in ("id", "text"):
        return as_text(values)
    if column.kind == "date":
        return _as_date(values, column)
    if column.kind == "flag":
        return _as_flag(values)
    return _as_number(values, column)


def as_text(values: pl.Series) -> pl.Series:
    """Text without blanks at its ends; whole numbers without a decimal point; empty text is unknown."""
    if values.dtype == pl.String:
        text = values.str.strip_chars()
    elif values.dtype.is_float() and bool((values.drop_nulls() % 1 == 0).all()):
        text = values.cast(pl.Int64).cast(pl.String)
    elif values.dtype == pl.Binary:  # a picture or a blob says nothing that a plan could use
        text = pl.Series(values.name, [None] * values.len(), dtype=pl.String)
    else:
        text = values.cast(pl.String)
    return text.set(text == "", None) if bool((text == "").any()) else text


def _as_number(values: pl.Series, column: Column) -> pl.Series:
    source = values.str.strip_chars() if values.dtype == pl.String else values
    numbers = source.cast(pl.Float64, strict=False)
    finite = numbers.is_finite().fill_null(True)
    if not finite.all():
        numbers = numbers.set(~finite, None)
    if column.kind == "days":
        return numbers.round(0).cast(pl.Int64, strict=False)
    return numbers.round(column.decimals) if column.decimals is not None else numbers


def _as_flag(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Boolean:
        return values
    text = as_text(values).str.to_lowercase()
    frame = pl.DataFrame({"text": text}).select(
        pl.when(pl.col("text").is_in(YES)).then(True).when(pl.col("text").is_in(NO)).then(False).alias(values.name)
    )
    return frame.to_series()


def _as_date(values: pl.Series, column: Column) -> pl.Series:
    text = as_text(values) if not values.dtype.is_temporal() else values
    dates = parse_dates(text) if text.dtype == pl.String else text.cast(pl.Date)
    if column.span != "validity":
        return dates
    first, last = OPEN_YEARS
    opened = ((dates.dt.year() <= first) | (dates.dt.year() >= last)).fill_null(False)
    return dates.set(opened, None) if bool(opened.any()) else dates


def _unfit(raw: pl.Series, typed: pl.Series, column: Column) -> RowFault | None:
    """The fault of values that were there and could not be typed."""
    if raw.null_count() == typed.null_count():
        return None
    given = as_text(raw).is_not_null() if column.span != "validity" else _not_open(raw)
    mask = given & typed.is_null()
    if not mask.any():
        return None
    example = raw.filter(mask)[0]
    message = f"{column.name} is not a {column.kind}, e.g. {example!r}"
    mend = f"correct the value, or map it in the mapping ({column.name} = {{ ... }})"
    return RowFault(f"{column.name}_is_a_{column.kind}", message, mend, mask)


def _not_open(raw: pl.Series) -> pl.Series:
    text = as_text(raw)
    dates = parse_dates(text)
    return text.is_not_null() & dates.is_null()
