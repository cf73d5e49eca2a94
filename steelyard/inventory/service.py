"""Service: what a given stock policy delivers."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from steelyard.grid.block import Array
from steelyard.inventory.safety_stock import normal_loss


class PolicyService(NamedTuple):
    """What a reorder point and a lot deliver."""

    safety_stock: Array
    """Reorder point less mean demand of the lead time [units]."""
    cycle_service_level: Array
    """Chance of no shortage in a replenishment cycle."""
    shortage: Array
    """Expected units short in a cycle."""
    fill_rate: Array
    """Share of demand served from stock."""


def policy_service(reorder_point: Array, lot_size: Array, *, mean: Array, deviation: Array) -> PolicyService:
    """Service of ordering a lot when stock falls to the reorder point.

    Args:
        reorder_point: Stock position at which to order [units].
        lot_size: Units ordered [units].
        mean: Mean demand of the lead time [units].
        deviation: Standard deviation of the demand of the lead time, above zero [units].

    Source: Chopra & Meindl, Supply Chain Management, measuring product availability.

    Example:
        >>> service = policy_service(*map(np.array, ([6000.0], [10000.0])), mean=np.array([5000.0]),
        ...     deviation=np.array([707.1]))
        >>> service.fill_rate.round(4)
        array([0.9975])
    """
    safety = reorder_point - mean
    factor = safety / deviation
    shortage = deviation * normal_loss(factor)
    level: Array = ndtr(factor)
    return PolicyService(safety, level, shortage, 1.0 - shortage / lot_size)


def pooled_deviation(deviation: Array, correlation: float) -> float:
    """Standard deviation of the sum of demands that correlate alike, pair by pair.

    Args:
        deviation: Standard deviation by place [units].
        correlation: Correlation of each pair, from -1 to 1.

    Source: Chopra & Meindl, Supply Chain Management, impact of aggregation on safety inventory.

    Example:
        >>> pooled_deviation(np.array([3.0, 4.0]), 0.0)
        5.0
    """
    own, total = float(np.sum(np.square(deviation))), float(np.sum(deviation))
    return float(np.sqrt(own + correlation * (total * total - own)))


def order_up_to_level(mean: Array, deviation: Array, factor: Array) -> Array:
    """Stock position to order up to at each review: mean demand of the protection interval plus safety stock [units].

    Args:
        mean: Mean demand of lead time plus review [units].
        deviation: Standard deviation of that demand [units].
        factor: Safety factor.

    Example:
        >>> order_up_to_level(np.array([15000.0]), np.array([1225.0]), np.array([1.28])).round()
        array([16568.])
    """
    return mean + factor * deviation


def base_stock_cost(deviation: Array, factor: Array, *, holding_cost: float, stockout_cost: float) -> Array:
    """Expected holding and stock-out cost of a period under an order-up-to level [money].

    Args:
        deviation: Standard deviation of demand over the protection interval [units].
        factor: Safety factor of the level.
        holding_cost: Money a unit held at the end of a period.
        stockout_cost: Money a unit short at the end of a period.

    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, section 4.3.

    Example:
        >>> base_stock_cost(np.array([17.8885]), np.array([0.8255]), holding_cost=0.18, stockout_cost=0.7).round(3)
        array([4.467])
    """
    return deviation * (holding_cost * factor + (holding_cost + stockout_cost) * normal_loss(factor))


class ReorderPolicy(NamedTuple):
    """A reorder point and a lot that cost least together."""

    reorder_point: float
    lot_size: float
    cost: float


def reorder_policy(
    *, demand: float, mean: float, deviation: float, order_cost: float, holding_cost: float, stockout_cost: float
) -> ReorderPolicy:
    """Reorder point and lot that minimise ordering, holding and stock-out cost (expected-inventory approximation).

    Starts from the economic order quantity and improves lot and reorder point in turn until they stay.

    Args:
        demand: Mean demand a year [units].
        mean: Mean demand of the lead time [units].
        deviation: Standard deviation of the demand of the lead time [units].
        order_cost: Money for each order.
        holding_cost: Money to hold a unit for a year.
        stockout_cost: Money for each unit short.

    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, section 5.3.
    """
    lot, shortage, factor = np.sqrt(2.0 * order_cost * demand / holding_cost), 0.0, 0.0
    for _ in range(100):
        factor = float(-ndtri(min(lot * holding_cost / (stockout_cost * demand), 1.0 - 1e-12)))
        shortage = deviation * float(normal_loss(np.array(factor)))
        before, lot = lot, np.sqrt(2.0 * demand * (order_cost + stockout_cost * shortage) / holding_cost)
        if abs(lot - before) <= 1e-12 * lot:
            break
    point = mean + factor * deviation
    each = demand / lot * (order_cost + stockout_cost * shortage)
    return ReorderPolicy(point, float(lot), float(holding_cost * (point - mean + lot / 2.0) + each))
