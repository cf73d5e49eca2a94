"""KPI alerts: what the rules find in a plan and in what has come since."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from steelyard.errors import NotAllowed, NotFound, UnknownMember
from steelyard.grid.series import Scope
from steelyard.kpi.alert import SEGMENT_LEVELS, AlertRule, Breach, breach_of
from steelyard.kpi.registry import INDICATORS
from steelyard.kpi.target import Target, target_for
from steelyard.plan.kpi.series import Values, ahead, kpi_series
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.measuring.archive import Archive
from steelyard.plan.measuring.segment import item_segments
from steelyard.plan.numbers import PlanNumbers

SERIES_OF = "demand_plan"
"""The measure whose levels rules may look at one by one."""


def find_breaches(
    plan: PlanNumbers,
    rules: Iterable[AlertRule],
    *,
    targets: Sequence[Target] = (),
    previous: PlanNumbers | None = None,
    archive: Archive | None = None,
    known: dict[str, float] | None = None,
) -> list[Breach]:
    """Everything the rules find, in the order of the rules and of the members.

    Args:
        plan: The plan, on the latest extract.
        rules: The rules; those switched off are passed over.
        targets: The company's targets, whole and by slice.
        previous: The plan published before.
        archive: The published plans, for rules about the past.
        known: Values that the records of the process give.
    """
    found = []
    for rule in rules:
        if rule.active and rule.kpi in INDICATORS:
            for member, scope in _slices(plan, rule):
                target = target_for(rule.kpi, targets, scope)
                values = _values(plan, rule, scope, previous, archive, known or {})
                breach = breach_of(rule, INDICATORS[rule.kpi], values, target, member=member)
                found += [breach] if breach else []
    return found


def members_of(plan: PlanNumbers, level: str) -> tuple[str, ...]:
    """Members of a level of demand, in order; none when there is no such level."""
    try:
        return tuple(plan.series(SERIES_OF).group((level,)).labels[level].to_list())
    except (UnknownMember, NotFound, NotAllowed):
        return ()


def _slices(plan: PlanNumbers, rule: AlertRule) -> Iterator[tuple[str, Scope]]:
    if not rule.level:
        yield "", {}
    elif rule.level in SEGMENT_LEVELS:
        yield from ((m, {"item": items}) for m, items in _segments(plan, rule.level) if rule.member in ("", m))
    else:
        yield from ((m, {rule.level: (m,)}) for m in members_of(plan, rule.level) if rule.member in ("", m))


def _segments(plan: PlanNumbers, kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Classes of items with those of their items that are planned."""
    planned = set(members_of(plan, "item"))
    found = item_segments(plan).frame.filter(pl.col("item").is_in(list(planned)))
    for (member,), part in found.sort(kind, "item").group_by([kind], maintain_order=True):
        yield str(member), tuple(part["item"].to_list())


def _values(
    plan: PlanNumbers,
    rule: AlertRule,
    scope: Scope,
    previous: PlanNumbers | None,
    archive: Archive | None,
    known: dict[str, float],
) -> Values:
    if rule.of == "past":
        return kpi_series(plan, rule.kpi, archive=archive, scope=scope).actual
    figures = figures_of(plan, previous, scope)
    if rule.of == "ahead":
        return ahead(rule.kpi, figures)
    value = known[rule.kpi] if rule.kpi in known and not scope else kpi_value(rule.kpi, figures)
    return ((plan.horizon.labels[0], value),)
