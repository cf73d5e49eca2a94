"""Replay of an option: its supply as it was decided, met with the demand that would have come.

What customers asked for is known only for the option that was taken. The other option moved demand by what its changes
moved; the error of the forecast is the same for both, because it is not theirs:

    demand of the option = demand that came + demand planned by the option - demand planned by the option taken

and never below zero. Receipts stay as each option planned them, and the periods that are over are played once, by the
same code that plays the futures of a plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from steelyard.cycle.grading.actual import demand_came, on_rows
from steelyard.cycle.grading.expectation import LEVELS
from steelyard.grid.block import Array, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.fixed_supply import fixed_supply, place_of_demand
from steelyard.risk.futures import DemandError
from steelyard.risk.simulation import FixedSupply, simulate


@dataclass(frozen=True)
class Played:
    """What an option would have brought, to the end of the last known period."""

    values: Mapping[str, float]
    """demand, revenue, gross_margin, inventory_value, backlog by name."""


def demand_without(came: Array, taken: Array, other: Array) -> Array:
    """Demand that would have come had the other option been taken [units].

    Args:
        came: Demand that came, of any shape.
        taken: What the option taken planned.
        other: What the other option planned.

    Example:
        >>> demand_without(np.array([90.0, 5.0]), np.array([100.0, 20.0]), np.array([80.0, 10.0])).tolist()
        [70.0, 0.0]
    """
    return np.maximum(came + other - taken, 0.0)


def play(option: PlanNumbers, taken: PlanNumbers, now: PlanNumbers, periods: tuple[str, ...]) -> Played:
    """Play an option through the periods that are over.

    Args:
        option: Plan of the option; the one that was taken may be played as well.
        taken: Plan of the option that was taken.
        now: A plan on a later extract, whose history holds what came.
        periods: The known ones, from the first planned period on.
    """
    count = len(periods)
    came = demand_came(option, now, periods)
    planned, of_taken = join(option.blocks("demand_plan"))[:count], join(taken.blocks("demand_plan"))[:count]
    asked = demand_without(came, on_rows(of_taken, taken, option), np.nan_to_num(planned))
    places = scatter_add(asked, place_of_demand(option), option.series("independent_demand").size)
    return _played(replace(fixed_supply(option), demand=places), count)


def _played(supply: FixedSupply, count: int) -> Played:
    short = replace(
        supply,
        demand=supply.demand[:count],
        receipts=supply.receipts[:count],
        issues=None if supply.issues is None else supply.issues[:count],
        price=supply.price[:count],
        unit_cost=supply.unit_cost[:count],
        standard_cost=None if supply.standard_cost is None else supply.standard_cost[:count],
    )
    size = short.demand.shape[1]
    sure = DemandError(np.zeros(size), np.zeros(size, dtype=np.int64), 0.0, 0.0)
    once = simulate(short, sure, draws=1, seed=0)
    names = ("demand", "revenue", "gross_margin", "inventory_value", "backlog")
    cells = {name: getattr(once, name)[0] for name in names}
    ends = LEVELS | {"backlog"}
    return Played({name: float(c[-1] if name in ends else c.sum()) for name, c in cells.items()})
