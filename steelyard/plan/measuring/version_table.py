"""Version table: which version said what for each month, the waterfall of forecasts that planners read."""

from dataclasses import dataclass

import numpy as np

from steelyard.errors import UnknownMember
from steelyard.grid.series import Scope
from steelyard.plan.measuring.archive import Archive, shared_labels
from steelyard.plan.numbers import PlanNumbers


@dataclass(frozen=True)
class VersionRow:
    """What one version said."""

    version: str
    published: str
    """Id of the published plan; empty for the plan at work."""
    values: tuple[float | None, ...]
    """By period of the table; None where the version says nothing [unit of the measure]."""


@dataclass(frozen=True)
class VersionTable:
    """Periods across, versions down, what came at the end."""

    measure: str
    periods: tuple[str, ...]
    rows: tuple[VersionRow, ...]
    actual: tuple[float | None, ...]
    """Demand that came, by period; None where it is not known yet [units]."""


def version_table(
    archive: Archive, *, measure: str = "consensus_demand", scope: Scope | None = None, most: int = 18
) -> VersionTable:
    """Say which version said what for each period.

    Args:
        archive: The versions and what came.
        measure: A measure of the planning horizon.
        scope: Members by level; a version that does not know them says nothing.
        most: Periods shown, from the first version's first one on.

    Raises:
        NotFound: There is no such measure.
        UnknownMember: The latest plan does not know the scope.
    """
    archive.now.measure(measure)
    archive.now.series(measure).select(scope or {})
    now = archive.now
    spoken = shared_labels(archive.versions)
    periods = tuple(dict.fromkeys([*spoken, *now.horizon.labels]))[:most]
    rows = [VersionRow(v.label, v.id, _said(v.plan, measure, scope, periods)) for v in archive.versions]
    if now.horizon.labels[0] not in archive.labels:
        rows.append(VersionRow(f"{now.horizon.labels[0]} ({now.name})", "", _said(now, measure, scope, periods)))
    return VersionTable(measure, periods, tuple(rows), _came(now, scope, periods))


def _said(plan: PlanNumbers, measure: str, scope: Scope | None, periods: tuple[str, ...]) -> tuple[float | None, ...]:
    if measure not in plan.measures:
        return (None,) * len(periods)
    try:
        totals = plan.totals(measure, scope=scope)[1].sum(axis=1)
    except UnknownMember:
        return (None,) * len(periods)
    said = dict(zip(plan.horizon.labels, totals.tolist(), strict=True))
    return tuple(said.get(period) for period in periods)


def _came(now: PlanNumbers, scope: Scope | None, periods: tuple[str, ...]) -> tuple[float | None, ...]:
    totals = np.asarray(now.totals("demand_history", scope=scope)[1].sum(axis=1))
    came = dict(zip(now.history.labels, totals.tolist(), strict=True))
    return tuple(came.get(period) for period in periods)
