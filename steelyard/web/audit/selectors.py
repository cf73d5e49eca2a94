"""Audit selectors: read the trail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl
from django.db.models import Q, QuerySet
from django.utils import timezone

from steelyard.web.audit.models import Entry

MOST_EXPORTED = 200_000
"""Entries one export holds, the newest ones."""


@dataclass(frozen=True)
class Asked:
    """What part of the trail somebody looks for."""

    text: str = ""
    actor: str = ""
    action: str = ""
    subject: str = ""
    run: str = ""
    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Asked":
        """Read it from an address; days that are none count as not asked."""
        words = {name: said.get(name, "").strip()[:200] for name in ("text", "actor", "action", "subject", "run")}
        return cls(**words, first=_day(said.get("first", "")), last=_day(said.get("last", "")))


def entries(asked: Asked) -> QuerySet[Entry]:
    """List the trail, newest first, narrowed by what is asked; days are those of the server's time zone."""
    found = Entry.objects.all()
    exact = {"actor": asked.actor, "action": asked.action}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if asked.subject:
        found = found.filter(subject__icontains=asked.subject)
    if asked.run:
        found = found.filter(Q(run__startswith=asked.run) | Q(subject__startswith=asked.run))
    if asked.first:
        found = found.filter(at__gte=_midnight(asked.first))
    if asked.last:
        found = found.filter(at__lt=_midnight(asked.last + timedelta(days=1)))
    if asked.text:
        found = found.filter(_either(("subject", "actor", "action", "detail", "before", "after", "run"), asked.text))
    return found


def latest_of(without: Iterable[str]) -> int:
    """Number of the latest entry, leaving out exports and actions that begin with some nouns; 0 where there is none.

    Args:
        without: Nouns of actions that do not count, such as account.
    """
    left_out = Q(action__endswith=".export")
    for noun in without:
        left_out |= Q(action__startswith=f"{noun}.")
    return Entry.objects.exclude(left_out).order_by("-pk").values_list("pk", flat=True).first() or 0


def actions() -> list[str]:
    """List every action that occurs."""
    return list(Entry.objects.order_by("action").values_list("action", flat=True).distinct())


def actors() -> list[str]:
    """List everybody who did something."""
    return list(Entry.objects.order_by("actor").values_list("actor", flat=True).distinct())


def trail_table(asked: Asked) -> pl.DataFrame:
    """The trail as a table, one row an entry."""
    rows = [
        {
            "When": entry.at.isoformat(timespec="seconds"), "Who": entry.actor, "Did": entry.action,
            "What": entry.subject, "Before": _told(entry.before), "After": _told(entry.after), "Why": entry.reason,
            "Run": entry.run or "", "Detail": _told(entry.detail), "From": entry.address or "",
        }
        for entry in entries(asked)[:MOST_EXPORTED]
    ]  # fmt: skip
    columns = ("When", "Who", "Did", "What", "Before", "After", "Why", "Run", "Detail", "From")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))


def _told(values: Mapping[str, object] | None) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (values or {}).items())


def _either(places: tuple[str, ...], text: str) -> Q:
    found = Q()
    for place in places:
        found |= Q(**{f"{place}__icontains": text})
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
