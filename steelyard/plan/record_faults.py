"""Record faults: what the records cannot do, said with what is like it and what helps."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import sqlalchemy as sa

from steelyard.errors import NameTaken, NotFound, PlanError


def not_found(kind: str, name: str, known: Sequence[str]) -> NotFound:
    """Say that something is not there, and what is like it."""
    near = get_close_matches(name, known, 3, cutoff=0.4)
    hint = f"use {' or '.join(repr(other) for other in near)}" if near else f"list the {kind}s"
    return NotFound(f"There is no {kind} {name!r} in this workspace", mend=hint)


def unreachable(url: str | Path, fault: Exception) -> PlanError:
    """Say why records cannot be opened, and what helps."""
    reason = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
    mend = "check the path or URL, and that the server runs"
    if isinstance(fault, ModuleNotFoundError):
        mend = "install steelyard[postgres]"
    return PlanError(f"The records cannot be opened: {reason}", where=_shown(url), mend=mend)


def _shown(url: str | Path) -> str:
    """A path, or a URL without its password."""
    known = isinstance(url, str) and "://" in url
    return sa.make_url(str(url)).render_as_string(hide_password=True) if known else str(url)


def name_taken(name: str) -> NameTaken:
    """Say that a scenario has this name already."""
    return NameTaken(f"There is already a scenario {name!r}", mend="choose another name, or rename the old one")
