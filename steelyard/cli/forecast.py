"""Forecast: the statistical forecast of a scope with its interval, and how it came about."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.text import Text

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.option import ScopeOption, read_scope, say_scope
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import show_frame
from steelyard.plan.forecasting.view import ForecastView, forecast_view, view_payload

UnitsOption = Annotated[int, typer.Option("--units", "-n", help="Items shown one by one, the largest first.", min=0)]


def forecast(
    plan: Annotated[str, typer.Argument(help="Scenario or published plan.")],
    scope: ScopeOption = None,
    units: UnitsOption = 10,
) -> None:
    """Show the statistical forecast of a scope: intervals, methods with their weights, one sentence an item."""
    session, where = current_session(), read_scope(scope)
    with open_company(session) as workspace, progress_bar(session, "Forecasting"):
        view = forecast_view(plan_of(workspace, plan), where)
    session.answer(view_payload(view), lambda console: _show(console, view, say_scope(where), units))


def _show(console: Console, view: ForecastView, where: str, units: int) -> None:
    console.print(Text(f"Statistical forecast of {where} ({view.mode} mode, {view.series:,} series)", style="bold"))
    console.print(Text(view.sentence + "\n"))
    show_frame(
        console,
        _periods_frame(view),
        title="Units by period",
        right=["low 95 %", "low 80 %", "forecast", "high 80 %", "high 95 %"],
    )
    listed = view.units[:units]
    if listed:
        rows = [{"item": u.name, "units": f"{u.volume:,.0f}", "route": u.route, "why": u.reason} for u in listed]
        title = f"The largest {len(listed)} of {sum(view.routes.values()):,}"
        show_frame(console, pl.DataFrame(rows), title=title, wrap=True, right=["units"])


def _periods_frame(view: ForecastView) -> pl.DataFrame:
    ends = {
        "low 95 %": view.low_95, "low 80 %": view.low_80, "forecast": view.mean,
        "high 80 %": view.high_80, "high 95 %": view.high_95,
    }  # fmt: skip
    columns = {name: [f"{value:,.0f}" for value in numbers.tolist()] for name, numbers in ends.items()}
    return pl.DataFrame({"period": list(view.periods), **columns})
