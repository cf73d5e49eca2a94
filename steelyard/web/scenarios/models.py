"""Scenario access: who sees a scenario and who changes it, where that is not everybody."""

from typing import Any

from django.db import models

from steelyard.web.scenarios.audience import Access


class ScenarioAccess(models.Model):
    """Who sees and who changes one scenario; without a row everybody sees it, and all whose role allows change it."""

    scenario = models.PositiveIntegerField(unique=True)
    """Number of the scenario in the records; a new name keeps it."""
    seen_by = models.JSONField(default=dict)
    changed_by = models.JSONField(default=dict)
    revised = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"scenario {self.scenario}"

    @property
    def access(self) -> Access:
        """As the rules read it."""
        return Access.from_json(self.seen_by, self.changed_by)

    @classmethod
    def values_of(cls, access: Access) -> dict[str, Any]:
        """As the columns hold it."""
        return {"seen_by": access.seen_by.to_json(), "changed_by": access.changed_by.to_json()}
