"""Demo: the demo company with its extracts, scenarios, a published plan and people, ready to be looked at."""

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import SHORT
from steelyard.cli.demo_agreements import make_agreements
from steelyard.cli.demo_cycles import finish_months, make_cycles
from steelyard.cli.demo_decisions import make_decisions
from steelyard.cli.demo_month import make_demo
from steelyard.cli.demo_talk import make_talk
from steelyard.cli.people import make_people
from steelyard.cli.progress import Stopwatch, progress_bar
from steelyard.cli.serve import HostOption, PortOption, serve_company
from steelyard.cli.session import current_session, now
from steelyard.cli.table import show_frame


def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo company goes; a new folder.")],
    items: Annotated[int, typer.Option("--items", help="Items that are sold; parts come on top.", min=10)] = 400,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same company.", min=0)] = 7,
    serve: Annotated[bool, typer.Option("--serve", help="Serve the app when it is made.")] = False,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
) -> None:
    """Make the demo company, a maker of scales: extracts, base plan, three scenarios, last month's plan, people."""
    session, watch = current_session(), Stopwatch()
    session.company = folder
    with progress_bar(session, "Demo") as report:
        made = make_demo(folder, items=items, seed=seed, report=report)
        people = make_people(folder)
        make_agreements(folder)
        cycles = make_cycles(folder, now().date())
        make_decisions()
        finish_months(**cycles)
        make_talk(cycles["running"])
    payload = {**made, "people": people, "cycles": cycles, "seconds": watch.seconds}
    session.answer(payload, lambda console: _show(console, folder, payload, scenarios=made["scenarios"], people=people))
    if serve:
        serve_company(session, host, port)


def _show(
    console: Console, folder: Path, made: dict[str, object], *, scenarios: Any, people: list[dict[str, str]]
) -> None:
    console.print(
        f"[bold]{made['company']}[/] as of {made['as_of']}: {made['rows']:,} rows, {made['findings']} findings, "
        f"data score {made['score']:.1f}   [dim]{made['seconds']:.1f} s[/]"
    )
    show_frame(console, pl.DataFrame(scenarios), title="Scenarios", wrap=True)
    console.print(f"Last month's plan: [bold]{str(made['published'])[:SHORT]}[/]")
    show_frame(console, pl.DataFrame(people), title="People")
    console.print(f"[dim]Next: steelyard run base --company {folder}   or   steelyard serve --company {folder}[/]")
