"""Run: calculate a scenario and show its plan."""

from collections.abc import Mapping
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import SHORT, only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of, judged, kpi_rows, show_kpis
from steelyard.cli.option import (
    ByOption,
    MeasuresOption,
    PeriodsOption,
    ScopeOption,
    TimeOption,
    read_periods,
    read_scope,
)
from steelyard.cli.plan_view import (
    binding_resources,
    headline_measure,
    overview_of,
    says_nothing,
    show_groups,
    show_overview,
    show_resources,
)
from steelyard.cli.progress import Stopwatch, progress_bar
from steelyard.cli.session import current_session
from steelyard.plan.numbers import PlanNumbers


def run(
    scenario: Annotated[str, typer.Argument(help="Scenario, or the beginning of a published plan's id.")] = "",
    measure: MeasuresOption = None,
    by: ByOption = None,
    time: TimeOption = "quarter",
    scope: ScopeOption = None,
    periods: PeriodsOption = None,
) -> None:
    """Calculate a scenario and show its plan: KPIs, overview, revenue (or demand) by family, binding resources."""
    session = current_session()
    watch = Stopwatch()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, only_scenario(workspace, scenario))
        seconds = watch.seconds
        kpis = judged(workspace, plan)
    cut = {"scope": read_scope(scope), "periods": read_periods(periods)}
    levels = by or ["product_family"]
    asked = measure or overview_of(plan)
    payload: dict[str, object] = {"scenario": plan.name, "digest": plan.digest, "seconds": seconds}
    if session.as_json:
        payload |= {
            "kpis": kpi_rows(kpis),
            "frame": _frame(plan, asked, by or [], time, cut).to_dicts(),
            "resources": binding_resources(plan).to_dicts(),
        }

    def show(console: Console) -> None:
        _head(console, plan, seconds)
        if measure or by or scope:
            for name in measure or [headline_measure(plan)]:
                show_groups(console, plan, name, levels, time, **cut)
            return
        silent = says_nothing(plan)
        show_kpis(console, [kpi for kpi in kpis if kpi.name not in silent], currency_of(plan))
        show_overview(console, plan, time)
        show_groups(console, plan, headline_measure(plan), levels, time, **cut)
        show_resources(console, plan)

    session.answer(payload, show)


def _frame(plan: PlanNumbers, measures: list[str], by: list[str], time: str, cut: Mapping[str, object]) -> pl.DataFrame:
    return plan.frame(measures, by=by, time=time, **cut)  # type: ignore[arg-type]


def _head(console: Console, plan: PlanNumbers, seconds: float) -> None:
    first, last = plan.horizon.labels[0], plan.horizon.labels[-1]
    console.print(
        f"Plan [bold]{plan.name}[/], {first} to {last}, {len(plan.changes)} changes   "
        f"digest [bold]{plan.digest[:SHORT]}[/]   {seconds:.1f} s"
    )
