"""Forum: a meeting that stands in the calendar: who sits in it, what for, how often, and when it may decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from steelyard.governance.absence import Absence, acting

Every = Literal["week", "month", "quarter"]


@dataclass(frozen=True)
class Forum:
    """A meeting that stands in the calendar."""

    key: str
    """The trade's word in snake_case: a review or a step of the month."""
    name: str
    purpose: str
    chair: str
    """Key of the role that leads it."""
    voters: tuple[str, ...]
    """Keys of the roles that decide."""
    guests: tuple[str, ...] = ()
    """Keys of the roles that are heard."""
    every: Every = "month"
    working_day: int = 1
    """Working day of the month, quarter or week on which it meets."""
    minutes: int = 60
    quorum: int = 1
    """Votes that must be present for a decision."""
    decides: tuple[str, ...] = ()
    """Kinds of decision it takes."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Everybody who sits in it, the chair first."""
        return tuple(dict.fromkeys((self.chair, *self.voters, *self.guests)))

    @property
    def cadence(self) -> str:
        """When it meets, in words.

        Example:
            >>> Forum("f", "F", "", "lead", ("lead",), working_day=12, minutes=90).cadence
            'every month on working day 12, 90 minutes'
        """
        return f"every {self.every} on working day {self.working_day}, {self.minutes} minutes"


@dataclass(frozen=True)
class Seat:
    """A person in a forum."""

    person: str
    """Who sits there."""
    role: str
    part: Literal["chair", "vote", "guest"]
    instead_of: str = ""
    """Whose delegate this is."""


@dataclass(frozen=True)
class ForumFinding:
    """Something that keeps a forum from deciding."""

    rule: str
    forum: str
    text: str
    mend: str


def seats(
    forum: Forum, held_by: Mapping[str, Sequence[str]], *, absences: Iterable[Absence] = (), day: date | None = None
) -> list[Seat]:
    """Who sits in a forum on a day, delegates in place of those away; each person once, with the highest part."""
    away = tuple(absences) if day else ()
    found: dict[str, Seat] = {}
    for role in forum.roles:
        part: Literal["chair", "vote", "guest"] = (
            "chair" if role == forum.chair else "vote" if role in forum.voters else "guest"
        )
        for name in held_by.get(role, ()):
            acts = acting(name, day, away) if day else name
            if acts:
                found.setdefault(acts, Seat(acts, role, part, "" if acts == name else name))
    return list(found.values())


def votes_present(forum: Forum, seated: Iterable[Seat]) -> int:
    """Roles with a vote that are represented."""
    return len({seat.role for seat in seated} & set(forum.voters))


def check_forum(
    forum: Forum, held_by: Mapping[str, Sequence[str]], absences: Iterable[Absence], day: date
) -> list[ForumFinding]:
    """What keeps a forum from deciding on a day."""
    away = tuple(absences)
    seated = seats(forum, held_by, absences=away, day=day)
    found = []
    if not any(seat.role == forum.chair for seat in seated):
        found.append(_fault(forum, "forum_has_a_chair", "nobody can take the chair", "name a holder or a delegate"))
    if forum.quorum > len(forum.voters):
        found.append(
            _fault(forum, "quorum_can_be_met", f"the quorum of {forum.quorum} exceeds the votes", "lower the quorum")
        )
    elif votes_present(forum, seated) < forum.quorum:
        said = f"{votes_present(forum, seated)} of {len(forum.voters)} votes can be present, {forum.quorum} are needed"
        found.append(_fault(forum, "quorum_can_be_met", said, "name holders or delegates, or lower the quorum"))
    return found


def _fault(forum: Forum, rule: str, text: str, mend: str) -> ForumFinding:
    return ForumFinding(rule, forum.key, f"{forum.name}: {text}", mend)
