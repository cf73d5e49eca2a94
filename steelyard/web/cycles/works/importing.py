"""Import: bring in the newest extract from the drop folder, once."""

from datetime import date
from pathlib import Path

from django.conf import settings

from steelyard.cycle.cycle import last_day
from steelyard.data.manifest import read_manifest
from steelyard.web.company import workspace
from steelyard.web.cycles.works.place import Place, Said

INBOX = "inbox"
"""Folder of the company in which the ERP drops a folder for each extract."""
COMPLETE = "manifest.toml"
"""Written last by who drops files; a folder with it is whole."""


def import_newest(place: Place) -> Said:
    """Import the newest folder of the inbox, unless it has been imported before.

    NOTE: an import keeps nothing until it is through, and the same files give the same extract; so a killed import
    is simply done again.
    """
    folder = newest_drop(place.cycle.key)
    if folder is None:
        return Said(f"Nothing is waiting in {INBOX} for this month; the plan stays on the extract it has.")
    extract = workspace().import_extract(folder, mapping=_mapping(folder), at=place.at, actor=place.by)
    rows = sum(frame.height for frame in extract.tables.values())
    told = f"{folder.name}: as of {extract.as_of}, {rows:,} rows, score {extract.score.overall:.1f}."
    facts = {"folder": folder.name, "extract": extract.digest, "score": extract.score.overall}
    return Said(told, facts)  # type: ignore[arg-type]


def newest_drop(cycle: str) -> Path | None:
    """The newest whole folder of the inbox by name; none where there is no inbox.

    What already knows the whole month of a cycle is left to the next one.

    Args:
        cycle: Key of the cycle.
    """
    inbox = Path(settings.COMPANY_FOLDER) / INBOX
    found = sorted(path for path in inbox.glob("*") if path.is_dir() and any(path.iterdir())) if inbox.is_dir() else []
    whole = [path for path in found if (path / COMPLETE).is_file()] or found
    mine = [path for path in whole if _as_of(path) < last_day(cycle)]
    return mine[-1] if mine else None


def _as_of(folder: Path) -> date:
    """The day a folder's manifest speaks of; the beginning of time where it has none."""
    manifest = read_manifest(folder) if (folder / COMPLETE).is_file() else None
    return manifest.as_of if manifest is not None and manifest.as_of is not None else date.min


def _mapping(folder: Path) -> Path | None:
    found = folder / "mapping.toml"
    return found if found.is_file() else None
