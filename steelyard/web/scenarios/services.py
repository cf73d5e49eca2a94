"""Scenario services: make, branch, put away, change, publish."""

from collections.abc import Sequence

from steelyard.errors import ChangeInvalid, NotAllowed, StaleRevision
from steelyard.plan.change import Change
from steelyard.plan.journal import Event, latest_change
from steelyard.plan.life_operation import LIFE_KINDS
from steelyard.plan.published import PublishedPlan
from steelyard.plan.scenario import Scenario
from steelyard.plan.sight import narrowed
from steelyard.web.accounts.permissions import User, require, require_edit
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_whole, sight
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.access import require_changing, require_seen
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.publishing_rule import require_free
from steelyard.web.scenarios.tasks import plan_replay
from steelyard.web.scenarios.words import ChangeLine

LONGEST_NAME = 60
LONGEST_TOLD = 200
PORTFOLIO_KINDS = LIFE_KINDS | {"new_item"}
FINANCE_TABLES = frozenset({"price", "item_cost", "budget", "currency_rate", "actuals_gl"})
DEMAND_TABLES = frozenset(
    {"sales_line", "demand_history", "open_order", "forecast_in", "promotion", "event", "item_link"}
)


def scenario_create(name: str, *, user: User, extract: str = "", horizon: int = 24, note: str = "") -> Scenario:
    """Make a scenario that stands on an extract; the latest one if none is named.

    Raises:
        NotAllowed: The role makes no scenarios.
        NameTaken: Another scenario has the name.
    """
    require(user, Ability.BRANCH)
    made = workspace().create_scenario(
        valid_name(name), actor=user.username, at=now(), extract=extract, note=note, horizon=horizon
    )
    audit_record(actor=user.username, action="scenario.create", subject=name, detail={"extract": made.extract})
    return made


def scenario_branch(base: str, name: str, *, user: User, note: str = "") -> Scenario:
    """Make a scenario that starts where another stands and follows it.

    Raises:
        NotAllowed: The role makes no scenarios.
        NameTaken: Another scenario has the name.
    """
    require(user, Ability.BRANCH)
    require_seen(workspace().records.scenario(base))
    made = workspace().scenario(base).branch(valid_name(name), actor=user.username, at=now(), note=note)
    audit_record(actor=user.username, action="scenario.branch", subject=name, detail={"base": base})
    return made


def published_branch(plan_id: str, name: str, *, user: User, note: str = "") -> Scenario:
    """Make a scenario that starts from a published plan.

    Raises:
        NotAllowed: The role makes no scenarios.
        NameTaken: Another scenario has the name.
    """
    require(user, Ability.BRANCH)
    made = workspace().branch_published(plan_id, valid_name(name), actor=user.username, at=now(), note=note)
    audit_record(actor=user.username, action="scenario.branch", subject=name, detail={"published": plan_id})
    return made


def scenario_archive(name: str, *, user: User) -> None:
    """Put a scenario away: its author may, and who may archive any.

    Raises:
        NotAllowed: It is somebody else's.
    """
    require_changing(user, name)
    scenario = workspace().scenario(name)
    if scenario.record.actor != user.username:
        require(user, Ability.ARCHIVE)
    require(user, Ability.BRANCH)
    scenario.archive(actor=user.username, at=now())
    audit_record(actor=user.username, action="scenario.archive", subject=name)


def scenario_restore(name: str, *, user: User) -> None:
    """Bring a scenario back from the archive.

    Raises:
        NotAllowed: The role may not.
    """
    require_changing(user, name)
    scenario = workspace().scenario(name)
    if scenario.record.actor != user.username:
        require(user, Ability.ARCHIVE)
    require(user, Ability.BRANCH)
    scenario.restore(actor=user.username, at=now())
    audit_record(actor=user.username, action="scenario.restore", subject=name)


def changes_append(name: str, changes: Sequence[Change], *, user: User, expected_revision: int | None = None) -> Event:
    """Append changes as one event that can be undone as one.

    Raises:
        NotAllowed: A change is on something the role does not edit, or outside the person's part of the company.
        ChangeInvalid: A change does not fit the plan.
        StaleRevision: Somebody else was faster.
        ScenarioClosed: The scenario takes no changes.
    """
    require_changing(user, name)
    for change in changes:
        require_change(user, change)
    changes = changes_within(name, changes)
    event = workspace().scenario(name).append(*changes, expected_revision=expected_revision)
    audit_record(
        actor=user.username,
        action="scenario.change",
        subject=name,
        detail={"revision": event.revision, "changes": len(changes), "first": _told(name, changes[0])},
    )
    return event


def change_undo(name: str, *, user: User, expected_revision: int | None = None) -> Event:
    """Take back the person's latest change.

    Raises:
        NotFound: There is nothing to take back.
        StaleRevision: Somebody else was faster.
    """
    require_changing(user, name)
    scenario = workspace().scenario(name)
    require_fresh(scenario, expected_revision)
    event = scenario.undo(user.username, now())
    audit_record(actor=user.username, action="scenario.undo", subject=name, detail={"revision": event.revision})
    return event


