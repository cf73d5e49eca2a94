"""Multi-echelon: where safety stock costs least, in a plan's network or in one of a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from steelyard.cli.chain import show_chain
from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.export import write_table
from steelyard.plan.review.multi_echelon import Placement, place_file, place_plan
from steelyard.plan.review.stock_proposal import propose_network


def multi_echelon(
    scenario: Annotated[str, typer.Argument(help="Scenario; not needed with --stages.")] = "",
    stages: Annotated[
        Path | None, typer.Option("--stages", help="A file of stages (CSV) to place stock in, instead of a plan.")
    ] = None,
    holding_rate: Annotated[
        float, typer.Option("--holding-rate", min=0.0, help="For --stages: a year's share.")
    ] = 0.25,
    check: Annotated[
        bool, typer.Option("--check", help="Hold simulated demand against the stock of each stage.")
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Change safety stock of the scenario to what is proposed.")
    ] = False,
    chain: Annotated[
        str, typer.Option("--chain", metavar="ITEM@LOCATION", help="The serial chain to a place of customers.")
    ] = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Stages to show.")] = 20,
    file: Annotated[Path | None, typer.Option("--file", help="Write all stages: .csv, .parquet or .xlsx.")] = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Place safety stock where in the network it costs least; set parameter `multi_echelon` to plan with it."""
    session = current_session()
    if chain:
        _refuse_other(stages is not None or check)
        show_chain(scenario, chain, adopt=adopt, file=file, note=note, actor=actor_or_me(actor))
        return
    adopted = None
    if adopt and stages is not None:
        raise ChangeInvalid("Stages of a file belong to no scenario", mend="leave out --stages or --adopt")
    if stages is not None:
        placed = place_file(stages, holding_rate=holding_rate)
    else:
        with open_company(session) as workspace, progress_bar(session, "Placing safety stock"):
            name = only_scenario(workspace, scenario)
            plan = plan_of(workspace, name)
            placed = place_plan(plan)
            if adopt:
                made = propose_network(plan, placed).changes(author=actor_or_me(actor), at=now(), note=note)
                adopted = workspace.scenario(name).append(*made)
    if file is not None:
        write_table(placed.table, file, title="Stages")
    payload: dict[str, object] = {
        "cost": placed.plan.cost,
        "cost_alone": placed.local_cost,
        "service": placed.service.kept,
        "service_alone": placed.service_alone.kept,
        "service_reached": placed.service.reached,
        "service_reached_alone": placed.service_alone.reached,
        "exact": placed.plan.exact,
        "stages": placed.table.head(top).to_dicts(),
    }
    if adopted is not None:
        payload["adopted"] = {"revision": adopted.revision, "changes": len(adopted.changes)}
    if check:
        payload["check"] = placed.check().head(top).to_dicts()
    session.answer(payload, lambda console: _show(console, placed, top, check=check))


def _refuse_other(asked: bool) -> None:
    if asked:
        raise ChangeInvalid("A chain is of a plan, and always simulated", mend="leave out --stages and --check")


def _show(console: Console, placed: Placement, top: int, *, check: bool) -> None:
    how = "proven least" if placed.plan.exact else "best found"
    console.print(
        f"{placed.network.size:,} stages, {placed.network.supplier.size:,} arcs: safety stock costs "
        f"[bold]{placed.plan.cost:,.2f}[/] ({how}), {100 * placed.saved:.1f} % less than every stage on its own"
    )
    console.print(_service_told(placed))
    frame = placed.table
    if check:
        frame = frame.join(placed.check().drop("excess"), on=placed.names.columns, how="left", maintain_order="left")
    numbers = [name for name in frame.columns if name not in placed.names.columns]
    forms = {name: NumberForm(decimals=1) for name in numbers}
    forms |= {name: NumberForm(decimals=1, percent=True) for name in ("kept", "standard_error") if name in numbers}
    left = frame.height - min(top, frame.height)
    show_frame(
        console, frame.head(top), title="Stages, most money first; times in the unit of the lead times",
        forms=forms, labels={name: name.replace("_", " ") for name in frame.columns},
        note=f"{left} more: --top or --file shows them" if left else "",
    )  # fmt: skip


def _service_told(placed: Placement) -> str:
    """Service of both plans in one sentence: no saving is said without it."""
    told = (
        f"Customers find the promise kept {placed.service.kept:.1%} of the time, {placed.service_alone.kept:.1%} with "
        f"every stage on its own; {placed.service.reached:.1%} and {placed.service_alone.reached:.1%} where all "
        "suppliers on the way must keep theirs, too (simulated)."
    )
    lost = placed.service_lost
    return f"{told} [red]The saving is at {100 * lost:.1f} points less service.[/]" if lost else told
