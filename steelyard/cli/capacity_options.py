"""Capacity options: overtime, shifts, routes, subcontractors, lines and sites, ranked by what they earn in a plan."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.plan.export import write_table
from steelyard.plan.review.capacity_options import overtime_options, rank_options, read_options


def capacity_options(
    scenario: Annotated[str, typer.Argument(help="Scenario whose supply engine is decomposition or exact.")] = "",
    options: Annotated[Path | None, typer.Option("--options", help="A file of options (CSV), beside overtime.")] = None,
    discount_rate: Annotated[float, typer.Option("--discount-rate", min=0.0, help="Of a year.")] = 0.10,
    top: Annotated[int, typer.Option("--top", min=1, help="Options to show.")] = 20,
    file: Annotated[Path | None, typer.Option("--file", help="Write all: .csv, .parquet or .xlsx.")] = None,
) -> None:
    """Rank ways to get more hours: sized on hour prices, with lead time, capex, net present value and payback."""
    session = current_session()
    asked = read_options(options) if options is not None else []
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, only_scenario(workspace, scenario))
        frame = rank_options(plan, [*overtime_options(plan), *asked], discount_rate=discount_rate)
    if file is not None:
        write_table(frame, file, title="Capacity options")
    unit = currency_of(plan)

    def show(console: Console) -> None:
        money = dict.fromkeys(("hours", "benefit", "cost", "capex", "npv"), NumberForm())
        forms = money | {"cost_per_hour": NumberForm(decimals=1), "payback": NumberForm(decimals=1)}
        forms |= {"rate": NumberForm(decimals=0, percent=True)}
        show_frame(
            console, frame.head(top), title=f"Capacity options by net present value [{unit}]",
            forms={name: form for name, form in forms.items() if name in frame.columns},
            labels={"cost_per_hour": "cost an hour", "npv": "NPV"},
        )  # fmt: skip

    session.answer({"scenario": plan.name, "options": frame.to_dicts()}, show)
