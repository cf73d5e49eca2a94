"""Column: the periods of a plan as a view shows them, single or gathered, with totals of the year."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from steelyard.errors import UnknownPeriod
from steelyard.grid.calendar import Calendar

Kind = Literal["history", "horizon", "total"]
TIMES = ("period", "month", "quarter", "year", "fiscal_year")
PAST_PERIODS = 12


@dataclass(frozen=True)
class Column:
    """Some neighbouring periods.

    Args:
        key: What it is called in the protocol.
        label: What people read.
        kind: Past, future, or the total of a year.
        group: The heading above it.
        start: First period.
        stop: Period after the last.
        editable: Whether it reaches into the horizon.
    """

    key: str
    label: str
    kind: Kind
    group: str
    start: int
    stop: int
    editable: bool


def lay_columns(calendar: Calendar, history_count: int, *, time: str, past: int, totals: bool) -> tuple[Column, ...]:
    """Lay out the columns of a view.

    Args:
        calendar: The plan's periods, history first.
        history_count: How many of them are history.
        time: period, month, quarter, year or fiscal_year.
        past: How many periods of history to show.
        totals: Whether each year ends with its total.

    Raises:
        UnknownPeriod: There is no such time level.
    """
    if time not in TIMES:
        raise UnknownPeriod(f"There is no time level {time!r}", mend=f"use one of {', '.join(TIMES)}")
    first = max(history_count - past, 0)
    names, codes = calendar.members(time if time in calendar.levels else "period")
    heads, years = _heads(calendar, time), _year(calendar)
    with_totals = totals and time not in {"year", "fiscal_year"}
    columns: list[Column] = []
    start = first
    for period in range(first, calendar.size):
        last = period + 1 == calendar.size
        if last or codes[period + 1] != codes[period]:
            columns.append(_column(names[codes[period]], heads[start], start, period + 1, history_count))
            start = period + 1
        if with_totals and (last or years[period] != years[period + 1]):
            columns.append(_total(years, period, first, history_count))
    return tuple(columns)


def _column(name: str, group: str, start: int, stop: int, history_count: int) -> Column:
    kind: Kind = "history" if stop <= history_count else "horizon"
    return Column(name, short_label(name), kind, group, start, stop, kind == "horizon")


def _total(years: tuple[str, ...], period: int, first: int, history_count: int) -> Column:
    start = next(p for p in range(first, period + 1) if years[p] == years[period])
    return Column(
        f"total:{years[period]}", years[period], "total", years[period], start, period + 1, period + 1 > history_count
    )


def _year(calendar: Calendar) -> tuple[str, ...]:
    return calendar.levels.get("fiscal_year") or calendar.levels.get("year") or calendar.labels


def _heads(calendar: Calendar, time: str) -> tuple[str, ...]:
    return ("",) * calendar.size if time in {"year", "fiscal_year"} else _year(calendar)


def short_label(name: str) -> str:
    """Shorten a period's label for a narrow column.

    Example:
        >>> short_label("2026-11"), short_label("2026-W45"), short_label("2026-Q4"), short_label("FY2026")
        ('Nov 26', 'W45 26', 'Q4 26', 'FY2026')
    """
    year, cut, part = name.partition("-")
    if not cut or not (len(year) == 4 and year.isdecimal()):
        return name
    if len(part) == 2 and part.isdecimal() and 1 <= int(part) <= 12:
        return f"{date(2000, int(part), 1):%b} {year[2:]}"
    return f"{part} {year[2:]}"
