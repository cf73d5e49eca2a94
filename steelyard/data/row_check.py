"""Row check: each row on its own: types, required columns, domain, key and references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from steelyard.data.column import Column
from steelyard.data.read.source_file import FAULT
from steelyard.data.table import Table
from steelyard.data.typed import RowFault, type_rows

OLDEST = timedelta(days=40 * 366)
"""Dates further back than this from the as-of date are not plausible."""
FURTHEST = timedelta(days=10 * 366)
"""Dates further ahead than this from the as-of date are not plausible."""
READABLE = "row_is_readable"
PRIVATE = (FAULT, "_source", "_source_row")


@dataclass(frozen=True)
class CheckedRows:
    """The rows of one table after the row checks."""

    typed: pl.DataFrame
    """All rows that came in, typed as far as possible."""
    accepted: pl.DataFrame
    """Typed rows in declared column order, row lineage last."""
    quarantined: pl.DataFrame
    """Rows as they came in, as text, with `_rule` and `_reason`."""
    quarantined_typed: pl.DataFrame
    """The same rows typed as far as possible, for quantity and money."""
    merged: pl.DataFrame
    """Typed rows that repeated another row in full and were merged with it."""
    faults: tuple[RowFault, ...]


def check_rows(raw: pl.DataFrame, table: Table, known: Mapping[str, pl.Series], as_of: date) -> CheckedRows:
    """Type and check every row of a table.

    Args:
        raw: Rows with contract column names; `_fault` carries the reader's own faults.
        table: The declaration.
        known: Accepted ids by table name; tables that are absent are not checked against.
        as_of: The as-of date.
    """
    typed, unfit = type_rows(raw, table)
    faults = _first_reasons([*_unreadable(typed), *unfit], [*_faults(typed, table, known, as_of)])
    bad = _any([fault.mask for fault in faults if fault.quarantines], typed.height)
    twice = typed.height > 0 and bool(typed.select(table.key).is_duplicated().any())
    repeated = _repeats(typed, bad) if twice else _any([], typed.height)
    doubles = _key_twice(typed, table, bad | repeated, twice=twice)
    if doubles.rows:
        faults.append(doubles)
        bad = bad | doubles.mask
    good = typed.filter(~(bad | repeated)).drop(FAULT, strict=False)
    held = _quarantine(raw, faults, bad)
    return CheckedRows(typed, good, held, typed.filter(bad), typed.filter(repeated & ~bad), tuple(faults))


def _faults(typed: pl.DataFrame, table: Table, known: Mapping[str, pl.Series], as_of: date) -> Iterator[RowFault]:
    for column in table.columns:
        yield from _column_faults(typed[column.name], column, table, known, as_of)
    for rule in table.rules:
        mask = typed.select(rule.faulty(as_of).fill_null(False).alias("faulty")).to_series()
        yield RowFault(rule.name, rule.message, rule.mend, mask, rule.quarantines)


def _first_reasons(broken: list[RowFault], others: list[RowFault]) -> list[RowFault]:
    """Leave out reasons that only follow from another: an unreadable row is nothing else, a wrong value not empty."""
    unreadable = [fault.mask for fault in broken if fault.rule == READABLE]
    wrong = {fault.rule.rpartition("_is_a_")[0]: fault.mask for fault in broken if fault.rule != READABLE}
    found: list[RowFault] = [fault for fault in broken if fault.rule == READABLE]
    for fault in [*(f for f in broken if f.rule != READABLE), *others]:
        mask = fault.mask
        for other in unreadable:
            mask = mask & ~other
        if fault.rule.removesuffix("_is_filled") in wrong:
            mask = mask & ~wrong[fault.rule.removesuffix("_is_filled")]
        found.append(replace(fault, mask=mask))
    return [fault for fault in found if fault.rows]


def _unreadable(typed: pl.DataFrame) -> Iterator[RowFault]:
    if FAULT not in typed.columns or typed[FAULT].null_count() == typed.height:
        return
    mask = typed[FAULT].is_not_null()
    example = typed[FAULT].filter(mask)[0]
    yield RowFault(READABLE, f"{example}", "correct the line in the file, or export it again", mask)


def _column_faults(
    values: pl.Series, column: Column, table: Table, known: Mapping[str, pl.Series], as_of: date
) -> Iterator[RowFault]:
    name = column.name
    if column.need == "required":
        mend = f"fill {name} in the source, or give it a constant in the mapping"
        yield RowFault(f"{name}_is_filled", f"{name} is empty", mend, values.is_null())
    if column.choices:
        mask = values.is_not_null() & ~values.is_in(list(column.choices))
        yield _choice_fault(values, column, mask)
    if column.bound != "any":
        yield _bound_fault(values, column)
    if column.kind == "date" and column.span != "validity":
        yield from _date_faults(values, column, as_of)
    if column.references and column.references in known:
        yield _orphans(values, column, table, known[column.references])


def _choice_fault(values: pl.Series, column: Column, mask: pl.Series) -> RowFault:
    unknown = ", ".join(values.filter(mask).unique().sort().head(5).to_list())
    message = f"{column.name} has values outside the list: {unknown}"
    mend = f"map them to one of {', '.join(column.choices)} ({column.name} = {{ values = ... }})"
    return RowFault(f"{column.name}_is_in_the_list", message, mend, mask, column.strict)


def _bound_fault(values: pl.Series, column: Column) -> RowFault:
    if column.bound == "positive":
        mask, words = values <= 0, "not above zero"
    elif column.bound == "not_negative":
        mask, words = values < 0, "below zero"
    else:
        mask, words = (values < 0) | (values > 1), "not between 0 and 1"
    example = values.filter(mask.fill_null(False)).head(1).to_list()
    message = f"{column.name} is {words}" + (f", e.g. {example[0]:g}" if example else "")
    rule = f"{column.name}_is_{column.bound.replace('unit_interval', 'a_share')}"
    return RowFault(rule, message, f"correct {column.name} in the source", mask.fill_null(False))


def _date_faults(values: pl.Series, column: Column, as_of: date) -> Iterator[RowFault]:
    name = column.name
    far = ((values < as_of - OLDEST) | (values > as_of + FURTHEST)).fill_null(False)
    example = values.filter(far).head(1).to_list()
    message = f"{name} is far from the as-of date {as_of}" + (f", e.g. {example[0]}" if example else "")
    yield RowFault(f"{name}_is_plausible", message, "correct the date, or declare its format in the mapping", far)
    if column.span == "history":
        mask = (values > as_of).fill_null(False) & ~far
        mend = "extract up to the as-of date, or filter later rows in the mapping"
        yield RowFault(f"{name}_is_not_after_the_as_of_date", f"{name} is after the as-of date {as_of}", mend, mask)


def _orphans(values: pl.Series, column: Column, table: Table, ids: pl.Series) -> RowFault:
    own = column.references == table.name
    mask = values.is_not_null() & ~values.is_in((values if own and ids.is_empty() else ids).implode())
    example = values.filter(mask).head(1).to_list()
    message = f"{column.name} is not in table {column.references}" + (f", e.g. {example[0]!r}" if example else "")
    mend = f"add it to table {column.references}, or correct {column.name}"
    return RowFault(f"{column.name}_is_known", message, mend, mask, column.strict)


def _any(masks: list[pl.Series], height: int) -> pl.Series:
    result = pl.Series("bad", [False]).new_from_index(0, height)
    for mask in masks:
        result = result | mask
    return result


def _repeats(typed: pl.DataFrame, bad: pl.Series) -> pl.Series:
    """Rows that repeat an earlier good row in every column."""
    columns = [name for name in typed.columns if name not in PRIVATE]
    first = typed.select(columns).with_columns(bad.alias("_bad")).select(pl.struct(pl.all()).is_first_distinct())
    return ~first.to_series() & ~bad


def _key_twice(typed: pl.DataFrame, table: Table, out: pl.Series, *, twice: bool) -> RowFault:
    """Rows whose key an earlier good row already has, with other content."""
    mask = _any([], typed.height)
    if twice:
        rows = typed.select(table.key).with_columns(out.alias("_out"))
        mask = ~rows.select(pl.struct(pl.all()).is_first_distinct()).to_series() & ~out
    key = ", ".join(table.key)
    example = (
        "; ".join(str(value) for value in typed.filter(mask).select(table.key).head(1).rows()) if mask.any() else ""
    )
    message = f"the key ({key}) stands twice with different content" + (f", e.g. {example}" if example else "")
    mend = "remove one of the rows, or aggregate them in the mapping; the first row was taken"
    return RowFault("key_stands_once", message, mend, mask)


def _quarantine(raw: pl.DataFrame, faults: list[RowFault], bad: pl.Series) -> pl.DataFrame:
    """The rows that were kept out, as they came, with the first rule and all reasons."""
    rows = raw.filter(bad).drop(FAULT, strict=False)
    columns = [pl.col(name).cast(pl.String) for name in rows.columns if name != "_source_row"]
    held = [fault for fault in faults if fault.quarantines]
    rule = pl.Series("_rule", _joined([f.mask.filter(bad) for f in held], [f.rule for f in held], rows.height, "", 1))
    reasons = [fault.message.split(", e.g.")[0] for fault in held]
    reason = pl.Series("_reason", _joined([f.mask.filter(bad) for f in held], reasons, rows.height, "; ", len(held)))
    return rows.with_columns(columns).with_columns(rule.cast(pl.String), reason.cast(pl.String))


def _joined(masks: list[pl.Series], words: list[str], height: int, glue: str, most: int) -> list[str]:
    found: list[list[str]] = [[] for _ in range(height)]
    for mask, word in zip(masks, words, strict=True):
        for position in mask.arg_true().to_list():
            if len(found[position]) < most:
                found[position].append(word)
    return [glue.join(parts) for parts in found]
