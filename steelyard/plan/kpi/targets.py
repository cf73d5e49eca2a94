"""KPI targets: what a company expects of a plan, and the plan it is measured against."""

from collections.abc import Iterable, Mapping

import polars as pl

from steelyard.data.extract import Extract
from steelyard.kpi.target import Target
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.record_tables import PublishedRecord
from steelyard.plan.workspace import Workspace

TARGET = "target:"
"""How the scope of an assumption begins that states the company's target of a KPI."""


def kpi_targets(extract: Extract) -> Mapping[str, float]:
    """Targets of the whole company by KPI that the assumptions of an extract state; what is no number is left out.

    Args:
        extract: The extract; its assumptions hold a scope such as `target:fill_rate` and the target as value.
    """
    return company_goals(stated_targets(extract))[0]


def stated_targets(extract: Extract) -> tuple[Target, ...]:
    """Every target that the assumptions of an extract state, also of slices: `target:fill_rate@territory=North`."""
    stated = extract.assumptions.filter(pl.col("scope").str.starts_with(TARGET))
    values = stated.select(pl.col("scope").str.strip_prefix(TARGET), pl.col("value").cast(pl.Float64, strict=False))
    return tuple(_target(scope, value) for scope, value in values.iter_rows() if value is not None)


def joined_targets(stated: Iterable[Target], agreed: Iterable[Target]) -> tuple[Target, ...]:
    """Targets of the extract with those people have agreed on since, which hold before them."""
    return tuple({one.name: one for one in (*stated, *agreed)}.values())


def company_goals(targets: Iterable[Target]) -> tuple[dict[str, float], dict[str, float]]:
    """Targets and tolerances of the whole company, by KPI."""
    whole = [one for one in targets if not one.level]
    return (
        {one.kpi: one.target for one in whole},
        {one.kpi: one.tolerance for one in whole if one.tolerance is not None},
    )


def _target(scope: str, value: float) -> Target:
    kpi, _, where = scope.partition("@")
    level, _, member = where.partition("=")
    return Target(kpi, value, None, level if member else "", member)


def published_before(workspace: Workspace, plan: PlanNumbers) -> PublishedRecord | None:
    """The latest published plan that stands on an older extract; accuracy and stability are measured against it."""
    as_of = {record.digest: record.as_of for record in workspace.extracts()}
    mine = as_of.get(plan.inputs.extract)
    older = [p for p in workspace.published() if mine and p.extract in as_of and as_of[p.extract] < mine]
    return older[-1] if older else None
