"""Notice selectors: what a person was told."""

from django.db.models import QuerySet

from steelyard.errors import NotFound
from steelyard.web.accounts.permissions import User
from steelyard.web.notices.models import Notice
from steelyard.web.notices.state import NoticeState

OPEN = (NoticeState.NEW.value, NoticeState.ACKNOWLEDGED.value)
SHOWN = ("open", "all")


def notices_of(user: User, *, shown: str = "open", kind: str = "") -> QuerySet[Notice]:
    """The notices to a person, newest first.

    Args:
        user: The person.
        shown: `open` are those not answered or closed; anything else is all.
        kind: Only notices of one kind.
    """
    found = Notice.objects.filter(recipient=user.username)
    found = found.filter(state__in=OPEN) if shown == "open" else found
    return found.filter(kind=kind) if kind else found


def kinds_of(user: User) -> list[str]:
    """The kinds of notices a person has had."""
    mine = Notice.objects.filter(recipient=user.username)
    return list(mine.order_by("kind").values_list("kind", flat=True).distinct())


def unread_count(user: User) -> int:
    """How many notices a person has not acknowledged yet."""
    return Notice.objects.filter(recipient=user.username, state=NoticeState.NEW.value).count()


def notice_of(user: User, number: int) -> Notice:
    """A notice to this person.

    Raises:
        NotFound: There is none with this number to the person.
    """
    found = Notice.objects.filter(pk=number, recipient=user.username).first()
    if found is None:
        raise NotFound(f"There is no notice {number} to you", mend="look at your notices")
    return found
