"""Durable files: whole or absent, also when the process or the machine dies half-way."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

SUFFIX = ".tmp"
"""Ending of files that are still being written."""


def write_whole(path: Path, parts: Iterable[bytes]) -> int:
    """Write a file beside its place, sync it, rename it, sync the folder.

    Returns:
        Bytes written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=SUFFIX)
    temporary = Path(name)
    with _held(temporary):
        try:
            written = _write_synced(handle, parts)
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)
    return written


def sweep_leftovers(folder: Path) -> int:
    """Remove what writers left behind that died half-way.

    A file whose writer lives is locked by it and stays; so does one that is still empty, whose writer may be about to
    lock it. Where files cannot be locked nothing is removed.

    Returns:
        How many files were removed.
    """
    left = [path for path in sorted(folder.glob(f".*{SUFFIX}")) if _is_abandoned(path)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


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


def _is_abandoned(path: Path) -> bool:
    try:
        with _held(path) as ours:
            return ours and path.stat().st_size > 0
    except FileNotFoundError:
        return False


@contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Hold the lock of a file; says whether we got it. The system lets go of it when the process dies."""
    handle = os.open(path, os.O_RDONLY) if sys.platform != "win32" else -1
    try:
        yield _locked(handle)
    finally:
        if handle >= 0:
            os.close(handle)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Do something while no other process that asks for the same file does; on Windows nobody waits.

    Args:
        path: A file that stands for what is done; it is made where it is missing, and stays.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
