"""RACI: who is responsible, accountable, consulted and informed, as a matrix of matters and roles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from steelyard.errors import GovernanceInvalid
from steelyard.governance.absence import Absence, acting
from steelyard.governance.matter import Matter

Duty = Literal["responsible", "accountable", "consulted", "informed"]
DUTIES: tuple[Duty, ...] = get_args(Duty)
LETTERS: Mapping[str, Duty] = {duty[0].upper(): duty for duty in DUTIES}
ORDER = "ARCI"
"""How the letters of one cell are written: who answers first."""


@dataclass(frozen=True)
class RaciRow:
    """One row of the matrix: a matter, and the letters of each role."""

    matter: Matter
    label: str
    duties: Mapping[str, str]
    """Letters of `ARCI` by key of the role."""

    def roles(self, duty: Duty) -> list[str]:
        """Roles that have a duty here."""
        return [role for role, letters in self.duties.items() if duty[0].upper() in letters]


@dataclass(frozen=True)
class Answerer:
    """Somebody who has a duty."""

    person: str
    """Who acts."""
    role: str
    instead_of: str = ""
    """Whose delegate this is; empty when nobody is away."""


def letters_of(text: str) -> str:
    """The letters of a cell in their order.

    Raises:
        GovernanceInvalid: There are other letters.

    Example:
        >>> letters_of("ra"), letters_of("")
        ('AR', '')
    """
    wanted = {letter for letter in text.upper() if not letter.isspace() and letter not in "/,"}
    if wanted - set(ORDER):
        raise GovernanceInvalid(
            f"{text!r} is no duty", mend="use R responsible, A accountable, C consulted, I informed"
        )
    return "".join(letter for letter in ORDER if letter in wanted)


def row_for(rows: Iterable[RaciRow], matter: Matter) -> RaciRow | None:
    """The row that holds for a matter: of those that cover it the one with the narrowest slice.

    Example:
        >>> north = RaciRow(Matter("step", "demand", {"region": ["north"]}), "North", {})
        >>> every = RaciRow(Matter("step", "demand"), "All", {})
        >>> row_for([every, north], Matter("step", "demand", {"region": ["north"]})).label
        'North'
    """
    covering = [row for row in rows if row.matter.covers(matter)]
    return max(covering, key=lambda row: len(row.matter.scope), default=None)


def who_is(
    duty: Duty,
    matter: Matter,
    *,
    rows: Iterable[RaciRow],
    held_by: Mapping[str, Sequence[str]],
    absences: Iterable[Absence] = (),
    day: date | None = None,
) -> list[Answerer]:
    """Who has a duty for a matter; who is away on the day is replaced by the delegate, or left out without one.

    Args:
        duty: The duty.
        matter: What it is about.
        rows: The matrix.
        held_by: Names of the people by key of the role.
        absences: Who is away.
        day: The day; without one nobody is away.
    """
    row = row_for(rows, matter)
    if row is None:
        return []
    away = tuple(absences) if day else ()
    found: dict[str, Answerer] = {}
    for role in row.roles(duty):
        for name in held_by.get(role, ()):
            acts = acting(name, day, away) if day else name
            if acts:
                found.setdefault(acts, Answerer(acts, role, "" if acts == name else name))
    return list(found.values())
