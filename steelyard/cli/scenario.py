"""Scenario: list, create, branch, show, diff, merge, promote, rebase, lock, archive and restore scenarios."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import SHORT, open_company
from steelyard.cli.merge import diff_scenarios, merge_scenario, promote_scenario, rebase_onto
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.scenario_share import share_scenario
from steelyard.cli.scenario_state import (
    describe_scenario,
    footing,
    list_published,
    lock_scenario,
    stale,
    unlock_scenario,
)
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import show_frame
from steelyard.plan.scenario import Scenario

scenario = typer.Typer(
    help="List, create, branch, show, diff, merge, promote, rebase, lock and archive scenarios.", no_args_is_help=True
)
NameArgument = Annotated[str, typer.Argument(help="Name of the scenario.")]


@scenario.command("list")
def list_scenarios(
    archived: Annotated[bool, typer.Option("--archived", help="Those in the archive, too.")] = False,
) -> None:
    """List scenarios, oldest first."""
    session = current_session()
    with open_company(session) as workspace:
        rows = [_row(one) for one in workspace.scenarios(archived=archived)]

    def show(console: Console) -> None:
        if not rows:
            console.print("No scenarios yet. [dim]Make one with `steelyard scenario create base`.[/]")
            return
        shown = pl.DataFrame(rows).select("name", "state", "base", "changes", "by", "note")
        show_frame(console, shown, title="Scenarios", wrap=True)

    session.answer({"scenarios": rows}, show)


def _row(one: Scenario) -> dict[str, object]:
    record, base = one.record, one.base
    state = "archived" if record.archived else "locked" if record.closed else "open"
    return {
        "name": record.name, "state": state, "base": _base_name(base), "changes": len(one.own_changes),
        "revision": record.revision, "by": record.actor, "extract": record.extract, "note": record.note,
        "archived": record.archived, "closed": record.closed, "at": record.at.isoformat(),
    }  # fmt: skip


def _base_name(base: object) -> str:
    if isinstance(base, Scenario):
        return base.name
    return f"plan {getattr(base, 'id', '')[:SHORT]}" if base is not None else ""


@scenario.command("create")
def create_scenario(
    name: NameArgument,
    horizon: Annotated[int | None, typer.Option("--horizon", help="Periods to plan.")] = None,
    extract: Annotated[str, typer.Option("--extract", help="Digest of the extract; the latest if not given.")] = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Make a scenario on an extract."""
    session = current_session()
    settings: dict[str, object] = {} if horizon is None else {"horizon": horizon}
    with open_company(session) as workspace:
        made = workspace.create_scenario(
            name, extract=extract, actor=actor_or_me(actor), at=now(), note=note, **settings
        )
        row = _row(made)
    session.answer(row, lambda console: console.print(f"Made [bold]{name}[/] on extract {str(row['extract'])[:SHORT]}"))


@scenario.command("branch")
def branch_scenario(
    base: Annotated[str, typer.Argument(help="Scenario, or beginning of a published plan's id, to start from.")],
    name: NameArgument,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Branch a scenario; it follows its base until it changes something itself."""
    session, who = current_session(), actor_or_me(actor)
    with open_company(session) as workspace:
        published = workspace.published_id(base)
        known = {one.name for one in workspace.scenarios(archived=True)}
        if published and base not in known:
            made = workspace.branch_published(published, name, actor=who, at=now(), note=note)
        else:
            made = workspace.scenario(base).branch(name, actor=who, at=now(), note=note)
        row = _row(made)
    session.answer(row, lambda console: console.print(f"Branched [bold]{name}[/] from {row['base']}"))


@scenario.command("show")
def show_scenario(name: NameArgument) -> None:
    """Show the changes of a scenario, those of its base first."""
    session = current_session()
    with open_company(session) as workspace:
        one = workspace.scenario(name)
        row, own = _row(one), {change.id for change in one.own_changes}
        changes = [{"own": change.id in own, **change.to_json(), "says": str(change)} for change in one.changes]
        frame = pl.DataFrame(
            [
                {"from": row["name"] if change.id in own else row["base"], "on": f"{change.at:%Y-%m-%d}",
                 "change": str(change), "note": change.note, "counts": "yes" if change.enabled else "off"}
                for change in one.changes
            ]
        )  # fmt: skip

    def show(console: Console) -> None:
        counts = f"revision {row['revision']}, {len(changes)} changes"
        console.print(f"[bold]{name}[/], {row['state']}, {counts}   {row['note']}")
        if changes:
            show_frame(console, frame, wrap=True)

    session.answer({**row, "changes": changes}, show)


scenario.command("diff")(diff_scenarios)
scenario.command("merge")(merge_scenario)
scenario.command("promote")(promote_scenario)
scenario.command("rebase")(rebase_onto)
scenario.command("lock")(lock_scenario)
scenario.command("unlock")(unlock_scenario)
scenario.command("describe")(describe_scenario)
scenario.command("share")(share_scenario)
scenario.command("published")(list_published)
scenario.command("footing")(footing)
scenario.command("stale")(stale)


@scenario.command("archive")
def archive_scenario(name: NameArgument, actor: ActorOption = "") -> None:
    """Put a scenario away; it takes no changes, nothing is lost."""
    session = current_session()
    with open_company(session) as workspace:
        workspace.scenario(name).archive(actor=actor_or_me(actor), at=now())
    session.answer({"name": name, "archived": True}, lambda console: console.print(f"Archived [bold]{name}[/]"))


@scenario.command("restore")
def restore_scenario(name: NameArgument, actor: ActorOption = "") -> None:
    """Bring a scenario back from the archive."""
    session = current_session()
    with open_company(session) as workspace:
        workspace.scenario(name).restore(actor=actor_or_me(actor), at=now())
    session.answer({"name": name, "archived": False}, lambda console: console.print(f"Restored [bold]{name}[/]"))
