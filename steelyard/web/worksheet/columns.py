"""Column: the periods of a plan as a view shows them, single or gathered, with totals of the year.

A column is all of what its label names. Past and future are never added up in one: the past of a year that runs is
its own column, "FY2026 to date", and what remains is "FY2026 to go".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from steelyard.errors import UnknownPeriod
from steelyard.grid.calendar import Calendar

Kind = Literal["history", "horizon", "total"]
TIMES = ("period", "month", "quarter", "year", "fiscal_year")
PAST_PERIODS = 12
TO_DATE = ":to_date"
"""End of the key of a column that holds the past part of what still runs."""


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
    names, codes = calendar.members(time if time in calendar.levels else "period")
    members, heads, years = codes.tolist(), _heads(calendar, time), _year(calendar)
    with_totals = totals and time not in {"year", "fiscal_year"}
    columns: list[Column] = []
    for period in range(max(history_count - past, 0), calendar.size):
        if _ends(members, period, history_count):
            columns.append(_column(names[members[period]], heads[period], members, period, history_count))
        if with_totals and _ends(years, period, history_count):
            columns.append(_total(years, period, history_count))
    return tuple(columns)


def _ends(members: Sequence[object], period: int, seam: int) -> bool:
    """Whether a column ends with a period: where the next one belongs to another member, and where the past ends."""
    following = period + 1
    return following in (seam, len(members)) or members[following] != members[period]


def _start(members: Sequence[object], period: int, seam: int) -> int:
    """First period of the column that ends with a period, also where the view does not show it by itself."""
    start = period
    while start > 0 and start != seam and members[start - 1] == members[period]:
        start -= 1
    return start


def _is_cut(members: Sequence[object], period: int, seam: int) -> bool:
    """Whether the member of a period is partly past and partly ahead."""
    return 0 < seam < len(members) and members[seam - 1] == members[seam] == members[period]


def _named(key: str, label: str, *, cut: bool, is_past: bool) -> tuple[str, str]:
    """Key and label of a column; the two parts of a member that the end of the past cuts are told apart."""
    if not cut:
        return key, label
    return (f"{key}{TO_DATE}", f"{label} to date") if is_past else (key, f"{label} to go")


def _column(name: str, group: str, codes: Sequence[object], period: int, seam: int) -> Column:
    is_past = period < seam
    key, label = _named(name, short_label(name), cut=_is_cut(codes, period, seam), is_past=is_past)
    kind: Kind = "history" if is_past else "horizon"
    return Column(key, label, kind, group, _start(codes, period, seam), period + 1, not is_past)


def _total(years: tuple[str, ...], period: int, seam: int) -> Column:
    year, is_past = years[period], period < seam
    key, label = _named(f"total:{year}", year, cut=_is_cut(years, period, seam), is_past=is_past)
    return Column(key, label, "total", year, _start(years, period, seam), period + 1, not is_past)


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
