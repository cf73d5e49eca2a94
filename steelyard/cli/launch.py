"""Launch: list launches, enter, move and gate them, name successors, end items."""

from datetime import date
from typing import Annotated, cast

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.change import effects, show_change
from steelyard.cli.company import open_company, plan_of
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.life_operation import (
    Launch,
    LifeOperation,
    NewItem,
    PhaseOut,
    RowOperation,
    SetGate,
    SlipLaunch,
    Supersede,
)
from steelyard.plan.portfolio.launches import launch_curve, launch_list
from steelyard.plan.portfolio.like_proposal import propose_like_items
from steelyard.plan.portfolio.slip import slip_what_if
from steelyard.portfolio.life_cycle import GateStatus
from steelyard.portfolio.phase_in import CURVES, CurveKind

launch = typer.Typer(help="List launches, enter, move and gate them, name successors, end items.", no_args_is_help=True)
ScenarioArgument = Annotated[str, typer.Argument(help="Scenario.")]
ItemArgument = Annotated[str, typer.Argument(help="Item.")]
DateArgument = Annotated[str, typer.Argument(help="Day, such as 2027-03-01.", metavar="DATE")]
SHOWN = ("item", "description", "launch_date", "state", "gate", "units", "revenue", "margin_per_hour", "rank", "next")
FORMS = {
    "units": NumberForm(), "revenue": NumberForm(), "margin": NumberForm(), "margin_per_hour": NumberForm(),
    "factor": NumberForm(percent=True), "likeness": NumberForm(percent=True), "weight": NumberForm(decimals=2),
    "price": NumberForm(decimals=2), "units_past": NumberForm(),
}  # fmt: skip


@launch.command("list")
def list_launches(plan: Annotated[str, typer.Argument(help="Scenario or published plan.")]) -> None:
    """List every launch with its gate, its first year and what it earns per hour on constraints."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        frame = launch_list(plan_of(workspace, plan))

    def show(console: Console) -> None:
        if not frame.height:
            console.print("No launches. [dim]Enter one with `steelyard launch add`.[/]")
            return
        shown = frame.select(SHOWN).with_columns(pl.col("description", "next").str.slice(0, 20))
        show_frame(console, shown, title="Launches", forms={n: FORMS[n] for n in FORMS if n in shown.columns})

    session.answer({"launches": frame.to_dicts()}, show)


@launch.command("show")
def show_launch(plan: Annotated[str, typer.Argument(help="Scenario or published plan.")], item: ItemArgument) -> None:
    """Show one launch over time: its curve, what it sold, what it will sell."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        numbers = plan_of(workspace, plan)
        frame = launch_curve(numbers, item)
    columns = ("history", "statistical_forecast", "launch_forecast", "demand")
    told = frame.filter(pl.col("factor") > 0).head(48)

    def show(console: Console) -> None:
        show_frame(console, told, title=item, forms={"factor": FORMS["factor"]} | {n: NumberForm() for n in columns})

    session.answer({"item": item, "periods": frame.to_dicts()}, show)


@launch.command("like")
def like_items(
    plan: Annotated[str, typer.Argument(help="Scenario or published plan.")],
    item: ItemArgument,
    price: Annotated[float | None, typer.Option("--price", help="Its price, if the plan does not know it.")] = None,
) -> None:
    """Propose like-items for an item, by family, name and price."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        frame = propose_like_items(plan_of(workspace, plan), item, price=price)
    form = {name: FORMS[name] for name in ("price", "units_past", "likeness", "weight")}
    session.answer(
        {"item": item, "proposals": frame.to_dicts()},
        lambda console: show_frame(console, frame, title=f"Items like {item}", forms=form),
    )


@launch.command("item")
def new_item(
    scenario: ScenarioArgument,
    item: ItemArgument,
    pattern: Annotated[str, typer.Option("--pattern", help="Item whose master data are copied.")],
    description: Annotated[str, typer.Option("--description", help="Its name.")] = "",
    price: Annotated[float | None, typer.Option("--price", help="Net price in base currency.")] = None,
    cost: Annotated[float | None, typer.Option("--cost", help="Standard cost in base currency.")] = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Bring an item into a scenario that the extract does not know, with the master data of another."""
    _enter(scenario, NewItem(item, pattern, description, price, cost), "launch", note, actor)


