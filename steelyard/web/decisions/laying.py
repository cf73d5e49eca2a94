"""Laying: whether the plan of the month holds what an approved option changes, and laying it there."""

from dataclasses import dataclass

from steelyard.cycle.decision.kind import PLAN_APPROVAL
from steelyard.cycle.decision.recipe import Recipe
from steelyard.cycle.decision.state import State
from steelyard.errors import DecisionInvalid, SteelyardError
from steelyard.plan.change import Change
from steelyard.plan.journal import Event
from steelyard.plan.merge.difference import compare_changes
from steelyard.plan.merge.scenarios import lay_changes
from steelyard.web.accounts.permissions import User
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.decisions import models
from steelyard.web.decisions.papers import decision_of, option_of, recipe_read
from steelyard.web.decisions.services import note_event
from steelyard.web.scenarios.access import require_changing
from steelyard.web.scenarios.choice import BASE
from steelyard.web.scenarios.services import require_change, require_within

FIRST = 1
"""The option that does nothing; what another changes beyond it is what was decided."""


@dataclass(frozen=True)
class Laid:
    """How much of what an approved option changes stands in the plan of the month, and is not switched off there."""

    plan: str
    """The scenario that the month is run on."""
    changes: tuple[Change, ...]
    """What the option changes beyond doing nothing."""
    missing: tuple[Change, ...]
    """What of it the plan does not hold."""

    @property
    def whole(self) -> bool:
        """Whether the plan holds all of it."""
        return not self.missing


def laid_of(row: models.Decision) -> Laid | None:
    """How much of an approved decision stands in the plan.

    None where the question does not arise: it is not approved, its options are not weighed, or the plan stands on a
    newer extract than the decision, so that what still held was taken over by rolling.
    """
    if row.state != State.APPROVED.value or row.chosen is None:
        return None
    try:
        chosen = recipe_read(option_of(row, row.chosen))
        plan = workspace().scenario(BASE)
    except SteelyardError:
        return None
    if chosen.extract != plan.extract:
        return None
    changes = _beyond(row, chosen)
    standing = [change for change in plan.changes if change.enabled]
    return Laid(plan.name, changes, compare_changes(standing, changes).added)


def may_lay(user: User, laid: Laid) -> bool:
    """Whether a person may lay on the plan what is missing there."""
    try:
        _require_laying(user, laid)
    except SteelyardError:
        return False
    return True


def signed_words(row: models.Decision) -> str:
    """What a signature has brought, and what is still to be done."""
    laid = laid_of(row)
    told = f"Signed. The decision is {row.state}."
    if row.state == State.APPROVED.value and row.kind == PLAN_APPROVAL:
        told = "Signed. The decision is approved; its plan is being published."
    if laid is not None and not laid.whole:
        told += f" What it changes is not in {laid.plan} yet: lay it on the plan."
    return told if row.state != State.ASKED.value else "Signed. More signatures are needed until it is decided."


def option_lay(number: int, *, user: User) -> Event:
    """Lay what an approved option changes on the plan of the month, as one step that an undo takes back.

    Exactly the changes that were signed, with their authors and reasons, after those that stand there.

    Raises:
        NotAllowed: A change is on something the role does not edit, or the plan is not theirs to change.
        DecisionInvalid: Nothing is missing.
        ChangeInvalid: A change does not fit the plan any more.
        ScenarioClosed: The plan is locked.
        StaleRevision: Somebody has changed the plan meanwhile, or laid it there.
    """
    row, plan = decision_of(number), workspace().scenario(BASE)
    revision, laid = plan.revision, laid_of(row)
    if laid is None or laid.whole:
        raise DecisionInvalid(
            f"Nothing of decision {number} is left to lay on the plan", mend="look at what the plan holds already"
        )
    _require_laying(user, laid)
    event = lay_changes(
        plan, laid.missing, home=workspace(), actor=user.username, at=now(), expected_revision=revision
    )  # fmt: skip
    told = f"{len(laid.missing)} of {len(laid.changes)} changes laid on {laid.plan}"
    note_event(row, user.username, "lay", told)
    detail: dict[str, str | int] = {"decision": number, "changes": len(laid.missing)}
    audit_record(actor=user.username, action="scenario.lay", subject=laid.plan, detail=detail)
    return event


def _beyond(row: models.Decision, chosen: Recipe) -> tuple[Change, ...]:
    if row.chosen == FIRST:
        return ()
    first = row.options.filter(number=FIRST, recipe__isnull=False).first()
    before = recipe_read(first).changes if first is not None else ()
    return tuple(change for change in compare_changes(before, chosen.changes).added if change.enabled)


def _require_laying(user: User, laid: Laid) -> None:
    require_changing(user, laid.plan)
    for change in laid.missing:
        require_change(user, change)
    require_within(laid.plan, laid.missing)
