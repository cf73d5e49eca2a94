"""Audit entry: one action of one person, never altered."""

from typing import Any, NoReturn

from django.db import models


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads and adds; changing and removing are refused."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("The audit trail is append-only")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise TypeError("The audit trail is append-only")


class Entry(models.Model):
    """Who did what, when, to which thing.

    NOTE: the actor is kept by name, not by key: the trail outlives the account. A trigger in the
    database refuses updates as well.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, blank=True, db_index=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"
