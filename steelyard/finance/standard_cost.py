"""Standard cost: material rolled up the bills, conversion by hours and rates, overhead and freight."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray

PARTS = ("material", "conversion", "overhead", "freight")
"""Parts of a standard cost, in the order in which they are told."""


@dataclass(frozen=True, eq=False)
class CostParts:
    """Parts of the standard cost of each item-location [money/unit]."""

    material: Array
    conversion: Array
    overhead: Array
    freight: Array

    @property
    def total(self) -> Array:
        """The whole cost [money/unit]."""
        return self.material + self.conversion + self.overhead + self.freight

    def shares(self) -> "CostParts":
        """Each part as a share of the whole; where there is no cost, all of it is material."""
        whole = self.total
        known = whole > 0
        named = {name: np.divide(getattr(self, name), whole, out=np.zeros_like(whole), where=known) for name in PARTS}
        named["material"] = np.where(known, named["material"], 1.0)
        return CostParts(**named)

    def where(self, known: BoolArray, other: "CostParts") -> "CostParts":
        """These parts where known, else those of another."""
        return CostParts(**{name: np.where(known, getattr(self, name), getattr(other, name)) for name in PARTS})


class CostArcs(NamedTuple):
    """What one unit of a consumer takes of a component: bills of material and transfers."""

    component: IntArray
    consumer: IntArray
    quantity_per: Array


def roll_up_cost(
    arcs: CostArcs, level: IntArray, *, bought: Array, conversion: Array, freight: Array, overhead_rate: float
) -> CostParts:
    """Cost of each item-location from what it is made of, level by level, components first.

        material = purchase price, or quantity x the material of each component
        conversion, overhead, freight = own, plus quantity x that of each component
        own overhead = overhead rate x own conversion

    Args:
        arcs: Components of each row.
        level: Low-level code of each row: a component's is higher than that of all its consumers.
        bought: Purchase price of what has no components, by row [money/unit].
        conversion: Own hours x rate of the resource, by row [money/unit].
        freight: Own freight of what is moved or bought, by row [money/unit].
        overhead_rate: Overhead for each unit of money of conversion.

    Source: Horngren, Datar & Rajan, Cost Accounting, standard costing; the roll-up of an ERP's costed bill.

    Example:
        >>> parts = roll_up_cost(CostArcs(np.array([1]), np.array([0]), np.array([2.0])), np.array([0, 1]),
        ...     bought=np.array([0.0, 3.0]), conversion=np.array([4.0, 0.0]), freight=np.zeros(2), overhead_rate=0.5)
        >>> parts.total.tolist()
        [12.0, 3.0]
    """
    cost = np.stack([bought, conversion, conversion * overhead_rate, freight])
    made = np.bincount(arcs.consumer, minlength=level.size) > 0
    cost[0, made] = 0.0
    for depth in range(int(level.max(initial=0)) - 1, -1, -1):
        here = np.flatnonzero(level[arcs.consumer] == depth)
        value = cost[:, arcs.component[here]] * arcs.quantity_per[here]
        for part in range(len(PARTS)):
            cost[part] += np.bincount(arcs.consumer[here], value[part], level.size)
    return CostParts(*cost)


def variable_share(shares: CostParts, *, fixed_conversion: float, fixed_overhead: float) -> Array:
    """Share of the standard cost that grows with volume: all but the fixed shares of conversion and overhead.

    Example:
        >>> shares = CostParts(*(np.array([value]) for value in (0.6, 0.2, 0.15, 0.05)))
        >>> variable_share(shares, fixed_conversion=0.5, fixed_overhead=1.0).round(6).tolist()
        [0.75]
    """
    return np.asarray(1.0 - fixed_conversion * shares.conversion - fixed_overhead * shares.overhead)
