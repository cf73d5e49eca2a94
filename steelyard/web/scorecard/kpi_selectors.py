"""KPI selectors: the scorecard of a role or forum, one KPI period by period and by slice, and the KPI tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from urllib.parse import urlencode

from django.urls import reverse

from steelyard.errors import NotFound, SteelyardError
from steelyard.governance.data_standard import StandardCheck, check_standards
from steelyard.grid.series import Scope
from steelyard.kpi.indicator import Indicator
from steelyard.kpi.registry import AREAS, INDICATORS, ROOT, branches
from steelyard.kpi.target import Target, target_for
from steelyard.plan.kpi.alerts import members_of
from steelyard.plan.kpi.series import KpiSeries
from steelyard.plan.kpi.series import kpi_series as series_of
from steelyard.plan.kpi.targets import published_before
from steelyard.plan.kpi.values import KpiValue, figures_of, kpi_value, kpi_values, valued
from steelyard.plan.measuring.archive import Archive
from steelyard.plan.plan import Plan
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.governance.selectors import charter
from steelyard.web.masterdata.selectors import base_currency, extract
from steelyard.web.scenarios.plans import plan_of, published_numbers
from steelyard.web.scorecard import rule_selectors
from steelyard.web.ui.figures import NOTHING, number, short
from steelyard.web.worksheet.address import filter_text

LEVELS = ("product_family", "territory", "location_region", "channel", "category")
"""Levels at which a KPI is shown and may have targets of its own."""
MOST_MEMBERS = 60
_values: Answers[Sequence[KpiValue]] = Answers("Judging every KPI", 24)
_series: Answers[KpiSeries] = Answers("Looking back", 128)


@dataclass(frozen=True)
class KpiLine:
    """A KPI on a scorecard."""

    name: str
    label: str
    area: str
    unit: str
    value: float
    target: float | None
    standing: str
    leading: bool
    owner: str
    """The role that owns it, as people read it."""
    owner_role: str
    forums: tuple[str, ...]
    value_text: str
    target_text: str
    url: str
    trend: tuple[float, ...] = ()
    """What came, the latest last."""

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return isfinite(self.value)


@dataclass(frozen=True)
class SliceLine:
    """A KPI of one member of a level."""

    member: str
    value: float
    value_text: str
    target_text: str
    standing: str
    worksheet: str
    """Address of the rows behind it."""


@dataclass(frozen=True)
class TreeNode:
    """A KPI in the tree, with what drives it."""

    line: KpiLine
    depth: int
    met: bool
    """Whether it stands further up with its own drivers already."""


def kpi_lines(
    scenario: str, *, role: str = "", forum: str = "", scope: Scope | None = None, trends: bool = False
) -> tuple[KpiLine, ...]:
    """The scorecard: every KPI, or those of a role or forum, in the order of the registry.

    Args:
        scenario: Whose plan is judged.
        role: Only KPIs that this role owns.
        forum: Only KPIs on the scorecard of this forum.
        scope: Members by level; everything without one.
        trends: Whether to look up what came in the months before.

    Raises:
        NotFound: There is no such scenario.
    """
    plan = plan_of(scenario)
    currency = base_currency(plan.inputs.extract)
    owners = rule_selectors.owner_roles()
    found = [
        kpi
        for kpi in judged_kpis(scenario, scope)
        if (not role or owners[kpi.name][0] == role) and (not forum or forum in kpi.indicator.forums)
    ]
    return tuple(_line(kpi, currency, owners[kpi.name], _trend(scenario, kpi.name) if trends else ()) for kpi in found)


def judged_kpis(scenario: str, scope: Scope | None = None) -> Sequence[KpiValue]:
    """Every KPI of a scenario; see `judged`.

    Raises:
        NotFound: There is no such scenario.
    """
    return judged(plan_of(scenario), scope)


def judged(plan: Plan, scope: Scope | None = None) -> Sequence[KpiValue]:
    """Every KPI of a plan against the targets of its slice and the plan published before; remembered by plan."""
    before, known = published_before(workspace(), plan), rule_selectors.observed(cycle_of(plan))
    goals = rule_selectors.targets_of(extract(plan.inputs.extract))
    question = (before.id if before else "", _spelled(scope), goals, tuple(sorted(known.items())))
    return _values.of(plan, lambda: _judge(plan, scope, goals, known), *question)


def _judge(plan: Plan, scope: Scope | None, goals: Sequence[Target], known: Mapping[str, float]) -> Sequence[KpiValue]:
    asked = {level: tuple(members) for level, members in (scope or {}).items()}
    held = [one for name in INDICATORS if (one := target_for(name, goals, asked))]
    targets = {one.kpi: one.target for one in held}
    allowed = {one.kpi: one.tolerance for one in held if one.tolerance is not None}
    given = {} if scope else known
    return tuple(
        kpi_values(plan, previous=numbers_before(plan), targets=targets, tolerances=allowed, scope=scope, known=given)
    )  # fmt: skip


def kpi_series(scenario: str, name: str, scope: Scope | None = None) -> KpiSeries:
    """A KPI period by period: what came, what the plan of the time had said, what the plan says now.

    Raises:
        NotFound: There is no such scenario or KPI.
    """
    indicator, plan = rule_selectors.indicator_of(name), plan_of(scenario)
    if indicator.source == "records":
        return KpiSeries(name, rule_selectors.observations(name), (), ())
    archive = archive_of(scenario)
    question = (archive.labels if archive else (), name, _spelled(scope))
    return _series.of(plan, lambda: series_of(plan, name, archive=archive, scope=scope), *question)


def archive_of(scenario: str) -> Archive | None:
    """The published plans as the person of the request sees them; None when there is none to be read."""
    try:
        return measuring_of(scenario).archive
    except SteelyardError:
        return None


def target_of(scenario: str, name: str, scope: Scope | None = None) -> Target | None:
    """The target that holds for a slice; None is the default of the KPI."""
    goals = rule_selectors.targets_of(extract(plan_of(scenario).inputs.extract))
    return target_for(name, goals, {level: tuple(members) for level, members in (scope or {}).items()})


def slice_lines(scenario: str, name: str, level: str) -> tuple[SliceLine, ...]:
    """A KPI of every member of a level, the worst first.

    Raises:
        NotFound: There is no such scenario or KPI.
    """
    plan, indicator = plan_of(scenario), rule_selectors.indicator_of(name)
    currency, before = base_currency(plan.inputs.extract), numbers_before(plan)
    goals = rule_selectors.targets_of(extract(plan.inputs.extract))
    found = []
    for member in members_of(plan, level)[:MOST_MEMBERS]:
        scope = {level: (member,)}
        goal = target_for(name, goals, scope)
        value = kpi_value(name, figures_of(plan, before, scope))
        kpi = valued(indicator, value, goal.target if goal else None, goal.tolerance if goal else None)
        sheet = worksheet_address(scenario, indicator, scope)
        found.append((_behind(kpi), _slice_line(kpi, member, currency, sheet)))
    return tuple(line for _, line in sorted(found, key=lambda one: (-one[0], one[1].member)))


def levels_of(scenario: str) -> list[str]:
    """Levels of the demand at which KPIs are shown, of those the plan has."""
    have = plan_of(scenario).series("demand_plan").levels
    return [level for level in LEVELS if level in have]


def standards_held(scenario: str, today: date) -> tuple[StandardCheck, ...]:
    """The company's data standards, held against the extract of a scenario."""
    found = extract(plan_of(scenario).inputs.extract)
    return tuple(check_standards(charter().standards, found.score.tables, (today - found.as_of).days))


