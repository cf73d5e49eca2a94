"""Finance review services: gap-closing actions are entered, judged, and counted on or not."""

from dataclasses import replace
from datetime import date
from typing import cast

from steelyard.plan.money.action import ActionStatus, GapAction
from steelyard.plan.money.action_plan import change_of
from steelyard.plan.uncertainty.effect import Effect
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_scope
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.finance_review.selectors import require_finance
from steelyard.web.notices.services import notify
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.services import change_switch, changes_append


def action_add(
    scenario: str, *, user: User, statement: str, owner: str, due: date, value: float, effect: Effect,
    against: str = "budget", note: str = "",
) -> GapAction:  # fmt: skip
    """Enter an action that closes a gap; it is proposed.

    Raises:
        NotAllowed: The role does not plan, or the slice lies outside the person's part.
        ChangeInvalid: Statement, owner or range make no sense.
        UnknownMember: The plan has no such member.
    """
    require(user, Ability.BRANCH)
    require_finance()
    plan = plan_of(scenario)
    plan.series(effect.measure).select(effect.scope)
    for period in effect.periods or ():
        plan.calendar.position(period)
    seen = replace(effect, scope=require_scope(plan, effect.scope))
    entry = GapAction(
        statement.strip(), owner or user.username, due, value, seen, scenario, against, note=note,
        actor=user.username, at=now(),
    )  # fmt: skip
    kept = workspace().records.gap_actions.add(entry)
    audit_record(actor=user.username, action="gap_action.add", subject=str(kept.id), detail={"statement": statement})
    notify([kept.owner], f"Action {kept.id}: {kept.statement}", "/finance/#actions", "action", sender=user.username)
    return kept


def action_judge(number: int, status: str, *, user: User, realised: float | None = None) -> GapAction:
    """Say how far an action is, and what it brought.

    Raises:
        NotAllowed: The role does not plan.
        NotFound: There is no such action.
        ChangeInvalid: There is no such status.
    """
    require(user, Ability.BRANCH)
    require_finance()
    entry = _entry(number)
    brought = entry.realised if realised is None else realised
    if status == "dropped" and entry.in_plan:
        entry = action_take_out(number, user=user)
    judged = replace(entry, status=cast(ActionStatus, status), realised=brought, actor=user.username, at=now())
    kept = workspace().records.gap_actions.revise(judged)
    audit_record(actor=user.username, action="gap_action.judge", subject=str(number), detail={"status": status})
    return kept


def action_count_on(number: int, *, user: User) -> GapAction:
    """Let the plan count on an action: its percentage is laid on the action's scenario as a change.

    Raises:
        NotAllowed: The role does not edit the measure.
        ChangeInvalid: It is in the plan already, is dropped, or moves nothing.
    """
    require_finance()
    entry = _entry(number)
    change = change_of(entry, actor=user.username, at=now())
    if entry.change:
        change_switch(entry.scenario, entry.change, on=True, user=user, note=f"action {number}")
        laid = entry.change
    else:
        laid = changes_append(entry.scenario, [change], user=user).changes[0].id
    kept = replace(entry, in_plan=True, change=laid, actor=user.username, at=now())
    return workspace().records.gap_actions.revise(kept)


def action_take_out(number: int, *, user: User) -> GapAction:
    """Let the plan no longer count on an action.

    Raises:
        NotAllowed: The role does not edit the measure.
        NotFound: The change is gone.
    """
    require_finance()
    entry = _entry(number)
    if entry.in_plan:
        change_switch(entry.scenario, entry.change, on=False, user=user, note=f"action {number}")
    return workspace().records.gap_actions.revise(replace(entry, in_plan=False, actor=user.username, at=now()))


def _entry(number: int) -> GapAction:
    """An action the person may see; another's part stays hidden."""
    entry = workspace().records.gap_actions.entry(number)
    require_scope(plan_of(entry.scenario), entry.effect.scope)
    return entry
