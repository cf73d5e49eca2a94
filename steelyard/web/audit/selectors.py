"""Audit selectors: read the trail."""

from django.db.models import Q, QuerySet

from steelyard.web.audit.models import Entry


def entries(*, text: str = "", actor: str = "", action: str = "") -> QuerySet[Entry]:
    """List the trail, newest first, narrowed by what people type."""
    found = Entry.objects.all()
    if actor:
        found = found.filter(actor=actor)
    if action:
        found = found.filter(action=action)
    if text:
        found = found.filter(Q(subject__icontains=text) | Q(actor__icontains=text) | Q(action__icontains=text))
    return found


def actions() -> list[str]:
    """List every action that occurs."""
    return list(Entry.objects.order_by("action").values_list("action", flat=True).distinct())