def tree(scenario: str) -> tuple[TreeNode, ...]:
    """The KPI tree: the financial result and its drivers, down to the leading ones."""
    lines = {line.name: line for line in kpi_lines(scenario)}
    met: set[str] = set()
    found = []
    for depth, name in branches(ROOT):
        found.append(TreeNode(lines[name], depth, name in met))
        met.add(name)
    return tuple(found)


def by_area(lines: Iterable[KpiLine]) -> list[tuple[str, list[KpiLine]]]:
    """Lines by the part of the month they belong to."""
    kept = list(lines)
    groups = [(label, [line for line in kept if line.area == area]) for area, label in AREAS.items()]
    return [(label, found) for label, found in groups if found]


def numbers_before(plan: Plan) -> Plan | None:
    """The plan published on the extract before, as the person of the request sees it."""
    record = published_before(workspace(), plan)
    try:
        return published_numbers(workspace().published_plan(record.id)) if record else None
    except SteelyardError:
        return None


def cycle_of(plan: Plan) -> str:
    """The month a plan belongs to: that of its first period."""
    return str(plan.horizon.edges[0])[:7]


def worksheet_address(scenario: str, indicator: Indicator, scope: Scope | None = None) -> str:
    """The rows behind a KPI; empty when it stands on no measure."""
    if not indicator.measures:
        return ""
    spelled = {level: tuple(members) for level, members in (scope or {}).items()}
    asked = {"measures": ",".join(indicator.measures)} | ({"scope": filter_text(spelled)} if spelled else {})
    return f"{reverse('worksheet:worksheet', kwargs={'scenario': scenario})}?{urlencode(asked)}"


def spelled(value: float | None, unit: str, currency: str) -> str:
    """A value of a KPI in its unit."""
    if value is None or not isfinite(value):
        return NOTHING
    if unit == "percent":
        return f"{number(value, 1)} %"
    if unit == "money":
        return f"{short(value)} {currency}"
    return f"{number(value, 0 if abs(value) >= 100 or not value else 1)} {unit}"


def target_words(kpi: KpiValue, currency: str) -> str:
    """The target of a KPI; of one that had better be low it says that it is a ceiling. Nothing without a target."""
    if kpi.target is None:
        return ""
    told = spelled(kpi.target, kpi.indicator.unit, currency)
    return f"at most {told}" if kpi.indicator.better == "lower" else told


def _line(kpi: KpiValue, currency: str, owner: tuple[str, str], trend: tuple[float, ...]) -> KpiLine:
    one = kpi.indicator
    return KpiLine(
        one.name, one.label, one.area, one.unit, kpi.value, kpi.target, kpi.standing, one.leading,
        owner[1], owner[0], one.forums, spelled(kpi.value, one.unit, currency),
        target_words(kpi, currency),
        reverse("scorecard:kpi", args=[one.name]), trend,
    )  # fmt: skip


def _slice_line(kpi: KpiValue, member: str, currency: str, sheet: str) -> SliceLine:
    told = spelled(kpi.value, kpi.indicator.unit, currency)
    return SliceLine(member, kpi.value, told, target_words(kpi, currency), kpi.standing, sheet)


def _behind(kpi: KpiValue) -> float:
    if not isfinite(kpi.value):
        return float("-inf")
    return kpi.indicator.behind(kpi.value, kpi.target if kpi.target is not None else 0.0)


def _trend(scenario: str, name: str) -> tuple[float, ...]:
    try:
        return tuple(value for _, value in kpi_series(scenario, name).actual[-12:])
    except NotFound:
        return ()


def _spelled(scope: Scope | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    asked = {level: (m,) if isinstance(m, str) else tuple(m) for level, m in (scope or {}).items()}
    return tuple(sorted(asked.items()))
