"""Safe folder: a folder of files that appears whole or not at all, whatever happens while it is written."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


def write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a temporary folder beside `folder`, flush it to disk, then move it into place in one step.

    A crash leaves either the whole folder or nothing but a temporary one, which the next write clears away.
    An existing folder of that name is kept, as its name stands for its content.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.parent / f".{folder.name}.{os.getpid()}.part"
    clear_leftovers(folder.parent)
    temporary.mkdir()
    try:
        fill(temporary)
        _flush_tree(temporary)
        _move(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _flush(folder.parent)


def write_file(path: Path, text: str) -> None:
    """Replace a small file in one step, flushed to disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.write_text(text, encoding="utf-8")
    _flush(temporary)
    temporary.replace(path)
    _flush(path.parent)


def clear_leftovers(parent: Path) -> None:
    """Remove temporary folders and files of writers that are no longer alive."""
    for leftover in parent.glob(".*.part"):
        if not _alive(leftover):
            shutil.rmtree(leftover, ignore_errors=True) if leftover.is_dir() else leftover.unlink(missing_ok=True)


def _alive(leftover: Path) -> bool:
    process = leftover.name.split(".")[-2]
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return int(process) != os.getpid()


def _move(temporary: Path, folder: Path) -> None:
    if not folder.exists():
        temporary.rename(folder)


def _flush_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
