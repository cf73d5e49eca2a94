"""Case subject: what a case may be about: a KPI of the registry, or money of a plan that is off another version."""

from dataclasses import dataclass

from steelyard.kpi.indicator import Unit
from steelyard.kpi.registry import INDICATORS

VARIANCE = "variance"
AGAINST = {"budget": "the budget", "finance_forecast": "finance's forecast", "last_plan": "the last plan"}
MEASURES = {"revenue": "Revenue", "gross_margin": "Gross margin"}


@dataclass(frozen=True)
class CaseSubject:
    """What a case is about."""

    name: str
    label: str
    unit: Unit
    owner: str
    """Key of the role that answers for it, unless the company says otherwise."""
    forums: tuple[str, ...]
    is_kpi: bool = True
    """Whether it stands in the registry of KPIs."""


def variance_name(measure: str, against: str) -> str:
    """The name under which a variance is known from month to month.

    Example:
        >>> variance_name("revenue", "budget")
        'variance:budget:revenue'
    """
    return f"{VARIANCE}:{against}:{measure}"


def _variance(measure: str, against: str) -> CaseSubject:
    label = f"{MEASURES[measure]} against {AGAINST[against]}"
    return CaseSubject(
        variance_name(measure, against), label, "money", "finance", ("pre_sop", "executive_sop"), is_kpi=False
    )


SUBJECTS: dict[str, CaseSubject] = {
    **{one.name: CaseSubject(one.name, one.label, one.unit, one.owner, one.forums) for one in INDICATORS.values()},
    **{found.name: found for against in AGAINST for measure in MEASURES for found in (_variance(measure, against),)},
}
"""Everything a case may be about, by name."""
