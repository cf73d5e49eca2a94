"""Laying: record a change set from a scenario, and lay it on another, shifted or on other members."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from steelyard.errors import ChangeInvalid, ManyFaults, SteelyardError
from steelyard.grid.calendar import Calendar
from steelyard.plan.change import Change, active_changes
from steelyard.plan.change_sets.change_set import BEGINNING, ChangeSet
from steelyard.plan.home import Home
from steelyard.plan.journal import Event
from steelyard.plan.scenario import Scenario
from steelyard.plan.validation import faults_of

LARGEST_SHIFT = 120
"""Periods by which a set may be shifted, either way."""


class SetDoesNotFit(ManyFaults, ChangeInvalid):
    """Changes of a set that a scenario cannot take; none was laid."""


@dataclass(frozen=True)
class Fitting:
    """What becomes of a change set when it is laid on a scenario."""

    changes: tuple[Change, ...]
    """As they would be laid."""
    faults: tuple[tuple[Change, SteelyardError], ...]
    """Changes that do not fit there, each with what is wrong."""


def record_set(
    home: Home,
    scenario: Scenario,
    name: str,
    *,
    only: Sequence[str] = (),
    actor: str,
    at: datetime,
    note: str = "",
) -> ChangeSet:
    """Keep a scenario's own changes, or some of them, under a name.

    Args:
        home: The workspace.
        scenario: Where they stand.
        name: What the set is called; the same name again makes its next version.
        only: Ids of the changes; all that are switched on by default.
        actor: Who records.
        at: When.
        note: What it is for.

    Raises:
        ChangeInvalid: The scenario has no such change, or none at all.
    """
    chosen = _chosen(scenario, only)
    labels = tuple(scenario.inputs.calendar.labels)
    made = ChangeSet(name, tuple(chosen), note, scenario.name, labels, actor, at)
    return home.records.change_sets.add(made)


def fit_set(
    home: Home,
    scenario: Scenario,
    found: ChangeSet,
    *,
    shift: int = 0,
    scope: Mapping[str, tuple[str, ...]] | None = None,
) -> Fitting:
    """Say how the changes of a set would lie on a scenario, and which of them do not fit.

    Args:
        home: The workspace.
        scenario: Where they would be laid.
        found: The set.
        shift: Periods later (earlier, if below zero).
        scope: Members by level that replace those of the same level in the changes of cells; other levels are added.
    """
    extract, wiring, inputs = home.calculator.extract(scenario.extract), home.calculator.wiring, scenario.inputs
    laid, faults = [], []
    for change in found.changes:
        try:
            moved = _moved(change, found.labels, inputs.calendar, shift, scope or {})
        except SteelyardError as fault:
            faults.append((change, fault))
            continue
        laid.append(moved)
        faults += [(moved, fault) for fault in faults_of(moved, inputs, extract, wiring)]
    return Fitting(tuple(laid), tuple(faults))


def lay_set(
    home: Home,
    scenario: Scenario,
    found: ChangeSet,
    *,
    actor: str,
    at: datetime,
    shift: int = 0,
    scope: Mapping[str, tuple[str, ...]] | None = None,
    expected_revision: int | None = None,
    permit: Callable[[Change], object] = lambda _: None,
) -> Event:
    """Lay a change set on a scenario: one event that can be undone as one, all of it or nothing.

    Args:
        home: The workspace.
        scenario: Where it is laid.
        found: The set.
        actor: Who lays it; the changes are theirs from now on.
        at: When.
        shift: Periods later (earlier, if below zero).
        scope: Members by level that replace those of the same level.
        expected_revision: The revision the actor saw.
        permit: Raises for a change that the actor may not make.

    Raises:
        SetDoesNotFit: A change does not fit the scenario; the error names each and why, and nothing was laid.
        StaleRevision: Somebody else was faster.
        ScenarioClosed: The scenario is locked or archived.
    """
    fitting = fit_set(home, scenario, found, shift=shift, scope=scope)
    if fitting.faults:
        raise SetDoesNotFit(f"{found.name!r} does not fit {scenario.name!r}", [fault for _, fault in fitting.faults])
    for change in fitting.changes:
        permit(change)
    said = f"change set {found.name}"
    laid = [
        replace(
            change, id="", author=actor, at=at, enabled=True, note=f"{said}: {change.note}" if change.note else said
        )
        for change in fitting.changes
    ]
    return scenario.append(*laid, expected_revision=expected_revision)


def _chosen(scenario: Scenario, only: Sequence[str]) -> list[Change]:
    own = {change.id: change for change in scenario.own_changes}
    if missing := sorted(set(only) - own.keys()):
        mend = f"choose among {', '.join(list(own)[:20]) or 'none; change something first'}"
        raise ChangeInvalid(f"{scenario.name!r} has no such change of its own", where=", ".join(missing), mend=mend)
    if only:
        return [change for name, change in own.items() if name in set(only)]
    return list(active_changes(own.values(), BEGINNING.date()))


def _moved(
    change: Change, recorded: Sequence[str], calendar: Calendar, shift: int, scope: Mapping[str, tuple[str, ...]]
) -> Change:
    if abs(shift) > LARGEST_SHIFT:
        raise ChangeInvalid("A set is not shifted so far", where=f"{shift} periods", mend=f"up to {LARGEST_SHIFT}")
    placed = {**change.scope, **scope} if change.moves_cells and scope else change.scope
    if not shift or change.periods is None:
        return replace(change, scope=placed)
    first, last = (_shifted(label, recorded, calendar, shift, change) for label in change.periods)
    return replace(change, scope=placed, periods=(first, last))


def _shifted(label: str, recorded: Sequence[str], calendar: Calendar, shift: int, change: Change) -> str:
    """The label so many periods later, on the calendar there or, where that does not know it, on the recorded one."""
    labels = list(calendar.labels) if label in calendar.labels else list(recorded)
    place = labels.index(label) + shift if label in labels else -1
    if not 0 <= place < len(labels):
        what = f"{label} shifted by {shift} periods lies outside the plan"
        raise ChangeInvalid(what, where=str(change), mend="shift it less, or give the scenario a longer horizon")
    return labels[place]
