"""Finance review services: gap-closing actions are entered, judged, and counted on or not."""

import secrets
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

from django.conf import settings

from steelyard.errors import ChangeInvalid, EntryMoved, StaleRevision, SteelyardError
from steelyard.plan.change import Change
from steelyard.plan.money.action import ActionStatus, GapAction
from steelyard.plan.money.action_plan import change_of
from steelyard.plan.money.budget_load import VERSIONS
from steelyard.plan.record_faults import name_taken
from steelyard.plan.uncertainty.effect import Effect
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_scope, require_whole
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.finance_review.selectors import require_finance
from steelyard.web.finance_review.tasks import budget_import
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job
from steelyard.web.masterdata.uploads import Bounds, Sent, store_upload
from steelyard.web.notices.services import notify
from steelyard.web.scenarios.access import require_seen
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.services import change_switch, changes_append, valid_name

BUDGET_BOUNDS = Bounds(sent=20 << 20, unpacked=80 << 20)


def budget_upload(
    scenario: str, file: Sent, *, user: User, name: str = "", version: str = "budget", note: str = ""
) -> Job:  # fmt: skip
    """Store a budget that was sent, and load it as a job: through the checks of an import, onto a scenario of its own.

    Raises:
        NotAllowed: The role does not edit finance, or sees a part of the company.
        ChangeInvalid: There is no such version.
        FileUnreadable: The file breaks a bound, or is no table.
    """
    require(user, Ability.EDIT_FINANCE)
    require_finance()
    require_whole("a budget")
    if version not in VERSIONS:
        raise ChangeInvalid(f"There is no version {version!r}", mend=f"use one of {', '.join(VERSIONS)}")
    record = workspace().scenario(scenario).record
    require_seen(record)
    into = valid_name(name.strip() or f"{scenario} with {version.replace('_', ' ')}"[:60])
    if into in {one.name for one in workspace().scenarios(archived=True)}:
        raise name_taken(into)
    place = Path(settings.UPLOAD_FOLDER) / secrets.token_hex(8)
    try:
        store_upload([file], place / "files", BUDGET_BOUNDS)
    except Exception:
        shutil.rmtree(place, ignore_errors=True)
        raise
    stored = next(path for path in (place / "files").iterdir())
    audit_record(
        actor=user.username, action="budget.load", subject=into, detail={"from": scenario, "file": stored.name}
    )
    return job_start(
        budget_import,
        kind="budget.load",
        title=f"{version.replace('_', ' ').capitalize()} of {stored.name} into {into}"[:200],
        author=user.username,
        parameters={
            "scenario": scenario, "into": into, "file": str(stored), "version": version, "note": note[:300],
            "temporary": str(place),
        },
    )  # fmt: skip


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
        EntryMoved: Somebody else has acted on it meanwhile.
    """
    require(user, Ability.BRANCH)
    require_finance()
    entry, version = _entry(number)
    brought = entry.realised if realised is None else realised
    judged = replace(entry, status=cast(ActionStatus, status), realised=brought, actor=user.username, at=now())
    dropped = status == "dropped" and entry.in_plan
    kept = _revise(replace(judged, in_plan=entry.in_plan and not dropped), version)
    if dropped:
        _lift(entry, user)
    audit_record(actor=user.username, action="gap_action.judge", subject=str(number), detail={"status": status})
    return kept


def action_count_on(number: int, *, user: User) -> GapAction:
    """Let the plan count on an action: its percentage is laid on the action's scenario as a change.

    The action is taken in hand before its change is laid, so that of two people who do it at once one wins.

    Raises:
        NotAllowed: The role does not edit the measure.
        ChangeInvalid: It is in the plan already, is dropped, or moves nothing.
        EntryMoved: Somebody else has acted on it meanwhile.
    """
    require_finance()
    entry, version = _entry(number)
    change = change_of(entry, actor=user.username, at=now())
    counted = _revise(replace(entry, in_plan=True, actor=user.username, at=now()), version)
    try:
        laid = _lay(entry, change, user)
    except SteelyardError:
        _revise(replace(entry, actor=user.username, at=now()), version + 1)
        raise
    return _revise(replace(counted, change=laid), version + 1)


def action_take_out(number: int, *, user: User) -> GapAction:
    """Let the plan no longer count on an action.

    Raises:
        NotAllowed: The role does not edit the measure.
        NotFound: The change is gone.
        EntryMoved: Somebody else has acted on it meanwhile.
    """
    require_finance()
    entry, version = _entry(number)
    if not entry.in_plan:
        return entry
    kept = _revise(replace(entry, in_plan=False, actor=user.username, at=now()), version)
    try:
        _lift(entry, user)
    except SteelyardError:
        _revise(replace(entry, actor=user.username, at=now()), version + 1)
        raise
    return kept


def _lay(entry: GapAction, change: Change, user: User) -> str:
    """Lay the action's change, or switch it on where it is laid already; its id."""
    known = _change_laid(entry)
    if not known:
        return changes_append(entry.scenario, [change], user=user).changes[0].id
    change_switch(entry.scenario, known, on=True, user=user, note=f"action {entry.id}")
    return known


def _lift(entry: GapAction, user: User) -> None:
    if laid := _change_laid(entry):
        change_switch(entry.scenario, laid, on=False, user=user, note=f"action {entry.id}")


def _change_laid(entry: GapAction) -> str:
    """Id of the change that lays an action; found by its note where a stopped server has not kept it."""
    if entry.change:
        return entry.change
    changes = workspace().scenario(entry.scenario).own_changes
    return next((one.id for one in changes if one.note.startswith(f"action {entry.id}: ")), "")


def _revise(entry: GapAction, version: int) -> GapAction:
    try:
        return workspace().records.gap_actions.revise(entry, expected_version=version)
    except StaleRevision as fault:
        raise EntryMoved(
            f"Somebody was faster: action {entry.id} has moved on", mend="look at it again, then act"
        ) from fault


def _entry(number: int) -> tuple[GapAction, int]:
    """An action the person may see, with its version; another's part stays hidden."""
    versions = workspace().records.gap_actions.history(number)
    require_scope(plan_of(versions[-1].scenario), versions[-1].effect.scope)
    return versions[-1], len(versions)
