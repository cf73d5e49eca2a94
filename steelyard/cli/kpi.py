"""KPI: the registry, the values of a scenario over its horizon and by period, alerts with their cases, a workbook."""

from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company
from steelyard.cli.kpi_view import currency_of, judged, kpi_rows, show_kpis, write_kpi
from steelyard.cli.option import ActorOption
from steelyard.cli.session import Session, actor_or_me, current_session
from steelyard.cli.table import show_frame
from steelyard.errors import NotFound
from steelyard.kpi.registry import INDICATORS
from steelyard.plan.durable import write_whole
from steelyard.plan.kpi.series import kpi_series
from steelyard.plan.measuring.archive import open_archive
from steelyard.plan.measuring.export import workbook
from steelyard.web.serve import connect

kpi = typer.Typer(help="KPIs: what they are, how they stand, alerts and cases.", no_args_is_help=True)
ScenarioArgument = Annotated[str, typer.Argument(help="The scenario.")]


@kpi.command("list")
def list_kpis() -> None:
    """List every KPI with its formula, owner, target, and what it makes people do."""
    rows = [
        {
            "name": one.name, "label": one.label, "formula": one.words, "unit": one.unit, "target": one.target,
            "kind": "leading" if one.leading else "lagging", "owner": one.owner, "behaviour": one.behaviour,
            "guard": one.guard,
        }
        for one in INDICATORS.values()
    ]  # fmt: skip
    shown = pl.DataFrame(rows, infer_schema_length=None).select("name", "formula", "target", "kind", "owner")
    current_session().answer({"kpis": rows}, lambda console: show_frame(console, shown, title="KPIs", wrap=True))


@kpi.command("show")
def show(
    scenario: ScenarioArgument = "base",
    name: Annotated[str, typer.Option("--kpi", help="One KPI, period by period.")] = "",
) -> None:
    """Show the KPIs of a scenario against their targets, or one of them period by period."""
    session = current_session()
    with open_company(session) as workspace:
        plan = workspace.scenario(scenario).plan()
        if not name:
            found, currency = judged(workspace, plan), currency_of(plan)
            session.answer({"kpis": kpi_rows(found)}, lambda console: show_kpis(console, found, currency))
            return
        if name not in INDICATORS:
            raise NotFound(f"There is no KPI {name!r}", mend="see steelyard kpi list")
        series = kpi_series(plan, name, archive=open_archive(workspace, plan))
        parts = {"actual": series.actual, "forecast_of_the_time": series.said, "plan": series.plan}
        labels = sorted({label for values in parts.values() for label, _ in values})
        rows = [
            {"period": label} | {part: dict(values).get(label) for part, values in parts.items()} for label in labels
        ]
        unit, currency = INDICATORS[name].unit, currency_of(plan)
    session.answer({"kpi": name, "periods": rows}, lambda console: _show_periods(console, name, rows, unit, currency))


@kpi.command("alerts")
def alerts(scenario: ScenarioArgument = "base", actor: ActorOption = "") -> None:
    """Look at the company's alert rules now: open cases for what is new, follow those that were open."""
    session = current_session()
    _connect(session)
    from steelyard.web.scorecard.services import alerts_evaluate  # needs the settings of the company

    outcome = alerts_evaluate(scenario, actor=actor_or_me(actor))
    told = {
        "cycle": outcome.cycle, "found": outcome.found, "opened": list(outcome.opened),
        "followed": list(outcome.followed), "gone": list(outcome.gone), "cases": _case_rows(scenario),
    }  # fmt: skip
    session.answer(told, lambda console: _show_cases(console, told["cases"], f"Cases of {outcome.cycle}"))


@kpi.command("cases")
def cases(scenario: ScenarioArgument = "base") -> None:
    """List open cases, the longest first."""
    session = current_session()
    _connect(session)
    rows = _case_rows(scenario)
    session.answer({"cases": rows}, lambda console: _show_cases(console, rows, "Open cases"))


@kpi.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")], scenario: ScenarioArgument = "base"
) -> None:
    """Write scorecard, periods, families and cases as an Excel workbook."""
    session = current_session()
    _connect(session)
    from steelyard.web.scorecard.kpi_export import kpi_tables  # needs the settings of the company

    tables = kpi_tables(scenario)
    write_whole(file, [workbook(tables)])
    session.answer({"file": str(file), "sheets": list(tables)}, lambda console: console.print(f"Written: {file}"))


def _connect(session: Session) -> None:
    open_company(session).close()
    connect(session.folder)


def _case_rows(scenario: str) -> list[dict[str, object]]:
    from steelyard.web.scorecard.case_selectors import cases_open  # needs the settings of the company

    return [
        {
            "case": one.number, "what": one.text, "since": one.opened_cycle, "in a row": one.months_in_a_row,
            "state": one.state, "owner": one.owner, "action": one.action,
        }
        for one in cases_open(scenario=scenario)
    ]  # fmt: skip


def _show_cases(console: Console, rows: Any, title: str) -> None:
    if not rows:
        console.print("No open case.")
        return
    show_frame(console, pl.DataFrame(rows, infer_schema_length=None), title=title, wrap=True)


def _show_periods(console: Console, name: str, rows: list[dict[str, Any]], unit: str, currency: str) -> None:
    if not rows:
        console.print(f"Nothing is known of single periods of {INDICATORS[name].label.lower()}.")
        return
    spelled = [
        {key: value if key == "period" else _spelled(value, unit, currency) for key, value in row.items()}
        for row in rows
    ]
    show_frame(console, pl.DataFrame(spelled), title=INDICATORS[name].label, right=list(rows[0])[1:])


def _spelled(value: float | None, unit: str, currency: str) -> str:
    return "" if value is None or not isfinite(value) else write_kpi(value, unit, currency)
