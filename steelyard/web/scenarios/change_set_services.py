"""Change set services: record one from a scenario, lay it on another, withdraw it; and what would become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steelyard.errors import NotAllowed
from steelyard.plan.change_sets.change_set import ChangeSet
from steelyard.plan.change_sets.laying import fit_set, lay_set, record_set
from steelyard.plan.journal import Event
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_whole, sight
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.access import require_changing, require_seen
from steelyard.web.scenarios.services import require_change, require_within
from steelyard.web.scenarios.words import ChangeLine


@dataclass(frozen=True)
class SetView:
    """A change set in words."""

    name: str
    note: str
    source: str
    version: int
    actor: str
    at: object
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class SetFit:
    """What becomes of a change set on a scenario."""

    lines: tuple[ChangeLine, ...]
    faults: tuple[tuple[ChangeLine, str], ...]


def set_views() -> list[SetView]:
    """All change sets, by name; none for who sees a part of the company, for they move all of it."""
    if sight().limited:
        return []
    return [_view(found) for found in workspace().records.change_sets.sets()]


def set_view(name: str) -> SetView:
    """One change set.

    Raises:
        NotFound: There is none of this name.
        NotAllowed: The person sees a part of the company.
    """
    require_whole("a change set")
    return _view(workspace().records.change_sets.find(name))


def set_record(scenario: str, name: str, *, user: User, only: Sequence[str] = (), note: str = "") -> ChangeSet:
    """Keep a scenario's own changes, or some of them, under a name.

    Raises:
        NotAllowed: The role plans no scenarios, or the scenario is not shared with the person.
        ChangeInvalid: There is nothing to keep.
    """
    require(user, Ability.BRANCH)
    require_whole("a change set")
    found = workspace().scenario(scenario)
    require_seen(found.record)
    made = record_set(workspace(), found, name, only=only, note=note[:500], actor=user.username, at=now())
    detail: dict[str, str | int] = {"scenario": scenario, "changes": len(made.changes), "version": made.version}
    audit_record(actor=user.username, action="change_set.record", subject=made.name, detail=detail)
    return made


def set_fit(scenario: str, name: str, *, shift: int = 0, scope: Mapping[str, tuple[str, ...]] | None = None) -> SetFit:
    """What would become of a change set on a scenario; nothing is laid."""
    require_whole("a change set")
    target = workspace().scenario(scenario)
    require_seen(target.record)
    fitting = fit_set(workspace(), target, workspace().records.change_sets.find(name), shift=shift, scope=scope)
    names = member_names(target.extract)
    faults = tuple((ChangeLine(change, True, names), str(fault)) for change, fault in fitting.faults)
    return SetFit(tuple(ChangeLine(change, True, names) for change in fitting.changes), faults)


def set_lay(
    scenario: str,
    name: str,
    *,
    user: User,
    shift: int = 0,
    scope: Mapping[str, tuple[str, ...]] | None = None,
    expected_revision: int | None = None,
) -> Event:
    """Lay a change set on a scenario, all of it or nothing, as one step that can be undone.

    Raises:
        NotAllowed: A change is on something the role does not edit, or the scenario is not theirs to change.
        SetDoesNotFit: A change does not fit the scenario.
        StaleRevision: Somebody else was faster.
    """
    require_changing(user, scenario)
    require_whole("a change set")
    found, target = workspace().records.change_sets.find(name), workspace().scenario(scenario)
    event = lay_set(
        workspace(), target, found, actor=user.username, at=now(), shift=shift, scope=scope,
        expected_revision=expected_revision, permit=lambda change: require_change(user, change),
    )  # fmt: skip
    require_within(scenario, event.changes)
    detail: dict[str, str | int] = {"set": found.name, "version": found.version, "changes": len(event.changes)}
    audit_record(actor=user.username, action="change_set.lay", subject=scenario, detail=detail)
    return event


def set_withdraw(name: str, *, user: User) -> None:
    """Take a change set off the list: its author may, and who may archive any scenario.

    Raises:
        NotAllowed: It is somebody else's.
    """
    found = workspace().records.change_sets.find(name)
    if found.actor != user.username and not user.may(Ability.ARCHIVE):
        raise NotAllowed("This change set is somebody else's", where=found.name, mend=f"ask {found.actor}")
    workspace().records.change_sets.withdraw(found)
    audit_record(actor=user.username, action="change_set.withdraw", subject=found.name)


def _view(found: ChangeSet) -> SetView:
    names = member_names()
    lines = tuple(ChangeLine(change, True, names) for change in found.changes)
    return SetView(found.name, found.note, found.source, found.version, found.actor, found.at, lines)
