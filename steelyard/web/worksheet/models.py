"""Saved view: an address of the worksheet that a person wants to find again."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A named view, private or shown to all."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=80)
    query = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        """By name; one name a person."""

        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="one_view_of_a_name_per_person"),)

    def __str__(self) -> str:
        return self.name
