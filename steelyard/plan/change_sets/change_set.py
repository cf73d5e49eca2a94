"""Change set: changes under a name, such as "strike at the port", that can be laid on any scenario."""

from dataclasses import dataclass
from datetime import UTC, datetime

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change

LONGEST_NAME = 80
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ChangeSet:
    """Changes under a name."""

    name: str
    changes: tuple[Change, ...]
    """In order, as they were made; their ids are those of the scenario they were recorded from."""
    note: str = ""
    source: str = ""
    """The scenario it was recorded from."""
    labels: tuple[str, ...] = ()
    """Periods of the calendar it was recorded on, so that it can be shifted."""
    actor: str = ""
    at: datetime = BEGINNING
    version: int = 0
    """Given by the records; recording under the same name again makes the next version."""

    def __post_init__(self) -> None:
        name = " ".join(self.name.split())
        if not 1 <= len(name) <= LONGEST_NAME or any(mark in name for mark in '/\\?#%<>"'):
            mend = f'use 1 to {LONGEST_NAME} characters without /\\?#%<>"'
            raise ChangeInvalid("This is no name for a change set", where=self.name[:80], mend=mend)
        object.__setattr__(self, "name", name)
        if not self.changes:
            raise ChangeInvalid("A change set needs a change", where=name, mend="choose at least one")
