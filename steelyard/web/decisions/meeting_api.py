"""Meeting API: meetings, minutes, attendance, actions."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Status

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.company import now
from steelyard.web.decisions import actions, meetings
from steelyard.web.decisions.action_selectors import ActionLine, action_lines
from steelyard.web.decisions.api_schema import (
    ActionIn,
    ActionMoveIn,
    ActionOut,
    CloseIn,
    MeetingIn,
    MeetingOut,
    MinuteIn,
    SeatIn,
)
from steelyard.web.decisions.meeting_selectors import meeting_lines, meeting_page, pack_json, people_of
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS
from steelyard.web.scenarios.choice import chosen_scenario

meeting_router = Router(tags=["meetings"])
action_router = Router(tags=["actions"])


@meeting_router.get("/", response={200: list[MeetingOut], **REFUSALS}, summary="Meetings")
def meeting_list(request: HttpRequest, cycle: str = "", forum: str = "") -> object:
    """Meetings, the latest first."""
    return list(meeting_lines(cycle, forum))


@meeting_router.post("/", response={201: MeetingOut, **WRITE_REFUSALS}, summary="Plan a meeting")
def plan(request: HttpRequest, asked: MeetingIn) -> Status[object]:
    """Plan a meeting and ask people to it."""
    given = asked.dict()
    given["people"] = given["people"] or people_of(asked.forum)
    return Status(201, _line(meetings.meeting_plan(user=person(request), **given).pk))


@meeting_router.get("/{int:number}", response={200: dict, **REFUSALS}, summary="A meeting")
def meeting(request: HttpRequest, number: int) -> dict[str, object]:
    """One meeting: agenda, people, minutes, parking lot, actions."""
    view = meeting_page(number, person(request), _scenario(request))
    return {
        "number": number,
        "cycle": view.row.cycle,
        "forum": view.row.forum,
        "state": view.line.state,
        "agenda": pack_json(view.agenda),
        "people": [{"person": seat.person, "present": seat.present, "delegate": seat.delegate} for seat in view.seats],
        "minutes": [{"at": one.at.isoformat(), "author": one.author, "text": one.text} for one in view.notes],
        "parked": [{"id": one.pk, "author": one.author, "text": one.text} for one in view.parked],
        "actions": [one.number for one in view.actions],
    }


@meeting_router.post("/{int:number}/open", response={200: MeetingOut, **WRITE_REFUSALS}, summary="Open")
def open_meeting(request: HttpRequest, number: int) -> object:
    """Open a meeting."""
    meetings.meeting_open(number, user=person(request))
    return _line(number)


@meeting_router.post("/{int:number}/close", response={200: MeetingOut, **WRITE_REFUSALS}, summary="Close")
def close_meeting(request: HttpRequest, number: int) -> object:
    """Close a meeting with the agenda it had."""
    view = meeting_page(number, person(request), _scenario(request))
    meetings.meeting_close(number, user=person(request), pack=pack_json(view.agenda))
    return _line(number)


@meeting_router.post("/{int:number}/minutes", response={201: dict, **WRITE_REFUSALS}, summary="Write a line")
def minute(request: HttpRequest, number: int, asked: MinuteIn) -> Status[dict[str, object]]:
    """Write into the minutes or the parking lot."""
    made = meetings.minute_add(number, user=person(request), **asked.dict())
    return Status(201, {"id": made.pk})


@meeting_router.post("/{int:number}/seat", response={200: MeetingOut, **WRITE_REFUSALS}, summary="Attendance")
def seat(request: HttpRequest, number: int, asked: SeatIn) -> object:
    """Say who is there, or who is there in their place."""
    meetings.attendance_set(number, user=person(request), **asked.dict())
    return _line(number)


@action_router.get("/", response={200: list[ActionOut], **REFUSALS}, summary="Actions")
def action_list(
    request: HttpRequest, owner: str = "", status: str = "", cycle: str = "", until: date | None = None
) -> list[ActionLine]:
    """Actions, the next due first; of a cycle with the open ones that earlier cycles left."""
    return list(action_lines(owner=owner, status=status, cycle=cycle, until=until))


@action_router.post("/", response={201: ActionOut, **WRITE_REFUSALS}, summary="Enter an action")
def action_add(request: HttpRequest, asked: ActionIn) -> Status[object]:
    """Enter an action with owner and date."""
    return Status(201, _action(actions.action_add(user=person(request), **asked.dict()).pk))


@action_router.post("/{int:number}/close", response={200: ActionOut, **WRITE_REFUSALS}, summary="Close an action")
def action_close(request: HttpRequest, number: int, asked: CloseIn) -> object:
    """Say that an action is done or dropped."""
    actions.action_close(number, user=person(request), **asked.dict())
    return _action(number)


@action_router.post("/{int:number}/move", response={200: ActionOut, **WRITE_REFUSALS}, summary="Move an action")
def action_move(request: HttpRequest, number: int, asked: ActionMoveIn) -> object:
    """Give an open action another day or owner."""
    actions.action_move(number, user=person(request), due=asked.due, owner=asked.owner)
    return _action(number)


@action_router.get("/due", response={200: list[ActionOut], **REFUSALS}, summary="Actions due")
def action_due(request: HttpRequest, owner: str = "") -> object:
    """Open actions due today or before."""
    return list(action_lines(owner=owner, status="open", until=now().date()))


def _action(number: int) -> ActionLine:
    return next(one for one in action_lines() if one.number == number)


def _line(number: int) -> object:
    meetings.meeting_of(number)
    return next(one for one in meeting_lines() if one.number == number)


def _scenario(request: HttpRequest) -> str:
    return chosen_scenario(request)
