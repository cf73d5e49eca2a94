"""Risk services: enter and judge assumptions, risks and opportunities; make the three views of the future."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from steelyard.plan.uncertainty.effect import Effect, check_effect
from steelyard.plan.uncertainty.ranges import make_range_scenarios
from steelyard.plan.uncertainty.register import Assumption, AssumptionStatus, Risk, RiskKind, RiskStatus
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.accounts.sight import require_inside, require_whole
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.plans import plan_of


def assumption_add(
    scenario: str,
    *,
    user: User,
    statement: str,
    effect: Effect,
    owner: str = "",
    source: str = "",
    valid_until: date | None = None,
    value: float | None = None,
    unit: str = "",
    linked: Sequence[str] = (),
) -> Assumption:
    """Enter an assumption; it is proposed until somebody validates it.

    Raises:
        NotAllowed: The role does not plan.
        ChangeInvalid: The range makes no sense.
        UnknownMember: The plan has no such member.
        NotFound: The plan has no measure that it names.
    """
    require(user, Ability.BRANCH)
    _check_scope(scenario, effect)
    for name in linked:
        plan_of(scenario).measure(name)
    entry = Assumption(
        statement.strip(), owner or user.username, effect, source, valid_until, value=value, unit=unit.strip(),
        linked=tuple(linked), actor=user.username, at=now(),
    )  # fmt: skip
    kept = workspace().records.registers.assumptions.add(entry)
    audit_record(actor=user.username, action="assumption.add", subject=str(kept.id), detail={"statement": statement})
    return kept


def risk_add(
    scenario: str,
    *,
    user: User,
    statement: str,
    effect: Effect,
    probability: float,
    kind: str = "risk",
    owner: str = "",
    group: str = "",
    correlation: float = 0.5,
    response: str = "",
    trigger: str = "",
) -> Risk:
    """Enter a risk or an opportunity.

    Raises:
        NotAllowed: The role does not plan.
        ChangeInvalid: Range or probability make no sense, no future could draw what it works on, or the correlations of
            its group cannot be true at once.
        UnknownMember: The plan has no such member.
    """
    require(user, Ability.BRANCH)
    _check_scope(scenario, effect)
    entry = Risk(
        statement.strip(), owner or user.username, probability, effect, cast(RiskKind, kind), group,
        correlation, response=response, trigger=trigger, actor=user.username, at=now(),
    )  # fmt: skip
    kept = workspace().records.registers.risks.add(entry)
    audit_record(actor=user.username, action="risk.add", subject=str(kept.id), detail={"statement": statement})
    return kept


def assumption_judge(number: int, status: str, *, user: User, outcome: float | None = None) -> Assumption:
    """Validate or reject an assumption, or note what came true.

    Raises:
        NotAllowed: The role does not plan.
        NotFound: There is no such assumption.
        ChangeInvalid: There is no such status.
    """
    require(user, Ability.BRANCH)
    register = workspace().records.registers.assumptions
    entry = register.entry(number)
    came = entry.outcome if outcome is None else outcome
    judged = register.revise(
        replace(entry, status=cast(AssumptionStatus, status), outcome=came, actor=user.username, at=now())
    )
    audit_record(actor=user.username, action="assumption.judge", subject=str(number), detail={"status": status})
    return judged


def risk_judge(number: int, status: str, *, user: User, in_plan: bool | None = None) -> Risk:
    """Say what became of a risk, or that the plan counts on it.

    Raises:
        NotAllowed: The role does not plan.
        NotFound: There is no such risk.
        ChangeInvalid: There is no such status.
    """
    require(user, Ability.BRANCH)
    register = workspace().records.registers.risks
    entry = register.entry(number)
    counts = entry.in_plan if in_plan is None else in_plan
    judged = register.revise(
        replace(entry, status=cast(RiskStatus, status), in_plan=counts, actor=user.username, at=now())
    )
    audit_record(actor=user.username, action="risk.judge", subject=str(number), detail={"status": status})
    return judged


def ranges_make(scenario: str, *, user: User) -> list[str]:
    """Branch a scenario into its optimistic, most likely and pessimistic views; answers their names.

    Raises:
        NotAllowed: The role makes no scenarios.
        PlanError: No assumption counts.
        NameTaken: The views are there already.
    """
    require(user, Ability.BRANCH)
    require_whole("a plan for every assumption")
    home = workspace()
    entries = home.records.registers.assumptions.entries()
    made = make_range_scenarios(home, home.scenario(scenario), entries, actor=user.username, at=now())
    names = [one.name for one in made.values()]
    audit_record(actor=user.username, action="scenario.ranges", subject=scenario, detail={"made": ", ".join(names)})
    return names


def _check_scope(scenario: str, effect: Effect) -> None:
    plan = plan_of(scenario)
    require_inside(plan, effect.scope, plan.measure(effect.measure).grain)
    check_effect(plan, effect)
