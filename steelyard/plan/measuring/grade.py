"""Override grade: what every change of the archive did to the forecast, against the same plan without it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.change import Change
from steelyard.plan.measuring.archive import Archive, Version
from steelyard.plan.measuring.demand_replay import TARGET, consensus_without, replays
from steelyard.plan.measuring.record import Recorder
from steelyard.plan.measuring.segment import item_segments
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.overlay import apply_changes

SMALL, LARGE = 0.05, 0.20
"""Relative sizes below which an override is small, and from which it is large."""


@dataclass(frozen=True)
class OverrideKind:
    """What makes overrides alike."""

    segment: str
    """Segment of the items it moves most, such as AX."""
    direction: str
    """up or down."""
    size: str
    """small (under 5 %), medium, large (20 % and more)."""


@dataclass(frozen=True)
class OverrideGrade:
    """What one change did, over the periods that are over."""

    change: Change
    version: str
    """The version in which the change was first published."""
    kind: OverrideKind
    moved: float
    """Units the change added, or took away [units]."""
    actual: float
    """Demand of the cells it moved [units]."""
    error_without: float
    """Sum of absolute errors of the plan without it, over the cells it moved [units]."""
    error_with: float
    """The same with it [units]."""
    money: float
    """Error it saved at the unit's margin [money]; negative where it cost."""
    bias: float
    """Sum of forecast less demand of the cells it moved [units]."""

    @property
    def effect(self) -> float:
        """Error it saved [units]; negative where it made the forecast worse."""
        return self.error_without - self.error_with

    @property
    def effect_share(self) -> float:
        """Error it saved by the demand of the cells it moved [ratio]; NaN without demand."""
        return self.effect / self.actual if self.actual else float("nan")

    @property
    def helped(self) -> bool:
        """Whether the forecast was better with it."""
        return self.effect > 0


def grade_overrides(archive: Archive) -> tuple[OverrideGrade, ...]:
    """Grade every change that reached the consensus of an archived plan, once: in the version it was first part of.

    A change is graded at the level of item and location against the same plan calculated without it.

    Raises:
        NotFound: A plan cannot be calculated without a change because its extract is gone.
    """
    return tuple(_graded(archive))


def _graded(archive: Archive) -> Iterator[OverrideGrade]:
    recorder, seen = Recorder(archive), set[str]()
    for version in archive.graded:
        standing = [change for change in version.plan.changes if replays(version.plan, change)]
        fresh = [change for change in standing if change.id not in seen]
        seen |= {change.id for change in standing}
        truth = recorder.truth(version)
        segments = item_segments(version.plan).by_item() if fresh else {}
        for change in fresh:
            grade = _grade(recorder, version, change, truth, segments)
            if grade is not None:
                yield grade


def _grade(
    recorder: Recorder, version: Version, change: Change, truth: Array, segments: dict[str, str]
) -> OverrideGrade | None:
    periods = len(truth)
    said, without = version.values(TARGET, periods), consensus_without(version.plan, {change.id}, periods)
    if not np.any(said != without):
        return None
    with_change, before = recorder.gather(version, said), recorder.gather(version, without)
    cells = (np.abs(with_change - before) > 1e-9) & np.isfinite(truth)
    error_before, error_after = (np.where(cells, np.abs(truth - part), 0.0) for part in (before, with_change))
    saved = (error_before - error_after).sum(axis=0)
    return OverrideGrade(
        change=change,
        version=version.label,
        kind=kind_of(version.plan, said - without, without, segments),
        moved=float((said - without).sum()),
        actual=float(truth[cells].sum()),
        error_without=float(error_before.sum()),
        error_with=float(error_after.sum()),
        money=float(saved @ np.maximum(recorder.margin, 0.0)),
        bias=float((with_change - truth)[cells].sum()),
    )


def kind_of(plan: PlanNumbers, difference: Array, before: Array, segments: dict[str, str]) -> OverrideKind:
    """The kind of an override by what it moves, period x series of the demand grain [units]."""
    cells = np.abs(difference) > 0
    total, base = float(np.nansum(difference)), float(np.nansum(np.where(cells, before, 0.0)))
    relative = abs(total) / base if base else np.inf
    size = "small" if relative < SMALL else "large" if relative >= LARGE else "medium"
    return OverrideKind(_segment_moved(plan, difference, segments), "up" if total >= 0 else "down", size)


def _segment_moved(plan: PlanNumbers, difference: Array, segments: dict[str, str]) -> str:
    """The segment in which most units move."""
    series = plan.series(TARGET)
    names = series.names("item")
    by_item = scatter_add(np.nan_to_num(np.abs(difference)), series.codes("item"), len(names)).sum(axis=0)
    total: dict[str, float] = {}
    for item, units in zip(names, by_item.tolist(), strict=True):
        total[segments.get(item, "")] = total.get(segments.get(item, ""), 0.0) + units
    return max(sorted(total), key=lambda name: total[name], default="")


def kind_of_change(plan: PlanNumbers, change: Change) -> OverrideKind:
    """The kind of a change that is not part of a plan yet, by what it would move of its own measure.

    Raises:
        SpreadImpossible: Locked cells leave no room.
        ChangeInvalid: It cannot be laid on the plan.
    """
    declared = plan.measure(change.measure)
    blocks = plan.blocks(change.measure)
    basis = plan.values.get(declared.spread_basis)
    history = plan.values.get("demand_history")
    laid = apply_changes(
        blocks,
        [change],
        measure=declared,
        series=plan.series(change.measure),
        periods=plan.inputs.periods(declared.span),
        basis=basis if isinstance(basis, tuple) else None,
        history=history if isinstance(history, tuple) else None,
    )
    before, after = join(blocks), join(laid)
    fallback = join(plan.blocks("unconstrained_demand")) if declared.span == "horizon" else np.zeros_like(before)
    before = np.where(np.isfinite(before), before, fallback)
    difference = np.where(np.isfinite(after), after, before) - before
    return kind_of(plan, difference, before, item_segments(plan).by_item())
