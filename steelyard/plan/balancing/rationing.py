"""Rationing: what the plan can ship, shared out by priority, fair share or profit, with proof of who lost what."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from steelyard.balancing.allocation import RULES, Loss, Rule, ration
from steelyard.errors import NotFound
from steelyard.grid.block import Array, IntArray
from steelyard.plan.balancing.standing_model import BalanceBase

CHANNEL = "channel"


@dataclass(frozen=True, eq=False)
class Rationing:
    """One plan's short units under every rule.

    Args:
        base: The plan.
        first: Channels that go first under the rule of priority, in this order; the rest follows by margin.
    """

    base: BalanceBase
    first: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = [str(name) for name in self.base.plan.series("demand_plan").names(self.level)]
        unknown = [name for name in self.first if name not in known]
        if unknown:
            raise NotFound(f"There is no {self.level} {unknown[0]!r}", mend=f"use one of {', '.join(known[:12])}")

    @property
    def level(self) -> str:
        """Level whose members are put in order: the channel, else the customer."""
        levels = self.base.plan.series("demand_plan").levels
        return CHANNEL if CHANNEL in levels else "customer"

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Members in the order in which they are served: those put first, then by margin per unit."""
        series = self.base.plan.series("demand_plan")
        names, code = series.names(self.level), series.codes(self.level)
        margin = np.bincount(code, (self.asked * self.unit_margin).sum(axis=0), len(names))
        asked = np.bincount(code, self.asked.sum(axis=0), len(names))
        worth = np.divide(margin, asked, out=np.full(len(names), -np.inf), where=asked > 0)
        ranked = [str(names[n]) for n in np.argsort(-worth, kind="stable").tolist()]
        return (*self.first, *(name for name in ranked if name not in self.first))

    @cached_property
    def asked(self) -> Array:
        """Units asked for, `[period, demand series]`."""
        return self.base.cells("demand_plan")

    @cached_property
    def unit_margin(self) -> Array:
        """Price less standard cost, `[period, demand series]`."""
        return self.base.cells("price") - self.base.cells("unit_cost")

    @cached_property
    def rank(self) -> IntArray:
        """Place of each demand series in the queue of its channel."""
        series = self.base.plan.series("demand_plan")
        order = {name: place for place, name in enumerate(self.channels)}
        places = np.array([order[str(name)] for name in series.names(self.level)], np.int64)
        return np.asarray(places[series.codes(self.level)], np.int64)

    @cached_property
    def losses(self) -> dict[Rule, Loss]:
        """What each rule gives and takes."""
        return {
            rule: ration(
                rule, self.base.served, self.asked, self.base.place_of_series, rank=self.rank,
                unit_margin=self.unit_margin,
            )
            for rule in RULES
        }  # fmt: skip

    @cached_property
    def summary(self) -> pl.DataFrame:
        """One row a rule: units lost, lost revenue, margin kept, margin more than fair shares, worst service."""
        fair = self.losses["fair_share"].margin
        rows = [
            {
                "rule": rule,
                "lost_units": float(loss.lost.sum()),
                "lost_revenue": float((loss.lost * self.base.cells("price")).sum()),
                "margin": loss.margin,
                "more_than_fair": loss.margin - fair,
                "worst_service": self._worst(loss),
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
        series = self.base.plan.series("demand_plan")
        group = series.group(wanted)
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
        code = self.base.plan.series("demand_plan").codes(self.level)
        lost, asked = np.bincount(code, loss.lost.sum(axis=0)), np.bincount(code, self.asked.sum(axis=0))
        there = asked > 0
        return float((1 - lost[there] / asked[there]).min()) if there.any() else 1.0
