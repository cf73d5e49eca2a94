"""Balance services: take levers or a mix as changes of a scenario or of a branch, as one event."""

from collections.abc import Mapping, Sequence

from steelyard.balancing.weights import Weights
from steelyard.errors import ChangeInvalid
from steelyard.plan.balancing.focus import NO_FOCUS, Focus
from steelyard.plan.balancing.preview import Preview, preview_mix
from steelyard.plan.balancing.queue import RationAsked, ration_changes
from steelyard.plan.balancing.take import TakenCheck, check_taken
from steelyard.plan.balancing.taking import changes_of_levers, changes_of_mix
from steelyard.plan.change import Change
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.balance import selectors
from steelyard.web.company import now
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.services import changes_append, require_change, scenario_branch


def levers_take(
    scenario: str, shares: Mapping[str, float], *, user: User, branch: str = "", note: str = "",
    expected_revision: int | None = None, focus: Focus = NO_FOCUS,
) -> tuple[str, TakenCheck]:  # fmt: skip
    """Take levers, each at a share of what is best alone; answers where, and what that does in the plan.

    Raises:
        NotAllowed: The role does not edit what a lever changes; nothing is taken.
        NotFound: The plan has no such lever.
        ChangeInvalid: A lever goes beyond its limit; nothing is taken.
    """
    catalogue = selectors.levers_of(moment_of(scenario).plan, focus).catalogue
    changes = changes_of_levers(catalogue, shares, author=user.username, at=now(), note=note)
    return _laid(scenario, changes, "balance.take", user, branch, note, expected_revision)


def levers_preview(
    scenario: str, shares: Mapping[str, float], *, user: User, focus: Focus = NO_FOCUS
) -> Preview:  # fmt: skip
    """What levers do by the plan's own engine, each alone and all together; nothing is kept.

    Raises:
        NotFound: The plan has no such lever.
        ChangeInvalid: No lever is named.
    """
    return selectors.preview_of(moment_of(scenario).plan, shares, user.username, now(), focus)


def mix_preview(
    scenario: str, weights: Weights, *, user: User, keys: Sequence[str] = (), focus: Focus = NO_FOCUS
) -> Preview:  # fmt: skip
    """What the best mix, or some levers of it, do by the plan's own engine; nothing is kept.

    Raises:
        ChangeInvalid: The mix holds no such lever, or one of them cannot be taken.
    """
    served = selectors.levers_of(moment_of(scenario).plan, focus)
    return preview_mix(served.catalogue, served.mix(weights), author=user.username, at=now(), keys=keys)


def mix_take(
    scenario: str, weights: Weights, *, user: User, keys: Sequence[str] = (), branch: str = "", note: str = "",
    expected_revision: int | None = None, focus: Focus = NO_FOCUS,
) -> tuple[str, TakenCheck]:  # fmt: skip
    """Take the best mix, or some levers of it; answers where, and what that does in the plan.

    Raises:
        NotAllowed: The role does not edit what a lever changes; nothing is taken.
        ChangeInvalid: The mix holds no such lever.
    """
    served = selectors.levers_of(moment_of(scenario).plan, focus)
    mix = served.mix(weights)
    changes = changes_of_mix(served.catalogue, mix, author=user.username, at=now(), keys=keys, note=note)
    return _laid(scenario, changes, "balance.mix", user, branch, note, expected_revision)


def ration_take(
    scenario: str, asked: RationAsked, *, user: User, first: Sequence[str] = (), branch: str = "", note: str = "",
    expected_revision: int | None = None,
) -> tuple[str, TakenCheck]:  # fmt: skip
    """Ration by a rule, put a channel first, or limit what somebody gets; answers where, and what that does.

    Raises:
        NotAllowed: The role does not ration; nothing is taken.
        NotFound: There is no such rule or channel.
        ChangeInvalid: The limit is out of range or limits nothing.
    """
    rationing = selectors.rationing_of(moment_of(scenario).plan, first)
    changes = ration_changes(rationing, asked, author=user.username, at=now(), note=note)
    return _laid(scenario, changes, "balance.ration", user, branch, note, expected_revision)


def _laid(
    scenario: str, changes: Sequence[Change], action: str, user: User, branch: str, note: str, expected: int | None
) -> tuple[str, TakenCheck]:
    """Lay changes on a scenario, or on a branch of it; nothing is branched where one of them is not allowed."""
    require(user, Ability.BRANCH)
    if not changes:
        raise ChangeInvalid("Nothing is taken", mend="choose a lever")
    for change in changes:
        require_change(user, change)
    check, into = check_taken(moment_of(scenario).plan, changes), scenario
    if branch.strip():
        into = scenario_branch(scenario, branch.strip(), user=user, note=note or changes[0].note[:200]).name
    changes_append(into, changes, user=user, expected_revision=None if branch.strip() else expected)
    told = {"changes": len(changes), "gap_before": round(check.gap_before), "gap_after": round(check.gap_after)}
    audit_record(actor=user.username, action=action, subject=into, detail=told)
    return into, check
