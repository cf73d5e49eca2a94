"""Serial chain: a way through the network to one place of customers, with random stock at every stage."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import Array, IntArray
from steelyard.inventory.multi_echelon.serial import (
    NewsvendorBounds,
    SerialPolicy,
    serial_base_stock,
    serial_newsvendor_bounds,
)
from steelyard.inventory.multi_echelon.stage_network import StageNetwork
from steelyard.inventory.simulation import Estimate, draw_courses, simulate_serial
from steelyard.plan.change import Change
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.stock_proposal import StockProposal
from steelyard.plan.review.stock_terms import StockTerms
from steelyard.plan.stages.echelon import stages_of

_GRID = 20_000
"""Grid points of the recursion at the most on either side of zero."""
_LEAST_ADDED = 0.01
"""Share of its cost that a stage adds at least, where the data say it adds nothing."""
_COURSES, _DAYS, _WARM = 40, 2000, 200


@dataclass(frozen=True, eq=False)
class SerialChain:
    """A chain of stages, the place of the customers first.

    Units are those of the item that customers buy; quantities of components are divided by what one of them takes.

    Args:
        terms: The plan.
        network: The whole network, in days.
        rows: Stages of the chain, rows of the plan.
        per: Units of each stage in one unit that customers buy.
        beside: Suppliers of the chain's stages that are not in it.
        shared: Stages that serve others, too.
    """

    terms: StockTerms
    network: StageNetwork
    rows: IntArray
    per: Array
    beside: pl.DataFrame
    shared: pl.DataFrame

    @property
    def lead_time(self) -> Array:
        """Days to each stage from the one above, with the day until the stock of the customers is looked at again."""
        own = float(self.terms.rows("review_periods")[self.rows[0]]) * self.terms.days
        times = self.network.processing_time[self.rows].copy()
        times[0] = max(float(times[0]) - own, 0.0) + 1.0
        return times

    @cached_property
    def demand(self) -> tuple[float, float]:
        """Mean and standard deviation of the customers' demand of a day [units]."""
        row, days = int(self.rows[0]), self.terms.days
        mean = float(np.maximum(self.terms.rows("independent_demand")[:, row], 0.0).mean()) / days
        return mean, float(self.terms.supplied.deviation[row]) / float(np.sqrt(days))

    @cached_property
    def echelon_holding(self) -> Array:
        """What each stage adds to the money to hold a unit for a day; at least a hundredth of what it costs there."""
        local = np.maximum(self.network.unit_cost[self.rows] * self.per * self._daily_rate, 1e-9)
        added = local - np.append(local[1:], 0.0)
        return np.asarray(np.maximum(added, _LEAST_ADDED * local))

    @cached_property
    def holding(self) -> Array:
        """Money to hold what goes into a unit for a day, by stage."""
        return np.asarray(np.cumsum(self.echelon_holding[::-1])[::-1])

    @cached_property
    def backorder_cost(self) -> float:
        """What a day of waiting costs where the promise of service is worth its stock [money a unit]."""
        promise = min(float(self.terms.rows("service_level")[self.rows[0]]), 0.9999)
        return float(self.echelon_holding.sum()) * promise / (1.0 - promise)

    @property
    def _daily_rate(self) -> float:
        return cast(float, self.terms.plan.inputs.values["holding_rate"]) / self.terms.days

    @cached_property
    def policy(self) -> SerialPolicy:
        """The best echelon base-stock levels."""
        mean, deviation = self.demand
        times = self.lead_time
        reach = mean * times.sum() + 8.0 * deviation * np.sqrt(times.sum())
        finest = deviation * np.sqrt(times[times > 0].min()) / 100.0
        return serial_base_stock(
            echelon_holding=self.echelon_holding, lead_time=times, backorder_cost=self.backorder_cost, mean=mean,
            deviation=deviation, step=max(float(finest), float(reach) / _GRID),
        )  # fmt: skip

    @cached_property
    def bounds(self) -> NewsvendorBounds:
        """Shang and Song's bounds of the levels."""
        mean, deviation = self.demand
        return serial_newsvendor_bounds(
            echelon_holding=self.echelon_holding, lead_time=self.lead_time, backorder_cost=self.backorder_cost,
            mean=mean, deviation=deviation,
        )  # fmt: skip

    @cached_property
    def planned_local(self) -> Array:
        """Base-stock levels of the plan: demand of the lead time and the safety stock that it keeps now [units]."""
        safety = self.terms.rows("safety_stock")[:, self.rows].mean(axis=0) / self.per
        return np.asarray(self._used + safety)

    @property
    def _used(self) -> Array:
        return np.asarray(self.lead_time * self.demand[0])

    @cached_property
    def simulated(self) -> tuple[Estimate, Estimate]:
        """Cost of a day under the best levels and under those of the plan, on the same courses [money]."""
        found = [self._simulated(levels) for levels in (self.policy.local_base_stock, self.planned_local)]
        return found[0], found[1]

    def table(self) -> pl.DataFrame:
        """One row a stage, the place of the customers first.

        Returns:
            item, location, lead_time (days), per (units in one sold), holding (a unit and day), echelon and local
            base-stock level, low and high bound of the echelon level, safety_stock proposed and now (units of the
            stage), money (their difference at standard cost).
        """
        safety = np.maximum(self.policy.local_base_stock - self._used, 0.0) * self.per
        now = self.terms.rows("safety_stock")[:, self.rows].mean(axis=0)
        cost = self.network.unit_cost[self.rows]
        frame: pl.DataFrame = self.terms.members[self.rows.tolist()].with_columns(
            lead_time=pl.Series(self.lead_time),
            per=pl.Series(self.per),
            holding=pl.Series(self.holding),
            echelon_base_stock=pl.Series(self.policy.echelon_base_stock),
            low=pl.Series(self.bounds.low),
            high=pl.Series(self.bounds.high),
            local_base_stock=pl.Series(self.policy.local_base_stock),
            safety_stock=pl.Series(safety),
            now=pl.Series(now),
            money=pl.Series((safety - now) * cost),
        )
        return frame

    def changes(
        self, *, author: str, at: datetime, note: str = "", reason: str = "management_decision"
    ) -> tuple[Change, ...]:
        """Safety stock of every stage as proposed.

        Raises:
            ChangeInvalid: A stage serves others too, whose demand the chain does not know; or nothing moves.
        """
        if self.shared.height:
            one = self.shared.row(0, named=True)
            raise ChangeInvalid(
                "A stage of the chain serves other places too, whose demand it does not count",
                where=f"{one['item']} at {one['location']}", mend="place safety stock in the whole network instead",
            )  # fmt: skip
        table = self.table().select("item", "location", "now", pl.col("safety_stock").alias("proposed"), "money")
        proposal = StockProposal("Serial chain", table.with_columns(pl.col("proposed").ceil()))
        return proposal.changes(author=author, at=at, note=note, reason=reason)

    def _simulated(self, levels: Array) -> Estimate:
        mean, deviation = self.demand
        courses = draw_courses(mean=mean, deviation=deviation, periods=_DAYS, courses=_COURSES, seed=1)
        return simulate_serial(
            levels, np.rint(self.lead_time).astype(np.int64), courses, local_holding=self.holding,
            backorder_cost=self.backorder_cost, charged="before_demand", warm_up=_WARM,
        )  # fmt: skip


