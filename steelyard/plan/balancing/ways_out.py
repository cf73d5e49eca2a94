"""Ways out: where no lever closes the gap, the smallest sets of limits that must give way, with what each takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from steelyard.balancing.lever import DEMAND, HOURS, Lever, Steps, plain_steps
from steelyard.balancing.relaxation import irreducible_sets
from steelyard.balancing.weights import MOST, Weights
from steelyard.grid.block import IntArray
from steelyard.plan.balancing.block import BlockTold, LeverBlock, block_of, program_of
from steelyard.plan.balancing.focus import NO_FOCUS, Focus
from steelyard.plan.balancing.program import Outcome
from steelyard.plan.balancing.standing_model import BalanceBase
from steelyard.plan.balancing.supply_levers import steps_with_parts, supply_levers
from steelyard.supply.model import OPTION_KINDS


@dataclass(frozen=True)
class Relaxed:
    """One limit that gives way."""

    key: str
    what: str
    quantity: float
    unit: str
    when: tuple[str, str]
    """First and last period in which it does."""
    lead_periods: int
    """Periods from now until it has to give way first: the time there is to make it happen."""
    cost: float
    """Money it costs at the prices assumed of it; what it spares elsewhere is not in it."""


@dataclass(frozen=True)
class WayOut:
    """A set of limits of which none can be spared.

    Args:
        relaxed: The limits, and by how much each gives way.
        cost: Money it costs beside the best that levers alone can do; below zero where it even earns.
        service: Share of demand served in its own period.
        units: Units that stay late or lost.
        lead_periods: Periods until the first of them has to be in place.
    """

    relaxed: tuple[Relaxed, ...]
    cost: float
    service: float
    units: float
    lead_periods: int


class WaysOut:
    """Limits that may give way, beside the levers on the supply side, on a live solver of their own.

    Of a large plan they are those of its block, and so are target, service and units.

    Args:
        base: The plan's balance base.
        focus: What the block of a large plan is to be about.
    """

    def __init__(self, base: BalanceBase, focus: Focus = NO_FOCUS) -> None:
        self.base = base
        self._levers = [one for one in supply_levers(base) if one.limit > 0]
        self._limits = [one for one in limits_of(base) if one.limit > 0]
        self._block: LeverBlock | None = block_of(base, focus)
        if self._block is not None:
            self._levers, self._limits = list(self._block.own(self._levers)), list(self._block.own(self._limits))
        self.program = program_of(base, self._block, [*self._levers, *self._limits])
        self.block: BlockTold | None = None if self._block is None else self._block.told(self.program)
        """What to know of the ways where they are of a block; None where they are of the whole plan."""

    @cached_property
    def target(self) -> float:
        """Units that may stay late for the gap to count as closed."""
        return self.base.terms.residual * float(self.program.model.demand.quantity.sum())

    @cached_property
    def levers_alone(self) -> Outcome:
        """The least gap that the levers of the data leave, whatever it costs."""
        return self._with(frozenset())

    @property
    def closed(self) -> bool:
        """Whether the levers alone close it."""
        return self.levers_alone.units <= self.target

    def sets(self, *, most: int = 3) -> tuple[WayOut, ...]:
        """The smallest sets, cheapest first; none where the levers alone close the gap.

        Args:
            most: How many sets are wanted.
        """
        if self.closed:
            return ()
        names = [one.key for one in self._ordered()]
        found = irreducible_sets(names, lambda chosen: self._with(chosen).units <= self.target, most=most)
        return tuple(sorted((self._told(one) for one in found), key=lambda one: (len(one.relaxed), one.cost)))

    def _ordered(self) -> Sequence[Lever]:
        """Limits that are used when all may give way, those used least first: they are the first to be spared."""
        every = self._with(frozenset(one.key for one in self._limits))
        stake = {
            one.key: float((every.quantities[one.key] * one.steps.cost).sum())
            for one in self._limits
            if one.key in every.quantities
        }
        return sorted((one for one in self._limits if one.key in stake), key=lambda one: (stake[one.key], one.key))

    def _with(self, chosen: frozenset[str]) -> Outcome:
        keys = [one.key for one in self._levers] + sorted(chosen)
        return self.program.best(keys, Weights(service=MOST))

    def _told(self, chosen: frozenset[str]) -> WayOut:
        outcome = self._with(chosen)
        relaxed = tuple(
            self._relaxed(one, outcome) for one in self._limits if one.key in chosen and one.key in outcome.quantities
        )
        first = min((one.lead_periods for one in relaxed), default=0)
        return WayOut(relaxed, self.levers_alone.gain - outcome.gain, outcome.service, outcome.units, first)

    def _relaxed(self, lever: Lever, outcome: Outcome) -> Relaxed:
        quantity = outcome.quantities[lever.key]
        periods = lever.steps.period[quantity > _CRUMB]
        first, last = int(periods.min()), int(periods.max())
        labels = (self.base.periods[first], self.base.periods[last])
        cost = float((quantity * lever.steps.cost).sum())
        return Relaxed(lever.key, lever.name, lever.amount(quantity), lever.unit, labels, first, cost)


def limits_of(base: BalanceBase) -> Iterator[Lever]:
    """Limits of the data that may give way: hours, lead times, and when customers take what they ask for."""
    yield from _more_hours(base)
    yield from _shorter_lead_times(base)
    yield from _later_deliveries(base)


def _more_hours(base: BalanceBase) -> Iterator[Lever]:
    """Hours beyond regular time and overtime of each resource, at twice the dearest known hour."""
    resources, periods = base.full.resources, np.arange(base.full.length)
    for number, name in enumerate(resources.names):
        hour = base.supply.hour_cost[number]
        known = [float(resources.overtime_cost[:, number].max()), float(hour) if np.isfinite(hour) else 0.0]
        cost = 2.0 * max(*known, 1.0)
        about, many = np.full(periods.size, number), np.full(periods.size, _ENDLESS)
        steps = plain_steps(about, periods, many, np.full(periods.size, cost), np.full(periods.size, cost), HOURS)
        yield Lever(f"hours:{name}", "option", f"More hours on {name}", name, "hours", 0, steps)


def _shorter_lead_times(base: BalanceBase) -> Iterator[Lever]:
    """What an order placed today would bring too late comes within the period, by kind of source and family."""
    options, count = base.full.options, base.places
    late = np.flatnonzero((options.lead_time[:count] > 0) & base.touches_short)
    families = base.family[options.node[late]]
    for kind in np.unique(options.kind[late]).tolist():
        for family in np.unique(families).tolist():
            chosen = late[(options.kind[late] == kind) & (families == family)]
            if chosen.size:
                yield _at_once(base, OPTION_KINDS[kind], family, chosen)


def _at_once(base: BalanceBase, kind: str, family: int, chosen: IntArray) -> Lever:
    options = base.full.options
    lead = np.minimum(options.lead_time[chosen], base.full.length)
    option = np.repeat(chosen, lead)
    period = np.concatenate([np.arange(n) for n in lead.tolist()]).astype(np.int64)
    premium = 2.0 * base.terms.expedite_premium * base.cost[period, options.node[option]]
    usual = options.unit_cost[np.minimum(options.lead_time[option], base.full.length - 1), option]
    most = np.full(option.size, _ENDLESS)
    steps = steps_with_parts(base, option, period, most, usual + premium, at_once=True)
    name = base.family_names[family]
    return Lever(
        f"lead_time:{kind}:{name}", "expedite", f"{_AT_ONCE[kind]} {name} at once", name, "units", 0, steps
    )  # fmt: skip


_AT_ONCE = {"make": "Make", "buy": "Have suppliers deliver", "transfer": "Bring to site", "subcontract": "Have made"}


def _later_deliveries(base: BalanceBase) -> Iterator[Lever]:
    """Customers of a family take all that is short a period later or two, at twice the usual incentive."""
    demand, length = base.full.demand, base.full.length
    of_row = base.family[demand.node]
    for family in np.unique(of_row[base.short_row.sum(axis=0) > _CRUMB]).tolist():
        parts = []
        for by in (1, 2):
            period, row = np.nonzero((demand.quantity > 0) & (of_row == family))
            inside = period + by < length
            parts.append((period[inside], row[inside], period[inside] + by))
        period, row, to = (np.concatenate([part[n] for part in parts]) for n in range(3))
        step, price = np.arange(row.size), demand.price[period, row]
        cost = 2.0 * base.terms.shift_incentive * price * (to - period) + price - demand.price[to, row]
        steps = Steps(
            row, period, demand.quantity[period, row], cost, price, np.concatenate((step, step)),
            np.full(2 * step.size, DEMAND), np.concatenate((row, row)), np.concatenate((period, to)),
            np.concatenate((-np.ones(step.size), np.ones(step.size))),
        )  # fmt: skip
        name = base.family_names[family]
        yield Lever(f"wait:{name}", "shift_in_time", f"Customers of {name} wait", name, "units", 0, steps)


_ENDLESS, _CRUMB = 1e7, 1e-6
