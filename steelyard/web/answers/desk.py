"""Desk: a few threads that work out what pages asked for, what people wait for first; nothing is done twice."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Hashable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from weakref import WeakSet

from django.db import connections

from steelyard.errors import SteelyardError
from steelyard.web.answers.once import looking_up_once
from steelyard.web.answers.patience import unhurried

LONGEST_REST, LOWER_RANK = 1.0, 5
log = logging.getLogger(__name__)
_numbers = count(1)
_desks: "WeakSet[Desk]" = WeakSet()


class Urgency(IntEnum):
    """Who waits: the lower number goes first."""

    ASKED = 0
    FORESEEN = 1
    """Nobody yet: it is made ready for the first who asks."""


@dataclass(eq=False)
class Task:
    """One answer to be worked out.

    Args:
        key: What is asked; one key is worked out once at a time.
        line: The same question about whatever plan a scenario has; of one line, one is worked out at a time and
            only the latest waits. None stands for itself.
        make: Works the answer out and keeps it.
        context: Who looks on, as of the request that asked first.
        what: What people read while it is worked out.
    """

    key: Hashable
    line: Hashable | None
    make: Callable[[], object]
    context: Context
    what: str = ""
    long: bool = False
    """Whether it may take minutes: such tasks leave a thread to the quick ones."""
    urgency: Urgency = Urgency.ASKED
    number: int = field(default_factory=lambda: next(_numbers))
    """Of all desks of the process; a page asks by it whether its answer is still being worked out."""
    asked: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    """When somebody asked for it last."""
    begun: bool = False
    done: threading.Event = field(default_factory=threading.Event)
    fault: Exception | None = None

    @property
    def seconds(self) -> float:
        """How long it has been asked for."""
        return time.monotonic() - self.asked


class Desk:
    """Works out tasks in a bounded number of threads, which begin with the first task.

    Args:
        workers: How many tasks at a time: one of what is foreseen, begun only while nobody waits, one that is quick,
            the others whatever people wait for.
        forgotten: Seconds after which a waiting task that nobody asks for any more is dropped.
        faults: How many faults are kept, for those who ask again.
        yields: Whether its threads give way to those that serve pages: the system runs them after the others, and after
            a task each rests for as long as it took, a second at most.
    """

    def __init__(
        self, workers: int, *, forgotten: float = 30.0, faults: int = 64, yields: bool = False
    ) -> None:  # fmt: skip
        self._workers, self._forgotten, self._most_faults, self._yields = workers, forgotten, faults, yields
        self._tasks: dict[Hashable, Task] = {}
        self._faults: dict[Hashable, tuple[Exception, float]] = {}
        self._change = threading.Condition()
        self._threads = 0
        _desks.add(self)

    def ask(
        self, key: Hashable, make: Callable[[], object], *, what: str = "", line: Hashable | None = None,
        long: bool = False, urgency: Urgency = Urgency.ASKED,
    ) -> Task:  # fmt: skip
        """The task of a key: the one that is waiting or running, or a new one in the person's own sight."""
        with self._change:
            task = self._tasks.get(key)
            if task is None:
                task = Task(key, line, make, copy_context(), what, long, urgency)
                self._drop_older(task)
                self._tasks[key] = task
                self._hire()
            task.heard, task.urgency = time.monotonic(), min(task.urgency, urgency)
            self._change.notify_all()
            return task

    def foresee(self, key: Hashable, make: Callable[[], object]) -> Task:
        """Let something be made ready while nobody waits; what it needs on its way is kept under keys of its own."""
        return self.ask(("foreseen", key), make, long=True, urgency=Urgency.FORESEEN)

    def heard_of(self, number: int) -> Task | None:
        """The task of a number that is waiting or running, which somebody has just asked for again."""
        with self._change:
            task = next((one for one in self._tasks.values() if one.number == number), None)
            if task is not None:
                task.heard = time.monotonic()
            return task

    def fault_of(self, key: Hashable) -> Exception | None:
        """Why the answer of a key could not be worked out, a short while ago."""
        with self._change:
            kept = self._faults.get(key)
            if kept is None or time.monotonic() - kept[1] > self._forgotten:
                self._faults.pop(key, None)
                return None
            return kept[0]

    def forget_faults(self, kind: Hashable) -> None:
        """Forget why answers of a kind, the first of their keys' two parts, could not be worked out."""
        with self._change:
            self._faults = {key: kept for key, kept in self._faults.items() if _kind(key) != kind}

    def work_out(self, key: Hashable, make: Callable[[], object], *, what: str = "") -> None:
        """Work out a key here, or wait for the thread that does; for those who need the answer before they go on."""
        with self._change:
            task = self._tasks.get(key)
            mine = task is None or not task.begun
            if task is None:
                task = self._tasks[key] = Task(key, None, make, copy_context(), what)
            task.begun = True
        if mine:
            self._finish(task, make)
        else:
            task.done.wait()
        if task.fault is not None:
            raise task.fault

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits and nothing runs."""
        with self._change:
            return not self._tasks

    def _drop_older(self, task: Task) -> None:
        """Drop what waits on the same line: nobody needs the answer of a plan that has been changed."""
        if task.line is None:
            return
        for other in [one for one in self._tasks.values() if one.line == task.line and not one.begun]:
            del self._tasks[other.key]
            task.asked = min(task.asked, other.asked)

    def _hire(self) -> None:
        if self._threads < self._workers:
            self._threads += 1
            threading.Thread(target=self._serve, name=f"answers-{self._threads}", daemon=True).start()

    def _serve(self) -> None:
        if self._yields:
            _run_after_others()
        while True:
            task = self._next()
            began = time.monotonic()
            task.context.run(self._finish, task, task.make)
            connections.close_all()
            if self._yields:
                time.sleep(min(time.monotonic() - began, LONGEST_REST))

    def _next(self) -> Task:
        with self._change:
            while True:
                task = self._first()
                if task is not None:
                    task.begun = True
                    return task
                self._change.wait()

    def _first(self) -> Task | None:
        """The task to begin: people's before what is foreseen, the one asked for first; none if a line is busy."""
        running = [one for one in self._tasks.values() if one.begun]
        lines = {one.line for one in running if one.line is not None}
        waiting = [one for one in self._tasks.values() if not one.begun and one.line not in lines]
        if sum(one.long and one.urgency is Urgency.ASKED for one in running) >= max(self._workers - 2, 1):
            waiting = [one for one in waiting if not one.long]
        for task in [one for one in waiting if self._is_forgotten(one)]:
            del self._tasks[task.key]
            waiting.remove(task)
        first = min(waiting, key=lambda one: (one.urgency, one.number), default=None)
        return None if first is not None and first.urgency is Urgency.FORESEEN and running else first

    def _is_forgotten(self, task: Task) -> bool:
        return task.urgency is Urgency.ASKED and time.monotonic() - task.heard > self._forgotten

    def _finish(self, task: Task, make: Callable[[], object]) -> None:
        try:
            with unhurried(), looking_up_once():
                make()
        except SteelyardError as fault:
            task.fault = fault
        except Exception as fault:
            log.exception("An answer could not be worked out: %s", task.key)
            task.fault = fault
        finally:
            self._file(task)

    def _file(self, task: Task) -> None:
        with self._change:
            self._tasks.pop(task.key, None)
            self._faults.pop(task.key, None)
            if task.fault is not None:
                self._faults[task.key] = (task.fault, time.monotonic())
                while len(self._faults) > self._most_faults:
                    self._faults.pop(next(iter(self._faults)))
            task.done.set()
            self._change.notify_all()


def still_working(number: int) -> Task | None:
    """The task of a number, at whatever desk it is still waiting or running."""
    return next(filter(None, (desk.heard_of(number) for desk in list(_desks))), None)


def _run_after_others() -> None:
    """Let the system prefer other threads to this one, where it knows threads of different rank."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWER_RANK)


def _kind(key: Hashable) -> Hashable:
    return key[0] if isinstance(key, tuple) else key
