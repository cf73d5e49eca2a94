"""Notice: one thing one person is told, with what they did about it."""

from typing import ClassVar

from django.db import models

from steelyard.web.notices.state import Mailing, NoticeState


class Notice(models.Model):
    """One notice to one person.

    NOTE: people are kept by name, not by key, as in the trail: what was said outlives the account.
    """

    recipient = models.CharField(max_length=150, db_index=True)
    sender = models.CharField(max_length=150, blank=True)
    """Who is told of an answer; empty is the app itself."""
    kind = models.CharField(max_length=60, db_index=True)
    """Noun and verb, such as `step.late`."""
    text = models.TextField()
    url = models.CharField(max_length=400, blank=True)
    subject = models.CharField(max_length=200, blank=True, db_index=True)
    """What it is about, such as `cycle 2026-11`; all notices on a subject can be closed together."""
    once = models.CharField(max_length=200, null=True)  # noqa: DJ001 - empty is not unique, nothing is
    """Names the occasion: a person is told of it once."""
    at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=12, default=NoticeState.NEW.value, db_index=True)
    moved_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    mailing = models.CharField(max_length=8, default=Mailing.NONE.value)

    class Meta:
        """Newest first; each occasion once a person."""

        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("recipient", "once"), name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.text[:60]}"

    @property
    def badge(self) -> str:
        """How its badge looks."""
        return NoticeState(self.state).badge

    @property
    def is_open(self) -> bool:
        """Whether something may still be done about it."""
        return self.state in (NoticeState.NEW, NoticeState.ACKNOWLEDGED)
