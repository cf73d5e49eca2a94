"""Action: what somebody promised to do, by when, and whether it is late; open ones carry over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ActionStatus(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Promise:
    """An action as a meeting sees it."""

    number: int
    text: str
    owner: str
    due: date
    status: ActionStatus = ActionStatus.OPEN
    value: float | None = None
    """Money that stands on it."""
    made_in: str = ""
    """Cycle in which it was made."""

    def days_late(self, today: date) -> int:
        """Days it is overdue; 0 while it is not, or once it is closed."""
        return max((today - self.due).days, 0) if self.status is ActionStatus.OPEN else 0


def kept_share(actions: Sequence[Promise], today: date) -> float | None:
    """Share of the actions due by today that are done; None while none was due."""
    due = [one for one in actions if one.due <= today and one.status is not ActionStatus.DROPPED]
    return sum(one.status is ActionStatus.DONE for one in due) / len(due) if due else None
