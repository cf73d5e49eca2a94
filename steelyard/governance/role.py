"""Role: a part in the monthly process, and the people who play it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A part in the process."""

    key: str
    """The trade's word in snake_case."""
    label: str
    """What people read."""
    purpose: str
    """What it is there for, one sentence."""
    follows: str = ""
    """The sign-in role whose people hold it without being named; empty when holders are named one by one."""


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    name: str
    """The name to sign in with."""
    full_name: str
    sign_in_role: str
    active: bool = True

    @property
    def called(self) -> str:
        """What people read."""
        return self.full_name or self.name


def holders(
    roles: Iterable[Role], people: Iterable[Person], named: Mapping[str, Iterable[str]]
) -> dict[str, list[str]]:
    """Names of the active people who hold each role, those named first.

    Args:
        roles: The roles.
        people: Everybody who signs in.
        named: Names that hold a role beyond those whose sign-in role it follows, by key of the role.

    Example:
        >>> dana = Person("dana", "Dana Kowalski", "demand_planner")
        >>> holders([Role("planner", "Planner", "Plans.", "demand_planner")], [dana], {})
        {'planner': ['dana']}
    """
    active = [one for one in people if one.active]
    known = {one.name for one in active}
    return {
        role.key: list(
            dict.fromkeys(
                [
                    *(name for name in named.get(role.key, ()) if name in known),
                    *(one.name for one in active if role.follows and one.sign_in_role == role.follows),
                ]
            )
        )
        for role in roles
    }
