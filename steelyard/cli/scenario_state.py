"""Scenario state: lock, unlock, name anew, what is published, and whether something still holds."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import SHORT, open_company
from steelyard.cli.exit_code import ExitCode
from steelyard.cli.option import ActorOption
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.scenario import Scenario
from steelyard.plan.staleness import Footing, footing_of, footing_of_published, staleness
from steelyard.plan.workspace import Workspace

NameArgument = Annotated[str, typer.Argument(help="Name of the scenario.")]


def lock_scenario(name: NameArgument, actor: ActorOption = "") -> None:
    """Lock a scenario against changes."""
    _done(name, lambda one: one.close(actor=actor_or_me(actor), at=now()), "Locked")


def unlock_scenario(name: NameArgument, actor: ActorOption = "") -> None:
    """Let a scenario take changes again."""
    _done(name, lambda one: one.reopen(actor=actor_or_me(actor), at=now()), "Unlocked")


def describe_scenario(
    name: NameArgument,
    new_name: Annotated[str, typer.Option("--name", help="Its new name.")] = "",
    note: Annotated[str | None, typer.Option("--note", help="What it is for.")] = None,
    actor: ActorOption = "",
) -> None:
    """Give a scenario another name or note."""
    if not new_name and note is None:
        raise ChangeInvalid("Nothing is said", mend="give --name or --note")
    session, who = current_session(), actor_or_me(actor)
    with open_company(session) as workspace:
        one = workspace.scenario(name)
        if new_name:
            one.rename(new_name, actor=who, at=now())
        if note is not None:
            one.annotate(note, actor=who, at=now())
        row: dict[str, object] = {"name": one.name, "note": one.record.note}
    session.answer(row, lambda console: console.print(f"[bold]{row['name']}[/]: {row['note']}"))


def list_published() -> None:
    """List published plans, oldest first; `last-published` names the last one wherever a plan is asked for."""
    session = current_session()
    with open_company(session) as workspace:
        rows: list[dict[str, object]] = [
            {"id": one.id, "scenario": one.scenario, "by": one.actor, "at": one.at.isoformat(), "note": one.note}
            for one in workspace.published()
        ]

    def show(console: Console) -> None:
        if not rows:
            console.print("No plan is published yet. [dim]Publish one with `steelyard publish`.[/]")
            return
        shown = pl.DataFrame(rows).with_columns(pl.col("id").str.slice(0, SHORT), pl.col("at").str.slice(0, 10))
        show_frame(console, shown, title="Published plans", wrap=True)

    session.answer({"published": rows}, show)


def footing(
    plan: Annotated[str, typer.Argument(help="Scenario, or beginning of a published plan's id.")],
    file: Annotated[Path | None, typer.Option("--out", help="File it is kept in, beside an answer.")] = None,
) -> None:
    """Say on what an answer of now stands; keep it to ask later whether the answer still holds."""
    session = current_session()
    with open_company(session) as workspace:
        kept: dict[str, object] = {**_footing(workspace, plan).to_json()}
    if file is not None:
        file.write_text(json.dumps(kept), encoding="utf-8")
    session.answer(kept, lambda console: console.print(f"{kept['name']}, digest {str(kept['digest'])[:12]}"))


def stale(
    kept: Annotated[str, typer.Argument(help="File of a footing, or beginning of a published plan's id.")],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if something has moved.")] = False,
) -> None:
    """Say whether an answer, or a published plan, still holds, and what has moved since."""
    session, place = current_session(), Path(kept)
    with open_company(session) as workspace:
        spelled = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else None
        footing = Footing.from_json(spelled) if spelled else _footing(workspace, kept)
        found = staleness(workspace, footing, beside=workspace.records.registers.digests())
    payload = {"stale": found.is_stale, "moves": [move.words for move in found.moves]}

    def show(console: Console) -> None:
        console.print(found.words or "[green]Up to date[/]")

    session.answer(payload, show)
    if exit_code and found.is_stale:
        raise typer.Exit(ExitCode.DIFFERENT)


def _footing(workspace: Workspace, plan: str) -> Footing:
    known = {one.name for one in workspace.scenarios(archived=True)}
    if plan not in known and (published := workspace.published_id(plan)):
        return footing_of_published(workspace, workspace.published_plan(published))
    return footing_of(workspace.scenario(plan), at=now())


def _done(name: str, do: Callable[[Scenario], object], said: str) -> None:
    session = current_session()
    with open_company(session) as workspace:
        do(workspace.scenario(name))
        closed = workspace.scenario(name).record.closed
    session.answer({"name": name, "locked": closed}, lambda console: console.print(f"{said} [bold]{name}[/]"))
