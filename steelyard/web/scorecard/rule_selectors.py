"""Rule selectors: the company's targets and alert rules, and what its records have observed."""

from collections.abc import Sequence

from steelyard.data.extract import Extract
from steelyard.errors import NotFound
from steelyard.governance.ownership import owner_of
from steelyard.kpi.alert import STANDARD_RULES, AlertRule
from steelyard.kpi.case_subject import SUBJECTS, CaseSubject
from steelyard.kpi.indicator import Indicator
from steelyard.kpi.registry import INDICATORS
from steelyard.kpi.target import Target
from steelyard.plan.kpi.targets import joined_targets, stated_targets
from steelyard.plan.numbers import PlanNumbers
from steelyard.web.governance.selectors import charter, held_by, owner_people
from steelyard.web.scorecard.kpi_sight import sees_member, sees_money_of, sees_of_company
from steelyard.web.scorecard.models import KpiTarget, Observation, Rule


def indicator_of(name: str) -> Indicator:
    """A KPI by its name.

    Raises:
        NotFound: There is none of this name.
    """
    if name not in INDICATORS:
        raise NotFound(f"There is no KPI {name!r}", mend="look at the registry of KPIs")
    return INDICATORS[name]


def targets_of(extract: Extract) -> tuple[Target, ...]:
    """Targets that hold on an extract: those people agreed on before those it states."""
    return joined_targets(stated_targets(extract), agreed_targets())


def agreed_targets() -> tuple[Target, ...]:
    """Targets people have agreed on here."""
    return tuple(Target(one.kpi, one.target, one.tolerance, one.level, one.member) for one in KpiTarget.objects.all())


def rules() -> tuple[AlertRule, ...]:
    """The company's alert rules; the standard ones until it has its own."""
    return tuple(_rule(one) for one in Rule.objects.all()) or STANDARD_RULES


def seen_targets(plan: PlanNumbers, kpi: str) -> list[Target]:
    """Targets agreed on for a KPI that name nothing outside of what the person of the request sees.

    Args:
        plan: A plan as the person sees it.
        kpi: Name of a KPI.
    """
    mine = (one for one in agreed_targets() if one.kpi == kpi and sees_money_of(kpi))
    return [one for one in mine if sees_member(plan, one.level, one.member)]


def seen_rules(plan: PlanNumbers) -> list[AlertRule]:
    """Alert rules that name nothing outside of what the person of the request sees."""
    return [one for one in rules() if sees_money_of(one.kpi) and sees_member(plan, one.level, one.member)]


def own_rules() -> bool:
    """Whether the company has rules of its own."""
    return Rule.objects.exists()


def observed(period: str = "") -> dict[str, float]:
    """The latest observation of each KPI, up to a period; money is left out for those who may not see it."""
    found = Observation.objects.order_by("period")
    rows = found.filter(period__lte=period) if period else found
    return {one.kpi: one.value for one in rows if sees_of_company(one.kpi)}


def observations(kpi: str) -> tuple[tuple[str, float], ...]:
    """Every observation of a KPI, in order of the periods."""
    if not sees_of_company(kpi):
        return ()
    return tuple(Observation.objects.filter(kpi=kpi).order_by("period").values_list("period", "value"))


def owner_of_kpi(subject: Indicator | CaseSubject) -> tuple[str, Sequence[str]]:
    """The role that owns a KPI, or a variance, as people read it, and the names of its people."""
    key, label = owner_roles()[subject.name]
    owned, people = owner_people("kpi", subject.name)
    return label, people if owned else held_by().get(key, [])


def owner_roles() -> dict[str, tuple[str, str]]:
    """Key and label of the role that owns each KPI and variance: as the company says, or else as it is declared."""
    agreed = charter()
    labels = {role.key: role.label for role in agreed.roles}
    found = {}
    for name, subject in SUBJECTS.items():
        owned = owner_of("kpi", name, agreed.ownership)
        key = owned.role if owned else subject.owner
        found[name] = (key, labels.get(key, key.replace("_", " ")))
    return found


def _rule(one: Rule) -> AlertRule:
    return AlertRule(
        one.name, one.kpi, one.of, one.worse, one.limit, one.periods, one.level, one.member, one.active,  # type: ignore[arg-type]
    )  # fmt: skip
