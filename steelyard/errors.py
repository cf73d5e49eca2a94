"""Errors: everything Steelyard raises on purpose, in one tree.

A message says what is wrong, where, and how to mend it.
"""

from collections.abc import Sequence


class SteelyardError(Exception):
    """A fault that a user can understand and mend.

    Args:
        what: What is wrong, one sentence.
        where: The place: file and row, table and key, measure and period.
        mend: How to mend it, in the imperative.
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        parts = [what.rstrip(".") + "."]
        if where:
            parts.append(f"Where: {where.rstrip('.')}.")
        if mend:
            parts.append(f"To mend: {mend.rstrip('.')}.")
        super().__init__(" ".join(parts))


class ManyFaults(SteelyardError):
    """Several faults of one phase, gathered and raised together."""

    def __init__(self, what: str, faults: Sequence[SteelyardError]) -> None:
        self.faults = tuple(faults)
        shown = "; ".join(str(fault) for fault in self.faults[:20])
        more = f" (and {len(self.faults) - 20} more)" if len(self.faults) > 20 else ""
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"{what} ({count})", where=f"{shown}{more}")


class DataError(SteelyardError):
    """Input that cannot be read or trusted."""


class FileUnreadable(DataError):
    """A file that no reader understands."""


class MappingInvalid(DataError):
    """A mapping file that does not fit the schema or its sources."""


class ImportRejected(ManyFaults, DataError):
    """An import that was refused as a whole; the last good extract stays."""


class GridError(SteelyardError):
    """A fault of calendars, hierarchies, units or series."""


class CalendarInvalid(GridError):
    """Periods that overlap, leave a gap or end before they start."""


class UnknownPeriod(GridError):
    """A period label that the calendar does not hold."""


class UnknownMember(GridError):
    """A level or member that no hierarchy holds."""


class ConversionMissing(GridError):
    """A unit or currency without a conversion."""


class SpreadImpossible(GridError):
    """A total that cannot be spread, because locked cells hold more or all of it."""


class ModelError(SteelyardError):
    """A fault in the model itself: measures, wiring, network."""


class NetworkRing(ModelError):
    """A supply network in which an item needs itself."""


class PlanError(SteelyardError):
    """A plan that cannot be calculated or changed as asked."""


class ChangeInvalid(PlanError):
    """A change that does not fit the plan: unknown measure, member, period or value."""


class NotFound(PlanError):
    """An extract, scenario or plan that the workspace does not hold."""


class NameTaken(PlanError):
    """A scenario name that is already in use."""


class ScenarioClosed(PlanError):
    """A change on a locked or archived scenario, or on a published plan."""


class SliceClosed(ScenarioClosed):
    """A change on a slice that a function has signed and closed."""


class AlreadySigned(PlanError):
    """A sign-off of numbers that the function has signed already."""


class StaleRevision(PlanError):
    """A change based on a revision that somebody else has moved on.

    Args:
        expected: The revision the author saw.
        actual: The revision the scenario has.
        change: The latest change by the other, if any.
    """

    def __init__(self, *, expected: int, actual: int, change: object | None = None) -> None:
        self.expected, self.actual, self.change = expected, actual, change
        super().__init__(
            f"The scenario has moved from revision {expected} to {actual}",
            where=str(change) if change else "",
            mend="look at the other change, then enter yours again",
        )


class DecisionMoved(PlanError):
    """An act on a decision or a meeting on which somebody else has acted in the meantime."""


class DecisionInvalid(PlanError):
    """A decision, meeting or authority matrix that lacks something, or an act that its state does not allow."""


class StoreDamaged(PlanError):
    """A stored block or manifest whose content does not match its digest."""


class Cancelled(SteelyardError):
    """Long work that was stopped on request."""


class CycleInvalid(SteelyardError):
    """A template or a cycle that does not hold together."""


class StepRefused(SteelyardError):
    """An act on a step of the month that its state does not allow."""


class GateClosed(StepRefused):
    """A step that may not be finished, because its criteria do not hold."""


class StepTaken(StepRefused):
    """An act on a step that somebody else has just moved on."""


class NotAllowed(SteelyardError):
    """An action that the person's role does not include."""


class GovernanceInvalid(SteelyardError):
    """A role, forum, duty, standard or protocol that makes no sense."""


class EntryMoved(SteelyardError):
    """An edit of a record that somebody else has changed meanwhile."""


class CommentInvalid(SteelyardError):
    """A comment that says nothing, or too much."""


class KpiInvalid(SteelyardError):
    """A target, rule, observation or case of a KPI that makes no sense."""
