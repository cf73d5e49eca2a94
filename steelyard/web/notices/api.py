"""Notice API: what the person was told, and what they do about it."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.notices import selectors, services
from steelyard.web.notices.models import Notice

router = Router(tags=["notices"])


class NoticeOut(Schema):
    """A notice."""

    id: int
    kind: str
    text: str
    url: str
    subject: str
    sender: str
    at: datetime
    state: str
    answer: str
    mailing: str


class AnswerIn(Schema):
    """What a person answers."""

    answer: Annotated[str, Field(min_length=1, max_length=2000)]


@router.get("/", response={200: list[NoticeOut], **REFUSALS}, summary="Notices to me")
def notices(
    request: HttpRequest, shown: Literal["open", "all"] = "open", limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> list[Notice]:
    """What I was told, newest first."""
    return list(selectors.notices_of(person(request), shown=shown)[:limit])


@router.post("/{number}/acknowledge", response={200: NoticeOut, **REFUSALS}, summary="Acknowledge a notice")
def acknowledge(request: HttpRequest, number: int) -> Notice:
    """Say that it was seen."""
    return services.notice_acknowledge(number, user=person(request))


@router.post("/{number}/answer", response={200: NoticeOut, **REFUSALS}, summary="Answer a notice")
def answer(request: HttpRequest, number: int, asked: AnswerIn) -> Notice:
    """Answer it; who asked is told."""
    return services.notice_answer(number, asked.answer, user=person(request))


@router.post("/{number}/close", response={200: NoticeOut, **REFUSALS}, summary="Close a notice")
def close(request: HttpRequest, number: int) -> Notice:
    """Put it away."""
    return services.notice_close(number, user=person(request))
