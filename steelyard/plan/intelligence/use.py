"""Intelligence: entries become assumptions in a scenario, are scored when actuals arrive, and weigh their sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from steelyard.demand.track_record import TrackRecord, came_true, measure_track_record
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.intelligence.entry import IntelligenceEntry, IntelligenceUse
from steelyard.plan.measuring.archive import Archive, Version
from steelyard.plan.measuring.demand_replay import consensus_without
from steelyard.plan.measuring.record import Recorder
from steelyard.plan.operation import Add
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace

MEASURE = "intelligence_percent"


@dataclass(frozen=True)
class IntelligenceOutcome:
    """What became of an entry."""

    entry: IntelligenceEntry
    version: str
    """The archived plan it is held against."""
    used: bool
    """Whether that plan counted on it; then it is held against the plan without it."""
    periods: int
    """Periods of the entry that are over."""
    complete: bool
    """Whether all its periods are over."""
    actual: float
    """Demand that came in its scope [units]."""
    without: float
    """What the plan without it had said [units]."""

    @property
    def realised(self) -> float:
        """Effect that came [percent]; NaN where the plan without it said nothing."""
        return 100.0 * (self.actual - self.without) / self.without if self.without else float("nan")

    @property
    def error(self) -> float:
        """Likely effect less what came [percent points]."""
        return self.entry.likely - self.realised

    @property
    def hit(self) -> bool:
        """Whether what came lies in the range that was given."""
        ends = (np.array([self.entry.low]), np.array([self.entry.high]), np.array([self.realised]))
        return bool(came_true(*ends)[0])


def score_entries(entries: Sequence[IntelligenceEntry], uses: Sequence[IntelligenceUse], archive: Archive) -> tuple[
    IntelligenceOutcome, ...
]:  # fmt: skip
    """Score every entry of which at least one period is over.

    An entry is held against the first archived plan that counted on it, calculated without it; if none did, against the
    first plan made after it was heard, else the last one before its periods.

    Raises:
        NotFound: The extract of a plan that counted on an entry is gone.
    """
    found = (_score(entry, [use for use in uses if use.entry == entry.id], archive) for entry in entries)
    return tuple(outcome for outcome in found if outcome is not None)


def _score(entry: IntelligenceEntry, uses: Sequence[IntelligenceUse], archive: Archive) -> IntelligenceOutcome | None:
    version, changes = _version_of(entry, {use.change for use in uses}, archive)
    if version is None:
        return None
    recorder = Recorder(archive, (), _known_scope(entry, archive))
    periods = archive.known_periods(version)
    labels = version.plan.horizon.labels[:periods]
    rows = [row for row, label in enumerate(labels) if entry.periods[0] <= label <= entry.periods[1]]
    if not rows or not recorder.now_rows.size:
        return None
    without = recorder.gather(version, consensus_without(version.plan, changes, periods))[rows]
    over = archive.known[-1] >= entry.periods[1]
    actual = float(recorder.truth(version)[rows].sum())
    return IntelligenceOutcome(
        entry, version.label, bool(changes), len(rows), over, actual, float(without.sum())
    )  # fmt: skip


def _version_of(entry: IntelligenceEntry, carried: set[str], archive: Archive) -> tuple[Version | None, set[str]]:
    """The version an entry is held against, and the changes in it that carry the entry."""
    speaking = [version for version in archive.graded if version.label <= entry.periods[1]]
    for version in speaking:
        changes = {change.id for change in version.plan.changes} & carried
        if changes:
            return version, changes
    later = [version for version in speaking if version.at >= entry.at and version.label <= entry.periods[0]]
    before = [version for version in speaking if version.label <= entry.periods[0]]
    chosen = later[0] if later else before[-1] if before else speaking[0] if speaking else None
    return chosen, set()


def _known_scope(entry: IntelligenceEntry, archive: Archive) -> dict[str, tuple[str, ...]]:
    series = archive.now.series("demand_history")
    kept = {
        level: tuple(member for member in members if series.has({level: members}) and series.has_member(level, member))
        for level, members in entry.scope.items()
    }
    if any(not members for members in kept.values()):
        return {series.keys[0]: ()}
    return kept


def track_records(outcomes: Sequence[IntelligenceOutcome], sources: Sequence[str] = ()) -> dict[str, TrackRecord]:
    """The track record of every source, by its name; sources without outcomes are believed.

    Args:
        outcomes: Scored entries; only complete ones count.
        sources: Further sources to list.
    """
    done = [outcome for outcome in outcomes if outcome.complete and np.isfinite(outcome.realised)]
    names = sorted({*sources, *(outcome.entry.source for outcome in done)})
    return {name: _record([outcome for outcome in done if outcome.entry.source == name]) for name in names}


def _record(outcomes: Sequence[IntelligenceOutcome]) -> TrackRecord:
    columns = [
        (o.entry.likely, o.entry.low, o.entry.high, o.entry.confidence, o.realised) for o in outcomes
    ]  # fmt: skip
    table = np.array(columns, dtype=np.float64).reshape(-1, 5)
    return measure_track_record(*table.T)


# ---- entries at work


def state_of(scenario: Scenario, entry: int, uses: Sequence[IntelligenceUse]) -> bool:
    """Whether an entry counts in a scenario: the changes that carry it do not cancel out."""
    return bool(round(_net(scenario, _mine(entry, uses)), 9))


def use_entry(
    workspace: Workspace, entry: IntelligenceEntry, scenario: Scenario, *, weight: float, actor: str, at: datetime
) -> bool:
    """Make an entry an assumption of a scenario: a change on the intelligence percentage.

    The likely effect counts as far as the source has been right before.

    Args:
        workspace: Holds both.
        entry: The entry.
        scenario: Where it shall count.
        weight: What the source's word is worth, 0 to 1.
        actor: Who does it.
        at: When.

    Returns:
        Whether anything changed; False if the entry counts already.

    Raises:
        ChangeInvalid: The entry was withdrawn, has run out, or does not fit the plan.
        ScenarioClosed: The scenario takes no changes.
    """
    _refuse_spent(entry, workspace, scenario)
    uses = workspace.records.intelligence.uses(entry=entry.id)
    if state_of(scenario, entry.id, uses):
        return False
    own = {change.id: change for change in scenario.own_changes}
    mine = [use for use in uses if use.change in own]
    for use in mine:
        if use.counter and own[use.change].enabled:
            scenario.switch(use.change, on=False, actor=actor, at=at)
    if not state_of(scenario, entry.id, uses):
        stale = [use for use in mine if not use.counter and not own[use.change].enabled]
        if stale and _value(own[stale[-1].change]) == round(entry.likely * weight, 6):
            scenario.switch(stale[-1].change, on=True, actor=actor, at=at)
        else:
            _append(workspace, entry, scenario, entry.likely * weight, False, actor, at)
    return True


def drop_entry(workspace: Workspace, entry: IntelligenceEntry, scenario: Scenario, *, actor: str, at: datetime) -> bool:
    """Take an entry out of a scenario; what a base counts on is taken out of the branch by a counter-change.

    Returns:
        Whether anything changed; False if the entry did not count.
    """
    uses = workspace.records.intelligence.uses(entry=entry.id)
    if not state_of(scenario, entry.id, uses):
        return False
    own = {change.id: change for change in scenario.own_changes}
    for use in uses:
        if use.change in own and not use.counter and own[use.change].enabled:
            scenario.switch(use.change, on=False, actor=actor, at=at)
    left = _net(scenario, _mine(entry.id, uses))
    if round(left, 9):
        _append(workspace, entry, scenario, -left, True, actor, at)
    return True


def _append(
    workspace: Workspace,
    entry: IntelligenceEntry,
    scenario: Scenario,
    percent: float,
    counter: bool,
    actor: str,
    at: datetime,
) -> None:
    ahead = _still_to_come(entry, scenario)
    change = Change(
        Add(round(percent, 6), per="cell"), measure=MEASURE, scope=entry.scope, periods=ahead, author=actor,
        at=at, reason="market_intelligence", note=f"intelligence {entry.id}, {entry.source}: {entry.statement}",
        expires=entry.valid_until + timedelta(days=1) if entry.valid_until else None,
    )  # fmt: skip
    made = scenario.append(change).changes[0]
    workspace.records.intelligence.add_use(IntelligenceUse(entry.id, scenario.number, made.id, counter, actor, at))


def _refuse_spent(entry: IntelligenceEntry, workspace: Workspace, scenario: Scenario) -> None:
    as_of = workspace.calculator.extract(scenario.extract).as_of
    if entry.withdrawn:
        raise ChangeInvalid(f"The entry {entry.id} was withdrawn", mend="enter it anew")
    if entry.valid_until is not None and entry.valid_until < as_of:
        where = f"valid until {entry.valid_until}, the plan stands on {as_of}"
        raise ChangeInvalid(f"The entry {entry.id} has run out", where=where, mend="enter it anew with a later day")


def _still_to_come(entry: IntelligenceEntry, scenario: Scenario) -> tuple[str, str]:
    """The periods of an entry that the plan has ahead: news of last month may go on in this one."""
    horizon = scenario.inputs.periods("horizon").labels
    labels = [label for label in horizon if entry.periods[0] <= label <= entry.periods[1]]
    if not labels:
        raise ChangeInvalid(
            f"The periods of entry {entry.id} are not ahead in this plan",
            where=f"{entry.periods[0]} to {entry.periods[1]}, the plan runs from {horizon[0]} to {horizon[-1]}",
            mend=f"use one for periods from {horizon[0]} on; `steelyard intelligence list` shows them",
        )
    return labels[0], labels[-1]


def _mine(entry: int, uses: Sequence[IntelligenceUse]) -> set[str]:
    return {use.change for use in uses if use.entry == entry}


def _net(scenario: Scenario, carried: set[str]) -> float:
    return sum(_value(change) for change in scenario.changes if change.id in carried and change.enabled)


def _value(change: Change) -> float:
    return change.operation.value if isinstance(change.operation, Add) else 0.0


def still_valid(entry: IntelligenceEntry, day: date) -> bool:
    """Whether an entry may be used in a plan as of a day."""
    return not entry.withdrawn and (entry.valid_until is None or entry.valid_until >= day)
