"""Matter: what somebody answers for: a step of the month, a measure or a kind of decision, in whole or for a slice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from steelyard.errors import GovernanceInvalid

Kind = Literal["step", "measure", "decision"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Scope = Mapping[str, Sequence[str]]
"""Members by level; nothing is everything."""


@dataclass(frozen=True)
class Matter:
    """What somebody answers for."""

    kind: Kind
    key: str
    """Name of the step, measure or kind of decision."""
    scope: Scope = field(default_factory=dict)

    def __post_init__(self) -> None:
        spelled = {level: tuple(sorted(members)) for level, members in sorted(self.scope.items()) if members}
        object.__setattr__(self, "scope", MappingProxyType(spelled))

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(str(self))

    def __str__(self) -> str:
        """The matter in one word, as addresses and records name it.

        Example:
            >>> str(Matter("measure", "consensus_demand", {"product_family": ["Scales", "Bells"]}))
            'measure:consensus_demand@product_family=Bells|Scales'
        """
        where = ";".join(f"{level}={'|'.join(members)}" for level, members in self.scope.items())
        return f"{self.kind}:{self.key}" + (f"@{where}" if where else "")

    def covers(self, other: "Matter") -> bool:
        """Whether what is said of this matter holds for the other one, which may be narrower.

        Example:
            >>> Matter("step", "demand_planning").covers(Matter("step", "demand_planning", {"region": ["north"]}))
            True
        """
        if (self.kind, self.key) != (other.kind, other.key):
            return False
        return all(level in other.scope and set(other.scope[level]) <= set(self.scope[level]) for level in self.scope)


def matter_of(text: str) -> Matter:
    """Read a matter from its word.

    Raises:
        GovernanceInvalid: The text names none.

    Example:
        >>> matter_of("decision:major_resource").key
        'major_resource'
    """
    head, _, where = text.partition("@")
    kind, _, key = head.partition(":")
    if kind not in KINDS or not key.strip():
        raise GovernanceInvalid(
            f"{text!r} names nothing that somebody answers for",
            mend="write step:NAME, measure:NAME or decision:NAME, a slice after @ such as @product_family=Scales",
        )
    parts = [part.partition("=") for part in where.split(";") if part]
    if any(not level or not members for level, _, members in parts):
        raise GovernanceInvalid(f"The slice of {text!r} cannot be read", mend="write level=member|member")
    scope = {level.strip(): tuple(members.split("|")) for level, _, members in parts}
    return Matter(kind, key.strip(), scope)
