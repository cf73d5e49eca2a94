"""Check: look at an extract without keeping it, or at what was found in the last one."""

from typing import Annotated

import typer

from steelyard.cli.company import open_company
from steelyard.cli.exit_code import ExitCode
from steelyard.cli.finding_table import extract_payload, show_extract
from steelyard.cli.import_ import AsOfOption, MappingOption
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import Session, current_session, now
from steelyard.data.extract import Extract
from steelyard.data.importing import check_extract
from steelyard.data.threshold import STANDARD
from steelyard.plan.settings import SETTINGS, read_settings


def check(
    source: Annotated[str, typer.Argument(help="Folder or URL; the workspace's last extract if not given.")] = "",
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Check an extract and show what is wrong with it; exit code 1 if rows would be kept out."""
    session = current_session()
    extract = _check_source(session, source, mapping, as_of) if source else _last(session)
    session.answer(extract_payload(extract), lambda console: show_extract(console, extract))
    if any(finding.severity == "error" for finding in extract.findings):
        raise typer.Exit(ExitCode.DIFFERENT)


def _check_source(session: Session, source: str, mapping: MappingOption, as_of: AsOfOption) -> Extract:
    with progress_bar(session, "Checking") as report:
        day = as_of.date() if as_of else None
        limits = read_settings(session.folder).thresholds if (session.folder / SETTINGS).is_file() else STANDARD
        return check_extract(source, mapping=mapping, at=now(), progress=report, as_of=day, thresholds=limits)


def _last(session: Session) -> Extract:
    with open_company(session) as workspace:
        return workspace.open_extract()
