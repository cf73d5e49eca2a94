"""Policy performance: what a replenishment rule keeps on hand, serves and costs, without simulating it.

Every rule is told by three numbers: after each look at the stock the position lies evenly between a low and a high
level, and looks are a review interval apart (0: the stock is watched all the time).

    (s, Q)     low s, high s + Q, watched          (R, S)     low = high = S, review R
    (s, S)     low s, high S, watched              (R, s, S)  low s, high S, review R

Stock on hand at a time u after an order could arrive answers the demand of lead time + u:

    mean stock    = mean position - demand of L + R / 2 + mean backlog; the position after a look is S or up to half of
                    a look's demand above s
    mean backlog  = mean over positions y and u in [0, R] of E[(D(L + u) - y)+]
    fill rate     = 1 - (E[(D(L + R) - y)+] - E[(D(L) - y)+]) / demand of R; watched: 1 - what a lot is short / the lot
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array
from steelyard.inventory.demand_law import DemandLaw

LawOf = Callable[[Array, Array], DemandLaw]
"""Makes a law of demand from its mean and its deviation."""
_POSITIONS, _TIMES = 8, 4


class Supplied(NamedTuple):
    """Demand of item-locations and how they are supplied."""

    demand: Array
    """Mean demand of a period [units]."""
    deviation: Array
    """Standard deviation of the error of a period [units]."""
    lead_time: Array
    """Lead time [periods]."""
    lead_time_deviation: Array
    """Its standard deviation [periods]."""

    def law(self, law_of: LawOf, time: Array) -> DemandLaw:
        """Demand of some time, late supply included."""
        error = np.sqrt(np.maximum(time, 0.0) * np.square(self.deviation) + self._late)
        mean = np.maximum(self.demand * time, 1e-9)
        return law_of(mean, np.maximum(error, 1e-3 * mean))

    @property
    def _late(self) -> Array:
        return np.square(self.demand * self.lead_time_deviation)


class Levels(NamedTuple):
    """The levels of a rule, by item-location."""

    low: Array
    """Stock position at or below which is ordered; the order-up-to level where every review orders [units]."""
    high: Array
    """Highest stock position [units]."""
    review: Array
    """Periods between looks; 0 where the stock is watched."""


class Performance(NamedTuple):
    """What a rule is to be expected to do, by item-location."""

    mean_stock: Array
    """Stock on hand on average [units]."""
    mean_backlog: Array
    """Units that customers wait for on average."""
    fill_rate: Array
    """Share of demand served from stock."""
    orders: Array
    """Orders in a period."""

    def cost(self, *, order_cost: Array, holding_cost: Array, backorder_cost: Array) -> Array:
        """Ordering, holding and waiting in a period [money]."""
        return self.orders * order_cost + self.mean_stock * holding_cost + self.mean_backlog * backorder_cost


def expected_performance(levels: Levels, supplied: Supplied, law_of: LawOf) -> Performance:
    """What a rule delivers on average.

    Args:
        levels: The rule.
        supplied: Demand and lead time.
        law_of: Law of the demand of any interval.

    Source: Hadley & Whitin, Analysis of Inventory Systems, chapters 4 and 5; Silver, Pyke & Peterson, chapter 7.

    Example:
        >>> from steelyard.inventory.demand_law import NormalDemand
        >>> one = np.ones(1)
        >>> found = expected_performance(Levels(130 * one, 230 * one, 0 * one),
        ...     Supplied(100 * one, 20 * one, one, 0 * one), NormalDemand)
        >>> round(float(found.mean_stock[0]), 1), round(float(found.fill_rate[0]), 3), float(found.orders[0])
        (80.0, 0.994, 1.0)
    """
    positions, weights = _nodes(levels.low, levels.high, _POSITIONS)
    times, shares = _nodes(np.zeros_like(levels.review), levels.review, _TIMES)
    waiting = np.zeros_like(levels.low)
    watched = levels.review <= 0
    for time, share in zip(times, shares, strict=True):
        law = supplied.law(law_of, supplied.lead_time + time)
        waiting += share * sum(w * law.shortage(y) for y, w in zip(positions, weights, strict=True))
    on_order = supplied.demand * (supplied.lead_time + levels.review / 2.0)
    below = np.minimum(levels.low + supplied.demand * levels.review / 2.0, levels.high)
    stock = (below + levels.high) / 2.0 - on_order + waiting
    first, last = (supplied.law(law_of, supplied.lead_time + wait) for wait in (0.0, levels.review))
    lot = np.maximum(levels.high - levels.low, 1e-9)
    short = (first.shortage(levels.low) - first.shortage(levels.high)) / lot
    ended = sum(w * (last.shortage(y) - first.shortage(y)) for y, w in zip(positions, weights, strict=True))
    between = np.maximum(supplied.demand * levels.review, 1e-9)
    filled = 1.0 - np.where(watched, short, ended / between)
    return Performance(stock, waiting, np.clip(filled, 0.0, 1.0), _orders(levels, supplied.demand))


def _orders(levels: Levels, demand: Array) -> Array:
    """Orders in a period: one a lot; under review at most one a look, and half of a look's demand falls below s."""
    lot = levels.high - levels.low + demand * levels.review / 2.0
    by_lot = np.divide(demand, lot, out=np.zeros_like(demand), where=lot > 0)
    looks = np.divide(1.0, levels.review, out=np.full_like(demand, np.inf), where=levels.review > 0)
    return np.minimum(by_lot, looks)


def _nodes(low: Array, high: Array, count: int) -> tuple[list[Array], list[float]]:
    """Points and weights of Gauss and Legendre between two bounds."""
    points, weights = np.polynomial.legendre.leggauss(count)
    middle, half = (low + high) / 2.0, (high - low) / 2.0
    return [middle + half * point for point in points.tolist()], (weights / 2.0).tolist()
