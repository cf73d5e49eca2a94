"""Personal keys: for calls of the API without a browser; only a digest is kept, and each ends on a day."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from steelyard.errors import NotFound, SteelyardError
from steelyard.web.accounts.models import ApiToken, User
from steelyard.web.audit.services import audit_record

BEGINS = "sty_"
"""How every key begins, so that one that was lost is recognised for what it is."""
LONGEST_DAYS, MOST_KEYS = 365, 20
NOTED_EVERY = timedelta(minutes=1)
"""Time between two notes that a key was used, to spare the database."""


def own_keys(user: User) -> list[ApiToken]:
    """A person's keys that count, the latest first."""
    return list(_counting().filter(user=user).order_by("-pk"))


def key_owner(key: str) -> User | None:
    """Whose key it is; None for one that is unknown, over, revoked, or of somebody who may not sign in any more."""
    found = _counting().filter(digest=_digest(key), user__is_active=True).select_related("user").first()
    if found is None:
        return None
    now = timezone.now()
    if found.used_at is None or now - found.used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(used_at=now)
    return found.user


@transaction.atomic
def key_make(user: User, name: str, *, days: int) -> str:
    """Make a key, and give it: it is never shown again.

    Raises:
        SteelyardError: The name or the days are not fit, or there are too many keys.
    """
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= 80 or not 1 <= days <= LONGEST_DAYS:
        raise SteelyardError(
            "A key needs a name and an end", mend=f"name it, and let it end in 1 to {LONGEST_DAYS} days"
        )
    if _counting().filter(user=user).count() >= MOST_KEYS:
        raise SteelyardError(f"You have {MOST_KEYS} keys already", mend="revoke one first")
    key, now = BEGINS + secrets.token_urlsafe(32), timezone.now()
    ends = now + timedelta(days=days)
    ApiToken.objects.create(
        user=user, name=plain, digest=_digest(key), start=key[:8], made_at=now, expires_at=ends
    )  # fmt: skip
    audit_record(actor=user.username, action="key.make", subject=plain, detail={"ends": ends.date().isoformat()})
    return key


@transaction.atomic
def key_revoke(user: User, number: int) -> None:
    """Let one of one's own keys count no more.

    Raises:
        NotFound: One has no such key.
    """
    found = _counting().filter(user=user, pk=number).first()
    if found is None:
        raise NotFound("You have no such key", mend="reload the page")
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    audit_record(actor=user.username, action="key.revoke", subject=found.name)


def _counting() -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now())


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
