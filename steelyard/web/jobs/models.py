"""Job: long work a person asked for, with progress, log and result."""

from django.db import models

from steelyard.web.jobs.state import State


class Job(models.Model):
    """One piece of long work."""

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=150)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in State], default=State.WAITING.value, db_index=True
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=200, blank=True)
    done = models.FloatField(default=0.0)
    cancel_asked = models.BooleanField(default=False)
    parameters = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    page = models.CharField(max_length=300, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def percent(self) -> int:
        """Progress in whole percent."""
        return round(100 * self.done)

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return State(self.state).is_active

    @property
    def seconds(self) -> float | None:
        """How long it took, once it has ended."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class Line(models.Model):
    """One line of a job's log."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField()
    text = models.CharField(max_length=500)

    class Meta:
        """In order of writing."""

        ordering = ("id",)

    def __str__(self) -> str:
        return self.text
