"""State: where a notice stands between being told and being done with."""

from enum import StrEnum


class NoticeState(StrEnum):
    """States of a notice."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def badge(self) -> str:
        """How its badge looks."""
        return {"new": "is-alert", "acknowledged": "is-warning", "answered": "is-good"}.get(self.value, "is-plain")


class Mailing(StrEnum):
    """What became of a notice's e-mail."""

    NONE = "none"
    """Nothing is sent: no mail server, or the person has no address."""
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
