"""Export: write measures of a plan to a file."""

from pathlib import Path
from typing import Annotated

import typer

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.option import (
    ByOption,
    MeasuresOption,
    PeriodsOption,
    ScopeOption,
    TimeOption,
    read_periods,
    read_scope,
)
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.plan.export import export_plan

DEFAULT = ("consensus_demand", "demand_plan", "constrained_demand", "revenue", "cogs", "gross_margin")


def export(
    plan: Annotated[str, typer.Argument(help="Scenario or published plan.")],
    file: Annotated[Path, typer.Argument(help="File to write; its ending says how: .csv, .parquet or .xlsx.")],
    measure: MeasuresOption = None,
    by: ByOption = None,
    time: TimeOption = "period",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
) -> None:
    """Export measures by item (or other levels) and period; text can never become a formula of a spreadsheet."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Exporting"):
        numbers = plan_of(workspace, plan)
        measures = measure or [name for name in DEFAULT if name in numbers.measures]
        rows = export_plan(
            numbers, file, measures, by=by or ["product_family", "item"], time=time, scope=read_scope(scope),
            periods=read_periods(periods),
        )  # fmt: skip
    payload = {"file": str(file), "rows": rows, "measures": measures, "digest": numbers.digest}
    session.answer(payload, lambda console: console.print(f"Wrote {rows:,} rows of {len(measures)} measures to {file}"))
