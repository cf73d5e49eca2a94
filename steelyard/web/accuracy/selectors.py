"""Accuracy selectors: what the page and the API show of the archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from steelyard.errors import UnknownMember
from steelyard.grid.block import IntArray
from steelyard.grid.series import Scope
from steelyard.plan.measuring.advice import PersonRecord, person_records
from steelyard.plan.measuring.grade import OverrideGrade
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.record import BY, ForecastRecord
from steelyard.plan.measuring.score import Alarm, ForecastScore, alarms, score, scores_by_lag, scores_by_stream
from steelyard.plan.measuring.value_added import Staircase, staircase
from steelyard.plan.measuring.version_table import VersionTable, version_table
from steelyard.plan.measuring.weights import ProposedWeight, propose_weights
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Role
from steelyard.web.accuracy.measured import measuring_of, record_of
from steelyard.web.scenarios.plans import plan_of

LEVELS: Mapping[str, tuple[str, ...]] = {
    "item_location": BY,
    "item": ("item",),
    "product_family": ("product_family",),
    "customer": ("item", "customer"),
    "territory": ("product_family", "territory"),
    "channel": ("product_family", "channel"),
    "total": (),
}
"""Levels at which forecasts may be graded, by name."""
LEVEL_LABELS: Mapping[str, str] = {
    "item_location": "Item and place",
    "item": "Item",
    "product_family": "Product family",
    "customer": "Item and customer",
    "territory": "Family and territory",
    "channel": "Family and channel",
    "total": "Everything",
}
MOST_ALARMS = 50
SEES_EVERYBODY = frozenset({Role.SOP_LEAD.value, Role.ADMINISTRATOR.value})
"""Roles that see the record of every person; others see their own and that of each function."""


@dataclass(frozen=True)
class SegmentCell:
    """One cell of the matrix of segments."""

    segment: str
    items: int
    score: ForecastScore
    added: float
    """Points of error between naive and consensus [ratio]; positive is better."""


@dataclass(frozen=True)
class AccuracyView:
    """What the page shows."""

    lag: int | None
    level: str
    record: ForecastRecord
    head: ForecastScore
    naive: ForecastScore
    stairs: Staircase
    lags: pl.DataFrame
    streams: pl.DataFrame
    matrix: tuple[SegmentCell, ...]
    alarms: tuple[Alarm, ...]
    limit: float
    versions: VersionTable


def accuracy_view(
    scenario: str, *, lag: int | None = None, level: str = "item_location", scope: Scope | None = None
) -> AccuracyView:
    """Everything the page shows of a slice.

    Raises:
        NotFound: There is no archived plan with a period that is over.
        UnknownMember: There is no such level or member.
    """
    record, measuring = record_of(scenario, levels_of(level), scope), measuring_of(scenario)
    chosen = lag if lag in record.lags else None
    lines = [name for name in ("naive", "statistical", "consensus") if name in record.said]
    return AccuracyView(
        lag=chosen,
        level=level,
        record=record,
        head=score(record, lag=chosen),
        naive=score(record, "naive", lag=chosen),
        stairs=staircase(record, lag=chosen),
        lags=scores_by_lag(record, lines),
        streams=scores_by_stream(record, lag=chosen),
        matrix=segment_matrix(record, chosen),
        alarms=tuple(alarms(record, limit=measuring.limit, lag=chosen or 0)),
        limit=measuring.limit,
        versions=version_table(measuring.archive, scope=scope),
    )


def levels_of(name: str) -> tuple[str, ...]:
    """The levels behind a name.

    Raises:
        UnknownMember: There is none of this name.
    """
    if name not in LEVELS:
        raise UnknownMember(f"There is no level {name!r} of grading", mend=f"use one of {', '.join(LEVELS)}")
    return LEVELS[name]


def segment_matrix(record: ForecastRecord, lag: int | None) -> tuple[SegmentCell, ...]:
    """Score and value added of each of the nine segments; empty where items are not graded one by one."""
    if "segment" not in record.groups.columns:
        return ()
    return tuple(_segment(record, abc + xyz, lag) for abc in "ABC" for xyz in "XYZ")


def _segment(record: ForecastRecord, name: str, lag: int | None) -> SegmentCell:
    groups: IntArray = record.where(segment=name)
    stairs = staircase(record, lag=lag, groups=groups)
    items = record.groups[groups.tolist()]["item"].n_unique() if groups.size else 0
    return SegmentCell(name, items, score(record, lag=lag, groups=groups), stairs.share(stairs.total))


def proposed_weights(
    scenario: str, *, scope: Scope | None = None, lag: int | None = None
) -> tuple[ProposedWeight, ...]:
    """How much each stream of a slice counts now, and how much its record asks for.

    Raises:
        NotFound: There is no archived plan with a period that is over.
        UnknownMember: There is no such level or member.
    """
    record = record_of(scenario, scope=scope)
    return propose_weights(record, plan_of(scenario), scope=scope, lag=lag)


def people_view(measuring: Measuring, user: User, scope: Scope | None = None) -> list[PersonRecord]:
    """The record of each person whom one may see: oneself, or everybody for who leads the process."""
    found = person_records(measuring.grades_of(scope))
    return [one for one in found if user.role in SEES_EVERYBODY or one.author == user.username]


def functions_view(measuring: Measuring, scope: Scope | None = None) -> list[PersonRecord]:
    """The record of each function, without names."""
    return person_records([_nameless(grade) for grade in measuring.grades_of(scope)])


def own_overrides(measuring: Measuring, user: User, scope: Scope | None = None) -> list[OverrideGrade]:
    """One's own overrides, the latest first."""
    return [grade for grade in reversed(measuring.grades_of(scope)) if grade.change.author == user.username]


def _nameless(grade: OverrideGrade) -> OverrideGrade:
    return replace(grade, change=replace(grade.change, author=grade.change.stream or "planning"))


def told_units(rows: Mapping[str, tuple[int, float]]) -> Sequence[tuple[str, int, float]]:
    """Versions in which series appeared or vanished, with how many and how much."""
    return [(label, count, units) for label, (count, units) in rows.items() if count]


def versions_json(measuring: Measuring, measure: str, scope: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The table of versions as plain values."""
    table = version_table(measuring.archive, measure=measure, scope=scope)
    rows = [{"version": row.version, "published": row.published, "values": row.values} for row in table.rows]
    return {"measure": table.measure, "periods": table.periods, "rows": rows, "actual": table.actual}