@launch.command("add")
def add_launch(
    scenario: ScenarioArgument,
    item: ItemArgument,
    day: Annotated[str, typer.Option("--date", help="First day on which it is sold, such as 2027-03-01.")],
    like: Annotated[
        list[str] | None, typer.Option("--like", metavar="ITEM=WEIGHT", help="Like-item and its weight, repeatable.")
    ] = None,
    offset: Annotated[
        list[str] | None,
        typer.Option("--offset", metavar="ITEM=PERIODS", help="Periods a like-item ran ahead, repeatable."),
    ] = None,
    curve: Annotated[str, typer.Option("--curve", help=f"Phase-in curve: {', '.join(CURVES)}.")] = "linear",
    ramp: Annotated[int, typer.Option("--ramp", help="Periods until full volume.")] = 6,
    share: Annotated[
        list[float] | None, typer.Option("--share", help="Gain of each period of an own curve, repeatable; sum 1.")
    ] = None,
    volume: Annotated[float | None, typer.Option("--volume", help="Units a period at full volume.")] = None,
    price: Annotated[float | None, typer.Option("--price", help="Net price in base currency.")] = None,
    location: Annotated[list[str] | None, typer.Option("--location", help="Where it is sold, repeatable.")] = None,
    customer: Annotated[list[str] | None, typer.Option("--customer", help="Who buys it, repeatable.")] = None,
    takes_from: Annotated[
        list[str] | None,
        typer.Option("--takes-from", metavar="ITEM=RATE", help="Units an older item loses per unit, repeatable."),
    ] = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Enter a launch and show what it does to the plan."""
    operation = Launch(
        item, day, like=_pairs(like, "--like"), offset=_pairs(offset, "--offset"), curve=cast(CurveKind, curve),
        ramp=ramp, shares=tuple(share or ()), volume=volume, price=price, locations=tuple(location or ()),
        customers=tuple(customer or ()), takes_from=_pairs(takes_from, "--takes-from"),
    )  # fmt: skip
    _enter(scenario, operation, "launch", note, actor)


@launch.command("slip")
def slip_launch(
    scenario: ScenarioArgument,
    item: ItemArgument,
    day: DateArgument,
    try_only: Annotated[bool, typer.Option("--try", help="Only show what it would do.")] = False,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Move a launch to another day, or only try it and see volume, revenue and load side by side."""
    operation = SlipLaunch(item, day)
    if not try_only:
        _enter(scenario, operation, "launch", note, actor)
        return
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        found = slip_what_if(
            workspace.scenario(scenario), item, date.fromisoformat(operation.date), actor=actor_or_me(actor), at=now()
        )
        headlines, periods, resources = found.headlines(), found.over_time(), found.resources()
    form = NumberForm()
    forms = dict.fromkeys(("before", "after", "effect", *periods.columns[1:]), form)

    def show(console: Console) -> None:
        shown = headlines.select(pl.col("label").alias("measure"), "unit", "before", "after", "effect")
        show_frame(console, shown, title=f"{item} on {operation.date}", forms=forms)
        moved = periods.filter((pl.col("units") - pl.col("units_after")).abs() > 0.5)
        show_frame(console, moved, title="Periods that move", forms=forms)

    payload = {"headlines": headlines.to_dicts(), "periods": periods.to_dicts(), "resources": resources.to_dicts()}
    session.answer({"item": item, "date": operation.date, **payload}, show)


@launch.command("gate")
def set_gate(
    scenario: ScenarioArgument,
    item: ItemArgument,
    status: Annotated[str, typer.Argument(help="open, passed, held or stopped.")],
    day: Annotated[str, typer.Option("--date", help="Day of the decision.")] = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Say what the launch gate has decided, and when."""
    _enter(scenario, SetGate(item, cast(GateStatus, status), day), "launch", note, actor)


@launch.command("succeed")
def succeed(
    scenario: ScenarioArgument,
    old: Annotated[str, typer.Argument(help="Item that is replaced.")],
    new: Annotated[str, typer.Argument(help="Item that takes over.")],
    day: Annotated[str, typer.Option("--date", help="From when.")],
    factor: Annotated[float, typer.Option("--factor", help="Units of the new item per unit of the old one.")] = 1.0,
    window: Annotated[int, typer.Option("--window", help="Periods in which both are sold.")] = 0,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Let an item take over the demand of another."""
    _enter(scenario, Supersede(old, new, day, factor, window), "phase_out", note, actor)


@launch.command("end")
def end_item(
    scenario: ScenarioArgument,
    item: ItemArgument,
    day: DateArgument,
    run_down: Annotated[int, typer.Option("--run-down", help="Periods over which it fades.")] = 3,
    curve: Annotated[str, typer.Option("--curve", help="How it fades: linear, exponential, s_curve.")] = "linear",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Phase an item out."""
    _enter(scenario, PhaseOut(item, day, run_down, cast(CurveKind, curve)), "phase_out", note, actor)


def _enter(scenario: str, operation: LifeOperation | RowOperation, reason: str, note: str, actor: str) -> None:
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Planning"):
        target = workspace.scenario(scenario)
        before = target.plan()
        made = Change(operation, author=actor_or_me(actor), at=now(), reason=reason, note=note)
        said = str(target.append(made).changes[0])
        after, revision = target.plan(), target.revision

    session.answer(
        {"scenario": scenario, "revision": revision, "change": said, "effect": effects(before, after)},
        lambda console: show_change(console, said, scenario, revision, before, after),
    )


def _pairs(given: list[str] | None, option: str) -> dict[str, float]:
    """Read ITEM=NUMBER pairs.

    Raises:
        ChangeInvalid: A pair lacks its item or its number.
    """
    found: dict[str, float] = {}
    for pair in given or []:
        item, equals, number = pair.partition("=")
        try:
            found[item.strip()] = float(number) if equals else 1.0
        except ValueError:
            raise ChangeInvalid(f"{pair!r} is no item with a number", where=option, mend="write ITEM=0.8") from None
    return found
