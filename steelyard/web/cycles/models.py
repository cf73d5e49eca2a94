"""Template, cycle, step, and what happens in them: tasks done, gates judged and waived, work done by itself, problems.

NOTE: people are kept by their sign-in name, not by key: the record outlives the account.
"""

from typing import ClassVar

from django.db import models

from steelyard.cycle.step import StepState

CYCLE_STATES = ("planned", "open", "closing", "closed")
WORK_STATES = ("waiting", "running", "done", "failed", "left")


class Template(models.Model):
    """A template as the company keeps it; cycles hold a copy of their steps, so that an edit moves none of them."""

    name = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    body = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Cycle(models.Model):
    """One month, or one event."""

    key = models.CharField(max_length=20, unique=True)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    template = models.CharField(max_length=40)
    anchor = models.DateField()
    scenario = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=[(s, s) for s in CYCLE_STATES], default="planned", db_index=True)
    days = models.JSONField(default=dict)
    escalations = models.JSONField(default=list)
    published = models.CharField(max_length=64, blank=True)
    """Id of the plan that came out of it."""
    revision = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        """In the order of time."""

        ordering = ("anchor", "key")

    def __str__(self) -> str:
        return self.key


class Step(models.Model):
    """A step of a cycle, with the plan it had when the cycle was made."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    plan = models.JSONField()
    starts = models.DateField()
    ends = models.DateField()
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in StepState], default=StepState.WAITING.value, db_index=True
    )
    round = models.PositiveSmallIntegerField(default=1)
    """How often it has been opened."""
    revision = models.PositiveIntegerField(default=0)
    """Counts its moves: of two people who act on the same state, one finds it moved."""
    moved_at = models.DateTimeField(null=True)
    moved_by = models.CharField(max_length=150, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    """Why it was reopened, skipped or sent back."""

    class Meta:
        """In the order of the month."""

        ordering = ("cycle", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=("cycle", "key"), name="step_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.key}"


class TaskDone(models.Model):
    """A task somebody has done."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="tasks_done")
    task = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    note = models.TextField(blank=True)

    class Meta:
        """Once a task."""

        constraints: ClassVar = [models.UniqueConstraint(fields=("step", "task"), name="task_done_once")]

    def __str__(self) -> str:
        return f"{self.task} by {self.by}"


class GateResult(models.Model):
    """What a rule found; all are kept, the latest holds."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="results")
    gate = models.CharField(max_length=120)
    met = models.BooleanField()
    judged = models.BooleanField()
    sentence = models.TextField()
    rows = models.JSONField(default=list)
    page = models.JSONField(default=dict)
    scenario = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=0)
    """Revision of the scenario whose numbers were judged."""
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        """Newest first."""

        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=("step", "gate"))]

    def __str__(self) -> str:
        return f"{self.gate}: {self.met}"


class Waiver(models.Model):
    """Somebody with authority lets a step end although a rule does not hold; never altered, only taken back."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="waivers")
    gate = models.CharField(max_length=120)
    reason = models.TextField()
    sentence = models.TextField()
    """What the rule had found at that time."""
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    role = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=150, blank=True)

    class Meta:
        """Oldest first."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.gate} waived by {self.by}"


class Work(models.Model):
    """One piece of work done by itself, of a batch that belongs to one moment of a step or a cycle."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="works")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="works", null=True)
    moment = models.CharField(max_length=5)
    """`open` or `close`."""
    round = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=[(s, s) for s in WORK_STATES], default="waiting", db_index=True)
    by = models.CharField(max_length=150)
    job = models.PositiveBigIntegerField(null=True)
    """The job that has it in hand."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    said = models.TextField(blank=True)
    plan = models.JSONField(default=dict)
    """What it has settled before it begins, so that it goes on the same way after it was cut off."""
    result = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """In the order in which it is done."""

        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("cycle", "step", "moment", "round", "number"), name="work_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Problem(models.Model):
    """Something that was not right when a cycle closed."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="problems")
    key = models.CharField(max_length=200, db_index=True)
    """Kind and subject, the same in every month."""
    kind = models.CharField(max_length=40)
    text = models.TextField()
    amount = models.FloatField(null=True)
    page = models.JSONField(default=dict)

    class Meta:
        """Most money first; each once a cycle."""

        ordering = ("-amount", "key")
        constraints: ClassVar = [models.UniqueConstraint(fields=("cycle", "key"), name="problem_once")]

    def __str__(self) -> str:
        return self.key


class Visit(models.Model):
    """When a person was here last, and the time before that."""

    username = models.CharField(max_length=150, primary_key=True)
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"
