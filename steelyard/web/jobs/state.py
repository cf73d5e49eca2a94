"""State: where a job stands."""

from enum import StrEnum


class State(StrEnum):
    """States of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether the job may still change."""
        return self in {State.WAITING, State.RUNNING}


ACTIVE = (State.WAITING.value, State.RUNNING.value)
