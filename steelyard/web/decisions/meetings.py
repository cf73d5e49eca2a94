"""Meeting services: plan, open and close a meeting; attendance, live minutes, parking lot."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from steelyard.errors import DecisionInvalid, DecisionMoved, NotAllowed, NotFound
from steelyard.plan.canonical import Json
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.decisions import models
from steelyard.web.decisions.people import active, require_person
from steelyard.web.decisions.seen import sees_meeting

LONGEST = 5000


def meeting_of(number: int) -> models.Meeting:
    """Find a meeting.

    Raises:
        NotFound: There is none of this number that the person of the request may see.
    """
    found = models.Meeting.objects.filter(pk=number).first()
    if found is None or not sees_meeting(found):
        raise NotFound(f"There is no meeting {number}", mend="look at the list of meetings")
    return found


def meeting_plan(
    *,
    user: User,
    cycle: str,
    forum: str,
    starts_at: datetime,
    minutes: int = 60,
    chair: str = "",
    people: Sequence[str] = (),
) -> models.Meeting:
    """Plan a meeting and ask people to it.

    Raises:
        NotAllowed: The role runs no meetings.
        DecisionInvalid: Cycle, forum or length make no sense.
    """
    require(user, Ability.PUBLISH)
    if not cycle.strip() or not forum.strip() or not 5 <= minutes <= 600:
        raise DecisionInvalid("A meeting has a cycle, a forum and 5 to 600 minutes", mend="complete it")
    made = models.Meeting.objects.create(
        cycle=cycle.strip()[:20], forum=forum.strip()[:40], starts_at=starts_at, minutes=minutes,
        chair=(chair or user.username)[:150],
    )  # fmt: skip
    people_ask(made.pk, user=user, people=[made.chair, *people])
    audit_record(actor=user.username, action="meeting.plan", subject=f"meeting {made.pk}", detail={"forum": forum})
    return made


def people_ask(number: int, *, user: User, people: Sequence[str]) -> None:
    """Ask people to a meeting; those asked already stay."""
    require(user, Ability.PUBLISH)
    meeting = _not_over(number)
    for person in (found for name, found in active().items() if name in people):
        models.Attendance.objects.get_or_create(meeting=meeting, person=person.username, defaults={"role": person.role})


def meeting_open(number: int, *, user: User) -> models.Meeting:
    """Open a meeting: from now on its minutes run.

    Raises:
        DecisionMoved: Somebody opened or closed it already.
    """
    require(user, Ability.PUBLISH)
    found = models.Meeting.objects.filter(pk=number, opened_at=None, closed_at=None)
    if not found.update(opened_at=now()):
        meeting_of(number)
        raise DecisionMoved("The meeting was opened already", mend="look at it again")
    audit_record(actor=user.username, action="meeting.open", subject=f"meeting {number}")
    return meeting_of(number)


def meeting_close(number: int, *, user: User, pack: Mapping[str, Json]) -> models.Meeting:
    """Close a meeting, with what it had before it; open actions carry over by themselves.

    Args:
        number: The meeting.
        user: Who closes it.
        pack: Its agenda as plain values, kept as it was.

    Raises:
        DecisionMoved: It is not open, or somebody closed it already.
    """
    require(user, Ability.PUBLISH)
    found = models.Meeting.objects.filter(pk=number, opened_at__isnull=False, closed_at=None)
    if not found.update(closed_at=now(), closed_by=user.username, pack=dict(pack)):
        meeting_of(number)
        raise DecisionMoved("The meeting is not open", mend="look at it again")
    audit_record(actor=user.username, action="meeting.close", subject=f"meeting {number}")
    return meeting_of(number)


def attendance_set(number: int, person: str, *, user: User, present: bool, delegate: str = "") -> models.Attendance:
    """Say whether somebody is there, or who is there in their place; everybody may say so of their own seat.

    Raises:
        NotAllowed: It is somebody else, and the role runs no meetings.
        DecisionInvalid: The delegate is nobody.
    """
    if user.username != person:
        require(user, Ability.PUBLISH)
    if delegate:
        require_person(delegate)
    meeting = _not_over(number)
    seat = meeting.people.filter(person=person).first()
    if seat is None:
        raise NotFound(f"{person} is not asked to this meeting", mend="ask them first")
    seat.present, seat.delegate = present or bool(delegate), delegate
    seat.save(update_fields=["present", "delegate"])
    return seat


def minute_add(number: int, *, user: User, text: str, parked: bool = False, decision: int | None = None) -> models.Note:
    """Write a line into the minutes of an open meeting, or into the parking lot.

    Raises:
        NotAllowed: The person is not asked to it and runs no meetings.
        DecisionInvalid: The line is empty, or the meeting is not open.
    """
    meeting = _running(number)
    _require_seat(user, meeting)
    if not text.strip():
        raise DecisionInvalid("The line is empty", mend="write what was said")
    about = models.Decision.objects.filter(pk=decision).first() if decision else None
    return models.Note.objects.create(
        meeting=meeting, at=now(), author=user.username, text=text.strip()[:LONGEST], parked=parked, decision=about
    )


def parked_settle(note: int, *, user: User) -> None:
    """Take a question off the parking lot; it stays in the record."""
    found = models.Note.objects.filter(pk=note, parked=True, settled_at=None).first()
    if found is None:
        raise NotFound(f"Nothing is parked under {note}", mend="look at the parking lot")
    _require_seat(user, found.meeting)
    with transaction.atomic():
        models.Note.objects.filter(pk=note).update(settled_at=now())


def _not_over(number: int) -> models.Meeting:
    meeting = meeting_of(number)
    if meeting.closed_at is not None:
        raise DecisionInvalid(f"Meeting {number} is over: its minutes stand still", mend="plan another one")
    return meeting


def _running(number: int) -> models.Meeting:
    meeting = _not_over(number)
    if meeting.opened_at is None:
        raise DecisionInvalid(f"Meeting {number} is not open yet", mend="open it first")
    return meeting


def _require_seat(user: User, meeting: models.Meeting) -> None:
    seats = meeting.people.all()
    if user.may(Ability.PUBLISH) or any(user.username in (seat.person, seat.delegate) for seat in seats):
        return
    raise NotAllowed("You are not asked to this meeting", mend=f"ask {meeting.chair}")
