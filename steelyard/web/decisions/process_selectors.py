"""Process selectors: whether decisions were taken by their day, and whether those asked were there."""

from steelyard.cycle.decision.state import Act, State
from steelyard.web.company import now
from steelyard.web.decisions import models


def decisions_on_time(cycle: str) -> float | None:
    """Percent of a cycle's decisions that were taken by their day; None while none was due.

    A decision that was deferred is late from its first day on.
    """
    today = now().date()
    due = [
        row
        for row in models.Decision.objects.filter(cycle=cycle, due__isnull=False).exclude(state=State.DRAFT.value)
        if row.decided_at is not None or (row.due is not None and row.due < today)
    ]
    return 100.0 * sum(_in_time(row) for row in due) / len(due) if due else None


def attendance(cycle: str) -> float | None:
    """Percent of the seats of a cycle's meetings that were taken, by their holders or delegates; None without any."""
    seats = models.Attendance.objects.filter(meeting__cycle=cycle, meeting__closed_at__isnull=False)
    asked = seats.count()
    return 100.0 * seats.filter(present=True).count() / asked if asked else None


def _in_time(row: models.Decision) -> bool:
    deferred = row.events.filter(act=Act.DEFER.value).exists()
    taken = row.decided_at is not None and row.due is not None and row.decided_at.date() <= row.due
    return taken and not deferred
