"""Measuring: the archive of a company with its record, its grades and its sources, each worked out once."""

from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock

import numpy as np

from steelyard.demand.track_record import TrackRecord
from steelyard.errors import NotFound
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.intelligence.entry import IntelligenceEntry
from steelyard.plan.intelligence.use import IntelligenceOutcome, score_entries, track_records
from steelyard.plan.measuring.advice import OverrideAdvice, advise
from steelyard.plan.measuring.archive import Archive, open_archive
from steelyard.plan.measuring.grade import OverrideGrade, grade_overrides, kind_of_change
from steelyard.plan.measuring.record import BY, ForecastRecord, forecast_record, known_rows
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.sight import sees_change, sees_scope
from steelyard.plan.workspace import Workspace

MOST_RECORDS = 12
"""Records of levels and slices that are kept in memory."""
_RecordKey = tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]


@dataclass(eq=False)
class Measuring:
    """What the archive says, as of one plan.

    Args:
        workspace: Holds the archive.
        now: A plan on the latest extract.
    """

    workspace: Workspace
    now: PlanNumbers
    _records: dict[_RecordKey, ForecastRecord] = field(default_factory=dict, repr=False)
    _guard: RLock = field(default_factory=RLock, repr=False)

    @cached_property
    def archive(self) -> Archive:
        """The versions."""
        return open_archive(self.workspace, self.now)

    @property
    def limit(self) -> float:
        """The company's limit of the tracking signal."""
        return self.workspace.thresholds.tracking_signal

    def record(self, by: tuple[str, ...] = BY, scope: Scope | None = None) -> ForecastRecord:
        """What was said and what came, at a level, of a slice or of everything.

        Raises:
            NotFound: No archived plan has a period that is over.
            UnknownMember: There is no such level or member.
        """
        if not self.archive.graded:
            raise NotFound(
                "There is no published plan with a period that is over",
                mend="publish a plan each month; when the next extract brings actuals, it is graded",
            )
        part = {level: (m,) if isinstance(m, str) else tuple(m) for level, m in (scope or {}).items()}
        key = (by, tuple(sorted(part.items())))
        with self._guard:
            if key not in self._records:
                self._records[key] = forecast_record(self.archive, by=by, scope=part)
                while len(self._records) > MOST_RECORDS:
                    self._records.pop(next(iter(self._records)))
            return self._records[key]

    @cached_property
    def grades(self) -> tuple[OverrideGrade, ...]:
        """Every change of the archive that the reader sees, graded."""
        return tuple(grade for grade in grade_overrides(self.archive) if sees_change(self.now, grade.change))

    def grades_of(self, scope: Scope | None = None) -> tuple[OverrideGrade, ...]:
        """Graded changes that lie in a slice, at least in part; all without one.

        Raises:
            UnknownMember: There is no such level or member.
        """
        if not scope:
            return self.grades
        series = self.now.series("consensus_demand")
        inside = np.zeros(series.size, dtype=bool)
        inside[series.select(scope)] = True
        return tuple(one for one in self.grades if inside[known_rows(series, one.change.scope)].any())

    def advice(self, change: Change, author: str = "", *, plan: PlanNumbers | None = None) -> OverrideAdvice:
        """What overrides like a change, which is not saved yet, have done.

        Args:
            change: The change.
            author: Who is about to save it; its author if nothing is given.
            plan: The plan it would be laid on; `now` if nothing is given.
        """
        return advise(self.grades, kind_of_change(plan or self.now, change), author or change.author)

    def outcomes(self) -> tuple[IntelligenceOutcome, ...]:
        """Intelligence of which at least one period is over, scored."""
        return score_entries(self.entries, self.workspace.records.intelligence.uses(), self.archive)

    @property
    def entries(self) -> tuple[IntelligenceEntry, ...]:
        """Intelligence of the part that the reader sees."""
        heard = self.workspace.records.intelligence.entries()
        return tuple(entry for entry in heard if sees_scope(self.now, entry.scope))

    def sources(self) -> dict[str, TrackRecord]:
        """The track record of every source that has an entry."""
        return track_records(self.outcomes(), [entry.source for entry in self.entries])

    def weight(self, entry: IntelligenceEntry) -> float:
        """What the word of an entry's source is worth, 0 to 1."""
        known = self.sources()
        return known[entry.source].weight if entry.source in known else 1.0
