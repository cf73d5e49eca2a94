"""Archive: the published plans month by month, each holding what was forecast with what was known then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from steelyard.errors import NotAllowed, NotFound
from steelyard.grid.block import Array, join
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.plan.published import PublishedPlan
from steelyard.plan.sight import seen, sight_behind
from steelyard.plan.workspace import Workspace

MOST_VERSIONS = 24
"""Versions looked at, the latest ones."""


@dataclass(frozen=True, eq=False)
class Version:
    """One published plan as a forecast: what it said of every period from its first one on."""

    published: PublishedPlan
    plan: PlanNumbers
    as_of: date
    """Day up to which history was known."""

    @property
    def id(self) -> str:
        """Id of the published plan."""
        return self.published.id

    @property
    def label(self) -> str:
        """Its first planned period, which names the version."""
        return self.plan.horizon.labels[0]

    @property
    def at(self) -> datetime:
        """When it was published."""
        return self.published.at

    def holds(self, measure: str) -> bool:
        """Whether the plan keeps a measure."""
        return measure in self.plan.values

    def values(self, measure: str, periods: int) -> Array:
        """The first periods of a measure, period x series."""
        value = self.plan.values[measure]
        assert isinstance(value, tuple), f"{measure} is not cut into blocks"
        return join([block[:periods] for block in value])


@dataclass(frozen=True, eq=False)
class Archive:
    """Versions, the oldest first, and the plan whose history says what came.

    Args:
        versions: One for each first period: the plan that was published last.
        now: A plan on the latest extract.
    """

    versions: tuple[Version, ...]
    now: PlanNumbers

    @cached_property
    def known(self) -> tuple[str, ...]:
        """Periods whose demand is known, in order."""
        return self.now.history.labels

    def known_periods(self, version: Version) -> int:
        """How many of a version's first periods are over."""
        known = set(self.known)
        labels = version.plan.horizon.labels
        return next((n for n, label in enumerate(labels) if label not in known), len(labels))

    @cached_property
    def graded(self) -> tuple[Version, ...]:
        """Versions of which at least one period is over."""
        return tuple(version for version in self.versions if self.known_periods(version))

    def version(self, label: str) -> Version:
        """The version that begins with a period, or whose id begins so.

        Raises:
            NotFound: There is none.
        """
        for version in self.versions:
            if label == version.label or (len(label) >= 4 and version.id.startswith(label)):
                return version
        raise NotFound(f"There is no archived plan {label!r}", mend=f"use one of {', '.join(self.labels) or '(none)'}")

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the versions."""
        return tuple(version.label for version in self.versions)


def open_archive(workspace: Workspace, now: PlanNumbers, *, most: int = MOST_VERSIONS) -> Archive:
    """Open the archive of a workspace.

    Of several plans with the same first period the one published last is the version; plans with other periods (weeks
    beside months) than `now` are left out.

    Args:
        workspace: The workspace.
        now: A plan on the latest extract, whose history holds what came.
        most: Versions to look at, the latest ones.

    Raises:
        StoreDamaged: A published plan cannot be read.
    """
    as_of = {record.digest: record.as_of for record in workspace.extracts()}
    found: dict[str, Version] = {}
    for record in workspace.published():
        if record.extract not in as_of:
            continue
        published = workspace.published_plan(record.id)
        plan = _with_eyes_of(now, workspace.numbers_of(published))
        if plan is not None and _same_kind_of_periods(plan, now):
            version = Version(published, plan, as_of[record.extract])
            found[version.label] = version
    ordered = sorted(found.values(), key=_start)
    return Archive(tuple(ordered[-most:]), now)


def _with_eyes_of(now: PlanNumbers, plan: Plan) -> Plan | None:
    """A plan as the reader of `now` sees it; None where it holds nothing of the reader's part."""
    try:
        return seen(plan, sight_behind(now))
    except NotAllowed:
        return None


def _start(version: Version) -> str:
    return str(version.plan.horizon.edges[0])


def _same_kind_of_periods(then: PlanNumbers, now: PlanNumbers) -> bool:
    return then.horizon.periods_per_year == now.horizon.periods_per_year


def shared_labels(versions: Sequence[Version]) -> tuple[str, ...]:
    """Every period any version speaks of, in order of time."""
    starts: dict[str, str] = {}
    for version in versions:
        horizon = version.plan.horizon
        starts |= {label: str(edge) for label, edge in zip(horizon.labels, horizon.edges, strict=False)}
    return tuple(sorted(starts, key=starts.__getitem__))
