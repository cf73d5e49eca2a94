"""KPI targets: what a company expects of a plan, and the plan it is measured against."""

from collections.abc import Mapping

import polars as pl

from steelyard.data.extract import Extract
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.record_tables import PublishedRecord
from steelyard.plan.workspace import Workspace

TARGET = "target:"
"""How the scope of an assumption begins that states the company's target of a KPI."""


def kpi_targets(extract: Extract) -> Mapping[str, float]:
    """Targets by KPI that the assumptions of an extract state; what is no number is left out.

    Args:
        extract: The extract; its assumptions hold a scope such as `target:fill_rate` and the target as value.
    """
    stated = extract.assumptions.filter(pl.col("scope").str.starts_with(TARGET))
    values = stated.select(pl.col("scope").str.strip_prefix(TARGET), pl.col("value").cast(pl.Float64, strict=False))
    return {name: value for name, value in values.iter_rows() if value is not None}


def published_before(workspace: Workspace, plan: PlanNumbers) -> PublishedRecord | None:
    """The latest published plan that stands on an older extract; accuracy and stability are measured against it."""
    as_of = {record.digest: record.as_of for record in workspace.extracts()}
    mine = as_of.get(plan.inputs.extract)
    older = [p for p in workspace.published() if mine and p.extract in as_of and as_of[p.extract] < mine]
    return older[-1] if older else None
