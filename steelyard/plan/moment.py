"""Moment: a scenario as the records have it at one moment, so that a calculation asks them once."""

from dataclasses import dataclass

from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanParameters
from steelyard.plan.record_tables import ScenarioRecord


@dataclass(frozen=True)
class Moment:
    """A scenario as the records have it at one moment, below it its base."""

    record: ScenarioRecord
    below: "Moment | None"
    """Its base, if that is a scenario."""
    changes: tuple[Change, ...]
    """All changes that stand, those of the base first; also those switched off."""

    @property
    def parameters(self) -> PlanParameters:
        """Settings of the model, before its changes."""
        return PlanParameters(**self.record.parameters)  # type: ignore[arg-type]
