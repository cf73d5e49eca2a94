"""Progress: what long work is doing, on the error stream, and only where somebody looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from steelyard.cli.session import Session

Report = Callable[[str, int, int], None]


@contextmanager
def progress_bar(session: Session, title: str) -> Iterator[Report]:
    """Show a bar while the block runs; call what it gives with step, done and total."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=28), MofNCompleteColumn())
    hidden = session.as_json or not session.side.is_terminal
    with Progress(*columns, TimeElapsedColumn(), console=session.side, transient=True, disable=hidden) as bar:
        task = bar.add_task(title, total=None)

        def report(step: str, done: int, total: int) -> None:
            bar.update(task, description=f"{title}: {step}", completed=done, total=total or None)

        yield report


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds so far, to the hundredth."""
        return round(perf_counter() - self._began, 2)
