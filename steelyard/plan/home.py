"""Home: what a scenario needs of the workspace that holds it."""

from datetime import datetime
from typing import Protocol

from steelyard.plan.calculator import Calculator
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan
from steelyard.plan.records import Records


class Home(Protocol):
    """What a scenario needs of the workspace that holds it."""

    @property
    def records(self) -> Records:
        """Where scenarios and their events are kept."""
        ...

    @property
    def calculator(self) -> Calculator:
        """What makes plans."""
        ...

    def published_plan(self, plan_id: str) -> PublishedPlan:
        """Open a published plan."""
        ...

    def publish(self, plan: Plan, *, actor: str, at: datetime, note: str, revision: int) -> PublishedPlan:
        """Keep the numbers of a plan for ever."""
        ...
