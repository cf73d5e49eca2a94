"""Audience: the people and roles a scenario is shared with; everybody, some, or nobody but its author."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from steelyard.errors import ChangeInvalid

Reach = Literal["all", "some", "none"]
REACHES: tuple[Reach, ...] = ("all", "some", "none")


@dataclass(frozen=True)
class Audience:
    """Some of the people."""

    reach: Reach = "all"
    people: tuple[str, ...] = ()
    """Sign-in names, where some are meant."""
    roles: tuple[str, ...] = ()
    """Keys of roles, where some are meant."""

    def __post_init__(self) -> None:
        if self.reach not in REACHES:
            raise ChangeInvalid(f"There is no audience {self.reach!r}", mend=f"use one of {', '.join(REACHES)}")
        if self.reach == "some" and not (self.people or self.roles):
            raise ChangeInvalid("Nobody is named to share with", mend="name people or roles, or choose all or none")

    def holds(self, person: str, role: str) -> bool:
        """Whether a person belongs to it."""
        return self.reach == "all" or (self.reach == "some" and (person in self.people or role in self.roles))

    def to_json(self) -> dict[str, object]:
        """Spell it as plain values."""
        return {"reach": self.reach, "people": list(self.people), "roles": list(self.roles)}

    @classmethod
    def from_json(cls, spelled: Mapping[str, object]) -> "Audience":
        """Read it back; nothing spelled is everybody."""
        reach = str(spelled.get("reach", "all"))
        return cls(reach, _words(spelled.get("people")), _words(spelled.get("roles")))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Access:
    """Who sees a scenario, and who of them changes it."""

    seen_by: Audience = Audience()
    changed_by: Audience = Audience()

    @property
    def is_open(self) -> bool:
        """Whether nobody is kept out."""
        return self.seen_by.reach == "all" and self.changed_by.reach == "all"

    @property
    def word(self) -> str:
        """In one word: private, shared, or nothing where it is open to all."""
        if self.seen_by.reach == "none":
            return "private"
        return "" if self.is_open else "shared" if self.seen_by.reach == "some" else "read only"

    @classmethod
    def from_json(cls, seen_by: Mapping[str, object], changed_by: Mapping[str, object]) -> "Access":
        """Read it back."""
        return cls(Audience.from_json(seen_by), Audience.from_json(changed_by))


def _words(found: object) -> tuple[str, ...]:
    return tuple(str(word) for word in found) if isinstance(found, Sequence) and not isinstance(found, str) else ()
