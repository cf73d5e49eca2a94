"""New: make a workspace."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from steelyard.cli.session import current_session
from steelyard.plan.workspace import Workspace
from steelyard.web.accounts.roles import MAKE_THE_FIRST


def new(
    folder: Annotated[Path, typer.Argument(help="Where the workspace goes; made if missing.")],
    name: Annotated[
        str, typer.Option("--name", "-n", help="Name of the company; the folder's name if not given.")
    ] = "",
    database: Annotated[
        str,
        typer.Option("--database", help="URL of the records, e.g. postgresql://...; SQLite in the folder if empty."),
    ] = "",
) -> None:
    """Make a workspace for a company: a folder for its extracts, scenarios and plans."""
    company = name or folder.resolve().name
    Workspace.create(folder, company=company, database=database).close()

    def show(console: Console) -> None:
        console.print(f"Made a workspace for [bold]{company}[/] in {folder}")
        console.print(f"[dim]Next: steelyard import YOUR_FILES --company {folder}[/]")
        console.print(f"[dim]Before you serve it, {MAKE_THE_FIRST} --company {folder}[/]")

    current_session().answer({"company": company, "folder": str(folder), "database": database}, show)