def serial_chain(plan: PlanNumbers, item: str, location: str) -> SerialChain:
    """The chain that supplies a place of customers: at each stage the supplier with most value in a unit.

    Raises:
        NotFound: The plan does not hold the item-location.
        ChangeInvalid: No customer asks there, nothing is uncertain, or nothing supplies it.
    """
    terms, network = StockTerms(plan), stages_of(plan.values)
    row, where = terms.row_of(item, location), f"{item} at {location}"
    if not float(np.maximum(terms.rows("independent_demand")[:, row], 0.0).sum()) > 0:
        raise ChangeInvalid("No customer asks there", where=where, mend="choose a place that serves customers")
    if not terms.supplied.deviation[row] > 0:
        raise ChangeInvalid("Demand there is certain: no stage needs safety stock", where=where, mend="choose another")
    rows, per = [row], [1.0]
    while (found := _supplier(network, rows[-1])) is not None and found[0] not in rows:
        rows.append(found[0])
        per.append(per[-1] * found[1])
    if len(rows) < 2:
        raise ChangeInvalid(
            "Nothing of the plan supplies it: one stage is no chain", where=where, mend="see its policy"
        )
    at = np.array(rows, np.int64)
    inside = np.isin(network.customer, at)
    beside = np.setdiff1d(network.supplier[inside], at)
    others = np.isin(network.supplier, at) & ~inside
    own = np.maximum(terms.rows("independent_demand").sum(axis=0), 0.0) > 0
    shared = np.unique(np.concatenate((network.supplier[others], at[1:][own[at[1:]]])))
    members = terms.members
    return SerialChain(
        terms, network, at, np.array(per), members[beside.tolist()], members[shared.tolist()]
    )  # fmt: skip


def serial_places(plan: PlanNumbers, *, most: int = 200) -> pl.DataFrame:
    """Item-locations of customers that something supplies: item, location, money (safety stock now), most first.

    Args:
        plan: The plan.
        most: Rows at the most.
    """
    terms, network = StockTerms(plan), stages_of(plan.values)
    asked = np.maximum(terms.rows("independent_demand").sum(axis=0), 0.0) > 0
    supplied = np.zeros(terms.size, np.bool_)
    supplied[network.customer] = True
    kept = np.flatnonzero(asked & supplied & (terms.supplied.deviation > 0))
    if not kept.size:
        raise NotFound("No place of customers is supplied by another", mend="import sources or bills of material")
    money = terms.rows("safety_stock").mean(axis=0) * terms.unit_cost
    frame: pl.DataFrame = terms.members[kept.tolist()].with_columns(money=pl.Series(money[kept]))
    return frame.sort("money", descending=True, maintain_order=True).head(most)


def _supplier(network: StageNetwork, stage: int) -> tuple[int, float] | None:
    """The supplier with most value in a unit of a stage, and how many of its units that takes."""
    arcs = np.flatnonzero((network.customer == stage) & (network.quantity_per > 0))
    if not arcs.size:
        return None
    value = network.unit_cost[network.supplier[arcs]] * network.quantity_per[arcs]
    best = arcs[int(np.argmax(value))]
    return int(network.supplier[best]), float(network.quantity_per[best])
