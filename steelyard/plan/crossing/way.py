"""Way: the plans between two plans, along an order of what they differ in and along the reverse of it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from steelyard.errors import SteelyardError
from steelyard.plan.crossing.mover import ChangeOrder, Mover, movers_between, settings_moved
from steelyard.plan.numbers import PlanNumbers


@dataclass(frozen=True, eq=False)
class Way:
    """The plans between two plans.

    The mean of an order and its reverse is the Shapley value exactly as long as movers meet in pairs: half of what two
    of them do together goes to each (Castro, Gómez, Tejada 2009, on sampling orders; antithetic pairs).

    Args:
        movers: What the two differ in, in the order in which it is told.
        forward: The plan with none of them moved, with the first, with the first two, ..., with all.
        backward: The plan with none of them moved, with the last, with the last two, ..., with all; the forward ones
            where the reverse order gives no plan.
    """

    movers: tuple[Mover, ...]
    forward: tuple[PlanNumbers, ...]
    backward: tuple[PlanNumbers, ...]

    @property
    def averaged(self) -> bool:
        """Whether the reverse order was gone, too."""
        return self.backward is not self.forward


def find_way(before: PlanNumbers, after: PlanNumbers) -> Way:
    """Calculate the plans between two plans, or find them where they were kept.

    Raises:
        PlanError: The plans are of different companies, or no order of steps leads from one to the other.
    """
    after.maker.recall_way(before.digest, after.digest)
    here, there = before.inputs.extract, after.inputs.extract
    kinds = after.maker.facts(here, there) if here != there else ()
    try:
        return _way(before, after, [(kind,) for kind in kinds])
    except SteelyardError:
        if len(kinds) < 2:
            raise
        return _way(before, after, [kinds])


def _way(before: PlanNumbers, after: PlanNumbers, facts: Sequence[tuple[str, ...]]) -> Way:
    field = _Field(before, after, facts)
    ends = field.ends()
    if len(field.movers) < 2:
        forward = field.along(field.movers, ends)
        return Way(field.movers, forward, forward)
    with ThreadPoolExecutor(1, thread_name_prefix="way-back") as beside:
        reverse = beside.submit(copy_context().run, field.along, field.movers[::-1], ends)
        forward = field.along(field.movers, ends)
        try:
            backward = reverse.result()
        except SteelyardError:
            backward = forward
    return Way(field.movers, forward, backward)


class _Field:
    """All plans that have some of the movers of the one side and the others of the other."""

    def __init__(self, before: PlanNumbers, after: PlanNumbers, facts: Sequence[tuple[str, ...]]) -> None:
        self.before, self.after, self.maker = before, after, after.maker
        self.order = ChangeOrder(before.changes, after.changes)
        self.movers = movers_between(facts, (before.parameters, after.parameters), self.order)

    def ends(self) -> tuple[PlanNumbers, PlanNumbers]:
        """The plans with none of the movers moved, and with all."""
        start = self.plan(())
        return start, self.plan(self.movers, start) if self.movers else start

    def along(self, movers: Sequence[Mover], ends: tuple[PlanNumbers, PlanNumbers]) -> tuple[PlanNumbers, ...]:
        """The plans with none of the movers moved, with the first, ..., with all.

        Each begins from the one before it or from the last, so that what costs most to move is moved once less.
        """
        plans = [ends[0]]
        for count in range(1, len(movers)):
            plans.append(self.plan(movers[:count], plans[-1], ends[1]))
        return (*plans, ends[1]) if movers else tuple(plans)

    def plan(self, moved: Sequence[Mover], *near: PlanNumbers) -> PlanNumbers:
        settings = [name for mover in moved for name in mover.settings]
        extract = self._extract([kind for mover in moved for kind in mover.facts])
        parameters = settings_moved(self.before.parameters, self.after.parameters, settings)
        changes = self.order.laid(moved)
        if self.before.inputs.extract != self.after.inputs.extract:
            changes = self.maker.fitting(extract, changes)
        return self.maker.on_way(extract, parameters, changes, near=[plan.digest for plan in near])

    def _extract(self, kinds: Sequence[str]) -> str:
        here, there = self.before.inputs.extract, self.after.inputs.extract
        return self.maker.mixed(here, there, kinds) if here != there else there
