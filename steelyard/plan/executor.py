"""Executor: who runs the blocks. The door through which a distributed engine can come in."""

import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")


class Executor(Protocol):
    """Runs a function on independent pieces; results come back in order."""

    def map(self, function: Callable[[Task], Done], pieces: Iterable[Task]) -> list[Done]:
        """Run the function on every piece."""
        ...


class Serial:
    """Runs pieces one after another."""

    def map(self, function: Callable[[Task], Done], pieces: Iterable[Task]) -> list[Done]:
        """Run the function on every piece."""
        return [function(piece) for piece in pieces]


class Threads:
    """Runs pieces in threads of this process; kernels release the interpreter lock.

    Args:
        workers: Threads; by default one a core.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="steelyard")

    def map(self, function: Callable[[Task], Done], pieces: Iterable[Task]) -> list[Done]:
        """Run the function on every piece; a single piece stays in the calling thread."""
        work = list(pieces)
        if len(work) < 2 or self.workers < 2:
            return [function(piece) for piece in work]
        bunches = [work[i :: self.workers * 4] for i in range(min(len(work), self.workers * 4))]
        results = list(self._pool.map(lambda bunch: [function(piece) for piece in bunch], bunches))
        return [results[i % len(bunches)][i // len(bunches)] for i in range(len(work))]


@lru_cache(maxsize=1)
def local_executor() -> Executor:
    """The executor of this machine: threads, with freed memory kept for the next calculation."""
    keep_memory()
    return Threads()


def keep_memory() -> None:
    """Ask glibc to keep freed memory, so that each calculation does not fault its pages in again."""
    if not sys.platform.startswith("linux"):
        return
    trim_threshold, top_pad, mmap_threshold = -1, -2, -3
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(trim_threshold, 2**31 - 1)
        libc.mallopt(mmap_threshold, 2**25)
        libc.mallopt(top_pad, 2**26)
    except (OSError, AttributeError):
        return
