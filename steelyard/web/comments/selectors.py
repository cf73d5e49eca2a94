"""Comment selectors: threads of a subject, how many are open, and who has been called where."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Count

from steelyard.errors import NotFound
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.selectors import people
from steelyard.web.accounts.sight import sight, viewing
from steelyard.web.comments.cell_subject import cell_within
from steelyard.web.comments.mentions import pieces
from steelyard.web.comments.models import Comment, Mention, Thread

THREADS_A_PAGE = 50


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


@dataclass(frozen=True)
class ThreadPage:
    """Some threads of many."""

    threads: tuple[ThreadView, ...]
    number: int
    """Which page it is, from 1 on."""
    pages: int
    open: int
    """Open threads on all pages."""
    resolved: int
    """Resolved threads on all pages."""


def threads_page(subject: str, page: int = 1) -> ThreadPage:
    """Threads of a subject, a page at a time: open ones first, the latest first; then those resolved.

    Args:
        subject: What they are about.
        page: From 1 on; one beyond the last is the last.
    """
    found = [one for one in Thread.objects.filter(subject=subject).order_by("-id") if may_read(one)]
    ranked = sorted(found, key=lambda one: one.resolved_at is not None)
    done = sum(one.resolved_at is not None for one in found)
    shown = Paginator(ranked, THREADS_A_PAGE).get_page(page)
    kept = _views([one.pk for one in shown.object_list])
    return ThreadPage(kept, shown.number, shown.paginator.num_pages, len(found) - done, done)


def threads_of(subject: str) -> tuple[ThreadView, ...]:
    """All threads of a subject: open ones first, the latest first; then those resolved."""
    first = threads_page(subject)
    rest = (threads_page(subject, number).threads for number in range(2, first.pages + 1))
    return (*first.threads, *(one for part in rest for one in part))


def thread_view(number: int) -> ThreadView:
    """One thread.

    Raises:
        NotFound: There is none of this number that the person of the request may read.
    """
    found = Thread.objects.filter(pk=number).first()
    if found is None or not may_read(found):
        raise NotFound(f"There is no thread {number}", mend="look at the page again")
    return _views([number])[0]


def comment_view(number: int) -> CommentView:
    """One comment.

    Raises:
        NotFound: There is none of this number that the person of the request may read.
    """
    thread = Comment.objects.filter(pk=number).values_list("thread", flat=True).first()
    if thread is None:
        raise NotFound(f"There is no comment {number}", mend="look at the page again")
    return next(one for one in thread_view(thread).comments if one.id == number)


def comment_counts(subjects: Iterable[str]) -> dict[str, int]:
    """Open threads by subject; subjects without any are left out."""
    rows = Thread.objects.filter(subject__in=list(subjects), resolved_at=None).values("subject").annotate(n=Count("id"))
    return {row["subject"]: row["n"] for row in rows.order_by()}


def mentions_of(user: User, *, unread: bool = False) -> tuple[MentionView, ...]:
    """Where a person was called, the latest first."""
    found = Mention.objects.filter(user=user, comment__withdrawn=False).select_related(
        "comment__thread", "comment__author"
    )
    if unread:
        found = found.filter(read_at=None)
    return tuple(_mention(one) for one in found)


def open_threads(page: int = 1) -> ThreadPage:
    """Threads of every subject that nobody has resolved, the latest first, a page at a time."""
    found = [one.pk for one in Thread.objects.filter(resolved_at=None).order_by("-id") if may_read(one)]
    shown = Paginator(found, THREADS_A_PAGE).get_page(page)
    return ThreadPage(_views(list(shown.object_list)), shown.number, shown.paginator.num_pages, len(found), 0)


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


def _views(numbers: list[int]) -> tuple[ThreadView, ...]:
    """Threads with what is said in them, in the order asked for."""
    rows = Thread.objects.filter(pk__in=numbers).select_related("resolved_by")
    found = {one.pk: one for one in rows.prefetch_related("comments__author", "comments__former")}
    known = {one.username for one in people()}
    return tuple(_thread(found[number], known) for number in numbers if number in found)


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
