"""Capacity options: overtime, shifts, routes, subcontractors, lines and sites, ranked by what they earn in a plan."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.export import write_table
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.capacity_options import (
    ResourceOption,
    option_changes,
    rank_options,
    read_options,
)
from steelyard.plan.review.option_proposals import known_options
from steelyard.plan.review.pricing import hour_worth

SHOWN = (
    "resource", "option", "npv", "payback", "rate", "capex", "hours", "from", "steps", "benefit", "cost",
    "cost_per_hour", "kind", "term",
)  # fmt: skip
"""Columns in the order in which a narrow terminal may cut them off."""


def capacity_options(
    scenario: Annotated[str, typer.Argument(help="Scenario; its engine prices hours, or else its best plan.")] = "",
    options: Annotated[
        Path | None, typer.Option("--options", help="A file of options (CSV), beside those of the data.")
    ] = None,
    discount_rate: Annotated[float, typer.Option("--discount-rate", min=0.0, help="Of a year.")] = 0.10,
    lay: Annotated[str, typer.Option("--lay", help="Lay the option of this name on a branch, with --branch.")] = "",
    branch: Annotated[str, typer.Option("--branch", help="Name of the branch that --lay makes.")] = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Options to show.")] = 20,
    file: Annotated[Path | None, typer.Option("--file", help="Write all: .csv, .parquet or .xlsx.")] = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Rank ways to get more hours: sized on hour prices, with lead time, capex, net present value and payback."""
    session = current_session()
    if bool(lay) != bool(branch):
        raise ChangeInvalid("An option is laid on a branch of its own", mend="give --lay and --branch together")
    asked = read_options(options) if options is not None else []
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        name = only_scenario(workspace, scenario)
        plan = plan_of(workspace, name)
        worth = hour_worth(plan)
        known = [*known_options(plan, worth), *asked]
        frame = rank_options(plan, known, discount_rate=discount_rate, worth=worth)
        if lay:
            changes = _laid(plan, known, frame, lay, author=actor_or_me(actor), note=note)
            made = workspace.scenario(name).branch(branch, actor=actor_or_me(actor), at=now(), note=changes[0].note)
            made.append(*changes)
    if file is not None:
        write_table(frame, file, title="Capacity options")
    unit = currency_of(plan)

    def show(console: Console) -> None:
        money = dict.fromkeys(("hours", "benefit", "cost", "capex", "npv"), NumberForm())
        forms = money | {"cost_per_hour": NumberForm(decimals=1), "payback": NumberForm(decimals=1)}
        forms |= {"rate": NumberForm(decimals=0, percent=True)}
        order = [name for name in SHOWN if name in frame.columns]
        show_frame(
            console, frame.select(order).head(top), title=f"Capacity options by net present value [{unit}]",
            forms={name: form for name, form in forms.items() if name in frame.columns},
            labels={"cost_per_hour": "cost an hour", "npv": "NPV"},
        )  # fmt: skip

        console.print(f"[dim]Hours are priced by the engine {worth.engine}.[/]")
        if lay:
            console.print(f"{branch} branches from {name} with {lay} in place")

    session.answer(
        {"scenario": plan.name, "priced_by": worth.engine, "options": frame.to_dicts(), "branch": branch}, show
    )


def _laid(
    plan: PlanNumbers, known: Sequence[ResourceOption], ranked: pl.DataFrame, lay: str, *, author: str, note: str
) -> tuple[Change, ...]:  # fmt: skip
    """Changes of the option of a name, taken as often as it is worth.

    Raises:
        ChangeInvalid: No option has the name, or several have it.
    """
    found = [one for one in known if lay in (one.option.name, f"{one.resource} {one.option.name}")]
    if len(found) != 1:
        told = ", ".join(f"{one.resource} {one.option.name}" for one in found or known)
        raise ChangeInvalid(f"Which option is {lay!r}?", where=told, mend="name one of these")
    row = ranked.filter(pl.col("resource") == found[0].resource, pl.col("option") == found[0].option.name)
    return option_changes(plan, found[0], author=author, at=now(), steps=int(row["steps"][0]), note=note)
