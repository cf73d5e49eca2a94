"""Action: what somebody does to close a gap in money, and whether the plan counts on it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, get_args

from steelyard.errors import ChangeInvalid
from steelyard.plan.uncertainty.effect import Effect

ActionStatus = Literal["proposed", "agreed", "in progress", "done", "dropped"]
OPEN = ("proposed", "agreed", "in progress")
LONGEST = 500
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class GapAction:
    """An action that closes a gap."""

    statement: str
    owner: str
    due: date
    value: float
    """What it is expected to bring over the horizon [money in base currency]."""
    effect: Effect
    """What it moves in the plan, when the plan counts on it; its likely percentage."""
    scenario: str = "base"
    """The scenario that may count on it."""
    against: str = "budget"
    """The version whose gap it closes."""
    status: ActionStatus = "proposed"
    in_plan: bool = False
    """Whether the plan counts on it."""
    change: str = ""
    """Id of the change that lays it in the scenario; kept when the plan no longer counts on it."""
    realised: float | None = None
    """What it brought, when known [money]."""
    note: str = ""
    actor: str = ""
    at: datetime = BEGINNING
    id: int = 0
    """Given by the records."""

    def __post_init__(self) -> None:
        if not self.statement.strip() or len(self.statement) > LONGEST:
            raise ChangeInvalid("An action needs a statement", mend=f"write 1 to {LONGEST} letters")
        if not self.owner.strip():
            raise ChangeInvalid("An action needs an owner", mend="name who does it")
        if self.status not in get_args(ActionStatus):
            known = ", ".join(get_args(ActionStatus))
            raise ChangeInvalid(f"An action cannot be {self.status!r}", mend=f"use one of {known}")

    def is_late(self, day: date) -> bool:
        """Whether it is open after it was due."""
        return self.status in OPEN and day > self.due
