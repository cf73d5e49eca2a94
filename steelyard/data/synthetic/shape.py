"""Shape: how large a synthetic company is, when it stands, and where its chance comes from."""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]
Dates = NDArray[np.datetime64]

NEVER = 10_000
"""Month number that stands for "not within sight"."""


@dataclass(frozen=True)
class Shape:
    """Size, date and seed of a synthetic company; months are numbered from the first month of history.

    Example:
        >>> Shape(items=40).months[48]
        np.datetime64('2026-11')
    """

    items: int = 400
    """Items that are sold (finished goods and spares); parts come on top."""
    seed: int = 7
    """The same seed gives the same bytes."""
    as_of: date = date(2026, 10, 31)
    """Last day of history."""
    history_months: int = 48
    """Closed months of sales."""
    horizon_months: int = 24
    """Months to plan, for capacity, budget and rates."""
    customers: int = 40
    """Customers (16 of 40 retail, 16 trade, 8 online)."""

    @property
    def months(self) -> Dates:
        """All months, history then horizon, as datetime64[M]."""
        start = np.datetime64(self.as_of, "M") - self.history_months + 1
        return start + np.arange(self.history_months + self.horizon_months)

    @property
    def horizon(self) -> Dates:
        """The months to plan."""
        return self.months[self.history_months :]

    @property
    def month_of_year(self) -> Ints:
        """0 (January) .. 11 for every month of history and horizon."""
        return self.months.astype(np.int64) % 12

    def stream(self, name: str) -> np.random.Generator:
        """A source of chance of its own for every subject, so that one table does not disturb another."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])


def first_day(months: Dates) -> Dates:
    """First day of each month; NaT stays NaT."""
    return months.astype("datetime64[M]").astype("datetime64[D]")


def last_day(months: Dates) -> Dates:
    """Last day of each month."""
    return first_day(months.astype("datetime64[M]") + 1) - 1


def working_days(months: Dates) -> Ints:
    """Weekdays of each month.

    Example:
        >>> working_days(np.array(["2026-11", "2026-12"], dtype="datetime64[M]"))
        array([21, 23])
    """
    begin = first_day(months)
    return np.busday_count(begin, last_day(months) + 1).astype(np.int64)


def numbered(prefix: str, count: int, *, first: int = 1, width: int = 0) -> Texts:
    """Ids that sort as they count: a prefix and a number padded to a common width."""
    digits = max(width, len(str(first + count - 1)))
    return np.array([f"{prefix}{n:0{digits}d}" for n in range(first, first + count)], dtype=np.str_)


def tally(group: Ints, values: Floats, groups: int) -> Floats:
    """Sum values by group number.

    Example:
        >>> tally(np.array([0, 2, 0]), np.array([1.0, 5.0, 2.0]), 3)
        array([3., 0., 5.])
    """
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)
