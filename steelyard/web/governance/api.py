"""Governance API: the charter, who answers for what, forums, absences, and the same acts as on the pages."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.governance.charter import Part, body_of, name_of
from steelyard.governance.raci import Duty
from steelyard.web.accounts.api_guard import REFUSALS, Fault
from steelyard.web.accounts.permissions import person
from steelyard.web.governance import selectors, services

router = Router(tags=["governance"])
WRITE: dict[int, type[Schema]] = {**REFUSALS, 409: Fault}


class EntryOut(Schema):
    """An entry of the charter."""

    part: str
    name: str
    revision: int
    body: dict[str, Any]


class EntryIn(Schema):
    """An entry as it should be."""

    body: dict[str, Any]
    expected: int | None = Field(None, ge=1, le=10**9)


class AnswererOut(Schema):
    """Somebody who has a duty."""

    person: str
    role: str
    instead_of: str


class CharterFindingOut(Schema):
    """Something wrong with the duties."""

    rule: str
    severity: str
    row: str
    role: str
    text: str
    mend: str


class SeatOut(Schema):
    """A person in a forum."""

    person: str
    role: str
    part: str
    instead_of: str


class ForumOut(Schema):
    """A forum with those who sit in it."""

    key: str
    name: str
    cadence: str
    quorum: int
    seats: list[SeatOut]
    findings: list[str]


class AbsenceIn(Schema):
    """Who is away, and who stands in."""

    person: str
    first: date
    last: date
    delegate: str = ""
    note: str = Field("", max_length=200)


class AbsenceOut(AbsenceIn):
    """An absence."""

    id: int


@router.get("/charter/{part}", response={200: list[EntryOut], **REFUSALS}, summary="A part of the charter")
def entries(request: HttpRequest, part: Part) -> list[dict[str, object]]:
    """Every entry of a part; revision 0 is the standard charter's."""
    kept = selectors.revisions(part)
    return [_entry(part, entry, kept) for kind, _, entry in selectors.charter().entries() if kind == part]


@router.put("/charter/{part}", response={200: EntryOut, **WRITE}, summary="Keep an entry of the charter")
def put(request: HttpRequest, part: Part, asked: EntryIn) -> dict[str, object]:
    """Keep a new entry, or one in place of that of its name."""
    entry = services.entry_put(part, asked.body, user=person(request), expected=asked.expected)
    return _entry(part, entry, selectors.revisions(part))


@router.delete("/charter/{part}", response={204: None, **WRITE}, summary="Remove an entry of the charter")
def remove(request: HttpRequest, part: Part, name: str) -> Status[None]:
    """Take an entry out of the charter."""
    services.entry_remove(part, name, user=person(request))
    return Status(204, None)


@router.get("/who", response={200: list[AnswererOut], **REFUSALS}, summary="Who answers for something")
def who(request: HttpRequest, matter: str, duty: Duty = "accountable", day: date | None = None) -> list[object]:
    """Who has a duty for `step:NAME`, `measure:NAME@level=member` or `decision:NAME`, delegates in place."""
    return list(selectors.who_is(duty, matter, day=day))


@router.get("/findings", response={200: list[CharterFindingOut], **REFUSALS}, summary="What is wrong with the duties")
def findings(request: HttpRequest) -> list[object]:
    """Nobody accountable, two accountable, an absent owner, a role without a user."""
    return list(selectors.raci_findings())


@router.get("/forums", response={200: list[ForumOut], **REFUSALS}, summary="Forums")
def forums(request: HttpRequest) -> list[dict[str, object]]:
    """Every forum, who sits in it today, and what keeps it from deciding."""
    return [
        {
            "key": view.forum.key, "name": view.forum.name, "cadence": view.forum.cadence, "quorum": view.forum.quorum,
            "seats": [seat for seat, _ in view.seats], "findings": [one.text for one in view.findings],
        }
        for view in selectors.forum_views()
    ]  # fmt: skip


@router.get("/absences", response={200: list[AbsenceOut], **REFUSALS}, summary="Absences")
def absences(request: HttpRequest) -> list[dict[str, object]]:
    """Who is away, and who stands in."""
    return [_absence(line) for line in selectors.absence_lines()]


@router.post("/absences", response={201: AbsenceOut, **WRITE}, summary="Tell an absence")
def absent(request: HttpRequest, asked: AbsenceIn) -> Status[dict[str, object]]:
    """Tell that one is away; for others only who governs may."""
    made = services.absence_add(
        asked.person, first=asked.first, last=asked.last, delegate=asked.delegate, note=asked.note, user=person(request)
    )
    return Status(201, next(_absence(line) for line in selectors.absence_lines() if line.id == made.pk))


@router.delete("/absences/{int:number}", response={204: None, **WRITE}, summary="Take an absence back")
def back(request: HttpRequest, number: int) -> Status[None]:
    """Take an absence back."""
    services.absence_remove(number, user=person(request))
    return Status(204, None)


def _entry(part: Part, entry: Any, kept: dict[str, int]) -> dict[str, object]:
    name = name_of(entry)
    return {"part": part, "name": name, "revision": kept.get(name, 0), "body": body_of(entry)}


def _absence(line: selectors.AbsenceLine) -> dict[str, object]:
    one = line.absence
    return {
        "id": line.id, "person": one.person, "first": one.first, "last": one.last, "delegate": one.delegate,
        "note": one.note,
    }  # fmt: skip
