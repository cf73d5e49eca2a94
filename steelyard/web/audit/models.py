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
    """Who did what, when, to which thing; what it was before and after, why, and in which run.

    NOTE: the actor is kept by name, not by key: the trail outlives the account. A trigger in the
    database refuses updates as well.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, blank=True, db_index=True)
    detail = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    run = models.CharField(max_length=100, null=True, db_index=True)  # noqa: DJ001  # a default would rebuild the table
    address = models.GenericIPAddressField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"

    @property
    def reason(self) -> str:
        """Why it was done, as far as the person said."""
        said = [str(self.detail[name]) for name in ("reason", "note", "why") if self.detail.get(name)]
        return ": ".join(said)

    @property
    def changed(self) -> list[tuple[str, object, object]]:
        """What was moved: its name, what it was and what it became."""
        before, after = self.before or {}, self.after or {}
        names = dict.fromkeys([*before, *after])
        return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]
