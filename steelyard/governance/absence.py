"""Absence: somebody is away for some days, and who stands in meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Absence:
    """Days on which a person is away."""

    person: str
    first: date
    last: date
    """Last day, inclusive."""
    delegate: str = ""
    """Who stands in; empty is nobody."""
    note: str = ""

    def covers(self, day: date) -> bool:
        """Whether the person is away on a day."""
        return self.first <= day <= self.last


def acting(person: str, day: date, absences: Iterable[Absence]) -> str:
    """Who acts for a person on a day: the person, the delegate, the delegate's delegate; empty when nobody does.

    Example:
        >>> away = Absence("dana", date(2026, 11, 2), date(2026, 11, 6), "sam")
        >>> acting("dana", date(2026, 11, 3), [away]), acting("dana", date(2026, 11, 9), [away])
        ('sam', 'dana')
    """
    away = {one.person: one for one in absences if one.covers(day)}
    asked: set[str] = set()
    while person in away and person not in asked:
        asked.add(person)
        person = away[person].delegate
    return "" if person in asked else person
