"""Master data services: bring in an extract, and make the first scenario on it."""

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from steelyard.errors import FileUnreadable, NotAllowed
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability
from steelyard.web.audit.services import audit_record
from steelyard.web.jobs.services import job_start
from steelyard.web.jobs.work import Job
from steelyard.web.masterdata.tasks import extract_import
from steelyard.web.masterdata.uploads import Bounds, Sent, source_folder, store_upload


def extract_upload(files: Sequence[Sent], *, user: User, mapping: Sent | None = None) -> Job:
    """Store what was sent and import it as a job.

    Args:
        files: Files of tables, or one archive of them.
        user: Who imports.
        mapping: A mapping file, when the files do not follow the contract.

    Raises:
        NotAllowed: The role does not import.
        FileUnreadable: The upload breaks a bound or cannot be unpacked.
    """
    require(user, Ability.IMPORT)
    place = Path(settings.UPLOAD_FOLDER) / secrets.token_hex(8)
    try:
        store_upload(files, place / "files", Bounds(settings.UPLOAD_LIMIT, settings.UPLOAD_UNPACKED_LIMIT))
        mapped = _store_mapping(mapping, place) if mapping else None
    except Exception:
        shutil.rmtree(place, ignore_errors=True)
        raise
    source = source_folder(place / "files")
    return _start(user, source, mapped or _mapping_inside(source), f"Import of {_names(files)}", place)


def extract_import_folder(folder: Path, *, user: User, mapping: Path | None = None) -> Job:
    """Import a folder of the server as a job.

    Raises:
        NotAllowed: The role does not import from the server.
    """
    require(user, Ability.ADMINISTER)
    allowed = (Path(settings.COMPANY_FOLDER) / "inbox").resolve()
    if not folder.resolve().is_relative_to(allowed):
        raise NotAllowed("Only folders of the inbox can be imported", where=str(folder), mend=f"put it into {allowed}")
    return _start(user, folder, mapping, f"Import of {folder.name}", None)


def _start(user: User, source: Path, mapping: Path | None, title: str, temporary: Path | None) -> Job:
    audit_record(actor=user.username, action="extract.import", subject=title)
    return job_start(
        extract_import,
        kind="extract.import",
        title=title,
        author=user.username,
        parameters={
            "source": str(source),
            "mapping": str(mapping) if mapping else None,
            "temporary": str(temporary) if temporary else None,
        },
    )


def _store_mapping(mapping: Sent, place: Path) -> Path:
    text = b"".join(mapping.chunks())
    if len(text) > 1 << 20:
        raise FileUnreadable("The mapping is larger than 1 MB", mend="send a mapping file")
    path = place / "mapping.toml"
    path.write_bytes(text)
    return path


def _mapping_inside(source: Path) -> Path | None:
    found = [path for path in source.glob("*.toml") if path.name != "manifest.toml"]
    return found[0] if len(found) == 1 else None


def _names(files: Sequence[Sent]) -> str:
    first = files[0].name or "files"
    return first if len(files) == 1 else f"{first} and {len(files) - 1} more"
