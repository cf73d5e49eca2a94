"""Session: what holds for one call of the command line: the company's folder, the form of the answer, the terminal."""

import getpass
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from steelyard.cli.pipe import AnswerConsole
from steelyard.errors import ManyFaults, SteelyardError

COMPANY_VARIABLE, ACTOR_VARIABLE = "STEELYARD_COMPANY", "STEELYARD_ACTOR"
PIPE_WIDTH = 120


@dataclass
class Session:
    """One call; options fill it before the command runs."""

    company: Path | None = None
    as_json: bool = False
    debug: bool = False

    @property
    def folder(self) -> Path:
        """The company's folder: --company, else STEELYARD_COMPANY, else the current folder."""
        return self.company or Path(os.environ.get(COMPANY_VARIABLE) or ".")

    @property
    def console(self) -> Console:
        """Where answers go."""
        return AnswerConsole(
            width=None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH, highlight=False
        )

    @property
    def side(self) -> Console:
        """Where progress and errors go, so that the answer can be piped."""
        return Console(stderr=True, highlight=False)

    def answer(self, payload: dict[str, object], show: Callable[[Console], None]) -> None:
        """Answer in JSON if asked for, else by `show`."""
        if self.as_json:
            print(json.dumps(plain(payload), ensure_ascii=False, indent=2))
        else:
            show(self.console)


_RUNNING: ContextVar[Session] = ContextVar("steelyard_session")


def current_session() -> Session:
    """The session of the running command."""
    return _RUNNING.get()


def begin_session() -> Session:
    """Start the session of a new call."""
    session = Session()
    _RUNNING.set(session)
    return session


def actor_or_me(actor: str) -> str:
    """The named actor, else STEELYARD_ACTOR, else the login name."""
    return actor or os.environ.get(ACTOR_VARIABLE) or getpass.getuser()


def now() -> datetime:
    """The moment of the command, in UTC to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def plain(value: object) -> object:
    """Spell a value for JSON: NaN becomes null, dates ISO text, tuples lists.

    Example:
        >>> plain({"a": (1.0, float("nan")), "day": date(2026, 1, 5)})
        {'a': [1.0, None], 'day': '2026-01-05'}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def show_fault(session: Session, fault: SteelyardError) -> None:
    """Say what is wrong, where, and how to mend it; in JSON if asked for."""
    if session.as_json:
        error: dict[str, object] = {
            "kind": type(fault).__name__,
            "what": fault.what,
            "where": fault.where,
            "mend": fault.mend,
        }
        if isinstance(fault, ManyFaults):
            error["faults"] = [{"what": one.what, "where": one.where, "mend": one.mend} for one in fault.faults]
        print(json.dumps({"error": error}, ensure_ascii=False, indent=2))
        return
    session.side.print(_said(fault))


def _said(fault: SteelyardError) -> Group:
    """What, where and how to mend; faults of one phase that are mended alike stand together."""
    lines: list[RenderableType] = [Text(fault.what.rstrip(".") + ".", style="bold red")]
    if isinstance(fault, ManyFaults):
        for (where, mend), alike in _by_mend(fault.faults).items():
            lines += [Padding(Text("- " + what.rstrip(".") + "."), (0, 0, 0, 2)) for what in alike]
            lines.append(Padding(_where_and_mend(where, mend), (0, 0, 0, 4)))
        return Group(*lines)
    return Group(*lines, Padding(_where_and_mend(fault.where, fault.mend), (0, 0, 0, 2)))


def _by_mend(faults: Sequence[SteelyardError]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        whats = found.setdefault((fault.where, fault.mend), [])
        if fault.what not in whats:
            whats.append(fault.what)
    return found


def _where_and_mend(where: str, mend: str) -> Table:
    """Two lines under each other; what does not fit hangs below its beginning."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, said in (("Where", where), ("To mend", mend)):
        if said:
            table.add_row(name, Text(said))
    return table
