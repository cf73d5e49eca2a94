"""Audit services: write the trail."""

from collections.abc import Mapping

from django.utils import timezone

from steelyard.web.audit.models import Entry

Detail = Mapping[str, str | int | float | bool | None]


def audit_record(
    *,
    actor: str,
    action: str,
    subject: str = "",
    detail: Detail | None = None,
    before: Detail | None = None,
    after: Detail | None = None,
    run: str = "",
    address: str | None = None,
) -> None:
    """Add one action to the trail.

    Args:
        actor: Username, or the name tried at sign-in.
        action: Noun and verb, such as `scenario.branch`.
        subject: The thing acted upon: scenario, extract, plan or user.
        detail: What was asked, and why: plain values only.
        before: What it was, by name.
        after: What it became.
        run: The run it belongs to: id of a plan, or of a job.
        address: The network address it came from.
    """
    Entry.objects.create(
        at=timezone.now(),
        actor=actor[:150],
        action=action,
        subject=subject[:200],
        detail=dict(detail or {}),
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        run=run[:100] or None,
        address=address,
    )
