"""Replay: calculate a published plan again and compare every byte."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from steelyard.cli.company import open_company
from steelyard.cli.exit_code import ExitCode
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.errors import NotFound


def replay(
    plan: Annotated[str, typer.Argument(help="Beginning of the plan's id; the last published if not given.")] = "",
) -> None:
    """Replay a published plan from its extract and changes; exit code 1 if a number comes out differently."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Replaying"):
        published = workspace.published()
        if not (plan or published):
            raise NotFound("No plan is published yet", mend="publish one with `steelyard publish`")
        report = workspace.replay(plan or published[-1].id)

    def show(console: Console) -> None:
        console.print(str(report), style="green" if report.same else "red")

    session.answer(asdict(report), show)
    if not report.same:
        raise typer.Exit(ExitCode.DIFFERENT)
