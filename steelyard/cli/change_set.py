"""Change set: keep changes under a name, look at them, lay them on any scenario."""

from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.company import open_company
from steelyard.cli.option import ActorOption, NoteOption, ScopeOption, read_scope
from steelyard.cli.session import actor_or_me, current_session, now
from steelyard.cli.table import show_frame
from steelyard.plan.change_sets.change_set import ChangeSet
from steelyard.plan.change_sets.laying import fit_set, lay_set, record_set

change_set = typer.Typer(
    help="Keep changes under a name and lay them on any scenario, later in time or on other members.",
    no_args_is_help=True,
)
SetArgument = Annotated[str, typer.Argument(help="Name of the change set.")]
ScenarioArgument = Annotated[str, typer.Argument(help="Name of the scenario.")]
ShiftOption = Annotated[int, typer.Option("--shift", help="Periods later; earlier, if below zero.")]


@change_set.command("list")
def list_sets() -> None:
    """List the change sets by name."""
    session = current_session()
    with open_company(session) as workspace:
        rows = [_row(found) for found in workspace.records.change_sets.sets()]

    def show(console: Console) -> None:
        if not rows:
            console.print("No change sets yet. [dim]Record one with `steelyard change-set record SCENARIO NAME`.[/]")
            return
        shown = pl.DataFrame(rows).select("name", "changes", "source", "version", "by", "note")
        show_frame(console, shown, title="Change sets", wrap=True)

    session.answer({"change_sets": rows}, show)


@change_set.command("record")
def record(
    scenario: ScenarioArgument,
    name: SetArgument,
    only: Annotated[list[str] | None, typer.Option("--only", help="Id of a change, repeatable; else all.")] = None,
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Keep a scenario's own changes under a name; the same name again makes its next version."""
    session = current_session()
    with open_company(session) as workspace:
        made = record_set(
            workspace,
            workspace.scenario(scenario),
            name,
            only=only or (),
            actor=actor_or_me(actor),
            at=now(),
            note=note,
        )
    count = len(made.changes)
    said = f"Kept {count} change{'' if count == 1 else 's'} as [bold]{made.name}[/], version {made.version}"
    session.answer(_row(made), lambda console: console.print(said))


@change_set.command("show")
def show_set(name: SetArgument) -> None:
    """Show the changes of a set."""
    session = current_session()
    with open_company(session) as workspace:
        found = workspace.records.change_sets.find(name)
    frame = pl.DataFrame([{"change": str(change), "note": change.note} for change in found.changes])
    payload = {**_row(found), "content": [change.to_json() for change in found.changes]}
    session.answer(payload, lambda console: show_frame(console, frame, title=found.name, wrap=True))


@change_set.command("lay")
def lay(
    name: SetArgument,
    scenario: Annotated[str, typer.Argument(help="Scenario it is laid on.")],
    shift: ShiftOption = 0,
    scope: ScopeOption = None,
    check: Annotated[bool, typer.Option("--check", help="Say what would become of it, and lay nothing.")] = False,
    actor: ActorOption = "",
) -> None:
    """Lay a set on a scenario, all of it or nothing, as one step that can be undone."""
    session, where = current_session(), read_scope(scope)
    with open_company(session) as workspace:
        found, target = workspace.records.change_sets.find(name), workspace.scenario(scenario)
        fitting = fit_set(workspace, target, found, shift=shift, scope=where)
        rows = [{"change": str(change), "fault": ""} for change in fitting.changes]
        rows += [{"change": str(change), "fault": str(fault)} for change, fault in fitting.faults]
        revision = target.revision
        if not check:
            event = lay_set(workspace, target, found, actor=actor_or_me(actor), at=now(), shift=shift, scope=where)
            revision = event.revision
    payload = {"name": name, "scenario": scenario, "laid": not check, "revision": revision, "changes": rows}
    title = f"{name} {'would lie' if check else 'lies'} on {scenario}"
    session.answer(payload, lambda console: show_frame(console, pl.DataFrame(rows), title=title, wrap=True))


@change_set.command("withdraw")
def withdraw(name: SetArgument) -> None:
    """Take a set off the list; its versions stay on record."""
    session = current_session()
    with open_company(session) as workspace:
        workspace.records.change_sets.withdraw(workspace.records.change_sets.find(name))
    session.answer(
        {"name": name, "withdrawn": True}, lambda console: console.print(f"Took [bold]{name}[/] off the list")
    )


def _row(found: ChangeSet) -> dict[str, object]:
    return {
        "name": found.name, "changes": len(found.changes), "source": found.source, "version": found.version,
        "by": found.actor, "note": found.note, "at": found.at.isoformat(),
    }  # fmt: skip
