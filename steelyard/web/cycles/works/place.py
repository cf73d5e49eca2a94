"""Place: where a piece of work stands, and what it says when it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from steelyard.plan.scenario import Scenario
from steelyard.web.company import workspace
from steelyard.web.cycles.models import Cycle, Step, Work

Plain = str | int | float | bool | None | list[object] | dict[str, object]


@dataclass(frozen=True)
class Place:
    """The cycle, the step and the record of a piece of work."""

    cycle: Cycle
    step: Step | None
    work: Work
    by: str
    """In whose name it is done."""
    at: datetime

    @property
    def scenario(self) -> Scenario:
        """The scenario of the cycle."""
        return workspace().scenario(self.cycle.scenario)

    @property
    def settled(self) -> dict[str, object]:
        """What was settled before the work was cut off; empty at the first try."""
        return dict(Work.objects.get(pk=self.work.pk).plan)

    def settle(self, **plan: Plain) -> None:
        """Write down what the work is about to do, before it does it."""
        Work.objects.filter(pk=self.work.pk).update(plan=plan)


@dataclass(frozen=True)
class Said:
    """What came of a piece of work."""

    said: str
    facts: Mapping[str, Plain] = field(default_factory=dict)
