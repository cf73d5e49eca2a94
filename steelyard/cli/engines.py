"""Engines: all ways to plan supply side by side on one scenario, counted by one evaluator."""

from typing import Annotated, get_args

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.convention_options import with_conventions
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import DASH, show_frame, with_unit
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.engine_settings import EngineSettings, settings_changes
from steelyard.plan.review.supply import (
    WAYS,
    Way,
    WayResult,
    compare_ways,
    hour_prices,
    supply_findings,
    supply_model_of,
)
from steelyard.plan.workspace import Workspace
from steelyard.supply.model import SupplyModel
from steelyard.supply.model_findings import ModelFinding
from steelyard.supply.penalties import order_of_penalties
from steelyard.supply.ranking import SupplyRanking
from steelyard.supply.supply_plan import Binding

SHOWN_HOURS = 10
RANKINGS = get_args(SupplyRanking)


@with_conventions
def engines(
    plan: Annotated[str, typer.Argument(help="Scenario or published plan.")],
    way: Annotated[
        list[str] | None, typer.Option("--way", "-w", help=f"Ways to compare: {', '.join(WAYS)}; by default all.")
    ] = None,
    goal: Annotated[str, typer.Option("--goal", help="What goes first: profit, delivery or fair_share.")] = "",
    whole: Annotated[
        bool | None, typer.Option("--whole/--fractions", help="End with whole workers, shifts and lots.")
    ] = None,
    stability: Annotated[
        float | None, typer.Option("--stability", help="Weight of each unit beside the plan published last.")
    ] = None,
    ranking: Annotated[
        str, typer.Option("--ranking", help=f"Who gets scarce hours first by priority: {', '.join(RANKINGS)}.")
    ] = "",
    overtime: Annotated[
        bool | None, typer.Option("--overtime/--no-overtime", help="Whether the plan by priority works overtime.")
    ] = None,
    **conventions: object,
) -> None:
    """Plan supply by every engine and strategy on one model; show cost, service, stock, gap and hour prices.

    Settings hold for this answer only; `steelyard change` with a parameter keeps them.
    """
    session = current_session()
    settings = EngineSettings(goal, whole, stability, ranking, overtime, conventions)
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        numbers = _numbers(workspace, plan, settings)
        model, currency = supply_model_of(numbers), currency_of(numbers)
        asked: list[Way] = list(way or WAYS)  # type: ignore[arg-type]
        found = compare_ways(numbers, asked, model=model)
        findings = supply_findings(numbers, model)
    payload: dict[str, object] = {
        "plan": plan,
        "currency": currency,
        "ways": [way_row(one) for one in found],
        "hour_prices": [_hour_row(model, one) for one in hour_prices(found)],
        "findings": [vars(one) for one in findings],
        "penalties": [vars(one) for one in order_of_penalties(model)],
    }
    session.answer(payload, lambda console: _show(console, model, found, findings, currency))


def _numbers(workspace: Workspace, plan: str, settings: EngineSettings) -> PlanNumbers:
    """The plan as it stands, or tried out with other settings."""
    if not settings.said:
        return plan_of(workspace, plan)
    scenario = workspace.scenario(plan)
    changes = settings_changes(settings, scenario.plan(), workspace.published(), author=actor_or_me(""), at=now())
    return scenario.try_out(*changes) if changes else scenario.plan()


def way_row(result: WayResult) -> dict[str, object]:
    """One way as plain values."""
    gap = result.plan.gap
    return {
        "way": result.way, "cost": result.money, "revenue": result.evaluation.revenue,
        "profit": result.evaluation.revenue - result.money, "fill_rate": result.fill_rate,
        "service": result.service, "stock_value": result.stock_value, "overload_hours": result.overload,
        "possible": result.possible,
        "lower_bound": result.plan.lower_bound if gap == gap else None, "gap": gap if gap == gap else None,
        "seconds": result.plan.seconds, "complete": result.plan.complete,
    }  # fmt: skip


def _hour_row(model: SupplyModel, binding: Binding) -> dict[str, object]:
    return {
        "resource": model.resources.names[binding.resource], "period": model.periods[binding.period],
        "price": binding.price, "hours": binding.load, "overtime": binding.overtime,
    }  # fmt: skip


def _show(
    console: Console,
    model: SupplyModel,
    found: tuple[WayResult, ...],
    findings: tuple[ModelFinding, ...],
    currency: str,
) -> None:
    rows = [
        {
            "way": one.way if one.plan.complete else f"{one.way} (ran out of time)",
            "profit": with_unit(one.evaluation.revenue - one.money, "money", currency),
            "cost": with_unit(one.money, "money", currency),
            "fill rate": with_unit(one.fill_rate, "ratio"),
            "on time by class": with_unit(one.service, "ratio"),
            "mean stock": with_unit(one.stock_value, "money", currency),
            "hours too many": with_unit(one.overload, "hours"),
            "gap": DASH if one.plan.gap != one.plan.gap else f"{one.plan.gap:.2%}",
            "seconds": f"{one.plan.seconds:.2f}",
        }
        for one in found
    ]
    right = ["profit", "cost", "fill rate", "on time by class", "mean stock", "hours too many", "gap", "seconds"]
    show_frame(console, pl.DataFrame(rows), title="Ways to plan supply", right=right)
    prices = [
        {
            "resource": model.resources.names[one.resource], "period": model.periods[one.period],
            f"{currency} an hour": f"{one.price:,.2f}", "hours": f"{one.load:,.0f}", "overtime": f"{one.overtime:,.0f}",
        }
        for one in hour_prices(found)[:SHOWN_HOURS]
    ]  # fmt: skip
    if prices:
        right = [f"{currency} an hour", "hours", "overtime"]
        show_frame(console, pl.DataFrame(prices), title="What one more hour is worth", right=right)
    order = [
        {"what slips": one.meaning, **{name: f"{getattr(one, name):,.2f}" for name in ("low", "middle", "high")}}
        for one in order_of_penalties(model)
    ]
    right = ["low", "middle", "high"]
    show_frame(console, pl.DataFrame(order), title=f"What slips first [{currency} a unit]", right=right, wrap=True)
    for one in findings:
        console.print(f"[yellow]{one.rows:,}[/] {one.message}: {', '.join(one.examples)}. [dim]To mend: {one.mend}.[/]")
    if any(not way.possible for way in found):
        console.print("[dim]A way with hours too many cannot be carried out as it stands.[/]")
