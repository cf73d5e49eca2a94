"""Import: read, map, check and keep an extract of the ERP."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from steelyard.cli.company import open_company
from steelyard.cli.finding_table import extract_payload, show_extract
from steelyard.cli.option import ActorOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import actor_or_me, current_session, now

AsOfOption = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="As-of date, if another than the files state.")
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help="Mapping file; none if the files are tables of the contract.")
]


def import_(
    source: Annotated[str, typer.Argument(help="Folder of files, or URL of a database.")],
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    actor: ActorOption = "",
) -> None:
    """Import an extract: rows that break a rule are kept out with a reason, everything else is planned with."""
    session = current_session()
    with open_company(session) as workspace, progress_bar(session, "Importing") as report:
        extract = workspace.import_extract(
            source, mapping=mapping, at=now(), actor=actor_or_me(actor), progress=report,
            as_of=as_of.date() if as_of else None,
        )  # fmt: skip
    session.answer(extract_payload(extract), lambda console: show_extract(console, extract))
