"""Charter entry: one thing a company has agreed on; with who holds a role, who is away, and who has seen what."""

from django.conf import settings
from django.db import models


class CharterEntry(models.Model):
    """A role, forum, row of duties, ownership, standard or protocol, as plain values."""

    part = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    body = models.JSONField(default=dict)
    position = models.IntegerField(default=0)
    revision = models.IntegerField(default=1)

    class Meta:
        """In the order in which people put them; one of a name."""

        ordering = ("part", "position", "id")
        constraints = (models.UniqueConstraint(fields=("part", "name"), name="one_charter_entry_of_a_name"),)

    def __str__(self) -> str:
        return f"{self.part} {self.name}"


class RoleHolder(models.Model):
    """A person who holds a role beyond the one of the sign-in."""

    role = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="held_roles")

    class Meta:
        """Once a role."""

        ordering = ("role", "id")
        constraints = (models.UniqueConstraint(fields=("role", "user"), name="a_role_is_held_once"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class AbsenceRecord(models.Model):
    """Days on which a person is away, and who stands in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    first = models.DateField()
    last = models.DateField()
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        """The next first."""

        ordering = ("first", "id")

    def __str__(self) -> str:
        return f"{self.user} {self.first} to {self.last}"


class RecordSeen(models.Model):
    """When a person looked at the own record of a month for the first time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="records_seen")
    record = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Once a record."""

        ordering = ("-at",)
        constraints = (models.UniqueConstraint(fields=("user", "record"), name="a_record_is_first_seen_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.record}"
