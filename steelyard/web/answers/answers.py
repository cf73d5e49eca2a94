"""Answers: heavy answers of one kind, by plan and question; a page gets it, an earlier one, or hears it is coming."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count
from threading import Lock
from typing import Generic, TypeVar

from steelyard.plan.cache import Cache
from steelyard.plan.numbers import PlanNumbers
from steelyard.web.answers.desk import Desk
from steelyard.web.answers.patience import BeingWorkedOut, patience

Kept = TypeVar("Kept")
WORKERS = 4
SEEN_WITH = "~"
"""Stands between the digest of a plan and the sight it is seen with: people of another sight never share an answer."""
DESK = Desk(WORKERS, yields=True)
_kinds = count()


class Answers(Generic[Kept]):
    """Heavy answers of one kind, such as priced hours; a bounded number is kept, the one unused for longest goes.

    Args:
        what: What people read while an answer is worked out, such as `Pricing hours`.
        size: How many answers are kept.
        desk: Who works them out.
        long: Whether one may take minutes.

    Example:
        `_priced: Answers[Priced] = Answers("Pricing hours", 6)`; `_priced.of(plan, lambda: price(plan))`
    """

    def __init__(self, what: str, size: int, desk: Desk = DESK, *, long: bool = False) -> None:
        self.what, self._long = what, long
        self._desk, self._kind, self._size = desk, next(_kinds), size
        self._kept: Cache[Hashable, Kept] = Cache(size)
        self._lines: OrderedDict[Hashable, Hashable] = OrderedDict()
        self._guard = Lock()

    def of(self, plan: PlanNumbers, make: Callable[[], Kept], *question: Hashable) -> Kept:
        """The answer to a question about a plan.

        A page waits for as long as it has patience; then it gets the answer of the scenario's plan before the change,
        which the page marks, or hears that the answer is being worked out. Whoever has no hurry waits.

        Args:
            plan: The plan as the person sees it; its digest names the sight as well.
            make: Works the answer out.
            question: What else the answer depends on.

        Raises:
            BeingWorkedOut: The page has to show that the answer is coming.
        """
        return self.made((plan.digest, *question), make, line=_line(plan, question))

    def made(self, key: Hashable, make: Callable[[], Kept], *, line: Hashable | None = None) -> Kept:
        """The answer of a key; see `of`.

        Args:
            key: Everything the answer depends on, and the sight of the person.
            make: Works the answer out.
            line: The same question whatever the plan; the answer given last on this line may be shown meanwhile.
        """
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        here = patience()
        if here is None:
            self._desk.work_out((self._kind, key), lambda: self._worked_out(key, line, make), what=self.what)
            return self._worked_out(key, line, make)
        self._raise_fault(key)
        task = self._desk.ask(
            (self._kind, key),
            lambda: self._worked_out(key, line, make),
            what=self.what,
            line=line and (self._kind, line),
            long=self._long,
        )
        before = None if here.exact else self._before(line)
        task.done.wait(here.left if before is None else 0.0)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        self._raise_fault(key)
        if before is None:
            raise BeingWorkedOut(self.what, task.seconds, task.number)
        here.of_before[task.number] = self.what
        return before

    def get(self, key: Hashable) -> Kept | None:
        """The answer of a key, if nobody has to wait for it."""
        return self._kept.get(key)

    def at_hand(self, plan: PlanNumbers, *question: Hashable) -> Kept | None:
        """The answer to a question about a plan, if nobody has to wait for it."""
        return self._kept.get((plan.digest, *question))

    def forget(self) -> None:
        """Forget every answer, and why others could not be worked out."""
        self._desk.forget_faults(self._kind)
        with self._guard:
            self._kept, self._lines = Cache(self._size), OrderedDict()

    def _worked_out(self, key: Hashable, line: Hashable | None, make: Callable[[], Kept]) -> Kept:
        """The answer, made only where nobody has made it since it was looked for."""
        kept = self._kept.get(key)
        return self._keep(key, line, make()) if kept is None else kept

    def _keep(self, key: Hashable, line: Hashable | None, value: Kept) -> Kept:
        with self._guard:
            if line is not None:
                self._lines[line] = key
                self._lines.move_to_end(line)
                while len(self._lines) > self._size:
                    self._lines.popitem(last=False)
            return self._kept.keep(key, value)

    def _before(self, line: Hashable | None) -> Kept | None:
        with self._guard:
            key = self._lines.get(line) if line is not None else None
        return None if key is None else self._kept.get(key)

    def _raise_fault(self, key: Hashable) -> None:
        fault = self._desk.fault_of((self._kind, key))
        if fault is not None:
            raise fault


def _line(plan: PlanNumbers, question: tuple[Hashable, ...]) -> Hashable:
    """The same question about whatever plan a scenario has, on the same facts and seen with the same eyes."""
    return plan.name, plan.inputs.extract, plan.digest.partition(SEEN_WITH)[2], plan.parameters, question
