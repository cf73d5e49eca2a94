"""Variance alerts: money that is off budget, forecast of finance or last plan, as breaches that cases follow."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from steelyard.kpi.alert import Breach
from steelyard.kpi.case_subject import AGAINST, MEASURES, variance_name
from steelyard.plan.money.variance import LIMITS, VarianceException, variance_exceptions
from steelyard.plan.numbers import PlanNumbers

RULE = "{measure} is {percent:.0f} % {side} {against}"
MATERIAL = 0.05
"""Share of the largest gap below which a gap opens no case: finance has better things to do."""
BORNE: dict[str, float] = {limit.against: limit.share for limit in LIMITS}
"""What is borne of a version; quarters above and below it that make up for each other are no gap."""
REVENUE = ":revenue"
BUDGET_KPI = {"revenue": "revenue_vs_budget"}
"""KPIs that follow the same gap already, by measure."""


def variance_breaches(
    plan: PlanNumbers, *, previous: PlanNumbers | None = None, seen: Collection[str] = ()
) -> list[Breach]:
    """One breach for each family and version that the plan is off by more than is borne, the largest gap first.

    Money of several quarters of one family is one breach over all of them; where these quarters make up for each other
    so far that their sum is borne, there is none. Where revenue is off, the gross margin that follows it is no breach
    of its own.

    Args:
        plan: The plan.
        previous: The plan published before it.
        seen: Places that rules on KPIs have found already.
    """
    found = [
        one for group in _groups(variance_exceptions(plan, last_plan=previous)) if _troubles(one := _breach(group))
    ]
    least = MATERIAL * max((abs(one.value - (one.target or 0.0)) for one in found), default=0.0)
    large = [one for one in found if abs(one.value - (one.target or 0.0)) >= least]
    revenue = {(_against(one), one.member) for one in large if one.kpi.endswith(REVENUE)}
    kept = [
        one
        for one in large
        if not _known(one, seen) and (one.kpi.endswith(REVENUE) or (_against(one), one.member) not in revenue)
    ]
    return sorted(kept, key=lambda one: (-abs(one.value - (one.target or 0.0)), one.place))


def _groups(found: Iterable[VarianceException]) -> Iterable[Sequence[VarianceException]]:
    """Exceptions of one family, measure and version, in order of time."""
    ordered = sorted((one for one in found if one.measure in MEASURES and one.against in AGAINST), key=_place)
    return [sorted(group, key=lambda one: one.period) for _, group in groupby(ordered, key=_place)]


def _place(one: VarianceException) -> tuple[str, ...]:
    return (one.against, one.measure, one.level, one.member)


def _breach(group: Sequence[VarianceException]) -> Breach:
    first = group[0]
    value, target = sum(one.value for one in group), sum(one.held_against for one in group)
    percent = 100.0 * abs(value - target) / abs(target) if target else 100.0
    rule = RULE.format(
        measure=MEASURES[first.measure], percent=percent, side="behind" if value < target else "ahead of",
        against=AGAINST[first.against],
    )  # fmt: skip
    return Breach(
        rule, variance_name(first.measure, first.against), first.level, first.member, first.period, group[-1].period,
        len(group), value, target,
    )  # fmt: skip


def _against(breach: Breach) -> str:
    return breach.kpi.split(":")[1]


def _troubles(breach: Breach) -> bool:
    """Whether somebody has to say why: more than is borne behind what was promised, or off finance's own forecast."""
    target = breach.target or 0.0
    if abs(breach.value - target) <= BORNE[_against(breach)] * abs(target):
        return False
    return _against(breach) == "finance_forecast" or breach.value < target


def _known(breach: Breach, seen: Collection[str]) -> bool:
    _, against, measure = breach.kpi.split(":")
    kpi = BUDGET_KPI.get(measure, "") if against == "budget" else ""
    return bool(kpi) and f"{kpi}@{breach.level}={breach.member}" in seen
