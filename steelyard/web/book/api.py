"""Book API: the books, and their files."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.book import selectors, services
from steelyard.web.book.selectors import KINDS, BookLine, FileKind
from steelyard.web.jobs.api_schema import JobOut
from steelyard.web.scenarios.choice import chosen_scenario

router = Router(tags=["book"])


class BookOut(Schema):
    """A book."""

    number: int
    cycle: str
    scenario: str
    plan: str
    published: bool
    digest: str
    actor: str
    at: datetime
    is_stale: bool
    moves: list[str]


class BookIn(Schema):
    """A book to be made."""

    cycle: str = ""
    scenario: str = ""


@router.get("/", response={200: list[BookOut], **REFUSALS}, summary="Books")
def books(request: HttpRequest) -> list[BookLine]:
    """All books, the latest first."""
    return selectors.book_lines()


@router.post("/", response={202: JobOut, **REFUSALS}, summary="Make a book")
def make(request: HttpRequest, asked: BookIn) -> Status[object]:
    """Make the book of a cycle as a job."""
    scenario = chosen_scenario(request, asked.scenario)
    return Status(202, services.book_start(asked.cycle[:40], scenario, user=person(request)))


@router.get("/{number}", response={200: BookOut, **REFUSALS}, summary="A book")
def book(request: HttpRequest, number: int) -> BookLine:
    """A book of the list."""
    return selectors.book_line(number)


@router.get("/{number}/file/{kind}", response={200: None, **REFUSALS}, summary="The file of a book")
def file(request: HttpRequest, number: int, kind: FileKind) -> HttpResponse:
    """PDF or PowerPoint; the same bytes each time."""
    require(person(request), Ability.EXPORT)
    name, content = selectors.book_file(number, kind)
    audit_record(actor=person(request).username, action="book.export", subject=name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=KINDS[kind], headers=headers)
