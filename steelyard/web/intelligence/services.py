"""Intelligence services: enter, use, take out, withdraw."""

from datetime import date

from steelyard.plan.intelligence.entry import IntelligenceEntry
from steelyard.plan.intelligence.use import drop_entry, use_entry
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_scope
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.access import scenario_to_change
from steelyard.web.scenarios.plans import plan_of


def entry_create(
    scenario: str,
    *,
    user: User,
    kind: str,
    source: str,
    statement: str,
    scope: dict[str, tuple[str, ...]],
    periods: tuple[str, str],
    low: float,
    likely: float,
    high: float,
    confidence: float,
    evidence: str = "",
    owner: str = "",
    valid_until: date | None = None,
) -> IntelligenceEntry:
    """Enter what was heard.

    Raises:
        NotAllowed: The role does not edit demand.
        ChangeInvalid: The range, confidence or periods make no sense.
        UnknownMember: The plan has no such member.
        UnknownPeriod: The plan has no such period.
    """
    require(user, Ability.EDIT_DEMAND)
    plan = plan_of(scenario)
    scope = require_scope(plan, scope)
    plan.series("intelligence_percent").select(scope)
    for period in periods:
        plan.calendar.position(period)
    entry = IntelligenceEntry(
        kind, source.strip(), statement.strip(), scope, periods, low, likely, high, confidence, evidence,  # type: ignore[arg-type]
        owner or user.username, valid_until, user.username, now(),
    )  # fmt: skip
    kept = workspace().records.intelligence.add(entry)
    audit_record(actor=user.username, action="intelligence.add", subject=str(kept.id), detail={"source": source})
    return kept


def entry_use(scenario: str, number: int, *, user: User) -> float:
    """Make an entry an assumption of a scenario; gives the weight of its source.

    Raises:
        NotAllowed: The role does not edit demand, or the scenario is not theirs to change.
        ChangeInvalid: The entry has run out or was withdrawn.
        ScenarioClosed: The scenario takes no changes.
    """
    require(user, Ability.EDIT_DEMAND)
    where, entry = scenario_to_change(user, scenario), workspace().records.intelligence.entry(number)
    weight = measuring_of(scenario).weight(entry)
    require_scope(plan_of(scenario), entry.scope)
    use_entry(workspace(), entry, where, weight=weight, actor=user.username, at=now())
    audit_record(
        actor=user.username, action="intelligence.use", subject=str(number),
        detail={"scenario": scenario, "weight": round(weight, 4)},
    )  # fmt: skip
    return weight


def entry_drop(scenario: str, number: int, *, user: User) -> None:
    """Take an entry out of a scenario.

    Raises:
        NotAllowed: The role does not edit demand, or the scenario is not theirs to change.
    """
    require(user, Ability.EDIT_DEMAND)
    where, entry = scenario_to_change(user, scenario), workspace().records.intelligence.entry(number)
    drop_entry(workspace(), entry, where, actor=user.username, at=now())
    audit_record(actor=user.username, action="intelligence.drop", subject=str(number), detail={"scenario": scenario})


def entry_withdraw(number: int, *, user: User) -> None:
    """Mark an entry as withdrawn.

    Raises:
        NotAllowed: The role does not edit demand.
    """
    require(user, Ability.EDIT_DEMAND)
    workspace().records.intelligence.withdraw(number)
    audit_record(actor=user.username, action="intelligence.withdraw", subject=str(number))
