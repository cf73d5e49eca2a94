"""Periods: the calendar of a plan, history first and the horizon after it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.data.period_name import period_days
from steelyard.errors import PlanError
from steelyard.grid.block import Array, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import Span
from steelyard.plan.inputs.parameters import PlanParameters

GIVEN_LEVELS = ("quarter", "fiscal_year")
"""Columns of the period table that name levels above the period."""
MONTHLY = (12, 13)
"""Periods in a year that count as months."""
LEAP_CYCLE = 48
"""Months after which the lengths of months repeat."""


@dataclass(frozen=True)
class PlanPeriods:
    """History and horizon.

    Args:
        calendar: All periods.
        history_count: How many of them are history; the rest is the horizon.
    """

    calendar: Calendar
    history_count: int

    @property
    def horizon_count(self) -> int:
        """How many periods are planned."""
        return self.calendar.size - self.history_count

    def of(self, span: Span) -> Calendar:
        """The calendar of a span; static measures stand on the first planned period."""
        first = self.history_count
        match span:
            case "history":
                return self.calendar.window(0, first)
            case "horizon":
                return self.calendar.window(first, self.calendar.size)
            case _:
                return self.calendar.window(first, first + 1)

    def open_share(self, as_of: date) -> Array:
        """Share of each planned period's days that is still to come; below 1 only where the as-of date lies inside."""
        calendar = self.of("horizon")
        first = np.maximum(calendar.edges[:-1], np.datetime64(as_of) + 1)
        return np.maximum((calendar.edges[1:] - first).astype(np.int64), 0) / calendar.days

    def locate_history(self, days: pl.Series) -> IntArray:
        """History period of each day, -1 outside."""
        index = self.calendar.locate(days.to_numpy().astype("datetime64[D]"))
        return np.where(index < self.history_count, index, -1)

    def locate_horizon(self, days: pl.Series) -> IntArray:
        """Planned period of each day, -1 beyond the horizon; what is overdue falls into the first."""
        index = self.calendar.locate(days.to_numpy().astype("datetime64[D]"))
        early = days.to_numpy().astype("datetime64[D]") < self.calendar.starts[self.history_count]
        planned = np.where(index >= self.history_count, index - self.history_count, -1)
        return np.where(early, 0, planned)


def plan_periods(extract: Extract, parameters: PlanParameters) -> PlanPeriods:
    """Lay out history and horizon around the extract's as-of date.

    A period is history when it has ended by the as-of date. An imported period table is used as it stands and
    continued by its own pattern; without one the periods are calendar months.

    Raises:
        PlanError: No period with demand has ended by the as-of date.
    """
    calendar = _with_fiscal_years(_calendar(extract, parameters), parameters.fiscal_year_start)
    ended = calendar.edges[1:] <= np.datetime64(extract.as_of) + 1
    first_demand = int(calendar.locate([_first_demand(extract)])[0])
    history_stop = int(ended.sum())
    if history_stop <= max(first_demand, 0):
        raise PlanError(
            "There is no complete period of history",
            where=f"first demand {_first_demand(extract)}, as of {extract.as_of}",
            mend="import at least one full period of demand, or move the as-of date",
        )
    start = max(first_demand, history_stop - parameters.history, 0)
    return PlanPeriods(calendar.window(start, history_stop + parameters.horizon), history_stop - start)


