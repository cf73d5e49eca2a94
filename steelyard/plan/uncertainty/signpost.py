"""Signpost: a measure that crosses a threshold and thereby says which contingency scenario to open."""

from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from types import MappingProxyType
from typing import Literal, get_args

from steelyard.errors import ChangeInvalid
from steelyard.grid.series import Scope
from steelyard.plan.uncertainty.register import BEGINNING, LONGEST

Side = Literal["above", "below"]


@dataclass(frozen=True)
class Signpost:
    """What is watched, where it must not go, and what is opened when it does."""

    statement: str
    owner: str
    measure: str
    side: Side
    threshold: float
    """In the unit of the measure; of a ratio the share, 0.95 is 95 %."""
    scenario: str
    """Contingency scenario to open."""
    scope: Scope = field(default_factory=dict)
    """Members by level; nothing means everything."""
    periods: tuple[str, str] | None = None
    """First and last period in which it is watched; None means all."""
    closed: bool = False
    """Whether nobody watches it any more."""
    note: str = ""
    actor: str = ""
    at: datetime = BEGINNING
    id: int = 0
    """Given by the records."""

    def __post_init__(self) -> None:
        scope = {level: (m,) if isinstance(m, str) else tuple(sorted(m)) for level, m in sorted(self.scope.items())}
        object.__setattr__(self, "scope", MappingProxyType(scope))
        if not 1 <= len(self.statement.strip()) <= LONGEST:
            raise ChangeInvalid("The statement is empty or too long", mend=f"write 1 to {LONGEST} letters")
        if not self.owner.strip():
            raise ChangeInvalid("There is no owner", where=self.statement, mend="name who watches it")
        if self.side not in get_args(Side):
            raise ChangeInvalid(f"There is no side {self.side!r}", where=self.statement, mend="use above or below")
        if not isfinite(self.threshold):
            raise ChangeInvalid("The threshold is no number", where=self.statement, mend="give a number")
        if not self.scenario.strip():
            raise ChangeInvalid("No scenario is named", where=self.statement, mend="name the scenario to open")
        if self.periods is not None and self.periods[0] > self.periods[1]:
            raise ChangeInvalid("The periods run backwards", where=self.statement, mend="name the earlier one first")

    def crossed_by(self, value: float) -> bool:
        """Whether a value lies on the wrong side; a value that is not known does not."""
        return value > self.threshold if self.side == "above" else value < self.threshold