def change_redo(name: str, *, user: User, expected_revision: int | None = None) -> Event:
    """Bring back what the person took back last.

    Raises:
        NotFound: There is nothing to bring back.
        StaleRevision: Somebody else was faster.
    """
    require_changing(user, name)
    scenario = workspace().scenario(name)
    require_fresh(scenario, expected_revision)
    event = scenario.redo(user.username, now())
    audit_record(actor=user.username, action="scenario.redo", subject=name, detail={"revision": event.revision})
    return event


def change_switch(name: str, change_id: str, *, on: bool, user: User, reason: str = "", note: str = "") -> Event:
    """Switch a change on or off; the trail keeps the reason.

    Raises:
        NotAllowed: The role does not edit what the change is on.
        NotFound: The scenario has no such change of its own.
    """
    require_changing(user, name)
    scenario = workspace().scenario(name)
    found = next((change for change in scenario.own_changes if change.id == change_id), None)
    if found is not None:
        require_change(user, found)
        require_within(name, [found])
    event = scenario.switch(change_id, on=on, actor=user.username, at=now())
    why = {word: text for word, text in (("reason", reason), ("note", note)) if text}
    told = _told(name, found) if found is not None else change_id
    action = "scenario.switch_on" if on else "scenario.switch_off"
    audit_record(actor=user.username, action=action, subject=name, detail={"change": told, **why})
    return event


def scenario_publish(
    name: str, *, user: User, note: str = "", expected_revision: int | None = None, waive: str = ""
) -> PublishedPlan:
    """Publish a scenario: its numbers are kept for ever.

    Args:
        name: The scenario.
        user: Who publishes.
        note: What was agreed.
        expected_revision: The revision that was looked at.
        waive: Why it is published without the decision that the month asks for.

    Raises:
        NotAllowed: The role does not publish, or the plan of a running month is published by decision.
        StaleRevision: The scenario has moved since it was looked at.
    """
    require_changing(user, name)
    require(user, Ability.PUBLISH)
    require_whole("a published plan")
    scenario = workspace().scenario(name)
    require_fresh(scenario, expected_revision)
    require_free(name, user=user, waive=waive)
    published = scenario.publish(actor=user.username, at=now(), note=note)
    audit_record(
        actor=user.username, action="plan.publish", subject=published.id, detail={"scenario": name}, run=published.id
    )
    return published


def replay_start(plan_id: str, *, user: User) -> Job:
    """Calculate a published plan again, as a job, and compare every number."""
    plan = workspace().published_plan(plan_id)
    audit_record(actor=user.username, action="plan.replay", subject=plan.id, run=plan.id)
    return job_start(
        plan_replay,
        kind="plan.replay",
        title=f"Replay of plan {plan.id[:12]}",
        author=user.username,
        parameters={"plan": plan.id},
    )


def require_fresh(scenario: Scenario, expected: int | None) -> None:
    """Go on only when a scenario is at the revision a person saw.

    Raises:
        StaleRevision: It has moved on.
    """
    actual = scenario.revision
    if expected is not None and expected != actual:
        since = [event for event in scenario.events if event.revision > expected]
        raise StaleRevision(expected=expected, actual=actual, change=latest_change(since))


def require_change(user: User, change: Change) -> None:
    """Go on only when the person may make a change.

    Raises:
        NotAllowed: The role does not include it.
    """
    if change.moves_cells:
        declared = workspace().calculator.wiring.measures.get(change.measure)
        require_edit(user, declared.area if declared else "")
    elif change.kind == "master_data":
        require_edit(user, _area_of_table(getattr(change.operation, "table", "")))
    elif change.kind in PORTFOLIO_KINDS:
        require_edit(user, "portfolio")
    elif change.kind == "add_row":
        require_edit(user, _area_of_table(getattr(change.operation, "table", "")))
    elif change.kind == "parameter":
        require(user, Ability.EDIT_SUPPLY if user.may(Ability.EDIT_SUPPLY) else Ability.EDIT_DEMAND)
    else:
        require(user, Ability.BRANCH)


def changes_within(name: str, changes: Sequence[Change]) -> list[Change]:
    """Changes of a scenario as far as they reach within the part of the company that the person sees.

    Raises:
        NotAllowed: One reaches outside.
    """
    if sight().everything:
        return list(changes)
    plan = moment_of(name).plan
    return [narrowed(plan, change) for change in changes]


def require_within(name: str, changes: Sequence[Change]) -> None:
    """Go on only when changes that stand move nothing outside the part of the company that the person sees.

    Raises:
        NotAllowed: One reaches outside.
    """
    for change, mine in zip(changes, changes_within(name, changes), strict=True):
        if mine.scope != change.scope:
            raise NotAllowed(
                "This change reaches outside your part of the company", where=str(change), mend="ask who sees all of it"
            )


def valid_name(name: str) -> str:
    """Check the name of a scenario.

    Raises:
        ChangeInvalid: It is empty, too long, or has a character that addresses do not take.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or any(mark in plain for mark in '/\\?#%<>"') or plain.strip(".") == "":
        raise ChangeInvalid(
            "This is no name for a scenario",
            where=name[:80],
            mend=f'use up to {LONGEST_NAME} characters without /\\?#%<>"',
        )
    return plain


def _told(name: str, change: Change) -> str:
    names = member_names(workspace().scenario(name).extract)
    return ChangeLine(change, True, names).sentence[:LONGEST_TOLD]


def _area_of_table(table: str) -> str:
    if table in FINANCE_TABLES:
        return "finance"
    return "demand" if table in DEMAND_TABLES else "supply"
