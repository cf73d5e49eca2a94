"""Order up to: policies that bring the stock position up to a level, at each review or when it has fallen enough."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.inventory.demand_law import DemandLaw


class BandPolicy(NamedTuple):
    """Order up to a level when the stock position is at or below a reorder point at review."""

    reorder_point: Array
    """Stock position at or below which to order [units]."""
    order_up_to: Array
    """Stock position to order up to [units]."""
    cost: Array
    """Expected cost of a period [money]; NaN where the policy is an approximation that states none."""


def power_approximation(
    mean: Array,
    deviation: Array,
    *,
    lead_time: Array,
    order_cost: Array,
    holding_cost: Array,
    backorder_cost: Array,
    review: Array | float = 1.0,
) -> BandPolicy:
    """A reorder point and order-up-to level near the best, by closed formulas (s, S); (R, s, S) with a review time.

        lot  = 1.3 x mean^0.494 x (order cost / holding)^0.506 x (1 + deviation of lead^2 / mean^2)^0.116
        s    = 0.973 x mean of lead + deviation of lead x (0.183 / z + 1.063 - 2.192 z)
        z    = sqrt(lot x holding / (deviation of lead x backorder))

    The lead is the lead time plus one review. Where the lot is small, the policy nears an order-up-to level.

    Args:
        mean: Mean demand of a period [units].
        deviation: Standard deviation of the demand of a period [units].
        lead_time: Lead time [periods].
        order_cost: Money for each order.
        holding_cost: Money to hold a unit for a period.
        backorder_cost: Money for a unit that waits for a period.
        review: Time between reviews [periods].

    Source: Ehrhardt & Mosier 1984; Silver, Pyke & Peterson, Inventory Management and Production Planning, section 8.5.
    """
    demand, lead = mean * review, lead_time + review
    usual, spread = mean * lead, deviation * np.sqrt(lead)
    ratio = order_cost / (holding_cost * review)
    lot = 1.3 * demand**0.494 * ratio**0.506 * (1.0 + np.square(spread / demand)) ** 0.116
    z = np.sqrt(lot * holding_cost / (spread * backorder_cost))
    point = 0.973 * usual + spread * (0.183 / z + 1.063 - 2.192 * z)
    level = usual + spread * ndtri(backorder_cost / (backorder_cost + holding_cost))
    small = lot / demand <= 1.5
    low = np.where(small, np.minimum(point, level), point)
    high = np.where(small, np.minimum(point + lot, level), point + lot)
    return BandPolicy(low, high, np.full(np.shape(low), np.nan))


def best_band_policy(
    chances: Array, lead: DemandLaw, *, order_cost: float, holding_cost: float, backorder_cost: float
) -> BandPolicy:
    """The exactly best (s, S) for whole units, reviewed each period, customers waiting.

    Args:
        chances: Chance of each demand 0, 1, 2, ... of a period; sums to 1.
        lead: Demand of lead time plus review, for which stock is charged.
        order_cost: Money for each order.
        holding_cost: Money to hold a unit for a period.
        backorder_cost: Money for a unit that waits for a period.

    Raises:
        ModelError: The chances do not sum to 1, or there is never demand.

    Source: Zheng & Federgruen 1991; Snyder & Shen, Fundamentals of Supply Chain Theory, section 4.4.

    Example:
        >>> from steelyard.inventory.demand_law import PoissonDemand, whole_chances
        >>> law = PoissonDemand(np.array(6.0))
        >>> policy = best_band_policy(whole_chances(law), law, order_cost=5, holding_cost=1, backorder_cost=4)
        >>> float(policy.reorder_point), float(policy.order_up_to), float(policy.cost.round(2))
        (4.0, 10.0, 8.03)
    """
    if abs(float(chances.sum()) - 1.0) > 1e-6 or chances[0] >= 1.0:
        raise ModelError("The chances of demand do not sum to 1 or allow none", mend="state the chance of 0, 1, 2, ...")
    search = _Band(chances, lead, order_cost, holding_cost, backorder_cost)
    point, level, cost = search.best()
    return BandPolicy(np.asarray(float(point)), np.asarray(float(level)), np.asarray(cost))


def band_policy_cost(
    chances: Array, lead: DemandLaw, reorder_point: int, order_up_to: int, *, order_cost: float, holding_cost: float,
    backorder_cost: float,
) -> float:  # fmt: skip
    """Expected cost of a period under a given (s, S); see `best_band_policy` [money]."""
    return _Band(chances, lead, order_cost, holding_cost, backorder_cost).cost(reorder_point, order_up_to)


class _Band:
    """Renewal argument: an order every time the position has fallen from S through s."""

    def __init__(self, chances: Array, lead: DemandLaw, order: float, holding: float, backorder: float) -> None:
        self._chances, self._lead, self._order = chances, lead, order
        self._holding, self._backorder = holding, backorder
        self._visits = [1.0 / (1.0 - float(chances[0]))]
        self._position: dict[int, float] = {}

    def position_cost(self, level: int) -> float:
        if level not in self._position:
            short = float(self._lead.shortage(np.asarray(float(level))))
            over = level - float(self._lead.mean) + short
            self._position[level] = self._holding * over + self._backorder * short
        return self._position[level]

    def cost(self, point: int, level: int) -> float:
        """(order cost + sum of visits x cost of position) / expected periods between orders."""
        while len(self._visits) < level - point:
            j = len(self._visits)
            last = min(j, self._chances.size - 1)
            back = np.array(self._visits[j - last : j][::-1])
            self._visits.append(float(self._chances[1 : last + 1] @ back) / (1.0 - float(self._chances[0])))
        visits = np.array(self._visits[: level - point])
        held = np.array([self.position_cost(level - j) for j in range(level - point)])
        return float((self._order + visits @ held) / visits.sum())

    def best(self) -> tuple[int, int, float]:
        """Move s down, then S up, each while it pays."""
        ratio = self._backorder / (self._backorder + self._holding)
        lowest = int(self._lead.quantile(np.asarray(ratio)))
        point, best = lowest - 1, lowest
        while self.cost(point, best) > self.position_cost(point):
            point -= 1
        least, level = self.cost(point, best), best + 1
        while self.position_cost(level) <= least:
            if self.cost(point, level) < least:
                best = level
                while self.cost(point, best) <= self.position_cost(point + 1):
                    point += 1
                least = self.cost(point, best)
            level += 1
        return point, best, least
