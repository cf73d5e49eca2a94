"""Audit services: write the trail."""

from collections.abc import Mapping

from django.utils import timezone

from steelyard.web.audit.models import Entry

Detail = Mapping[str, str | int | float | bool | None]


def audit_record(
    *, actor: str, action: str, subject: str = "", detail: Detail | None = None, address: str | None = None
) -> None:
    """Add one action to the trail.

    Args:
        actor: Username, or the name tried at sign-in.
        action: Noun and verb, such as `scenario.branch`.
        subject: The thing acted upon: scenario, extract, plan or user.
        detail: What was asked: plain values only.
        address: The network address it came from.
    """
    Entry.objects.create(
        at=timezone.now(),
        actor=actor[:150],
        action=action,
        subject=subject[:200],
        detail=dict(detail or {}),
        address=address,
    )
