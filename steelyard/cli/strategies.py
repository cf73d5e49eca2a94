"""Strategies: level, chase and hybrid next to the optimum, in a table and as scenarios."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import DASH, show_frame, with_unit
from steelyard.plan.review.strategy_scenarios import OPTIMA, make_strategies, strategy_table
from steelyard.plan.review.supply import compare_ways, supply_model_of
from steelyard.supply.strategies import STRATEGIES


def strategies(
    scenario: Annotated[str, typer.Argument(help="Scenario they start from.")] = "",
    make: Annotated[bool, typer.Option("--make", help="Make a scenario of each, and one of the optimum.")] = False,
    actor: ActorOption = "",
) -> None:
    """Set level, chase and hybrid next to the optimum: cost, stock, workforce and load; with --make as scenarios."""
    session = current_session()
    made: tuple[str, ...] = ()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        name = only_scenario(workspace, scenario)
        plan = plan_of(workspace, name)
        model, currency = supply_model_of(plan), currency_of(plan)
        found = [*compare_ways(plan, STRATEGIES, model=model), *compare_ways(plan, OPTIMA[:1], model=model)]
        if len(found) == len(STRATEGIES):
            found.extend(compare_ways(plan, OPTIMA[1:], model=model))
        frame = strategy_table(model, found)
        if make:
            made = make_strategies(workspace, name, actor=actor_or_me(actor), at=now())
    session.answer(
        {"scenario": name, "currency": currency, "strategies": frame.to_dicts(), "made": made},
        lambda console: _show(console, frame, currency, name, made),
    )


def _show(console: Console, frame: pl.DataFrame, currency: str, base: str, made: tuple[str, ...]) -> None:
    rows = [
        {
            "strategy": one["strategy"], "profit": with_unit(one["profit"], "money", currency),
            "cost": with_unit(one["cost"], "money", currency),
            "people": with_unit(one["people_cost"], "money", currency),
            "fill rate": with_unit(one["fill_rate"], "ratio"), "on time by class": with_unit(one["on_time"], "ratio"),
            "mean stock": with_unit(one["mean_stock"], "money", currency),
            "workers": DASH if one["workers_most"] is None
            else f"{one['workers_least']:,.0f} to {one['workers_most']:,.0f}",
            "load": with_unit(one["load"], "ratio"), "overtime": with_unit(one["overtime_hours"], "hours"),
            "hours too many": with_unit(one["hours_too_many"], "hours"),
        }
        for one in frame.iter_rows(named=True)
    ]  # fmt: skip
    right = [name for name in rows[0] if name != "strategy"]
    show_frame(console, pl.DataFrame(rows), title="Strategies next to the optimum", right=right)
    if made:
        console.print(f"Made from {base}: {', '.join(made)}. Hold two side by side with `steelyard compare`.")
