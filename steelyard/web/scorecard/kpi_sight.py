"""KPI sight: which KPIs, cases, targets and rules the person of a request may read."""

from steelyard.errors import NotAllowed, UnknownMember
from steelyard.kpi.case_subject import VARIANCE
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.numbers import PlanNumbers
from steelyard.web.accounts.sight import require_inside, sees_money, sight
from steelyard.web.company import workspace


def sees_money_of(subject: str) -> bool:
    """Whether the person sees the money that a KPI or a variance is made of; shares and days tell of money as well."""
    indicator = INDICATORS.get(subject)
    if indicator is None:
        return subject.startswith(VARIANCE) and not _hides(subject.rsplit(":", 1)[-1])
    if indicator.source == "records":
        return indicator.unit != "money" or sees_money("cost")
    return not any(_hides(measure) for measure in indicator.measures)


def sees_of_company(subject: str) -> bool:
    """Whether the person may read a number of the whole company.

    Who sees a part of the company does not, unless the number tells of the process and nothing of the business.
    """
    indicator = INDICATORS.get(subject)
    of_process = indicator is not None and indicator.source == "records" and indicator.unit != "money"
    return sees_money_of(subject) and (of_process or not sight().limited)


def sees_of_slice(plan: PlanNumbers, subject: str, level: str, member: str) -> bool:
    """Whether the person may read what is kept of a KPI: of the company, or of a member that lies in their part.

    Args:
        plan: A plan as the person sees it.
        subject: Name of a KPI or a variance.
        level: Level of the member; empty for the company.
        member: The member.
    """
    if not level:
        return sees_of_company(subject)
    return sees_money_of(subject) and sees_member(plan, level, member)


def sees_member(plan: PlanNumbers, level: str, member: str) -> bool:
    """Whether all of a member lies in the person's part; without a level, whether nothing is named."""
    if not level or not sight().limited:
        return True
    try:
        require_inside(plan, {level: (member,)})
    except (NotAllowed, UnknownMember):
        return False
    return True


def _hides(measure: str) -> bool:
    return sight().hides(measure, workspace().calculator.wiring.measures)
