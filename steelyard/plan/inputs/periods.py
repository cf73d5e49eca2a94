"""Periods: the calendar of a plan, history first and the horizon after it."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import cast

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.errors import PlanError
from steelyard.grid.block import IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.measure import Span
from steelyard.plan.inputs.parameters import PlanParameters

LEVEL_COLUMNS = {"quarter": "quarter", "fiscal_year": "fiscal_year"}


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

    def locate_history(self, days: pl.Series) -> IntArray:
        """History period of each day, -1 outside."""
        index = self.calendar.locate(days.to_numpy().astype("datetime64[D]"))
        return np.where(index < self.history_count, index, -1)

    def locate_horizon(self, days: pl.Series, *, overdue_first: bool = True) -> IntArray:
        """Planned period of each day, -1 beyond the horizon; what is overdue falls into the first."""
        index = self.calendar.locate(days.to_numpy().astype("datetime64[D]"))
        early = days.to_numpy().astype("datetime64[D]") < self.calendar.starts[self.history_count]
        planned = np.where(index >= self.history_count, index - self.history_count, -1)
        return np.where(early & overdue_first, 0, planned)


def plan_periods(extract: Extract, parameters: PlanParameters) -> PlanPeriods:
    """Lay out history and horizon around the extract's as-of date.

    A period is history when it has ended by the as-of date. An imported period table is used as it stands and
    continued by its own pattern; without one the periods are calendar months.

    Raises:
        PlanError: No period with demand has ended by the as-of date.
    """
    calendar = _calendar(extract, parameters)
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


def _calendar(extract: Extract, parameters: PlanParameters) -> Calendar:
    table = extract.tables["period"]
    until = np.datetime64(extract.as_of) + 1
    if not table.height:
        return _by_rule(extract, parameters)
    table = table.sort("start_date")
    calendar = Calendar.from_table(
        table["start_date"].to_list(), table["end_date"].to_list(), table["period_id"].to_list(), levels=_levels(table)
    )
    return _continue(calendar, int((calendar.edges[1:] <= until).sum()) + parameters.horizon)


def _by_rule(extract: Extract, parameters: PlanParameters) -> Calendar:
    """Weeks, months of weeks or calendar months, from the first demand to the end of the horizon."""
    first, days = _first_demand(extract), (extract.as_of - _first_demand(extract)).days
    if extract.calendar == "weeks":
        monday = first - timedelta(days=first.weekday())
        return Calendar.weeks(monday, days // 7 + 2 + parameters.horizon)
    if extract.calendar == "445":
        start = date(first.year, 1, 1)
        monday = start - timedelta(days=start.weekday())
        return Calendar.weeks_445(monday, days // 364 + 3 + parameters.horizon // 12)
    return Calendar.months(first, days // 28 + 2 + parameters.horizon)


def _levels(table: pl.DataFrame) -> dict[str, list[str]]:
    return {
        level: table[column].cast(pl.String).to_list()
        for level, column in LEVEL_COLUMNS.items()
        if column in table.columns and not table[column].has_nulls()
    }


def _continue(calendar: Calendar, size: int) -> Calendar:
    """Add periods after the end of a table, as long as those a season earlier."""
    if size <= calendar.size:
        return calendar
    months = _month_steps(calendar)
    if months is not None:
        return _continue_months(calendar, size, months)
    season = min(calendar.periods_per_year, calendar.size)
    lengths = np.diff(calendar.edges).astype(int).tolist()
    while len(lengths) < size:
        lengths.append(lengths[-season])
    edges = calendar.edges[0] + np.concatenate(([0], np.cumsum(lengths)))
    return _named(calendar, edges)


def _month_steps(calendar: Calendar) -> int | None:
    """Day of the month on which every period starts, if they are months."""
    starts = calendar.edges.astype("datetime64[M]").astype(int)
    days = (calendar.edges - calendar.edges.astype("datetime64[M]")).astype(int)
    return int(days[0]) if (np.diff(starts) == 1).all() and (days == days[0]).all() else None


def _continue_months(calendar: Calendar, size: int, day: int) -> Calendar:
    first = calendar.edges[0].astype("datetime64[M]")
    edges = (first + np.arange(size + 1)).astype("datetime64[D]") + day
    return _named(calendar, edges)


def _named(calendar: Calendar, edges: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> Calendar:
    added = [f"{cast(date, start.astype(date)):%Y-%m-%d}" for start in edges[calendar.size : -1]]
    if all(len(label) == 7 and label[4] == "-" for label in calendar.labels):
        added = [label[:7] for label in added]
    labels = calendar.labels + tuple(added)
    middles = [cast(date, (a + (b - a) // 2).astype(date)) for a, b in pairwise(edges)]
    tail = middles[calendar.size :]
    above = {
        "month": labels,
        "quarter": calendar.levels.get("quarter", _quarters(middles[: calendar.size])) + _quarters(tail),
        "fiscal_year": calendar.levels.get("fiscal_year", _years(middles[: calendar.size])) + _years(tail),
        "year": _years(middles, prefix=""),
    }
    return Calendar(edges[:-1], edges[-1], labels, above, calendar.periods_per_year)


def _quarters(days: list[date]) -> tuple[str, ...]:
    return tuple(f"{day.year}-Q{(day.month + 2) // 3}" for day in days)


def _years(days: list[date], prefix: str = "FY") -> tuple[str, ...]:
    return tuple(f"{prefix}{day.year}" for day in days)


def _first_demand(extract: Extract) -> date:
    lines = extract.tables["sales_line"]
    days = lines.select(pl.coalesce("requested_date", "order_date").min()).item() if lines.height else None
    if days is None and extract.tables["demand_history"].height:
        history = extract.tables["demand_history"].join(extract.tables["period"], on="period_id", how="left")
        days = history["start_date"].min() if history["start_date"].null_count() < history.height else None
        days = days or date.fromisoformat(f"{min(history['period_id'].to_list())}-01"[:10])
    if days is None:
        raise PlanError(
            "The extract holds no demand", where="tables sales_line and demand_history", mend="import one of the two"
        )
    return cast(date, days)
