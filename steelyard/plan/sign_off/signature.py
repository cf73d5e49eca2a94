"""Sign-off: a function stands behind the numbers of a slice, as they were at one revision of a scenario."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from steelyard.errors import AlreadySigned, NotFound, SliceClosed
from steelyard.plan.canonical import digest_of

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "demand_planning": "Demand planning",
        "sales": "Sales",
        "marketing": "Marketing",
        "product": "Product",
        "supply": "Supply",
        "finance": "Finance",
    }
)
"""Functions that sign, with the words people read."""
CONSENSUS = "consensus_demand"
Act = Literal["signed", "closed", "reopened", "withdrawn"]
State = Literal["signed", "closed", "stale", "reopened", "withdrawn", "unsigned"]


@dataclass(frozen=True)
class Slice:
    """What is signed: a measure over members and periods."""

    measure: str
    scope: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    periods: tuple[str, str] | None = None
    """First and last period; None is the whole horizon."""

    def __post_init__(self) -> None:
        spelled = {level: tuple(sorted(members)) for level, members in sorted(self.scope.items())}
        object.__setattr__(self, "scope", MappingProxyType(spelled))

    def __str__(self) -> str:
        """Name measure, members and periods in words."""
        where = ", ".join(f"{level} {' / '.join(members)}" for level, members in self.scope.items()) or "everything"
        when = f" {self.periods[0]} to {self.periods[1]}" if self.periods else ""
        return f"{self.measure} of {where}{when}"

    @cached_property
    def key(self) -> str:
        """A digest that names the slice."""
        scope = {level: list(members) for level, members in self.scope.items()}
        return digest_of({"measure": self.measure, "scope": scope, "periods": list(self.periods or ())})

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self.key)


@dataclass(frozen=True)
class SignOff:
    """The latest act of a function on a slice."""

    scenario: int
    function: str
    slice: Slice
    number: int
    """How many acts there have been on the slice by this function."""
    act: Act
    revision: int
    """The revision of the scenario whose numbers were seen."""
    digest: str
    """Digest of the numbers that were seen."""
    value: float
    """Their total."""
    actor: str
    at: datetime
    note: str = ""

    @property
    def stands(self) -> bool:
        """Whether the function stands behind the slice."""
        return self.act in ("signed", "closed")

    @property
    def told(self) -> str:
        """Who did what, when."""
        return f"{self.act} by {self.actor} for {FUNCTIONS[self.function].lower()} on {self.at:%Y-%m-%d %H:%M}"


def check_function(function: str) -> str:
    """Give back a function's name.

    Raises:
        NotFound: There is no such function.
    """
    if function not in FUNCTIONS:
        raise NotFound(f"There is no function {function!r} that signs", mend=f"use one of {', '.join(FUNCTIONS)}")
    return function


def check_act(act: Act, last: SignOff | None, *, digest: str) -> None:
    """Say whether an act is possible after the last one.

    Raises:
        AlreadySigned: The function has signed the same numbers.
        SliceClosed: The slice is closed, and must be reopened before it is signed anew.
        NotFound: There is nothing to reopen or withdraw.
    """
    if act in ("reopened", "withdrawn"):
        _check_undone(act, last)
    elif last is not None and last.act == "closed":
        raise SliceClosed(f"{last.slice} was {last.told}", mend="reopen it first")
    elif last is not None and last.act == "signed" and act == "signed" and last.digest == digest:
        raise AlreadySigned(
            f"{last.slice} was {last.told}, and its numbers have not moved since", mend=_sign_mend(last)
        )


def _check_undone(act: Act, last: SignOff | None) -> None:
    if act == "reopened" and (last is None or last.act != "closed"):
        raise NotFound("This slice is not closed", mend="list the sign-offs")
    if act == "withdrawn" and (last is None or not last.stands):
        raise NotFound("This slice is not signed", mend="list the sign-offs")
    if act == "withdrawn" and last is not None and last.act == "closed":
        raise SliceClosed(f"{last.slice} was {last.told}", mend="reopen it first")


def _sign_mend(last: SignOff) -> str:
    return f"nothing is left to do, or close it; {last.actor} can withdraw the signature"
