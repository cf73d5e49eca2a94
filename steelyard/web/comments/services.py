"""Comment services: say something, answer, edit, withdraw, resolve, reopen, read."""

from django.db import transaction
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from steelyard.errors import CommentInvalid, NotAllowed, NotFound
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.selectors import people
from steelyard.web.audit.services import audit_record
from steelyard.web.comments.mentions import named_in
from steelyard.web.comments.models import Comment, FormerText, Mention, Thread
from steelyard.web.comments.selectors import may_read
from steelyard.web.company import now
from steelyard.web.notices.services import notify

LONGEST = 4000
LONGEST_SUBJECT = 300
LONGEST_ADDRESS = 500


@transaction.atomic
def thread_open(subject: str, text: str, *, user: User, title: str = "", url: str = "") -> Comment:
    """Begin a thread on a subject; who is called by name is told.

    Args:
        subject: What it is about, such as `decision:12`.
        text: What is said.
        user: Who says it.
        title: What the subject is called.
        url: The page on which it stands; an address of this app only.

    Raises:
        CommentInvalid: There is no subject or text, or too much of it.
    """
    thread = Thread.objects.create(
        subject=_checked(subject, "subject", LONGEST_SUBJECT), title=title[:200], url=_own_address(url),
        opened_at=now(),
    )  # fmt: skip
    return _say(thread, text, user)


@transaction.atomic
def comment_answer(thread: int, text: str, *, user: User) -> Comment:
    """Answer in a thread; a resolved one is open again.

    Raises:
        NotFound: There is no such thread.
        CommentInvalid: There is no text, or too much of it.
    """
    found = _thread(thread)
    if found.resolved_at is not None:
        found.resolved_at = found.resolved_by = None
        found.save(update_fields=["resolved_at", "resolved_by"])
        audit_record(actor=user.username, action="comment.reopen", subject=found.subject, detail={"thread": found.pk})
    return _say(found, text, user)


@transaction.atomic
def comment_edit(number: int, text: str, *, user: User) -> Comment:
    """Write a comment of one's own anew; what it said before is kept.

    Raises:
        NotFound: There is no such comment.
        NotAllowed: It is somebody else's.
        CommentInvalid: There is no text, or too much of it.
    """
    found = _own(number, user)
    becomes = _checked(text, "text", LONGEST)
    if becomes == found.text:
        return found
    FormerText.objects.create(comment=found, text=found.text, at=now())
    found.text = becomes
    found.save(update_fields=["text"])
    _call(found, user)
    audit_record(actor=user.username, action="comment.edit", subject=found.thread.subject, detail={"comment": found.pk})
    return found


@transaction.atomic
def comment_withdraw(number: int, *, user: User) -> None:
    """Take a comment of one's own back; that there was one stays to be seen.

    Raises:
        NotFound: There is no such comment.
        NotAllowed: It is somebody else's.
    """
    found = _own(number, user)
    found.withdrawn = True
    found.save(update_fields=["withdrawn"])
    told = {"comment": found.pk}
    audit_record(actor=user.username, action="comment.withdraw", subject=found.thread.subject, detail=told)


@transaction.atomic
def thread_resolve(number: int, *, user: User, resolved: bool = True) -> None:
    """Call a thread resolved, or open again.

    Raises:
        NotFound: There is no such thread.
    """
    found = _thread(number)
    found.resolved_at, found.resolved_by = (now(), user) if resolved else (None, None)
    found.save(update_fields=["resolved_at", "resolved_by"])
    action = "comment.resolve" if resolved else "comment.reopen"
    audit_record(actor=user.username, action=action, subject=found.subject, detail={"thread": found.pk})


def mentions_read(subject: str, *, user: User) -> int:
    """Note that a person has seen the threads of a subject."""
    unread = Mention.objects.filter(user=user, read_at=None, comment__thread__subject=subject)
    return unread.update(read_at=now())


def _say(thread: Thread, text: str, user: User) -> Comment:
    said = Comment.objects.create(thread=thread, author=user, text=_checked(text, "text", LONGEST), at=now())
    _call(said, user)
    audit_record(actor=user.username, action="comment.say", subject=thread.subject, detail={"comment": said.pk})
    return said


def _call(said: Comment, user: User) -> None:
    """Tell those called by name, and those who spoke in the thread before."""
    known = {one.username: one for one in people() if one.is_active}
    called = [name for name in named_in(said.text, known) if name != user.username]
    for name in called:
        Mention.objects.get_or_create(comment=said, user=known[name])
    title, url = said.thread.title or said.thread.subject, reverse("comments:thread", args=[said.thread.pk])
    by = user.get_full_name() or user.username
    once = f"comment:{said.pk}"
    notify(called, f"{by} called you on {title}: {said.text[:160]}", url, "mention", sender=user.username, once=once)
    others = {one.author.username for one in said.thread.comments.all()} - {*called, user.username}
    notify(
        sorted(others), f"{by} answered on {title}: {said.text[:160]}", url, "answer", sender=user.username, once=once
    )


def _thread(number: int) -> Thread:
    found = Thread.objects.filter(pk=number).first()
    if found is None or not may_read(found):
        raise NotFound(f"There is no thread {number}", mend="look at the page again")
    return found


def _own(number: int, user: User) -> Comment:
    found = Comment.objects.select_related("thread").filter(pk=number, withdrawn=False).first()
    if found is None:
        raise NotFound(f"There is no comment {number}", mend="look at the page again")
    if found.author_id != user.pk:
        raise NotAllowed("Only who said it may change a comment", mend="answer it instead")
    return found


def _checked(text: str, what: str, most: int) -> str:
    spelled = text.replace("\x00", "").strip()
    if not spelled:
        raise CommentInvalid(f"There is no {what}", mend="write what you want to say")
    if len(spelled) > most:
        raise CommentInvalid(f"The {what} has {len(spelled)} characters, {most} are the most", mend="say it shorter")
    return spelled


def _own_address(url: str) -> str:
    """An address within this app; anything else is dropped."""
    known = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if known and len(url) <= LONGEST_ADDRESS else ""
