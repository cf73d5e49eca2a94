"""Comments API: the threads of a subject, and the same acts as on the pages."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.comments import selectors, services

router = Router(tags=["comments"])


class CommentOut(Schema):
    """A comment."""

    id: int
    author: str
    at: datetime
    text: str
    withdrawn: bool


class ThreadOut(Schema):
    """A thread with what was said in it."""

    id: int
    subject: str
    title: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    comments: list[CommentOut]


class ThreadIn(Schema):
    """What begins a thread."""

    subject: str = Field(max_length=300)
    text: str = Field(max_length=services.LONGEST)
    title: str = Field("", max_length=200)
    url: str = Field("", max_length=500)


class TextIn(Schema):
    """What is said."""

    text: str = Field(max_length=services.LONGEST)


class ResolvedIn(Schema):
    """Whether a thread is resolved."""

    resolved: bool = True


class MentionOut(Schema):
    """A place where one was called."""

    thread: int
    subject: str
    title: str
    url: str
    author: str
    text: str
    at: datetime
    read: bool


@router.get("/", response={200: list[ThreadOut], **REFUSALS}, summary="Threads of a subject")
def threads(request: HttpRequest, subject: str, page: int = 0) -> list[object]:
    """Everything said about a subject: open threads first, the latest first; or one page of fifty, from 1 on."""
    return list(selectors.threads_page(subject, page).threads if page > 0 else selectors.threads_of(subject))


@router.post("/", response={201: CommentOut, **REFUSALS}, summary="Begin a thread")
def begin(request: HttpRequest, asked: ThreadIn) -> Status[object]:
    """Begin a thread; who is called as @name is told."""
    said = services.thread_open(asked.subject, asked.text, user=person(request), title=asked.title, url=asked.url)
    return Status(201, selectors.comment_view(said.pk))


@router.get("/mentions", response={200: list[MentionOut], **REFUSALS}, summary="Where one was called")
def mentions(request: HttpRequest, unread: bool = False) -> list[object]:
    """Where the signed-in person was called, the latest first."""
    return list(selectors.mentions_of(person(request), unread=unread))


@router.post("/threads/{int:number}", response={201: CommentOut, **REFUSALS}, summary="Answer in a thread")
def answer(request: HttpRequest, number: int, asked: TextIn) -> Status[object]:
    """Answer; a resolved thread is open again."""
    said = services.comment_answer(number, asked.text, user=person(request))
    return Status(201, selectors.comment_view(said.pk))


@router.post("/threads/{int:number}/resolve", response={204: None, **REFUSALS}, summary="Resolve a thread")
def resolve(request: HttpRequest, number: int, asked: ResolvedIn) -> Status[None]:
    """Call a thread resolved, or open again."""
    services.thread_resolve(number, user=person(request), resolved=asked.resolved)
    return Status(204, None)


@router.put("/{int:number}", response={200: CommentOut, **REFUSALS}, summary="Edit a comment")
def edit(request: HttpRequest, number: int, asked: TextIn) -> object:
    """Write one's own comment anew; what it said before is kept."""
    said = services.comment_edit(number, asked.text, user=person(request))
    return selectors.comment_view(said.pk)


@router.delete("/{int:number}", response={204: None, **REFUSALS}, summary="Withdraw a comment")
def withdraw(request: HttpRequest, number: int) -> Status[None]:
    """Take one's own comment back."""
    services.comment_withdraw(number, user=person(request))
    return Status(204, None)
