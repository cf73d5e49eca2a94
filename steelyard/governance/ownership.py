"""Ownership: whose a table, a measure, a KPI or a process is, in whole or for a slice."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from steelyard.governance.matter import Scope

Thing = Literal["table", "measure", "kpi", "process"]
THINGS: tuple[Thing, ...] = get_args(Thing)


@dataclass(frozen=True)
class Ownership:
    """Whose something is."""

    thing: Thing
    key: str
    """Name of the table, measure, KPI or process."""
    role: str
    """Key of the role that owns it."""
    person: str = ""
    """The one person, where a role is not enough."""
    scope: Scope = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What names it in the records."""
        where = ";".join(f"{level}={'|'.join(members)}" for level, members in sorted(self.scope.items()))
        return f"{self.thing}:{self.key}" + (f"@{where}" if where else "")


def owner_of(thing: Thing, key: str, owned: Iterable[Ownership], scope: Scope | None = None) -> Ownership | None:
    """The ownership that holds for a thing: of those that cover the slice the one with the narrowest.

    Example:
        >>> owner_of("kpi", "fill_rate", [Ownership("kpi", "fill_rate", "supply_planner")]).role
        'supply_planner'
    """
    asked = scope or {}
    fitting = [
        one
        for one in owned
        if (one.thing, one.key) == (thing, key)
        and all(level in asked and set(asked[level]) <= set(members) for level, members in one.scope.items())
    ]
    return max(fitting, key=lambda one: len(one.scope), default=None)
