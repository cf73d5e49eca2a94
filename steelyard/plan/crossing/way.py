"""Way: the plans between two plans, along an order of what they differ in and along the reverse of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.errors import PlanError, SteelyardError
from steelyard.plan.change import Change, active_changes
from steelyard.plan.crossing.fact import MASTER_DATA, Fact, facts_between, mixed_extract
from steelyard.plan.crossing.mover import ChangeOrder, Mover, movers_between, settings_moved
from steelyard.plan.inputs.amend import amend_extract
from steelyard.plan.numbers import PlanNumbers

ALL_FACTS = "all of them together"


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
    """Calculate the plans between two plans.

    Raises:
        PlanError: No order of steps leads from one to the other.
    """
    facts = _facts(before, after)
    try:
        return _way(before, after, facts)
    except SteelyardError:
        if len(facts) < 2:
            raise
        tables = tuple(name for fact in facts for name in fact.tables)
        return _way(before, after, (Fact(ALL_FACTS, tables),))


def _facts(before: PlanNumbers, after: PlanNumbers) -> tuple[Fact, ...]:
    maker = after.maker
    start, end = maker.extract(before.inputs.extract), maker.extract(after.inputs.extract)
    if start.company != end.company:
        raise PlanError(
            "The plans are of different companies",
            where=f"{start.company} and {end.company}",
            mend="choose two plans of the same company",
        )
    return facts_between(start, end)


def _way(before: PlanNumbers, after: PlanNumbers, facts: Sequence[Fact]) -> Way:
    field = _Field(before, after, facts)
    forward = field.along(field.movers)
    try:
        backward = field.along(tuple(reversed(field.movers)), known=forward) if len(field.movers) > 1 else forward
    except SteelyardError:
        backward = forward
    return Way(field.movers, forward, backward)


class _Field:
    """All plans that have some of the movers of the one side and the others of the other."""

    def __init__(self, before: PlanNumbers, after: PlanNumbers, facts: Sequence[Fact]) -> None:
        self.before, self.after, self.maker = before, after, after.maker
        self.order = ChangeOrder(before.changes, after.changes)
        self.movers = movers_between(facts, (before.parameters, after.parameters), self.order)

    def along(self, movers: Sequence[Mover], known: Sequence[PlanNumbers] = ()) -> tuple[PlanNumbers, ...]:
        """The plans with none of the movers moved, with the first, ..., with all; the ends may be known."""
        plans = [known[0] if known else self.plan((), "")]
        for count in range(1, len(movers)):
            plans.append(self.plan(movers[:count], plans[-1].digest))
        if movers:
            plans.append(known[-1] if known else self.plan(movers, plans[-1].digest))
        return tuple(plans)

    def plan(self, moved: Sequence[Mover], near: str) -> PlanNumbers:
        facts = [fact for mover in moved for fact in mover.facts]
        settings = [name for mover in moved for name in mover.settings]
        extract = self._extract(facts)
        parameters = settings_moved(self.before.parameters, self.after.parameters, settings)
        changes = self._fitting(extract, self.order.laid(moved))
        return self.maker.numbers(extract, parameters, changes, near=near)

    def _extract(self, facts: Sequence[Fact]) -> str:
        here, there = self.before.inputs.extract, self.after.inputs.extract
        if not facts:
            return here
        if all(mover in self._moved_facts(facts) for mover in self.movers if mover.facts):
            return there
        return self.maker.lend(mixed_extract(self.maker.extract(here), self.maker.extract(there), facts))

    def _moved_facts(self, facts: Sequence[Fact]) -> list[Mover]:
        return [mover for mover in self.movers if mover.facts and all(fact in facts for fact in mover.facts)]

    def _fitting(self, digest: str, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Leave out changes of master data whose row these facts do not hold: here they can move nothing."""
        extract = self.maker.extract(digest)
        if digest in (self.before.inputs.extract, self.after.inputs.extract) and not self._crosses:
            return tuple(changes)
        kept: list[Change] = []
        for change in active_changes(changes, extract.as_of):
            if change.kind == MASTER_DATA.replace(" ", "_") and not _fits(extract, kept, change):
                continue
            kept.append(change)
        return tuple(kept)

    @property
    def _crosses(self) -> bool:
        return self.before.inputs.extract != self.after.inputs.extract


def _fits(extract: object, standing: Sequence[Change], change: Change) -> bool:
    tables = [other for other in standing if other.kind in ("new_item", "add_row")]
    try:
        amend_extract(extract, [*tables, change])  # type: ignore[arg-type]
    except SteelyardError:
        return False
    return True
