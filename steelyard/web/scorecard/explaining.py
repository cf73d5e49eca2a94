"""Explaining: words that explain a gap in money, kept as the case of that gap, so that it is followed from then on."""

from django.db import transaction
from django.db.models import F

from steelyard.errors import KpiInvalid
from steelyard.kpi.case_subject import SUBJECTS, variance_name
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.notices.services import notices_close_on
from steelyard.web.scorecard.models import Case, Sighting

LONGEST = 2000
RULE = "Gap at a gate of the month"


@transaction.atomic
def gap_explain(
    against: str, level: str, member: str, *, user: User, cycle: str, gap: float, cause: str, action: str
) -> int:
    """Say why the revenue of a member is off, and what is done about it; answers the number of its case.

    A case that is open for this gap takes the words; without one it is opened, and owned by who explains.

    Args:
        against: What the plan is held against: budget or finance_forecast.
        level: Level of the member, such as product_family.
        member: Whose gap it is.
        user: Who explains.
        cycle: Key of the month in which it was seen.
        gap: Plan less the other, in the company's currency.
        cause: Why.
        action: What is done about it, or why nothing is.

    Raises:
        NotAllowed: The role does not answer for money.
        KpiInvalid: There is no such gap, or cause or action is missing.
    """
    require(user, Ability.EDIT_FINANCE)
    kpi = variance_name("revenue", against)
    if kpi not in SUBJECTS:
        raise KpiInvalid(f"Nothing is held against {against!r}", mend="budget, finance_forecast or last_plan")
    if not cause.strip() or not action.strip():
        raise KpiInvalid(
            "A gap is explained by why it is there and what is done about it",
            mend="write both; where nothing is done, say why",
        )
    case, _ = Case.objects.get_or_create(
        kpi=kpi, level=level[:60], member=member[:120], closed_at=None,
        defaults={"opened_at": now(), "opened_cycle": cycle[:40], "owner": user},
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(
        cause=cause.strip()[:LONGEST], action=action.strip()[:LONGEST], revision=F("revision") + 1
    )
    Sighting.objects.get_or_create(
        case=case, cycle=cycle[:40],
        defaults={"rule": RULE, "first": cycle[:40], "last": cycle[:40], "value": gap, "at": now()},
    )  # fmt: skip
    notices_close_on(f"case {case.pk}", ("case.opened",))
    audit_record(
        actor=user.username, action="case.write", subject=f"case {case.pk}",
        before={"cause": case.cause[:200], "action": case.action[:200]},
        after={"cause": cause[:200], "action": action[:200]},
    )  # fmt: skip
    return case.pk
