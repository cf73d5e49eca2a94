"""Case: a KPI that stays bad, followed across cycles; with the targets and rules that judge, and what was observed."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class KpiTarget(models.Model):
    """What the company expects of a KPI, as a whole or of one member of a level."""

    kpi = models.CharField(max_length=60)
    level = models.CharField(max_length=60, blank=True)
    member = models.CharField(max_length=120, blank=True)
    target = models.FloatField()
    tolerance = models.FloatField(null=True)

    class Meta:
        """One a slice."""

        ordering = ("kpi", "level", "member")
        constraints = (models.UniqueConstraint(fields=("kpi", "level", "member"), name="one_target_a_slice"),)

    def __str__(self) -> str:
        return f"{self.kpi} {self.member}: {self.target:g}"


class Rule(models.Model):
    """When a KPI calls for somebody."""

    name = models.CharField(max_length=120, unique=True)
    kpi = models.CharField(max_length=60)
    of = models.CharField(max_length=8, default="whole")
    worse = models.CharField(max_length=8, default="act")
    limit = models.FloatField(null=True)
    periods = models.IntegerField(default=1)
    level = models.CharField(max_length=60, blank=True)
    member = models.CharField(max_length=120, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        """In the order in which they were made."""

        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Look(models.Model):
    """A cycle in which the rules were looked at, and on which plan."""

    cycle = models.CharField(max_length=40, unique=True)
    scenario = models.CharField(max_length=120)
    plan = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        """In the order of the months."""

        ordering = ("cycle",)

    def __str__(self) -> str:
        return self.cycle


class Case(models.Model):
    """A problem that is followed until it is gone."""

    kpi = models.CharField(max_length=60)
    level = models.CharField(max_length=60, blank=True)
    member = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    opened_cycle = models.CharField(max_length=40)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="cases")
    cause = models.TextField(blank=True)
    action = models.TextField(blank=True)
    due = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    outcome = models.TextField(blank=True)
    revision = models.IntegerField(default=1)

    class Meta:
        """The latest first; one open case a place."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("kpi", "level", "member"), condition=Q(closed_at=None), name="one_open_case_a_place"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kpi} {self.member}"


class Sighting(models.Model):
    """A cycle in which a case was seen."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sightings")
    cycle = models.CharField(max_length=40)
    rule = models.CharField(max_length=120)
    first = models.CharField(max_length=40)
    last = models.CharField(max_length=40)
    value = models.FloatField()
    target = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        """In the order of the months; once a cycle."""

        ordering = ("cycle",)
        constraints = (models.UniqueConstraint(fields=("case", "cycle"), name="a_case_is_seen_once_a_cycle"),)

    def __str__(self) -> str:
        return f"{self.case} {self.cycle}"


class Observation(models.Model):
    """A KPI that only the records of the process know, for one period."""

    kpi = models.CharField(max_length=60)
    period = models.CharField(max_length=40)
    value = models.FloatField()
    source = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        """In the order of the periods; once a period."""

        ordering = ("kpi", "period")
        constraints = (models.UniqueConstraint(fields=("kpi", "period"), name="one_observation_a_period"),)

    def __str__(self) -> str:
        return f"{self.kpi} {self.period}"
