"""Merging: what taking over another scenario would do, in words; and doing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from steelyard.plan.journal import Event
from steelyard.plan.merge.proposal import Choice, MergeProposal
from steelyard.plan.merge.rebase import Rebased, propose_rebase, rebase_scenario
from steelyard.plan.merge.scenarios import (
    ScenarioDifference,
    common_base,
    compare_scenarios,
    merge_scenarios,
    promote,
    propose_scenario_merge,
)
from steelyard.plan.scenario import Scenario
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_whole
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.access import require_changing, require_seen
from steelyard.web.scenarios.services import require_change, require_fresh, require_within, valid_name
from steelyard.web.scenarios.words import ChangeLine

CHOICES: tuple[tuple[Choice, str], ...] = (("ours", "Keep ours"), ("theirs", "Take theirs"), ("both", "Theirs on ours"))


@dataclass(frozen=True)
class ConflictLine:
    """A conflict in words."""

    theirs: ChangeLine
    ours: tuple[ChangeLine, ...]
    cells: int


@dataclass(frozen=True)
class MergeView:
    """What a merge would do."""

    into: str
    other: str
    revision: int
    """Of the scenario that takes over, as it was looked at."""
    base: str
    takes: tuple[ChangeLine, ...]
    conflicts: tuple[ConflictLine, ...]
    misfits: tuple[tuple[ChangeLine, str], ...]
    known: int
    switches: int
    empty: bool = field(default=False)


def merge_view(into: str, other: str) -> MergeView:
    """Say what merging one scenario into another would do; whole, so only to those who see the whole company.

    Raises:
        NotFound: A scenario is not there.
        PlanError: The two cannot be merged.
    """
    require_whole("a merge")
    home = workspace()
    ours, theirs = _seen(into), _seen(other)
    base = common_base(ours, theirs)
    proposal = propose_scenario_merge(home, ours, theirs)
    return _view(proposal, ours, theirs, getattr(base, "name", "") or getattr(base, "id", "")[:12])


def _view(proposal: MergeProposal, ours: Scenario, theirs: Scenario, base: str) -> MergeView:
    names, made_there = member_names(ours.extract), {change.content for change in theirs.own_changes}
    return MergeView(
        into=ours.name,
        other=theirs.name,
        revision=ours.revision,
        base=base,
        takes=tuple(ChangeLine(change, change.content in made_there, names) for change in proposal.takes),
        conflicts=tuple(
            ConflictLine(
                ChangeLine(one.theirs, False, names), tuple(ChangeLine(c, True, names) for c in one.ours), one.cells
            )
            for one in proposal.conflicts
        ),
        misfits=tuple((ChangeLine(one.change, False, names), str(one.fault)) for one in proposal.misfits),
        known=len(proposal.known),
        switches=len(proposal.switches),
        empty=proposal.is_empty,
    )


def scenario_difference(one: str, other: str) -> ScenarioDifference:
    """How the inputs of two scenarios differ."""
    require_whole("a comparison of inputs")
    return compare_scenarios(_seen(one), _seen(other))


def scenario_merge(
    into: str,
    other: str,
    *,
    choices: Mapping[str, Choice],
    user: User,
    otherwise: Choice | None = None,
    expected_revision: int | None = None,
) -> Event:
    """Merge a scenario into another, all of it or nothing.

    Raises:
        NotAllowed: A change is on something the role does not edit.
        ChangeInvalid: A conflict is open.
        StaleRevision: Somebody else was faster.
    """
    require_changing(user, into)
    home = workspace()
    ours, theirs = home.scenario(into), _seen(other)
    require_fresh(ours, expected_revision)
    settled = propose_scenario_merge(home, ours, theirs).settle(choices, otherwise=otherwise)
    for change in (*settled.append, *(change for change in ours.own_changes if change.id in settled.off)):
        require_change(user, change)
        require_within(into, [change])
    event = merge_scenarios(
        home, ours, theirs, choices=choices, otherwise=otherwise, actor=user.username, at=now(),
        expected_revision=expected_revision,
    )  # fmt: skip
    detail: dict[str, str | int] = {"from": other, "changes": len(event.changes), "switched": event.detail}
    audit_record(actor=user.username, action="scenario.merge", subject=into, detail=detail)
    return event


def scenario_promote(name: str, *, user: User) -> str:
    """Make the changes of a branch those of its base; answers the base.

    Raises:
        NotAllowed: The role edits not all that the branch changes.
        PlanError: It did not branch from a scenario.
    """
    require(user, Ability.BRANCH)
    home = workspace()
    branch = _seen(name)
    if isinstance(branch.base, Scenario):
        require_changing(user, branch.base.name)
    for change in branch.own_changes:
        require_change(user, change)
    require_within(name, branch.own_changes)
    event = promote(home, branch, actor=user.username, at=now())
    base = home.scenario(event.scenario).name
    audit_record(
        actor=user.username,
        action="scenario.promote",
        subject=base,
        detail={"from": name, "changes": len(event.changes)},
    )
    return base


def rebase_preview(name: str, extract: str) -> tuple[Rebased, ...]:
    """What becomes of each change of a scenario on another extract."""
    require_whole("a rebase")
    home = workspace()
    return propose_rebase(home, _seen(name), home.open_extract(extract).digest)


def scenario_rebase(name: str, new: str, *, extract: str, user: User, note: str = "") -> Scenario:
    """Make a scenario on another extract with the changes that still hold.

    Raises:
        NotAllowed: The role makes no scenarios.
        NameTaken: Another scenario has the name.
    """
    require(user, Ability.BRANCH)
    home = workspace()
    made, lines = rebase_scenario(
        home, _seen(name), valid_name(new), extract=home.open_extract(extract).digest, actor=user.username,
        at=now(), note=note,
    )  # fmt: skip
    kept = len(made.own_changes)
    detail: dict[str, str | int] = {"from": name, "extract": made.extract, "kept": kept, "left": len(lines) - kept}
    audit_record(actor=user.username, action="scenario.rebase", subject=new, detail=detail)
    return made


def _seen(name: str) -> Scenario:
    scenario = workspace().scenario(name)
    require_seen(scenario.record)
    return scenario
