"""Demo intelligence: what was heard in a month enters the records, and the plan that believed it counts on it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from steelyard.data.synthetic.heard import Heard
from steelyard.plan.intelligence.entry import IntelligenceEntry
from steelyard.plan.intelligence.use import use_entry
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace

VALID = timedelta(days=150)


def enter_heard(workspace: Workspace, scenario: Scenario, heard: Sequence[Heard], *, as_of: date, at: datetime) -> None:
    """Enter what was heard; what the people believed becomes an assumption of the scenario, at its full effect."""
    series = scenario.inputs.series["demand"]
    known = [one for one in heard if all(series.has_member(level, name) for level, name in one.scope.items())]
    for number, one in enumerate(known):
        low, likely, high = one.effect
        moment = at + timedelta(minutes=10 * number)
        entry = workspace.records.intelligence.add(
            IntelligenceEntry(
                one.kind, one.source, one.statement, one.scope, one.periods, low, likely, high,  # type: ignore[arg-type]
                one.confidence, one.evidence, one.owner, as_of + VALID, one.owner, moment,
            )
        )  # fmt: skip
        if one.believed:
            use_entry(workspace, entry, scenario, weight=1.0, actor=one.owner, at=moment)
