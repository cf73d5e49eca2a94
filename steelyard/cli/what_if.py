"""What if: a question to the best plan of a scenario, answered by a live solver."""

from math import isfinite
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import show_frame, with_unit
from steelyard.plan.review.large_what_if import what_if_solver
from steelyard.plan.review.supply_what_if import WhatIf, WhatIfAnswer, read_question


def what_if(
    plan: Annotated[str, typer.Argument(help="Scenario or published plan.")],
    kind: Annotated[str, typer.Argument(help="capacity, demand, overtime_cost, unit_cost, lead_time or close_source.")],
    name: Annotated[str, typer.Argument(help="Resource, product family or source; empty for all.")] = "",
    percent: Annotated[float, typer.Option("--percent", "-p", help="Change of hours, demand or cost.")] = 0.0,
    lead_time: Annotated[int, typer.Option("--lead-time", help="New lead time in periods.")] = 0,
    first: Annotated[str, typer.Option("--from", help="First period.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last period.")] = "",
) -> None:
    """Ask what a change of capacity, demand, cost, lead time or source does to the best plan."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        numbers = plan_of(workspace, plan)
        question = read_question(numbers, kind, name, percent=percent, lead_time=lead_time, first=first, last=last)
        answer, currency = what_if_solver(numbers).ask(question), currency_of(numbers)
    session.answer(answer_row(question, answer), lambda console: _show(console, answer, currency))


def answer_row(question: WhatIf, answer: WhatIfAnswer) -> dict[str, object]:
    """Question and answer as plain values."""
    uncertain = answer.uncertain if isfinite(answer.uncertain) else None
    return {**vars(question), **vars(answer), "uncertain": uncertain, "gain": answer.gain}


def _show(console: Console, answer: WhatIfAnswer, currency: str) -> None:
    rows = [
        {
            "": "profit",
            "before": with_unit(-answer.objective_before, "money", currency),
            "after": with_unit(-answer.objective_after, "money", currency),
            "change": with_unit(answer.gain, "money", currency),
        },
        {
            "": "on time by class",
            "before": with_unit(answer.service_before, "ratio"),
            "after": with_unit(answer.service_after, "ratio"),
            "change": with_unit(answer.service_after - answer.service_before, "ratio"),
        },
        {
            "": "mean stock",
            "before": with_unit(answer.stock_before, "money", currency),
            "after": with_unit(answer.stock_after, "money", currency),
            "change": with_unit(answer.stock_after - answer.stock_before, "money", currency),
        },
    ]
    show_frame(console, pl.DataFrame(rows), title="What if", right=["before", "after", "change"])
    if not answer.complete:
        console.print(
            "[red]The solver ran out of time: these numbers say nothing. Ask about fewer items or periods.[/]"
        )
    if isfinite(answer.uncertain) and answer.uncertain > 0:
        told = f"Both plans are proven within a gap: profit may be off by {answer.uncertain:,.0f} {currency}."
        console.print(f"[dim]{told}[/]")
    elif answer.uncertain:
        console.print("[dim]No bound is proven where workers are hired or quantities are prescribed.[/]")
    console.print(f"[dim]Solved in {answer.seconds:.2f} s from the last plan on.[/]")
