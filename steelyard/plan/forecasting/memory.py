"""Forecast memory: what the methods said about a history, kept by its content and never asked twice.

A change of one series, another scenario or another month that shares a history finds its answers here. They are the
same bits that asking again would give; so it may be emptied at any time.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from steelyard.demand.answers import Answers, ask_series
from steelyard.demand.parameters import ForecastParameters
from steelyard.demand.trial import nearest_origins, origins
from steelyard.grid.block import Array
from steelyard.plan.executor import Executor, local_executor

KEPT_NUMBERS = 40_000_000
"""Numbers kept at most (8 bytes each); those unused for longest go first."""

SERIES_A_TASK = 1024
"""Series asked about together."""


@dataclass(frozen=True)
class Question:
    """What the methods are asked, besides the histories."""

    period: int
    """Periods in a season."""
    horizon: int
    """Periods to forecast."""
    parameters: ForecastParameters
    """Methods and limits."""
    weighed: bool
    """Whether members are kept apart and tried at all origins, to be weighed."""

    @property
    def back(self) -> tuple[int, ...]:
        """Periods the origins lie back."""
        return (origins if self.weighed else nearest_origins)(self.period, self.horizon)

    def ask(self, history: Array, profile: Array) -> Answers:
        """Ask about series, with a season that young ones may borrow."""
        return ask_series(
            history, period=self.period, horizon=self.horizon, parameters=self.parameters, profile=profile,
            voices=self.weighed, back=self.back,
        )  # fmt: skip


class ForecastMemory:
    """Answers by the content of what was asked.

    Args:
        size: Numbers kept at most.
        executor: Who asks; by default threads of this machine.
    """

    def __init__(self, size: int = KEPT_NUMBERS, executor: Executor | None = None) -> None:
        self._size, self._held, self._executor = size, 0, executor
        self._kept: OrderedDict[bytes, Array] = OrderedDict()
        self._lock = threading.Lock()
        self.asked = 0
        """Series that had to be asked about so far."""

    def answers(self, question: Question, history: Array, profile: Array) -> Answers:
        """Answer about every series; the methods are asked only about histories not known yet.

        Args:
            question: What to ask.
            history: Demand, period x series [units]; NaN where unknown.
            profile: Seasonal indices to borrow, phase x series; NaN where there are none.
        """
        keys = _keys(question, history, profile)
        shape = question.ask(history[:, :0], profile[:, :0])
        found = self._known(keys)
        new = [key for key in dict.fromkeys(keys) if key not in found]
        if new:
            first = {key: i for i, key in reversed(list(enumerate(keys)))}
            columns = np.array([first[key] for key in new])
            asked = self._ask(lambda part: question.ask(history[:, part], profile[:, part]), columns)
            found.update(zip(new, asked, strict=True))
            self._keep(new, asked)
        width = sum(int(np.prod(one.shape[:-1], dtype=np.int64)) for one in vars(shape).values())
        packed = np.array([found[key] for key in keys]) if keys else np.zeros((0, width))
        return shape.unpack(packed)

    def _ask(self, ask: Callable[[Array], Answers], columns: Array) -> list[Array]:
        parts = [columns[at : at + SERIES_A_TASK] for at in range(0, columns.size, SERIES_A_TASK)]
        done = (self._executor or local_executor()).map(lambda part: ask(part).pack(), parts)
        return [row.copy() for packed in done for row in packed]

    def _known(self, keys: list[bytes]) -> dict[bytes, Array]:
        with self._lock:
            found = {key: self._kept[key] for key in dict.fromkeys(keys) if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
            return found

    def _keep(self, keys: list[bytes], rows: list[Array]) -> None:
        with self._lock:
            self.asked += len(keys)
            for key, row in zip(keys, rows, strict=True):
                self._held += row.size - (self._kept[key].size if key in self._kept else 0)
                self._kept[key] = row
            while self._held > self._size and self._kept:
                self._held -= self._kept.popitem(last=False)[1].size


def _keys(question: Question, history: Array, profile: Array) -> list[bytes]:
    """Digest what is asked about each series."""
    start = hashlib.blake2b(repr((question, len(history))).encode(), digest_size=16)
    rows = np.ascontiguousarray(np.concatenate([history, profile]).T)
    keys = []
    for row in rows:
        one = start.copy()
        one.update(row.data)
        keys.append(one.digest())
    return keys


MEMORY = ForecastMemory()
"""The memory of this process."""
