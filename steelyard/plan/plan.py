"""Plan: numbers that can be read at any level, explained and exported."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from steelyard.grid.series import Scope
from steelyard.plan.explain import Explanation, explain
from steelyard.plan.export import export_plan
from steelyard.plan.kpi.values import KpiValue, kpi_values
from steelyard.plan.lineage import extract_rows
from steelyard.plan.numbers import Periods, PlanNumbers


class Plan(PlanNumbers):
    """The numbers of a scenario at one moment; immutable.

    Example:
        `plan.frame(["revenue", "gross_margin"], by=["product_family"], time="quarter")`
    """

    def explain(self, measure: str, *, scope: Scope | None = None, periods: Periods = None) -> Explanation:
        """Say where a number comes from: formula, inputs, changes and rows of the extract.

        Args:
            measure: Name of the measure.
            scope: Members by level; nothing means everything.
            periods: A period, a first and last period, or all.
        """
        return explain(self, measure, scope=scope, periods=periods)

    def kpis(
        self,
        *,
        previous: PlanNumbers | None = None,
        targets: Mapping[str, float] | None = None,
        scope: Scope | None = None,
    ) -> list[KpiValue]:
        """The numbers by which a month is judged.

        Args:
            previous: The plan published before; forecast accuracy and stability are measured against it.
            targets: The company's targets by name of the KPI.
            scope: Members by level.
        """
        return kpi_values(self, previous=previous, targets=targets, scope=scope)

    def extract_rows(
        self, measure: str, *, scope: Scope | None = None, periods: Periods = None
    ) -> Mapping[str, pl.DataFrame]:
        """Rows of the extract behind an input measure, by table."""
        return extract_rows(self, measure, scope=scope, periods=periods)

    def export(
        self,
        path: str | Path,
        measures: Sequence[str],
        *,
        by: Sequence[str] = (),
        time: str = "period",
        scope: Scope | None = None,
        periods: Periods = None,
    ) -> int:
        """Write measures to a file (.csv, .parquet or .xlsx) and return how many rows it has."""
        return export_plan(self, path, measures, by=by, time=time, scope=scope, periods=periods)
