"""Pipe: whoever reads the answer may have read enough, such as `head`; then the command ends quietly."""

import os
import sys
from typing import NoReturn

from rich.console import Console

from steelyard.cli.exit_code import ExitCode


class AnswerConsole(Console):
    """A console that ends the command when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """End as the shell ends a program whose reader is gone."""
        leave_pipe()


def leave_pipe() -> NoReturn:
    """Write what is left nowhere and end with the code for a closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(ExitCode.PIPE_CLOSED)


def flush_answer() -> None:
    """Write what the command still holds back, while the end of the pipe can still be noticed."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        leave_pipe()
