"""Durable files: whole or absent, also when the process or the machine dies half-way."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, parts: Iterable[bytes]) -> int:
    """Write a file beside its place, sync it, rename it, sync the folder.

    Returns:
        Bytes written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        written = _write_synced(handle, parts)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return written


def make_folder(folder: Path) -> None:
    """Make a folder that is still there after a power cut."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_synced(handle: int, parts: Iterable[bytes]) -> int:
    written = 0
    with os.fdopen(handle, "wb") as file:
        for part in parts:
            written += file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return written
