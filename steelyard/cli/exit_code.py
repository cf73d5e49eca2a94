"""Exit code: what the shell is told, one number per kind of outcome."""

from enum import IntEnum

from steelyard.errors import (
    AlreadySigned,
    Cancelled,
    ChangeInvalid,
    DataError,
    GridError,
    NameTaken,
    NotAllowed,
    NotFound,
    ScenarioClosed,
    StaleRevision,
    SteelyardError,
    StepTaken,
    StoreDamaged,
)


class ExitCode(IntEnum):
    """Outcomes of a command."""

    DONE = 0
    DIFFERENT = 1
    """Findings, or a difference where none should be."""
    USAGE = 2
    """The command line, a change or a name in it does not fit."""
    REJECTED = 3
    """Input that was refused as a whole."""
    CONFLICT = 4
    """Somebody else was faster, a name is taken, a scenario is closed."""
    NOT_FOUND = 5
    DAMAGED = 6
    """Stored content does not match its digest."""
    NOT_ALLOWED = 7
    FAULT = 70
    """A fault of the program."""
    CANCELLED = 130
    PIPE_CLOSED = 141
    """Whoever read the answer has read enough, such as `head`."""


_CODES: tuple[tuple[type[SteelyardError], ExitCode], ...] = (
    (NotFound, ExitCode.NOT_FOUND),
    (StoreDamaged, ExitCode.DAMAGED),
    (StaleRevision, ExitCode.CONFLICT),
    (NameTaken, ExitCode.CONFLICT),
    (AlreadySigned, ExitCode.CONFLICT),
    (StepTaken, ExitCode.CONFLICT),
    (ScenarioClosed, ExitCode.CONFLICT),
    (NotAllowed, ExitCode.NOT_ALLOWED),
    (Cancelled, ExitCode.CANCELLED),
    (DataError, ExitCode.REJECTED),
    (ChangeInvalid, ExitCode.USAGE),
    (GridError, ExitCode.USAGE),
)


def code_of(fault: SteelyardError) -> ExitCode:
    """The exit code of a fault.

    Example:
        >>> code_of(StaleRevision(expected=3, actual=4)).name
        'CONFLICT'
    """
    return next((code for kind, code in _CODES if isinstance(fault, kind)), ExitCode.USAGE)
