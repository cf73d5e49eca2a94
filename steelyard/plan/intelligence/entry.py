"""Intelligence entry: what somebody heard of the market, with scope, periods, range and how sure the source is."""

from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from types import MappingProxyType
from typing import Literal, get_args

from steelyard.errors import ChangeInvalid
from steelyard.grid.series import Scope

SourceKind = Literal["customer", "distributor", "competitor", "research", "economy"]
KINDS: tuple[str, ...] = get_args(SourceKind)
LARGEST_EFFECT = 1000.0
LONGEST = 500


@dataclass(frozen=True)
class IntelligenceEntry:
    """One entry.

    Example:
        >>> heard = IntelligenceEntry("distributor", "Northern Trade Ltd", "Dealers double their stock",
        ...                           {"territory": "North"}, ("2026-11", "2027-01"), 2.0, 6.0, 10.0, 0.7)
        >>> heard.likely
        6.0
    """

    kind: SourceKind
    source: str
    """Who says so: a customer, a paper, an institute."""
    statement: str
    """What is said."""
    scope: Scope
    """Members by level; nothing means everything."""
    periods: tuple[str, str]
    """First and last period it speaks of."""
    low: float
    """Low end of the effect on demand [percent]."""
    likely: float
    """Likely effect on demand [percent]."""
    high: float
    """High end of the effect on demand [percent]."""
    confidence: float
    """How probable it is that the effect comes to lie in the range, 0 to 1."""
    evidence: str = ""
    """What it rests on: a letter, a link, a talk."""
    owner: str = ""
    """Who looks after it."""
    valid_until: date | None = None
    """Last day on which it counts; none means as long as it stands."""
    actor: str = ""
    at: datetime = field(default_factory=lambda: datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
    withdrawn: bool = False
    id: int = 0
    """Given by the records."""

    def __post_init__(self) -> None:
        scope = {level: _members(members) for level, members in sorted(self.scope.items())}
        object.__setattr__(self, "scope", MappingProxyType(scope))
        object.__setattr__(self, "periods", (str(self.periods[0]), str(self.periods[1])))
        for check in (self._check_words, self._check_numbers):
            check()

    def _check_words(self) -> None:
        if self.kind not in KINDS:
            raise ChangeInvalid(f"There is no kind of source {self.kind!r}", mend=f"use one of {', '.join(KINDS)}")
        for name, text in (("source", self.source), ("statement", self.statement)):
            if not 1 <= len(text.strip()) <= LONGEST:
                raise ChangeInvalid(
                    f"The {name} of an entry is empty or too long", mend=f"write 1 to {LONGEST} letters"
                )

    def _check_numbers(self) -> None:
        effects = (self.low, self.likely, self.high)
        if not all(isfinite(value) and -100.0 <= value <= LARGEST_EFFECT for value in effects):
            mend = f"give percentages from -100 to {LARGEST_EFFECT:g}"
            raise ChangeInvalid("The effect of an entry is out of range", where=f"{effects}", mend=mend)
        if not self.low <= self.likely <= self.high:
            where = f"low {self.low:g}, likely {self.likely:g}, high {self.high:g}"
            raise ChangeInvalid("The range of an entry is out of order", where=where, mend="give low <= likely <= high")
        if not (isfinite(self.confidence) and 0.0 <= self.confidence <= 1.0):
            raise ChangeInvalid(f"The confidence is {self.confidence:g}", mend="give a probability from 0 to 1")
        if self.periods[0] > self.periods[1]:
            where = f"{self.periods[0]} to {self.periods[1]}"
            raise ChangeInvalid("The periods of an entry run backwards", where=where, mend="name the earlier one first")


def _members(members: object) -> tuple[str, ...]:
    if isinstance(members, str):
        return (members,)
    return tuple(sorted({str(member) for member in members}))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class IntelligenceUse:
    """An entry at work in a scenario: the change that carries it."""

    entry: int
    scenario: int
    change: str
    """Id of the change."""
    counter: bool
    """Whether the change takes the entry out of a branch again."""
    actor: str
    at: datetime
