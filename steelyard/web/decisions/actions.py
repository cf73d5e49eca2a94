"""Action services: promise, move, close."""

from datetime import date

from steelyard.cycle.meeting.action import ActionStatus
from steelyard.errors import DecisionInvalid, DecisionMoved, NotAllowed, NotFound
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.decisions import models
from steelyard.web.decisions.people import require_person
from steelyard.web.decisions.seen import sees_action
from steelyard.web.decisions.telling import tell_action


def action_add(
    *,
    user: User,
    text: str,
    owner: str,
    due: date,
    cycle: str,
    value: float | None = None,
    meeting: int | None = None,
    decision: int | None = None,
) -> models.Action:
    """Enter an action with owner and date; who plans or was asked to the meeting may.

    Raises:
        NotAllowed: The person neither plans nor sits in the meeting.
        DecisionInvalid: It says nothing, or nobody has the owner's name.
    """
    _require_part(user, meeting)
    if not 1 <= len(text.strip()) <= 300:
        raise DecisionInvalid("An action says in 1 to 300 letters what is to be done", mend="write it")
    require_person(owner)
    made = models.Action.objects.create(
        text=text.strip(), owner=owner, due=due, value=value, cycle=cycle[:20],
        meeting=models.Meeting.objects.filter(pk=meeting).first() if meeting else None,
        decision=models.Decision.objects.filter(pk=decision).first() if decision else None,
        made_by=user.username, made_at=now(),
    )  # fmt: skip
    audit_record(actor=user.username, action="action.add", subject=f"action {made.pk}", detail={"owner": owner})
    tell_action(made, sender=user.username)
    return made


def action_close(number: int, *, user: User, status: str, outcome: str = "") -> models.Action:
    """Say that an action is done, or dropped, and what came of it.

    Raises:
        NotAllowed: It is somebody else's.
        DecisionInvalid: There is no such status, or nothing says why it was dropped.
        DecisionMoved: Somebody closed it already.
    """
    action = _mine(number, user)
    if status not in (ActionStatus.DONE.value, ActionStatus.DROPPED.value):
        raise DecisionInvalid(f"An action cannot be closed as {status!r}", mend="say done or dropped")
    if status == ActionStatus.DROPPED.value and not outcome.strip():
        raise DecisionInvalid("Nothing says why it is dropped", mend="say why in a sentence")
    found = models.Action.objects.filter(pk=number, status=ActionStatus.OPEN.value)
    if not found.update(status=status, outcome=outcome.strip(), closed_by=user.username, closed_at=now()):
        raise DecisionMoved(f"Action {number} is {action.status} already", mend="look at it again")
    audit_record(actor=user.username, action=f"action.{status}", subject=f"action {number}")
    return action_of(number)


def action_move(number: int, *, user: User, due: date | None = None, owner: str = "") -> models.Action:
    """Give an open action another day or owner; a new owner is told, and the trail keeps the old ones.

    Raises:
        NotAllowed: It is somebody else's.
        DecisionInvalid: Nobody has the owner's name.
        DecisionMoved: It is closed.
    """
    action = _mine(number, user)
    if owner:
        require_person(owner)
    if action.status != ActionStatus.OPEN.value:
        raise DecisionMoved(f"Action {number} is {action.status} already", mend="look at it again")
    day, whose = due or action.due, owner or action.owner
    if not models.Action.objects.filter(pk=number, status=ActionStatus.OPEN.value).update(due=day, owner=whose):
        raise DecisionMoved(f"Action {number} is {action.status} already", mend="look at it again")
    audit_record(
        actor=user.username, action="action.move", subject=f"action {number}",
        before={"due": f"{action.due}", "owner": action.owner}, after={"due": f"{day}", "owner": whose},
    )  # fmt: skip
    moved = models.Action.objects.get(pk=number)
    if moved.owner != action.owner:
        tell_action(moved, sender=user.username)
    return moved


def action_of(number: int) -> models.Action:
    """Find an action.

    Raises:
        NotFound: There is none of this number.
    """
    found = models.Action.objects.filter(pk=number).first()
    if found is None or not sees_action(found):
        raise NotFound(f"There is no action {number}", mend="look at the list of actions")
    return found


def _mine(number: int, user: User) -> models.Action:
    action = action_of(number)
    if user.username not in (action.owner, action.made_by) and not user.may(Ability.PUBLISH):
        raise NotAllowed("This action is somebody else's", mend=f"ask {action.owner}")
    return action


def _require_part(user: User, meeting: int | None) -> None:
    sits = meeting and models.Attendance.objects.filter(meeting=meeting, person=user.username).exists()
    if not (user.may(Ability.BRANCH) or user.may(Ability.PUBLISH) or sits):
        raise NotAllowed("Your role enters no actions", mend="ask the chair of the meeting")
