"""Master data services: bring in an extract, and make the first scenario on it."""

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from steelyard.errors import MappingInvalid, NotAllowed
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job
from steelyard.web.masterdata.tasks import extract_import
from steelyard.web.masterdata.uploads import Bounds, Sent, source_folder, store_upload

MAPPING_BOUNDS = Bounds(sent=2 << 20, unpacked=2 << 20)


def extract_upload(files: Sequence[Sent], *, user: User, mapping: Sequence[Sent] = ()) -> Job:
    """Store what was sent and import it as a job.

    Args:
        files: Files of tables, or one archive of them.
        user: Who imports.
        mapping: Mapping files, when the files do not follow the contract; several where one includes others.

    Raises:
        NotAllowed: The role does not import.
        FileUnreadable: The upload breaks a bound or cannot be unpacked.
    """
    require(user, Ability.IMPORT)
    place = Path(settings.UPLOAD_FOLDER) / secrets.token_hex(8)
    try:
        bounds = Bounds(settings.UPLOAD_LIMIT, settings.UPLOAD_UNPACKED_LIMIT)
        left_out = store_upload(files, place / "files", bounds)
        mapped = _store_mapping(mapping, place / "mapping") if mapping else None
    except Exception:
        shutil.rmtree(place, ignore_errors=True)
        raise
    source = source_folder(place / "files")
    return _start(user, source, mapped or _mapping_inside(source), f"Import of {_names(files)}", place, left_out)


def extract_import_folder(folder: Path, *, user: User, mapping: Path | None = None) -> Job:
    """Import a folder of the server as a job.

    Raises:
        NotAllowed: The role does not import from the server.
    """
    require(user, Ability.ADMINISTER)
    allowed = (Path(settings.COMPANY_FOLDER) / "inbox").resolve()
    if not folder.resolve().is_relative_to(allowed):
        raise NotAllowed("Only folders of the inbox can be imported", where=str(folder), mend=f"put it into {allowed}")
    return _start(user, folder, mapping, f"Import of {folder.name}", None, [])


def _start(
    user: User, source: Path, mapping: Path | None, title: str, temporary: Path | None, left_out: Sequence[str]
) -> Job:
    job = job_start(
        extract_import,
        kind="extract.import",
        title=title,
        author=user.username,
        parameters={
            "source": str(source),
            "mapping": str(mapping) if mapping else None,
            "temporary": str(temporary) if temporary else None,
            "left_out": ", ".join(left_out)[:400],
        },
    )
    audit_record(actor=user.username, action="extract.import", subject=title, run=f"job {job.pk}")
    return job


def _store_mapping(files: Sequence[Sent], folder: Path) -> Path:
    store_upload(files, folder, MAPPING_BOUNDS)
    return _first_mapping(folder)


def _mapping_inside(source: Path) -> Path | None:
    found = [path for path in source.glob("*.toml") if path.name != "manifest.toml"]
    return _first_mapping(source) if found else None


def _first_mapping(folder: Path) -> Path:
    """The mapping to begin with: the only one, or the one called mapping.toml."""
    found = sorted(path for path in folder.glob("*.toml") if path.name != "manifest.toml")
    named = [path for path in found if path.name == "mapping.toml"] or found
    if len(named) != 1:
        names = ", ".join(path.name for path in found) or "no .toml file"
        raise MappingInvalid("It is not clear which mapping to begin with", where=names, mend="call it mapping.toml")
    return named[0]


def _names(files: Sequence[Sent]) -> str:
    first = files[0].name or "files"
    return first if len(files) == 1 else f"{first} and {len(files) - 1} more"
