"""Sourcing: lead times as stated and as seen, and which order serves which demand."""

from dataclasses import asdict
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import PlanError
from steelyard.plan.review.order_messages import MESSAGES, message_totals, order_messages
from steelyard.plan.review.sourcing import Pegging, lead_time_table, source_table

sourcing = typer.Typer(help="Lead times, sources, what to do about orders, and order pegging.", no_args_is_help=True)
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


@sourcing.command("orders")
def show_orders(
    scenario: ScenarioOption = "base",
    message: Annotated[str, typer.Option("--message", help=f"One kind: {', '.join(MESSAGES)}.")] = "",
    item: Annotated[str, typer.Option("--item", help="Items whose number holds this.")] = "",
    top: Annotated[int, typer.Option("--top", help="How many are shown, the most urgent first.", min=1)] = 40,
) -> None:
    """Show what to do about open orders: expedite, place inside the fence, reschedule, cancel; and what expires."""
    if message and message not in MESSAGES:
        raise PlanError(f"There is no message {message!r}", mend=f"use one of {', '.join(MESSAGES)}")
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        plan = plan_of(workspace, scenario)
        frame, currency = order_messages(plan), currency_of(plan)
    if message:
        frame = frame.filter(pl.col("message") == message)
    if item:
        frame = frame.filter(pl.col("item").str.to_lowercase().str.contains(item.lower(), literal=True))
    totals, told = message_totals(frame), frame.with_columns(pl.col("due").cast(pl.String))

    def show(console: Console) -> None:
        if not frame.height:
            console.print("Nothing to do: open orders come when they are needed, and nothing expires.")
            return
        forms = dict.fromkeys(("messages", "quantity", "money"), UNITS)
        show_frame(console, totals, title=f"What to do about orders [{currency}]", forms=forms)
        show_frame(console, told.head(top), title="The most urgent", forms=forms, wrap=True)

    session.answer({"totals": totals.to_dicts(), "orders": told.to_dicts()}, show)
