"""Comment selectors: threads of a subject, how many are open, and who has been called where."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.selectors import people
from steelyard.web.accounts.sight import sight, viewing
from steelyard.web.comments.cell_subject import cell_within
from steelyard.web.comments.mentions import pieces
from steelyard.web.comments.models import Comment, Mention, Thread

MOST_THREADS = 100


@dataclass(frozen=True)
class CommentView:
    """A comment as it is shown."""

    id: int
    author: str
    """The name to sign in with."""
    called: str
    """Full name of the author."""
    at: datetime
    text: str
    pieces: tuple[tuple[str, bool], ...]
    """The text cut at mentions."""
    former: tuple[tuple[datetime, str], ...]
    """What it said before, with the moment until which it did."""
    withdrawn: bool


@dataclass(frozen=True)
class ThreadView:
    """A thread as it is shown."""

    id: int
    subject: str
    title: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    comments: tuple[CommentView, ...]


@dataclass(frozen=True)
class MentionView:
    """A place where a person was called."""

    thread: int
    subject: str
    title: str
    url: str
    author: str
    text: str
    at: datetime
    read: bool


def threads_of(subject: str) -> tuple[ThreadView, ...]:
    """All threads of a subject: open ones first, then those resolved, each the oldest first."""
    found = (
        Thread.objects.filter(subject=subject)
        .select_related("resolved_by")
        .prefetch_related("comments__author", "comments__former")[:MOST_THREADS]
    )
    known = {one.username for one in people()}
    views = [_thread(one, known) for one in found if may_read(one)]
    return tuple(sorted(views, key=lambda view: view.resolved_at is not None))


def comment_counts(subjects: Iterable[str]) -> dict[str, int]:
    """Open threads by subject; subjects without any are left out."""
    rows = Thread.objects.filter(subject__in=list(subjects), resolved_at=None).values("subject").annotate(n=Count("id"))
    return {row["subject"]: row["n"] for row in rows.order_by()}


def mentions_of(user: User, *, unread: bool = False, most: int = 100) -> tuple[MentionView, ...]:
    """Where a person was called, the latest first."""
    found = Mention.objects.filter(user=user, comment__withdrawn=False).select_related(
        "comment__thread", "comment__author"
    )
    if unread:
        found = found.filter(read_at=None)
    return tuple(_mention(one) for one in found[:most])


def open_threads(*, most: int = 100) -> tuple[ThreadView, ...]:
    """Threads of every subject that nobody has resolved, the latest first."""
    found = (
        Thread.objects.filter(resolved_at=None)
        .order_by("-id")
        .select_related("resolved_by")
        .prefetch_related("comments__author", "comments__former")[:most]
    )
    known = {one.username for one in people()}
    return tuple(_thread(one, known) for one in found if may_read(one))


def address_of(thread: int) -> str:
    """Where the page with a thread is; empty when nobody kept it."""
    return Thread.objects.filter(pk=thread).values_list("url", flat=True).first() or ""


def may_read(one: Thread) -> bool:
    """Whether the person of the request may read a thread: who sees a part of the company only reads of that part.

    They read what is said on cells within their part, and where they take part themselves. Elsewhere, on pages and
    KPIs as well, people who see more may name what they do not see.
    """
    looking, who = sight(), viewing()
    if not looking.limited:
        return True
    if who and (one.comments.filter(author=who).exists() or one.comments.filter(mentions__user=who).exists()):
        return True
    return one.subject.startswith("cell:") and cell_within(one.subject, looking.parts)


def _thread(one: Thread, known: Collection[str]) -> ThreadView:
    return ThreadView(
        one.pk,
        one.subject,
        one.title,
        one.opened_at,
        one.resolved_at,
        _called(one.resolved_by),
        tuple(_comment(comment, known) for comment in one.comments.all()),
    )


def _comment(one: Comment, known: Collection[str]) -> CommentView:
    text = "" if one.withdrawn else one.text
    former = () if one.withdrawn else tuple((past.at, past.text) for past in one.former.all())
    return CommentView(
        one.pk,
        one.author.username,
        _called(one.author),
        one.at,
        text,
        tuple(pieces(text, known)),
        former,
        one.withdrawn,
    )


def _mention(one: Mention) -> MentionView:
    said = one.comment
    return MentionView(
        said.thread.pk, said.thread.subject, said.thread.title or said.thread.subject, said.thread.url,
        _called(said.author), said.text, said.at, one.read_at is not None,
    )  # fmt: skip


def _called(user: User | None) -> str:
    return (user.get_full_name() or user.username) if user else ""
