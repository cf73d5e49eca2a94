"""Calendar: the periods of a plan, gapless, with a label each and labels on every level above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from steelyard.errors import CalendarInvalid, UnknownPeriod
from steelyard.grid.block import Array, IntArray

Dates = NDArray[np.datetime64]

PATTERN_445 = (4, 4, 5)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Periods in order.

    Args:
        starts: First day of each period.
        end: First day after the last period.
        labels: Name of each period, unique.
        levels: Labels on higher levels (quarter, fiscal_year, ...), one per period.
        periods_per_year: Length of the season in periods: 12, 4, 52, 13 or 1.
    """

    starts: Dates
    end: np.datetime64
    labels: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    periods_per_year: int = 12

    def __post_init__(self) -> None:
        edges = self.edges
        bad = np.flatnonzero(np.diff(edges) <= np.timedelta64(0, "D"))
        if bad.size:
            where = f"period {self.labels[bad[0]]} starting {edges[bad[0]]}"
            raise CalendarInvalid("Periods must follow each other", where=where, mend="sort them by start date")
        if len(set(self.labels)) != len(self.labels):
            raise CalendarInvalid("Two periods have the same label", mend="give every period its own label")

    @classmethod
    def months(cls, first: date | str, count: int, *, fiscal_start: int = 1) -> "Calendar":
        """Calendar months.

        Args:
            first: Any day of the first month.
            count: How many months.
            fiscal_start: Month in which the fiscal year begins; the year is named after its last month.

        Example:
            >>> Calendar.months("2026-11-01", 3).labels
            ('2026-11', '2026-12', '2027-01')
        """
        start = np.datetime64(first, "M")
        return cls._of_months(np.arange(start, start + count + 1), fiscal_start)

    @classmethod
    def _of_months(cls, months: Dates, fiscal_start: int) -> "Calendar":
        labels = tuple(str(month) for month in months[:-1])
        year = np.array([int(label[:4]) for label in labels])
        month = np.array([int(label[5:]) for label in labels])
        fiscal = year + ((month >= fiscal_start) & (fiscal_start > 1))
        levels = {
            "month": labels,
            "quarter": tuple(f"{y}-Q{(m + 2) // 3}" for y, m in zip(year, month, strict=True)),
            "year": tuple(str(y) for y in year),
            "fiscal_year": tuple(f"FY{y}" for y in fiscal),
        }
        days = months.astype("datetime64[D]")
        return cls(days[:-1], days[-1], labels, levels, 12)

    @classmethod
    def weeks(cls, first: date | str, count: int) -> "Calendar":
        """Weeks of seven days from `first` on, named by ISO year and week of their fourth day.

        Example:
            >>> Calendar.weeks("2026-11-02", 2).labels
            ('2026-W45', '2026-W46')
        """
        starts = np.datetime64(first, "D") + 7 * np.arange(count + 1)
        middles = [(start + 3).astype(date) for start in starts[:-1]]
        iso = [day.isocalendar() for day in middles]
        levels = {
            "month": tuple(f"{day:%Y-%m}" for day in middles),
            "quarter": tuple(f"{day.year}-Q{(day.month + 2) // 3}" for day in middles),
            "year": tuple(str(day.year) for day in middles),
            "fiscal_year": tuple(f"FY{day.year}" for day in middles),
        }
        return cls(starts[:-1], starts[-1], tuple(f"{i.year}-W{i.week:02d}" for i in iso), levels, 52)

    @classmethod
    def weeks_445(cls, first: date | str, years: int, *, pattern: Sequence[int] = PATTERN_445) -> "Calendar":
        """Months of whole weeks by a quarter pattern (4-4-5, 4-5-4, 5-4-4); a year has 52 weeks.

        The first year is named by its fourth day, as ISO weeks are: one that starts on 29 December is the next year.

        Args:
            first: First day of the first year.
            years: How many years.
            pattern: Weeks of the three periods of a quarter.

        Example:
            >>> cal = Calendar.weeks_445("2026-02-02", 1)
            >>> cal.labels[:3], cal.days[:3].tolist()
            (('FY2026-P01', 'FY2026-P02', 'FY2026-P03'), [28.0, 28.0, 35.0])
        """
        if len(pattern) != 3 or sum(pattern) != 13:
            raise CalendarInvalid(f"The pattern {tuple(pattern)} does not make a quarter of 13 weeks", mend="use 4-4-5")
        weeks = np.concatenate(([0], np.cumsum(np.tile(pattern, 4 * years))))
        starts = np.datetime64(first, "D") + 7 * weeks
        opening = int(str(starts[0] + 3)[:4])
        year = opening + np.arange(12 * years) // 12
        number = np.arange(12 * years) % 12 + 1
        labels = tuple(f"FY{y}-P{n:02d}" for y, n in zip(year, number, strict=True))
        quarters = tuple(f"FY{y}-Q{(n + 2) // 3}" for y, n in zip(year, number, strict=True))
        fiscal = tuple(f"FY{y}" for y in year)
        levels = {"month": labels, "quarter": quarters, "year": fiscal, "fiscal_year": fiscal}
        return cls(starts[:-1], starts[-1], labels, levels, 12)

    @classmethod
    def from_table(
        cls,
        starts: Sequence[date],
        ends: Sequence[date],
        labels: Sequence[str],
        *,
        levels: Mapping[str, Sequence[str]] | None = None,
        periods_per_year: int | None = None,
    ) -> "Calendar":
        """An imported period table; `ends` are the last days of the periods.

        Raises:
            CalendarInvalid: The table has a gap or an overlap; the message names the periods.
        """
        first = np.array(starts, dtype="datetime64[D]")
        after = np.array(ends, dtype="datetime64[D]") + 1
        torn = np.flatnonzero(first[1:] != after[:-1])
        if torn.size:
            kind = "gap" if first[torn[0] + 1] > after[torn[0]] else "overlap"
            where = f"between {labels[torn[0]]} and {labels[torn[0] + 1]}"
            raise CalendarInvalid(
                f"The period table has a {kind}", where=where, mend="make each start the day after the last end"
            )
        named = {"month": tuple(labels), **{level: tuple(names) for level, names in (levels or {}).items()}}
        season = periods_per_year or _season(float((after[-1] - first[0]).astype(int)) / len(first))
        return cls(first, after[-1], tuple(labels), named, season)

    @property
    def size(self) -> int:
        """How many periods there are."""
        return len(self.labels)

    @cached_property
    def edges(self) -> Dates:
        """Start of each period and the day after the last, one more than there are periods."""
        return np.append(self.starts, self.end).astype("datetime64[D]")

    @cached_property
    def days(self) -> Array:
        """Calendar days of each period."""
        return np.diff(self.edges).astype(np.float64)

    def locate(self, dates: Dates | Sequence[date]) -> IntArray:
        """Find the period of each date; -1 where it lies outside or is missing."""
        day = np.asarray(dates, dtype="datetime64[D]")
        index = np.searchsorted(self.edges, day, side="right") - 1
        outside = (index < 0) | (index >= self.size) | np.isnat(day)
        return np.where(outside, -1, index)

    def position(self, label: str) -> int:
        """Find a period by its label.

        Raises:
            UnknownPeriod: No period has the label.
        """
        if label not in self._positions:
            near = get_close_matches(label, self.labels, 1)
            hint = f"use {near[0]}" if near else f"use a period from {self.labels[0]} to {self.labels[-1]}"
            raise UnknownPeriod(f"There is no period {label!r} in this plan", mend=hint)
        return self._positions[label]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {label: i for i, label in enumerate(self.labels)}

    def span(self, first: str | None, last: str | None) -> slice:
        """Periods from `first` to `last`, both included; None means the end of the calendar."""
        start = 0 if first is None else self.position(first)
        stop = self.size if last is None else self.position(last) + 1
        if stop <= start:
            raise UnknownPeriod(f"The period {last} comes before {first}", mend="name the earlier period first")
        return slice(start, stop)

    def members(self, level: str) -> tuple[tuple[str, ...], IntArray]:
        """Labels of a level in order and the number of each period's label; `period` is the calendar itself.

        Raises:
            UnknownPeriod: The calendar has no such level.
        """
        if level == "period":
            return self.labels, np.arange(self.size)
        if level == "all":
            return ("total",), np.zeros(self.size, dtype=np.int64)
        if level not in self.levels:
            raise UnknownPeriod(
                f"There is no time level {level!r}", mend=f"use one of period, {', '.join(self.levels)}, all"
            )
        names = self.levels[level]
        new = np.array([i == 0 or names[i] != names[i - 1] for i in range(self.size)])
        return tuple(name for name, first in zip(names, new, strict=True) if first), np.cumsum(new) - 1

    def window(self, start: int, stop: int) -> "Calendar":
        """The periods from index `start` up to `stop`, as a calendar of their own."""
        levels = {level: names[start:stop] for level, names in self.levels.items()}
        edges = self.edges[start : stop + 1]
        return Calendar(edges[:-1], edges[-1], self.labels[start:stop], levels, self.periods_per_year)

    def shifted(self, days: int) -> "Calendar":
        """The same periods, moved by whole days; labels stay."""
        return Calendar(self.starts + days, self.end + days, self.labels, self.levels, self.periods_per_year)

    def split_matrix(self, other: "Calendar") -> Array:
        """Share of each period of this calendar that falls into each period of another, by days.

        Returns:
            `[own period, other period]`; a row sums to 1 where the other calendar covers the period.

        Example:
            >>> weeks = Calendar.weeks("2026-11-30", 1)
            >>> weeks.split_matrix(Calendar.months("2026-11-01", 2)).round(4).tolist()
            [[0.1429, 0.8571]]
        """
        own, their = self.edges.astype(np.int64), other.edges.astype(np.int64)
        low = np.maximum(own[:-1, None], their[None, :-1])
        high = np.minimum(own[1:, None], their[None, 1:])
        share: Array = np.maximum(high - low, 0) / self.days[:, None]
        return share

    def __eq__(self, other: object) -> bool:
        """Calendars are equal when periods and labels are."""
        return isinstance(other, Calendar) and self.labels == other.labels and np.array_equal(self.edges, other.edges)

    def __hash__(self) -> int:
        """Hash by labels."""
        return hash(self.labels)


def convert_periods(values: Array, source: Calendar, target: Calendar) -> Array:
    """Move quantities from one calendar to another, exactly: what both cover is kept to the last unit.

    The smallest pieces (days shared by a source and a target period) carry the numbers; the last piece of
    each source period takes the rounding, so that the pieces sum to the period.

    Args:
        values: Quantities, source period x series.
        source: Calendar of the quantities.
        target: Calendar wanted.

    Returns:
        Quantities, target period x series.
    """
    share = source.split_matrix(target)
    out = np.zeros((target.size, values.shape[1]))
    for s in range(source.size):
        touched = np.flatnonzero(share[s])
        left = values[s].copy()
        for t in touched:
            closing = t == touched[-1] and abs(share[s].sum() - 1) < 1e-12
            piece = left if closing else values[s] * share[s, t]
            out[t] += piece
            left = left - piece
    return out


def _season(mean_days: float) -> int:
    lengths = {12: 30.4, 13: 28.0, 4: 91.3, 52: 7.0, 1: 365.25}
    return min(lengths, key=lambda season: abs(np.log(lengths[season] / mean_days)))
