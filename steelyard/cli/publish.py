"""Publish: keep the numbers of a scenario for ever."""

from typing import Annotated

import typer
from rich.console import Console

from steelyard.cli.company import only_scenario, open_company
from steelyard.cli.option import ActorOption, NoteOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now


def publish(
    scenario: Annotated[str, typer.Argument(help="Scenario to publish.")] = "",
    note: NoteOption = "",
    actor: ActorOption = "",
) -> None:
    """Publish a scenario as a plan that never changes; its id is the digest of everything in it."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Publishing"):
        name = only_scenario(workspace, scenario)
        plan = workspace.scenario(name).publish(actor=actor_or_me(actor), at=now(), note=note)

    def show(console: Console) -> None:
        console.print(f"Published [bold]{name}[/] as plan [bold]{plan.id}[/]")
        console.print(f"[dim]Check it anywhere with: steelyard replay {plan.id[:12]}[/]")

    session.answer({"plan": plan.id, "scenario": name, "extract": plan.extract, "changes": len(plan.changes)}, show)
