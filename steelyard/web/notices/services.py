"""Notice services: tell people, and keep what they did about it."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from steelyard.errors import PlanError
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Role
from steelyard.web.accounts.selectors import people
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.notices.models import Notice
from steelyard.web.notices.selectors import notice_of
from steelyard.web.notices.state import Mailing, NoticeState
from steelyard.web.notices.tasks import notices_mail

LONGEST_TEXT = 2000
BEFORE: dict[NoticeState, tuple[str, ...]] = {
    NoticeState.ACKNOWLEDGED: ("new",),
    NoticeState.ANSWERED: ("new", "acknowledged", "answered"),
    NoticeState.CLOSED: ("new", "acknowledged", "answered"),
}
"""From which states a notice may come to another."""


def notify(
    recipients: Iterable[str], text: str, url: str = "", kind: str = "note",
    *, sender: str = "", subject: str = "", once: str = "",
) -> int:  # fmt: skip
    """Tell people something, in the app and, where there is a mail server, by e-mail; the sender is never told.

    Args:
        recipients: Sign-in names; names nobody has are passed over.
        text: One or two sentences.
        url: The page that mends it, from the root of the site.
        kind: Noun and verb, such as `decision.asked`.
        sender: Who asks; an answer goes back to them.
        subject: What it is about, such as `cycle 2026-11`.
        once: Names the occasion: nobody is told of it a second time.

    Returns:
        How many people were told.
    """
    addresses = {user.username: user.email for user in people() if user.is_active}
    told = [name for name in dict.fromkeys(recipients) if name in addresses and name != sender]
    made = [
        Notice(
            recipient=name, sender=sender[:150], kind=kind[:60], text=text[:LONGEST_TEXT], url=url[:400],
            subject=subject[:200], once=once[:200] or None, at=now(), mailing=_mailing(addresses[name]),
        )
        for name in told
    ]  # fmt: skip
    with transaction.atomic():
        known = set(Notice.objects.filter(once=once[:200], recipient__in=told).values_list("recipient", flat=True))
        fresh = [one for one in made if not once or one.recipient not in known]
        Notice.objects.bulk_create(fresh, ignore_conflicts=bool(once))
        if any(one.mailing == Mailing.WAITING for one in fresh):
            notices_mail.enqueue()
    return len(fresh)


def names_in(roles: Iterable[str]) -> tuple[str, ...]:
    """Sign-in names of the active people in some roles, in the order in which they were made."""
    wanted = set(roles)
    return tuple(user.username for user in people() if user.is_active and user.role in wanted)


def told_in(roles: Iterable[str]) -> tuple[str, ...]:
    """Who is told when roles are: their people; where they have none, the S&OP lead, else the administrator."""
    return names_in(roles) or names_in([Role.SOP_LEAD]) or names_in([Role.ADMINISTRATOR])


def notify_roles(
    roles: Iterable[str], text: str, url: str = "", kind: str = "note",
    *, sender: str = "", subject: str = "", once: str = "",
) -> int:  # fmt: skip
    """Tell all active people in some roles; where a role has nobody, the S&OP lead, else the administrator."""
    return notify(told_in(roles), text, url, kind, sender=sender, subject=subject, once=once)


def notice_acknowledge(number: int, *, user: User) -> Notice:
    """Say that a notice was seen; what is further along stays.

    Raises:
        NotFound: There is no such notice to the person.
    """
    return _move(notice_of(user, number), NoticeState.ACKNOWLEDGED)


def notice_answer(number: int, answer: str, *, user: User) -> Notice:
    """Answer a notice; who asked is told.

    Raises:
        NotFound: There is no such notice to the person.
        PlanError: The answer is empty.
    """
    said = answer.strip()[:LONGEST_TEXT]
    if not said:
        raise PlanError("The answer is empty", mend="say in a sentence what you have done or will do")
    found = _move(notice_of(user, number), NoticeState.ANSWERED, answer=said)
    audit_record(actor=user.username, action="notice.answer", subject=found.text[:200], detail={"answer": said[:200]})
    if found.sender:
        text = f"{user.get_full_name() or user.username} answered “{found.text[:200]}”: {said}"
        notify([found.sender], text, found.url, "notice.answered", sender=user.username, subject=found.subject)
    return found


def notice_close(number: int, *, user: User) -> Notice:
    """Put a notice away.

    Raises:
        NotFound: There is no such notice to the person.
    """
    return _move(notice_of(user, number), NoticeState.CLOSED)


def notices_acknowledge_all(*, user: User) -> int:
    """Say that everything was seen."""
    mine = Notice.objects.filter(recipient=user.username, state=NoticeState.NEW.value)
    return mine.update(state=NoticeState.ACKNOWLEDGED.value, moved_at=now())


def notices_close_on(subject: str, kinds: Iterable[str] = ()) -> int:
    """Put away what nobody needs to look at any more, because the thing itself is mended."""
    found = Notice.objects.filter(subject=subject).exclude(state=NoticeState.CLOSED.value)
    wanted = list(kinds)
    found = found.filter(kind__in=wanted) if wanted else found
    return found.update(state=NoticeState.CLOSED.value, moved_at=now())


def _move(notice: Notice, state: NoticeState, **more: str) -> Notice:
    Notice.objects.filter(pk=notice.pk, state__in=BEFORE[state]).update(state=state.value, moved_at=now(), **more)
    notice.refresh_from_db()
    return notice


def _mailing(address: str) -> str:
    return Mailing.WAITING.value if settings.MAIL_ON and address else Mailing.NONE.value
