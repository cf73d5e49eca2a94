"""Patience: how long the page of this request waits for heavy answers before it shows that they are coming."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class BeingWorkedOut(Exception):
    """An answer that is not there yet; no error, so that nothing which handles errors takes it for one.

    Args:
        what: What people read meanwhile.
        seconds: How long it has been asked for.
        number: Of the task that works it out.
    """

    def __init__(self, what: str, seconds: float, number: int = 0) -> None:
        super().__init__(f"{what}: being worked out, {seconds:.0f} s")
        self.what, self.seconds, self.number = what, seconds, number


class Patience:
    """What is left of a page's waiting, and the answers of an earlier plan that it had to do with.

    Args:
        seconds: How long the page waits, for all its answers together.
        exact: Whether only an answer about the plan of now will do.
    """

    def __init__(self, seconds: float, *, exact: bool = False) -> None:
        self._end, self.exact = time.monotonic() + seconds, exact
        self.of_before: dict[int, str] = {}
        """What is shown of the plan before the last change, by the number of the task that works it out anew."""

    @property
    def left(self) -> float:
        """Seconds left; never below zero."""
        return max(self._end - time.monotonic(), 0.0)


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


def patience() -> Patience | None:
    """The patience of this request; None waits for as long as it takes (jobs, commands, changes)."""
    return _patience.get()


@contextmanager
def patient(seconds: float, *, exact: bool = False) -> Iterator[Patience]:
    """Within this, heavy answers are waited for so long at most."""
    given = Patience(seconds, exact=exact)
    token = _patience.set(given)
    try:
        yield given
    finally:
        _patience.reset(token)


@contextmanager
def unhurried() -> Iterator[None]:
    """Within this, answers are waited for, or worked out, however long that takes."""
    token = _patience.set(None)
    try:
        yield
    finally:
        _patience.reset(token)
