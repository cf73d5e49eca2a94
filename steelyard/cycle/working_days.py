"""Working days: on which days the company works, by its countries' holidays and its own days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

from steelyard.errors import CycleInvalid

WEEKEND = frozenset({5, 6})
FURTHEST = 3660
"""Days looked through for a working day; a calendar without any for ten years is a mistake."""


@dataclass(frozen=True)
class WorkingDays:
    """The days on which the month is worked.

    Example:
        >>> WorkingDays(("DE",)).nth(date(2026, 5, 1), 1)
        datetime.date(2026, 5, 4)
    """

    countries: tuple[str, ...] = ()
    """ISO codes, with a subdivision where it matters: `DE`, `DE-BY`, `US-CA`; a holiday in one closes the company."""
    closed: frozenset[date] = field(default_factory=frozenset)
    """The company's own free days."""
    worked: frozenset[date] = field(default_factory=frozenset)
    """Days that are worked although they would be free."""
    weekend: frozenset[int] = WEEKEND
    """Free days of the week, 0 is Monday."""

    def __post_init__(self) -> None:
        for code in self.countries:
            _holidays(code)
        if len(self.weekend) > 6 or not self.weekend <= set(range(7)):
            raise CycleInvalid("A week has at least one working day", mend="name free days by 0 (Monday) to 6 (Sunday)")

    def is_worked(self, day: date) -> bool:
        """Whether people work on a day."""
        if day in self.worked:
            return True
        return not (day in self.closed or day.weekday() in self.weekend or self.holiday(day))

    def holiday(self, day: date) -> str:
        """Name of the holiday of a day; empty where there is none."""
        found = (_holidays(code).get(day) for code in self.countries)
        return next((name for name in found if name), "")

    def nth(self, start: date, number: int) -> date:
        """The nth working day from a day on, 1 is the first on or after it, 0 the last before it, negative before that.

        Raises:
            CycleInvalid: There is none within ten years.
        """
        step = timedelta(days=1 if number > 0 else -1)
        day, left = (start - step if number > 0 else start), (number if number > 0 else 1 - number)
        for _ in range(FURTHEST):
            day += step
            left -= self.is_worked(day)
            if not left:
                return day
        raise CycleInvalid("There is no working day within ten years", mend="look at the free days of the calendar")

    def between(self, first: date, last: date) -> int:
        """Working days after the first day up to and with the last; negative where the last comes before.

        Example:
            >>> WorkingDays().between(date(2026, 11, 6), date(2026, 11, 9))
            1
        """
        if last < first:
            return -self.between(last, first)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(self.is_worked(day) for day in days)


def days_from_json(told: Mapping[str, object]) -> WorkingDays:
    """Read working days as they are kept.

    Raises:
        CycleInvalid: A country or a day is not known.
    """
    try:
        return WorkingDays(
            countries=tuple(str(code) for code in _listed(told, "countries")),
            closed=frozenset(date.fromisoformat(str(day)) for day in _listed(told, "closed")),
            worked=frozenset(date.fromisoformat(str(day)) for day in _listed(told, "worked")),
            weekend=frozenset(int(str(day)) for day in told.get("weekend", WEEKEND)),  # type: ignore[attr-defined]
        )
    except ValueError as fault:
        raise CycleInvalid("A day of the calendar is no date", where=str(fault), mend="write 2026-12-24") from fault


def days_json(days: WorkingDays) -> dict[str, object]:
    """Working days as they are kept."""
    return {
        "countries": list(days.countries),
        "closed": sorted(day.isoformat() for day in days.closed),
        "worked": sorted(day.isoformat() for day in days.worked),
        "weekend": sorted(days.weekend),
    }


def _listed(told: Mapping[str, object], key: str) -> list[object]:
    found = told.get(key, [])
    return list(found) if isinstance(found, list | tuple) else []


@lru_cache(maxsize=64)
def _holidays(code: str) -> holidays.HolidayBase:
    country, _, part = code.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None, language="en_US")
    except NotImplementedError as fault:
        mend = "use ISO codes such as DE, DE-BY or US-CA"
        raise CycleInvalid(f"There are no holidays for {code!r}", mend=mend) from fault
