"""Rationing: who waits when a plan cannot ship all, by priority, fair share or profit, with proof of who lost what."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from steelyard.balancing.gap import served_on_time
from steelyard.errors import NotFound
from steelyard.finance.allocation import allocate_shipments, rank_series
from steelyard.grid.block import Array, IntArray, join
from steelyard.plan.balancing.standing_model import BalanceBase

Rule = Literal["priority", "fair_share", "profit"]
RULES: tuple[Rule, ...] = ("priority", "fair_share", "profit")
AS_IT_STANDS = "as_it_stands"
CHANNEL = "channel"


class Loss(NamedTuple):
    """What a rule gives and takes."""

    given: Array
    """Units shipped, what waited before included, `[period, demand series]`."""
    lost: Array
    """Units asked for and not shipped in their own period, `[period, demand series]`."""
    margin: float
    """Margin of all that is shipped [money]."""


@dataclass(frozen=True, eq=False)
class Rationing:
    """One plan's shipments under every rule; shipments themselves stay as they are.

    Args:
        base: The plan.
        first: Channels that go first under the rule of priority, in this order; the rest follows by margin.
    """

    base: BalanceBase
    first: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = [name for name in self.first if name not in self.members]
        if unknown:
            known = ", ".join(self.members[:12])
            raise NotFound(f"There is no {self.level} {unknown[0]!r}", mend=f"use one of {known}")

    @property
    def level(self) -> str:
        """Level whose members are put in order: the channel, else the customer."""
        return CHANNEL if CHANNEL in self.base.plan.series("demand_plan").levels else "customer"

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Members of that level."""
        return tuple(str(name) for name in self.base.plan.series("demand_plan").names(self.level))

    @cached_property
    def codes(self) -> IntArray:
        """Number of the member of each demand series."""
        return np.asarray(self.base.plan.series("demand_plan").codes(self.level), np.int64)

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Members in the order in which they are served: those put first, then by margin per unit."""
        size = len(self.members)
        margin = np.bincount(self.codes, (self.asked * self.unit_margin).sum(axis=0), size)
        asked = np.bincount(self.codes, self.asked.sum(axis=0), size)
        worth = np.divide(margin, asked, out=np.full(size, -np.inf), where=asked > 0)
        ranked = [self.members[n] for n in np.argsort(-worth, kind="stable").tolist()]
        return (*self.first, *(name for name in ranked if name not in self.first))

    @cached_property
    def asked(self) -> Array:
        """Units asked for, `[period, demand series]`."""
        return self.base.cells("demand_plan")

    @cached_property
    def due(self) -> Array:
        """Units asked for and not turned away, `[period, demand series]`."""
        return np.asarray(self.asked - self.base.cells("turned_away"))

    @cached_property
    def unit_margin(self) -> Array:
        """Price less standard cost, `[period, demand series]`."""
        return self.base.cells("price") - self.base.cells("unit_cost")

    def ranks(self, rule: Rule) -> Array:
        """Place of each demand series in the queue by a rule, `[period, demand series]`."""
        if rule == "priority":
            return self.queued({name: float(place) for place, name in enumerate(self.channels)})
        return rank_series(rule, self.unit_margin, self.base.place_of_series)

    def queued(self, ranks: dict[str, float]) -> Array:
        """The plan's ranks with those of some members set, `[period, demand series]`."""
        out = np.array(join(self.base.plan.blocks("allocation_rank")))
        for name, rank in ranks.items():
            out[:, self.codes == self.members.index(name)] = rank
        return out

    def loss(self, ranks: Array) -> Loss:
        """What a queue gives and takes."""
        done = allocate_shipments(self.base.cells("shipments"), self.due, self.base.place_of_series, ranks)
        on_time = served_on_time(self.due, done.constrained_demand, done.open_demand)
        margin = float((done.constrained_demand * self.unit_margin).sum())
        return Loss(done.constrained_demand, self.asked - on_time, margin)

    @cached_property
    def stands(self) -> Loss:
        """The plan as it stands."""
        return self.loss(join(self.base.plan.blocks("allocation_rank")))

    @cached_property
    def losses(self) -> dict[str, Loss]:
        """What the plan as it stands and each rule gives and takes."""
        return {AS_IT_STANDS: self.stands} | {rule: self.loss(self.ranks(rule)) for rule in RULES}

    @cached_property
    def summary(self) -> pl.DataFrame:
        """One row a rule: lost units and revenue, margin, more than the plan as it stands, worst service, in force."""
        price = self.base.cells("price")
        rows = [
            {
                "rule": rule,
                "lost_units": float(loss.lost.sum()),
                "lost_revenue": float((loss.lost * price).sum()),
                "margin": loss.margin,
                "more_than_now": loss.margin - self.stands.margin,
                "worst_service": self._worst(loss),
                "in_force": bool(np.allclose(loss.given, self.stands.given)),
            }
            for rule, loss in self.losses.items()
        ]
        return pl.DataFrame(rows)

    def who_lost(self, levels: Sequence[str] = ()) -> pl.DataFrame:
        """Who loses how much by which rule.

        Args:
            levels: Levels of the demand series; the channel (or customer) by default.

        Returns:
            One row a member: the levels, asked [units], and units lost and service by rule; most asked first.
        """
        wanted = tuple(levels) or (self.level,)
        group = self.base.plan.series("demand_plan").group(wanted)
        size = group.labels.height
        asked = np.bincount(group.codes, self.asked.sum(axis=0), size)
        columns = [pl.Series("asked", asked)]
        for rule, loss in self.losses.items():
            lost = np.bincount(group.codes, loss.lost.sum(axis=0), size)
            columns.append(pl.Series(f"{rule}_lost", lost))
            columns.append(
                pl.Series(f"{rule}_service", 1 - np.divide(lost, asked, out=np.zeros(size), where=asked > 0))
            )
        frame: pl.DataFrame = group.labels.with_columns(columns)
        return frame.filter(pl.col("asked") > 0).sort("asked", *wanted, descending=[True, *([False] * len(wanted))])

    def _worst(self, loss: Loss) -> float:
        lost, asked = np.bincount(self.codes, loss.lost.sum(axis=0)), np.bincount(self.codes, self.asked.sum(axis=0))
        there = asked > 0
        return float((1 - lost[there] / asked[there]).min()) if there.any() else 1.0
