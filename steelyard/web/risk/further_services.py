"""Further services of risk: set and close signposts, count a risk in or out of the plan."""

from dataclasses import replace

from steelyard.plan.uncertainty.register import Risk
from steelyard.plan.uncertainty.signpost import Signpost
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_inside
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.risk.services import risk_judge
from steelyard.web.scenarios.plans import plan_of


def signpost_add(scenario: str, signpost: Signpost, *, user: User) -> Signpost:
    """Set a signpost; its contingency scenario has to be there.

    Raises:
        NotAllowed: The role does not plan, or the scope lies outside what the person may see.
        NotFound: There is no such measure or scenario.
        UnknownMember: The plan has no such member.
    """
    require(user, Ability.BRANCH)
    plan = plan_of(scenario)
    plan.series(signpost.measure).select(signpost.scope)
    require_inside(plan, signpost.scope)
    workspace().scenario(signpost.scenario)
    for period in signpost.periods or ():
        plan.calendar.position(period)
    kept = workspace().records.registers.signposts.add(replace(signpost, actor=user.username, at=now()))
    audit_record(actor=user.username, action="signpost.add", subject=str(kept.id), detail={"statement": kept.statement})
    return kept


def signpost_close(number: int, scenario: str, *, user: User) -> Signpost:
    """Stop watching a signpost.

    Raises:
        NotAllowed: The role does not plan, or the signpost lies outside what the person may see.
        NotFound: There is no such signpost.
    """
    require(user, Ability.BRANCH)
    register = workspace().records.registers.signposts
    entry = register.entry(number)
    require_inside(plan_of(scenario), entry.scope)
    closed = register.revise(replace(entry, closed=True, actor=user.username, at=now()))
    audit_record(actor=user.username, action="signpost.close", subject=str(number))
    return closed


def risk_count(number: int, *, in_plan: bool, user: User) -> Risk:
    """Say whether the plan counts on a risk already.

    Raises:
        NotAllowed: The role does not plan.
        NotFound: There is no such risk.
    """
    status = workspace().records.registers.risks.entry(number).status
    return risk_judge(number, status, user=user, in_plan=in_plan)
