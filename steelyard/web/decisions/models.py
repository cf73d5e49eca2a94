"""Decision, its options, signatures and events; meeting, attendance, notes and actions; authority.

NOTE: people are kept by their sign-in name, not by key: the record outlives the account.
"""

from django.db import models

from steelyard.cycle.decision.kind import DECLARED
from steelyard.cycle.decision.state import State
from steelyard.cycle.meeting.action import ActionStatus

ACTS = {
    "draft": "drafted it",
    "edit": "changed the words",
    "option": "added an option",
    "option gone": "took away an option",
    "option stated": "changed what an option says",
    "weigh": "had the options weighed",
    "recommend": "recommended",
    "ask": "put it before the forum",
    "ask again": "asked again",
    "withdraw": "took it back to a draft",
    "defer": "deferred it",
    "delegate": "delegated it",
    "pass_up": "passed it on",
    "lay": "laid it on the plan",
    "dissent": "dissents",
    "sign approve": "approved",
    "sign reject": "rejected",
}
"""Events in the words of the page."""


class AuthorityLine(models.Model):
    """One rule of the authority matrix."""

    kind = models.CharField(max_length=30, blank=True)
    up_to = models.FloatField(null=True)
    forum = models.CharField(max_length=40)
    roles = models.JSONField(default=list)
    quorum = models.PositiveSmallIntegerField(default=1)
    includes = models.JSONField(default=list)

    class Meta:
        """In the order in which they were entered."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind or 'any'} up to {self.up_to}"


class Recipe(models.Model):
    """What the plan of an option is made of, once for each plan."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.digest[:12]


class Decision(models.Model):
    """A question put before a forum."""

    cycle = models.CharField(max_length=20, db_index=True)
    forum = models.CharField(max_length=40)
    kind = models.CharField(max_length=30, choices=[(kind.key, kind.label) for kind in DECLARED])
    question = models.CharField(max_length=300)
    background = models.TextField(blank=True)
    scope = models.JSONField(default=dict)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in State], default=State.DRAFT.value, db_index=True
    )
    version = models.PositiveIntegerField(default=1)
    owner = models.CharField(max_length=150)
    asked_by = models.CharField(max_length=150, blank=True)
    delegate = models.CharField(max_length=150, blank=True)
    due = models.DateField(null=True)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    amount = models.FloatField(default=0.0, null=True)
    """Money at stake when it was asked; nothing where nobody knows, so that the highest level decides."""
    recommended = models.PositiveIntegerField(null=True)
    chosen = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="successors")
    published = models.CharField(max_length=64, blank=True)
    publication_fault = models.TextField(blank=True)
    grade = models.JSONField(null=True)
    graded_on = models.CharField(max_length=64, blank=True)
    graded_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.pk}: {self.question}"


class Option(models.Model):
    """One way to answer a decision."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="options")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    scenario = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=0)
    recipe = models.ForeignKey(Recipe, on_delete=models.PROTECT, null=True)
    outlook = models.JSONField(null=True)
    fault = models.TextField(blank=True)
    case = models.JSONField(default=dict)
    rests_on = models.JSONField(default=list)
    weighed_at = models.DateTimeField(null=True)

    class Meta:
        """In order; each number stands once."""

        ordering = ("decision", "number")
        constraints = (models.UniqueConstraint(fields=("decision", "number"), name="one_option_of_a_number"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.label}"


class Signature(models.Model):
    """A person stands by a verdict on what one digest names."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="signatures")
    verdict = models.CharField(max_length=12)
    option = models.PositiveIntegerField(null=True)
    person = models.CharField(max_length=150)
    role = models.CharField(max_length=40)
    instead_of = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    paper = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    statement = models.TextField(blank=True)
    conditions = models.JSONField(default=list)
    void = models.BooleanField(default=False)

    class Meta:
        """In the order of signing."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.person} {self.verdict} {self.digest[:12]}"


class DecisionEvent(models.Model):
    """Something that happened to a decision: never altered."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    act = models.CharField(max_length=20)
    text = models.TextField(blank=True)

    class Meta:
        """In order."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.act} by {self.actor}"

    @property
    def told(self) -> str:
        """What was done, as people say it."""
        return ACTS.get(self.act, self.act.replace("_", " "))


class Meeting(models.Model):
    """One meeting of a forum."""

    cycle = models.CharField(max_length=20, db_index=True)
    forum = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    chair = models.CharField(max_length=150)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    pack = models.JSONField(default=dict)

    class Meta:
        """The latest first."""

        ordering = ("-starts_at", "-id")

    def __str__(self) -> str:
        return f"{self.forum} of {self.cycle}"


class Attendance(models.Model):
    """A person who is asked to a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="people")
    person = models.CharField(max_length=150)
    role = models.CharField(max_length=40, blank=True)
    present = models.BooleanField(default=False)
    delegate = models.CharField(max_length=150, blank=True)

    class Meta:
        """By name; each once."""

        ordering = ("person",)
        constraints = (models.UniqueConstraint(fields=("meeting", "person"), name="one_seat_of_a_person"),)

    def __str__(self) -> str:
        return f"{self.person} at {self.meeting_id}"


class Note(models.Model):
    """A line of the minutes, or of the parking lot."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    author = models.CharField(max_length=150)
    text = models.TextField()
    parked = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True)

    class Meta:
        """In order."""

        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:60]


class Action(models.Model):
    """What somebody promised to do."""

    text = models.CharField(max_length=300)
    owner = models.CharField(max_length=150, db_index=True)
    due = models.DateField(db_index=True)
    value = models.FloatField(null=True)
    status = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ActionStatus], default=ActionStatus.OPEN.value
    )
    cycle = models.CharField(max_length=20)
    meeting = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="actions")
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, related_name="actions")
    condition = models.BooleanField(default=False)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    closed_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        """The next due first."""

        ordering = ("due", "id")

    def __str__(self) -> str:
        return f"{self.text} ({self.owner}, {self.due})"
