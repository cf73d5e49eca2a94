"""Map: propose a mapping for a folder of unknown files, and show what was understood."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session
from steelyard.cli.table import NumberForm, show_frame
from steelyard.data.proposal import FileUnderstanding, Understanding, propose_mapping
from steelyard.errors import ChangeInvalid


def map(  # noqa: A001  the command's name
    folder: Annotated[Path, typer.Argument(help="Folder of unknown files.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the mapping to this file; never over an existing one.")
    ] = None,
    columns: Annotated[bool, typer.Option("--columns", help="Show the columns of every file, too.")] = False,
) -> None:
    """Propose a mapping: which file is which table, which column is which, what is missing."""
    session = current_session()
    if output is not None and output.exists():
        raise ChangeInvalid("The file exists already", where=str(output), mend="choose another name, or remove it")
    with progress_bar(session, "Reading"):
        found = propose_mapping(folder)
    if output is not None:
        output.write_text(found.text, encoding="utf-8")
    payload: dict[str, object] = {
        "files": [_file(one) for one in found.files], "unreadable": found.unreadable, "mapping": found.text,
        "written": output,
    }  # fmt: skip
    session.answer(payload, lambda console: _show(console, found, output, columns))


def _file(one: FileUnderstanding) -> dict[str, object]:
    return {
        "file": one.name, "rows": one.facts.rows, "table": one.table, "confidence": one.confidence,
        "columns": {c.profile.name: c.target for c in one.columns if c.target},
        "unused": [c.profile.name for c in one.columns if not c.target],
        "look_ups": [{"file": look.file, "here": look.here, "there": look.there} for look in one.look_ups],
        "missing": list(one.missing),
    }  # fmt: skip


def _show(console: Console, found: Understanding, output: Path | None, columns: bool) -> None:
    rows = [
        {"file": one.name, "rows": one.facts.rows, "table": one.table or "\N{EN DASH}", "sure": one.confidence,
         "columns": f"{sum(bool(c.target) for c in one.columns)} of {len(one.columns)}",
         "missing": ", ".join(one.missing)}
        for one in sorted(found.files, key=lambda one: (not one.table, one.table, one.name))
    ]  # fmt: skip
    show_frame(
        console,
        pl.DataFrame(rows),
        title="Files",
        forms={"sure": NumberForm(percent=True)},
        right=["columns"],
        wrap=True,
    )
    for reason in found.unreadable:
        console.print(f"[yellow]{reason}[/]")
    for one in found.files if columns else ():
        _show_columns(console, one)
    if output is None:
        console.print("[dim]Write the mapping with --output mapping.toml, correct it, then import with --mapping.[/]")
    else:
        console.print(f"Wrote [bold]{output}[/]. Read it: lines that say how sure they are want a person's eye.")


def _show_columns(console: Console, one: FileUnderstanding) -> None:
    if not one.table:
        return
    rows = [{"column": c.profile.name, "is": c.target, "sure": c.confidence if c.target else None} for c in one.columns]
    show_frame(
        console, pl.DataFrame(rows, infer_schema_length=None), title=f"{one.name} as {one.table}",
        forms={"sure": NumberForm(percent=True)},
    )  # fmt: skip