def _with_fiscal_years(calendar: Calendar, first_month: int) -> Calendar:
    """The calendar with fiscal years that begin in a month and are named after their last one; 0 leaves it."""
    if not first_month:
        return calendar
    middles = [cast(date, (a + (b - a) // 2).astype(date)) for a, b in pairwise(calendar.edges)]
    years = tuple(f"FY{day.year + (1 < first_month <= day.month)}" for day in middles)
    levels = {**calendar.levels, "fiscal_year": years}
    return Calendar(calendar.starts, calendar.end, calendar.labels, levels, calendar.periods_per_year)


def _calendar(extract: Extract, parameters: PlanParameters) -> Calendar:
    table = extract.tables["period"]
    until = np.datetime64(extract.as_of) + 1
    if not table.height:
        return _by_rule(extract, parameters)
    table = table.sort("start_date")
    calendar = Calendar.from_table(
        table["start_date"].to_list(), table["end_date"].to_list(), table["period_id"].to_list(), levels=_levels(table)
    )
    return _continued(calendar, int((calendar.edges[1:] <= until).sum()) + parameters.horizon)


def _by_rule(extract: Extract, parameters: PlanParameters) -> Calendar:
    """Weeks, months of weeks or calendar months, from the first demand to the end of the horizon."""
    first, days = _first_demand(extract), (extract.as_of - _first_demand(extract)).days
    if extract.calendar == "weeks":
        monday = first - timedelta(days=first.weekday())
        return Calendar.weeks(monday, days // 7 + 2 + parameters.horizon)
    if extract.calendar == "445":
        year = first.isocalendar().year
        return _months_of_weeks(year, year + days // 364 + 2 + parameters.horizon // 12)
    return Calendar.months(first, days // 28 + 2 + parameters.horizon)


def _months_of_weeks(first_year: int, last_year: int) -> Calendar:
    """Months of 4, 4 and 5 weeks; years begin with ISO week 1, and a week 53 belongs to the last month."""
    years = [Calendar.weeks_445(date.fromisocalendar(y, 1, 1), 1) for y in range(first_year, last_year + 1)]
    levels = {name: tuple(chain.from_iterable(year.levels[name] for year in years)) for name in years[0].levels}
    labels = tuple(chain.from_iterable(year.labels for year in years))
    end = np.datetime64(date.fromisocalendar(last_year + 1, 1, 1), "D")
    return Calendar(np.concatenate([year.starts for year in years]), end, labels, levels, years[0].periods_per_year)


def _levels(table: pl.DataFrame) -> dict[str, list[str]]:
    return {
        level: table[level].cast(pl.String).to_list()
        for level in GIVEN_LEVELS
        if level in table.columns and not table[level].has_nulls()
    }


def _continued(calendar: Calendar, size: int) -> Calendar:
    """A period table with every level filled, and periods after its end as long as those a season earlier."""
    missing = max(size - calendar.size, 0)
    lengths = np.diff(calendar.edges).astype(np.int64).tolist()
    month = _first_month(calendar)
    if month is not None:
        lengths = _month_lengths(month, calendar.size + missing).tolist()
    season = min(calendar.periods_per_year, calendar.size)
    while len(lengths) < calendar.size + missing:
        lengths.append(lengths[-season])
    return _named(calendar, calendar.edges[0] + np.concatenate(([0], np.cumsum(lengths))))


def _first_month(calendar: Calendar) -> np.datetime64 | None:
    """The month whose length the first period has and from which on all lengths are those of months, if there is one.

    Where months were moved by whole days, that is a month before the one the period starts in: leap years tell which.
    """
    lengths = np.diff(calendar.edges).astype(np.int64)
    start = calendar.edges[0].astype("datetime64[M]")
    for back in range(LEAP_CYCLE):
        if np.array_equal(_month_lengths(start - back, calendar.size), lengths):
            return cast(np.datetime64, start - back)
    return None


def _month_lengths(first: np.datetime64, count: int) -> IntArray:
    days = (first + np.arange(count + 1)).astype("datetime64[D]")
    return np.diff(days).astype(np.int64)


def _named(calendar: Calendar, edges: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> Calendar:
    """The calendar up to the last edge; names go on as they were a year before."""
    labels = _labels(calendar, edges)
    middles = [cast(date, (a + (b - a) // 2).astype(date)) for a, b in pairwise(edges)]
    season = calendar.periods_per_year
    levels = {
        "month": labels if season in MONTHLY else tuple(f"{day:%Y-%m}" for day in middles),
        "quarter": _year_by_year(calendar.levels.get("quarter", ()), _quarters(middles), season),
        "fiscal_year": _year_by_year(calendar.levels.get("fiscal_year", ()), _years(middles), season),
        "year": _years(middles, prefix=""),
    }
    return Calendar(edges[:-1], edges[-1], labels, levels, season)


def _labels(calendar: Calendar, edges: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> tuple[str, ...]:
    """Names of all periods: those of the table, then by the first rule that gives them, too; else by the first day."""
    given, season = calendar.labels, calendar.periods_per_year
    starts = [cast(date, start.astype(date)) for start in edges[:-1]]
    weeks = [(start + timedelta(days=3)).isocalendar() for start in starts]
    middles = [cast(date, (a + (b - a) // 2).astype(date)) for a, b in pairwise(edges)]
    days = tuple(f"{start:%Y-%m-%d}" for start in starts)
    rules = (
        days,
        tuple(f"{start:%Y-%m}" for start in starts),
        tuple(f"{middle:%Y-%m}" for middle in middles),
        tuple(f"{week.year}-W{week.week:02d}" for week in weeks),
        (*given[:season], *_year_by_year(given, days, season)[season:]),
    )
    for names in rules:
        whole = given + names[len(given) :]
        if names[: len(given)] == given and len(set(whole)) == len(whole):
            return whole
    return given + days[len(given) :]


def _year_by_year(given: tuple[str, ...], by_calendar: tuple[str, ...], season: int) -> tuple[str, ...]:
    """Given names, continued by those a season earlier with the year counted up; by the calendar where none are given.

    Example:
        >>> _year_by_year(("FY25-Q4",), ("", "2025-Q3"), 1)
        ('FY25-Q4', 'FY26-Q4')
    """
    names = list(given)
    for label in by_calendar[len(given) :]:
        names.append(_a_year_on(names[-season]) if len(given) >= season else label)
    return tuple(names)


def _a_year_on(label: str) -> str:
    """Count up the year in a label: the longest number in it."""
    numbers = re.findall(r"\d+", label)
    if not numbers:
        return label
    year = max(numbers, key=len)
    return label.replace(year, f"{int(year) + 1:0{len(year)}d}", 1)


def _quarters(days: list[date]) -> tuple[str, ...]:
    return tuple(f"{day.year}-Q{(day.month + 2) // 3}" for day in days)


def _years(days: list[date], prefix: str = "FY") -> tuple[str, ...]:
    return tuple(f"{prefix}{day.year}" for day in days)


def period_shares(names: pl.Series, extract: Extract, calendar: Calendar) -> pl.DataFrame:
    """Which periods of a calendar the named periods fall into, by days.

    A name of the calendar itself is that period. Others, such as months in a calendar of weeks, are split.

    Args:
        names: Names of periods, with repeats.
        extract: With the period table.
        calendar: The calendar wanted.

    Returns:
        period_id, t (position in the calendar), share (of the named period), cover (of the calendar's period).
    """
    own = [(name, t, 1.0, 1.0) for t, name in enumerate(calendar.labels)]
    held = list(calendar.labels)
    known = period_days(names, extract.tables["period"])
    others = known.filter(~pl.col("period_id").is_in(held))
    split = [part for name, start, end in others.iter_rows() for part in _split(name, start, end, calendar)]
    schema = {"period_id": pl.String, "t": pl.Int64, "share": pl.Float64, "cover": pl.Float64}
    return pl.DataFrame([*own, *split], schema=schema, orient="row")


def _split(name: str, start: date, end: date, calendar: Calendar) -> list[tuple[str, int, float, float]]:
    first, after = np.datetime64(start, "D"), np.datetime64(end, "D") + 1
    overlap = np.minimum(calendar.edges[1:], after) - np.maximum(calendar.edges[:-1], first)
    days, whole = overlap.astype(np.float64), float((after - first).astype(np.int64))
    return [(name, int(t), days[t] / whole, days[t] / calendar.days[t]) for t in np.flatnonzero(days > 0)]


def first_days(labels: pl.Series, extract: Extract) -> pl.Series:
    """First day of each period named; a day may stand for the period it begins.

    Raises:
        PlanError: A label is none of these; demand must not get lost.
    """
    named = dict(period_days(labels, extract.tables["period"]).select("period_id", "start").iter_rows())
    by_name = labels.replace_strict(named, default=None, return_dtype=pl.Date)
    day = by_name.zip_with(by_name.is_not_null(), labels.str.to_date("%Y-%m-%d", strict=False))
    if day.null_count():
        unknown = labels.filter(day.is_null()).unique(maintain_order=True).head(5).to_list()
        raise PlanError(
            f"Demand of periods that cannot be dated: {', '.join(map(str, unknown))}",
            where="table demand_history",
            mend="add them to the period table, or name months 2026-01 and weeks 2026-W05",
        )
    return day


def _first_demand(extract: Extract) -> date:
    lines, history = extract.tables["sales_line"], extract.tables["demand_history"]
    if lines.height:
        return cast(date, lines.select(pl.coalesce("requested_date", "order_date").min()).item())
    if history.height:
        return cast(date, first_days(history["period_id"], extract).min())
    raise PlanError(
        "The extract holds no demand", where="tables sales_line and demand_history", mend="import one of the two"
    )
