"""Sourcing: lead times as stated and as seen, and which order serves which demand."""

from dataclasses import asdict
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.plan.review.sourcing import Pegging, lead_time_table, source_table

sourcing = typer.Typer(help="Lead times and order pegging.", no_args_is_help=True)
ScenarioOption = Annotated[str, typer.Option("--scenario", help="Scenario or published plan.")]
DAYS, UNITS = NumberForm(decimals=1), NumberForm()


@sourcing.command("lead-times")
def show_lead_times(
    scenario: ScenarioOption = "base",
    item: Annotated[str, typer.Option("--item", help="Items whose number holds this.")] = "",
    top: Annotated[int, typer.Option("--top", help="How many are shown.", min=1)] = 20,
) -> None:
    """Show stated, observed and cumulative lead times, and what a quarter less would free; the dearest first."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        frame = lead_time_table(plan_of(workspace, scenario))
    if item:
        frame = frame.filter(pl.col("item").str.to_lowercase().str.contains(item.lower(), literal=True))
    shown = frame.head(top).select(
        "item", "location", pl.col("planned_days").alias("stated"), pl.col("observed_days").alias("observed"),
        pl.col("spread_days").alias("spread"), "orders", pl.col("cumulative_days").alias("cumulative"),
        pl.col("value_freed").alias("value freed"),
    )  # fmt: skip
    forms = {**dict.fromkeys(("stated", "observed", "spread", "cumulative"), DAYS), "value freed": UNITS}
    session.answer(
        {"lead_times": frame.to_dicts()},
        lambda console: show_frame(console, shown, title="Lead times [days]", forms=forms),
    )


@sourcing.command("sources")
def show_sources(
    scenario: ScenarioOption = "base",
    item: Annotated[str, typer.Option("--item", help="Items whose number holds this.")] = "",
    top: Annotated[int, typer.Option("--top", help="How many are shown.", min=1)] = 40,
) -> None:
    """Show the sources of every item-location with priority, share, lead time, lots, limit, price and validity."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        frame = source_table(plan_of(workspace, scenario))
    if item:
        frame = frame.filter(pl.col("item_id").str.to_lowercase().str.contains(item.lower(), literal=True))
    said = [name for name in frame.columns if frame[name].null_count() < frame.height]
    told = frame.with_columns(pl.col(pl.Date).cast(pl.String)).to_dicts()
    session.answer(
        {"sources": told}, lambda console: show_frame(console, frame.head(top).select(said), title="Sources")
    )


@sourcing.command("pegs")
def show_pegs(
    item: Annotated[str, typer.Argument(help="The item.")],
    location: Annotated[str, typer.Argument(help="Where it is.")],
    period: Annotated[str, typer.Argument(help="The period.")],
    up: Annotated[bool, typer.Option("--up", help="Whom its receipt serves, not what stands behind it.")] = False,
    scenario: ScenarioOption = "base",
) -> None:
    """Show what stands behind the shipments of an item, or whom its planned receipt serves."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Pegging"):
        pegging = Pegging(plan_of(workspace, scenario))
        lines = pegging.served(item, location, period) if up else pegging.behind(item, location, period)
    rows = [
        {
            "item at place": f"{'  ' * line.depth}{line.item_at}", "came by": line.came_by, "received": line.received,
            "goes to": line.goes_to, "used": line.used, "units": line.units,
        }
        for line in lines
    ]  # fmt: skip

    def show(console: Console) -> None:
        if not rows:
            console.print(f"Nothing is {'received' if up else 'shipped'} there in {period}.")
            return
        show_frame(console, pl.DataFrame(rows), forms={"units": DAYS}, wrap=True)

    session.answer({"pegs": [asdict(line) for line in lines]}, show)
