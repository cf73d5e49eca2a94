"""Made once: a company that takes long to make is made by one process of a test run, and copied by the others."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

LONGEST = 600.0
"""Seconds that a process waits for the one that makes a folder."""


def copy_of(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object], to: Path) -> Path:
    """Copy a folder that is made once in a test run, whatever number of processes it has.

    Args:
        factory: Knows where the run keeps its files.
        name: What is made; the same name is the same folder.
        make: Makes the folder at a path; it must not be open afterwards.
        to: Where the copy goes; a new folder.
    """
    return Path(shutil.copytree(_made(_root(factory) / "made-once" / name, make), to))


def _root(factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run: a process of several has one inside it."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _made(place: Path, make: Callable[[Path], object]) -> Path:
    done, failed, folder = place / "done", place / "failed", place / "folder"
    try:
        place.mkdir(parents=True)
    except FileExistsError:
        _wait_for(done, failed)
        return folder
    try:
        make(folder)
    except BaseException:
        failed.touch()
        raise
    done.touch()
    return folder


def _wait_for(done: Path, failed: Path) -> None:
    end = time.monotonic() + LONGEST
    while not done.exists():
        if failed.exists() or time.monotonic() > end:
            pytest.fail(f"{done.parent.name} could not be made; the process that tried says why", pytrace=False)
        time.sleep(0.1)
