"""Action selectors: what people promised, and how much of it they keep."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from steelyard.cycle.meeting.action import ActionStatus, Promise, kept_share
from steelyard.web.company import now
from steelyard.web.decisions import models
from steelyard.web.decisions.seen import sees_action
from steelyard.web.decisions.selectors import sees_whole_money


@dataclass(frozen=True)
class ActionLine:
    """An action in a list."""

    number: int
    text: str
    owner: str
    due: date
    value: float | None
    """Money that stands on it; None where there is none or the person does not see it."""
    status: str
    cycle: str
    days_late: int
    condition: bool
    decision: int | None
    meeting: int | None
    carried: bool
    """Whether it comes from an earlier cycle than the one looked at."""
    made_by: str
    outcome: str
    closed_at: datetime | None
    url: str

    @property
    def late(self) -> bool:
        """Whether it is overdue."""
        return self.days_late > 0

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.status == ActionStatus.OPEN.value


def action_lines(
    *, owner: str = "", status: str = "", cycle: str = "", until: date | None = None, decision: int | None = None
) -> tuple[ActionLine, ...]:
    """Actions, the next due first.

    Args:
        owner: Whose; empty for everybody's.
        status: open, done or dropped; empty for all.
        cycle: The cycle looked at: its own actions, and open ones that earlier cycles left.
        until: Only those due by a day.
        decision: Only those of a decision.
    """
    found = models.Action.objects.all()
    asked = {"owner": owner, "status": status, "decision": decision}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    if until is not None:
        found = found.filter(due__lte=until)
    lines = [_line(row, cycle) for row in found.select_related("decision", "meeting") if sees_action(row)]
    return tuple(line for line in lines if not cycle or line.cycle == cycle or line.carried)


def actions_due(owner: str = "", until: date | None = None, cycle: str = "") -> tuple[ActionLine, ...]:
    """Open actions due by a day, today without one."""
    day = until or now().date()
    return action_lines(owner=owner, status=ActionStatus.OPEN.value, until=day, cycle=cycle)


def actions_open(owner: str = "", cycle: str = "") -> tuple[ActionLine, ...]:
    """All open actions."""
    return action_lines(owner=owner, status=ActionStatus.OPEN.value, cycle=cycle)


def kept_share_of(owner: str = "") -> float | None:
    """Share of the actions due by today that are done; None while none was due."""
    rows = models.Action.objects.filter(owner=owner) if owner else models.Action.objects.all()
    return kept_share([_promise(row) for row in rows], now().date())


def _promise(row: models.Action) -> Promise:
    return Promise(row.pk, row.text, row.owner, row.due, ActionStatus(row.status), row.value, row.cycle)


def _line(row: models.Action, cycle: str) -> ActionLine:
    promise = _promise(row)
    return ActionLine(
        number=row.pk,
        text=row.text,
        owner=row.owner,
        due=row.due,
        value=row.value if sees_whole_money() else None,
        status=row.status,
        cycle=row.cycle,
        days_late=promise.days_late(now().date()),
        condition=row.condition,
        decision=row.decision_id,
        meeting=row.meeting_id,
        carried=bool(cycle) and row.cycle < cycle and promise.status is ActionStatus.OPEN,
        made_by=row.made_by,
        outcome=row.outcome,
        closed_at=row.closed_at,
        url=f"{reverse('decisions:actions')}#action-{row.pk}",
    )
