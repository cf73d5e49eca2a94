"""Lever catalogue: all levers of a plan, each measured alone on the plan's supply model, the best value first.

Of a plan too large for that they are measured on a block of it, with the rest held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from steelyard.balancing.lever import LABELS, Lever
from steelyard.errors import NotFound
from steelyard.plan.balancing.block import BlockTold, block_of, program_of
from steelyard.plan.balancing.demand_levers import demand_levers, promotion_levers
from steelyard.plan.balancing.focus import NO_FOCUS, Focus, within
from steelyard.plan.balancing.program import Outcome
from steelyard.plan.balancing.queue import QueueWorth, queue_levers
from steelyard.plan.balancing.rationing import Rationing
from steelyard.plan.balancing.standing_model import BalanceBase, balance_base
from steelyard.plan.balancing.supply_levers import supply_levers
from steelyard.plan.balancing.terms import LeverTerms
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.capacity_options import ResourceOption
from steelyard.plan.review.supply import Way, plan_way


@dataclass(frozen=True, eq=False)
class LeverWorth:
    """A lever and what it does alone.

    Args:
        lever: The lever.
        outcome: What the plan's supply model does with it open and all others shut.
        closed: Units that are late or lost no more.
        closed_money: The same at price.
        cost: What pulling it costs.
        gain: Money it brings, its cost taken off.
        service: Points of service it adds, as a share.
        stock: Mean stock value it adds.
    """

    lever: Lever
    outcome: Outcome
    closed: float
    closed_money: float
    cost: float
    gain: float
    service: float
    stock: float

    @property
    def label(self) -> str:
        """Its kind, as people read it."""
        return LABELS[self.lever.kind]

    @property
    def used(self) -> float:
        """How much of it is worth pulling, in its unit."""
        return float(sum(self.lever.amount(values) for values in self.outcome.quantities.values()))

    @property
    def per_unit(self) -> float:
        """Money gained per unit of gap closed; NaN where it closes none."""
        return self.gain / self.closed if self.closed > _UNIT else float("nan")

    @property
    def cost_per_unit(self) -> float:
        """Money spent per unit of gap closed; NaN where it closes none."""
        return self.cost / self.closed if self.closed > _UNIT else float("nan")


@dataclass(frozen=True)
class ScheduleChange:
    """What planning by money instead of by rule would do, with the same hours, sources and people.

    Args:
        units_before: Units late or lost in the plan.
        units_after: The same when the same means are used as well as can be.
        gain: Money that brings.
    """

    units_before: float
    units_after: float
    gain: float


class Catalogue:
    """The levers of a plan on one live solver.

    Args:
        base: The plan's balance base.
        options: Capacity options of the company beside its data.
        focus: What the block of a large plan is to be about; a plan that is solved as a whole needs none.
    """

    def __init__(
        self, base: BalanceBase, options: Sequence[ResourceOption] = (), focus: Focus = NO_FOCUS
    ) -> None:  # fmt: skip
        self.base = base
        timing = dict(promotion_levers(base))
        plain = [one for one in (*supply_levers(base, options), *demand_levers(base)) if one.limit > 0]
        within(base, focus)  # refuses what the plan does not have, large or not
        self._block = block_of(base, focus)
        if self._block is not None:
            every = [one.key for one in plain] + [one.key for levers in timing.values() for one in levers]
            plain = list(self._block.own(plain))
            timing = {name: found for name, levers in timing.items() if (found := list(self._block.own(levers)))}
        months = [one for levers in timing.values() for one in levers]
        self.program = program_of(base, self._block, [*plain, *months])
        self.block: BlockTold | None = None
        """What to know of its values where they are of a block; None where they are of the whole plan."""
        if self._block is not None:
            kept = {one.key for one in (*plain, *months)}
            self.block = self._block.told(self.program, [key for key in every if key not in kept])
        self._months = {one.key for one in months}
        self._timing, self._plain = timing, plain

    @cached_property
    def months(self) -> dict[str, tuple[LeverWorth, ...]]:
        """For each planned promotion, the months it could move to, the best first."""
        judged = {name: [self._judged(one) for one in levers] for name, levers in self._timing.items()}
        return {name: tuple(sorted(found, key=lambda one: -one.gain)) for name, found in judged.items()}

    @cached_property
    def worths(self) -> tuple[LeverWorth, ...]:
        """Levers that do something, the best value first: money gained, then units of gap closed."""
        best = [found[0] for found in self.months.values() if found[0].gain > _MONEY]
        found = [self._judged(one) for one in self._plain] + best
        return tuple(sorted((one for one in found if _does(one)), key=lambda one: (-one.gain, -one.closed)))

    @cached_property
    def idle(self) -> tuple[Lever, ...]:
        """Levers that would change nothing now."""
        doing = {one.lever.key for one in self.worths}
        return tuple(one for one in self._plain if one.key not in doing)

    @cached_property
    def schedule(self) -> ScheduleChange | None:
        """What planning by money would do; None where the engine does so already, or nothing better is known."""
        if self.base.weighs_money:
            return None
        engine = cast(Way, self.base.plan.inputs.parameters.supply_engine)
        ruled = plan_way(self.base.plan, self.base.full, engine)
        before = float(self.base.short_place.sum())
        units, objective = self.program.shut.units, self.program.base_objective
        if self._block is not None:
            units, objective = self._block.units(self.program), self._block.objective(self.program)
            if ruled.objective <= objective:
                return None
        return ScheduleChange(before, units, ruled.objective - objective)

    @cached_property
    def rationing(self) -> Rationing:
        """What the plan ships, shared out by every rule."""
        return Rationing(self.base)

    @cached_property
    def queues(self) -> tuple[QueueWorth, ...]:
        """Rationing levers, the highest margin first; they stand beside the others, since they close no gap."""
        return queue_levers(self.rationing)

    def worth(self, key: str) -> LeverWorth:
        """A lever by its key.

        Raises:
            NotFound: The plan has no such lever.
        """
        for one in self.worths:
            if one.lever.key == key:
                return one
        known = ", ".join(one.lever.key for one in self.worths[:8])
        raise NotFound(f"There is no lever {key!r}", where=self.base.plan.name, mend=f"use one of {known or 'none'}")

    def _judged(self, lever: Lever) -> LeverWorth:
        shut = self.program.shut
        done_or_not = lever.key in self._months
        outcome = self.program.at({lever.key: lever.steps.limit}) if done_or_not else self.program.alone(lever.key)
        if lever.step_size and not done_or_not:
            outcome = self._whole(lever, outcome)
        done = outcome.quantities.get(lever.key, np.zeros(lever.steps.count))
        return LeverWorth(
            lever, outcome, shut.units - outcome.units, shut.money - outcome.money,
            float((done * lever.steps.cost).sum()), outcome.gain, outcome.service - shut.service,
            outcome.stock - shut.stock,
        )  # fmt: skip

    def _whole(self, lever: Lever, outcome: Outcome) -> Outcome:
        """The lever in whole steps: rounded up and down, whichever brings more."""
        done = outcome.quantities.get(lever.key)
        if done is None:
            return outcome
        rounded = [lever.in_whole_steps(done, up=up) for up in (True, False)]
        tried = [self.program.at({lever.key: one}) for one in rounded]
        return max(tried, key=lambda one: one.gain)


def catalogue_of(
    plan: PlanNumbers,
    terms: LeverTerms | None = None,
    options: Sequence[ResourceOption] = (),
    focus: Focus = NO_FOCUS,
) -> Catalogue:
    """The levers of a plan.

    Args:
        plan: The plan of a scenario.
        terms: What the company says about its levers.
        options: Capacity options of the company beside its data.
        focus: What the block of a large plan is to be about.

    Raises:
        PlanError: No block of a large plan is small enough to weigh levers on, or nothing is short in the focus.
        ChangeInvalid: The focus names a family, resource or period that the plan does not have.
    """
    return Catalogue(balance_base(plan, terms), options, focus)


def _does(one: LeverWorth) -> bool:
    """Whether it moves anything that is shown as more than nothing, and brings something."""
    moves = one.used >= (_UNIT if one.lever.unit in _COUNTED else 0.0)
    return moves and bool(one.outcome.quantities) and (one.gain > _MONEY or one.closed > _UNIT)


_COUNTED = frozenset({"units", "hours", "workers"})
_UNIT, _MONEY = 0.5, 1.0
"""Units and money below which a lever does nothing."""
