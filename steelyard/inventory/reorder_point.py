"""Reorder point: order a lot when the stock position falls to it, exactly best where customers wait at a cost.

A stock position y costs on average G(y) = holding x E[(y - D)+] + backorder x E[(D - y)+], D being the demand of the
lead time. Under (s, Q) the position is spread evenly above the reorder point, so that the policy costs
(order cost x demand + sum of G from s to s + Q) / Q.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.inventory.demand_law import DemandLaw

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_HALVINGS = 200


class LotPolicy(NamedTuple):
    """A reorder point and a lot."""

    reorder_point: float
    """Stock position at which to order [units]."""
    lot_size: float
    """Units ordered."""
    cost: float
    """Ordering, holding and backorder cost in the time unit of the demand [money]."""


def best_lot_policy(
    law: DemandLaw,
    *,
    demand: float,
    order_cost: float,
    holding_cost: float,
    backorder_cost: float,
    whole_units: bool = False,
) -> LotPolicy:
    """Reorder point and lot that cost least together, exactly.

    At the best policy both ends of the lot's interval cost the same: G(s) = G(s + Q) = cost of the policy.

    Args:
        law: Demand of the lead time.
        demand: Mean demand in the time unit [units].
        order_cost: Money for each order.
        holding_cost: Money to hold a unit for the time unit.
        backorder_cost: Money for a unit that waits for the time unit.
        whole_units: Whether stock counts in whole units; then the optimum is found by adding the cheaper end.

    Raises:
        ModelError: A cost is not above zero.

    Source: Zheng 1992; Federgruen & Zheng 1992; Snyder & Shen, Fundamentals of Supply Chain Theory, section 5.2.

    Example:
        >>> from steelyard.inventory.demand_law import PoissonDemand
        >>> best_lot_policy(PoissonDemand(np.array(3.0)), demand=1.5, order_cost=100, holding_cost=20,
        ...     backorder_cost=150, whole_units=True)[:2]
        (3.0, 5.0)
    """
    if not (order_cost >= 0 and holding_cost > 0 and backorder_cost > 0 and demand > 0):
        raise ModelError("A cost or the demand is not above zero", mend="give holding and backorder cost above zero")
    cost = _position_cost(law, holding_cost, backorder_cost)
    lowest = float(law.quantile(np.asarray(backorder_cost / (backorder_cost + holding_cost))))
    if whole_units:
        return _grow(cost, lowest, order_cost * demand)
    return _balance(law, cost, lowest, order_cost * demand)


def lot_policy_cost(
    law: DemandLaw,
    reorder_point: float,
    lot_size: float,
    *,
    demand: float,
    order_cost: float,
    holding_cost: float,
    backorder_cost: float,
    whole_units: bool = False,
) -> float:
    """What a given reorder point and lot cost; see `best_lot_policy` [money in the time unit]."""
    cost = _position_cost(law, holding_cost, backorder_cost)
    if whole_units:
        total = float(cost(reorder_point + 1.0 + np.arange(float(round(lot_size)))).sum())
    else:
        total = _integral(cost, reorder_point, reorder_point + lot_size)
    return (order_cost * demand + total) / lot_size


def reorder_point_for_lot(law: DemandLaw, lot_size: float, *, holding_cost: float, backorder_cost: float) -> float:
    """Best reorder point for a lot that is given: both ends of its interval cost the same [units].

    Source: Snyder & Shen, Fundamentals of Supply Chain Theory, section 5.2.
    """
    cost = _position_cost(law, holding_cost, backorder_cost)
    lowest = float(law.quantile(np.asarray(backorder_cost / (backorder_cost + holding_cost))))
    return _root(lambda point: _at(cost, point) - _at(cost, point + lot_size), lowest - lot_size, lowest)


def _position_cost(law: DemandLaw, holding: float, backorder: float) -> Callable[[Array], Array]:
    def cost(position: Array) -> Array:
        short = law.shortage(np.asarray(position, np.float64))
        return holding * (position - law.mean + short) + backorder * short

    return cost


def _at(cost: Callable[[Array], Array], position: float) -> float:
    return float(cost(np.asarray(position)))


def _integral(function: Callable[[Array], Array], low: float, high: float) -> float:
    """Gauss-Legendre over eight pieces: exact to rounding for costs as smooth as these."""
    edges = np.linspace(low, high, 9)
    half = np.diff(edges) / 2.0
    points = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    return float((function(points) * _WEIGHTS).sum(axis=1) @ half)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function passes zero, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2.0


def _grow(cost: Callable[[Array], Array], lowest: float, ordering: float) -> LotPolicy:
    """Take in the cheaper neighbour as long as it costs less than the policy so far."""
    low, high, total, units = lowest - 1.0, lowest + 1.0, ordering + _at(cost, lowest), 1
    below, above = _at(cost, low), _at(cost, high)
    while min(below, above) < total / units:
        total, units = total + min(below, above), units + 1
        if below <= above:
            low -= 1.0
            below = _at(cost, low)
        else:
            high += 1.0
            above = _at(cost, high)
    return LotPolicy(low, float(units), total / units)


def _balance(law: DemandLaw, cost: Callable[[Array], Array], lowest: float, ordering: float) -> LotPolicy:
    """Find the cost c at which the interval {y: G(y) <= c} pays for the orders: integral of (c - G) = ordering."""
    spread = max(float(law.deviation), 1e-9)

    def interval(level: float) -> tuple[float, float]:
        step = spread
        while _at(cost, lowest - step) < level or _at(cost, lowest + step) < level:
            step *= 2.0
        low = _root(lambda y: _at(cost, y) - level, lowest - step, lowest)
        return low, _root(lambda y: level - _at(cost, y), lowest, lowest + step)

    def too_cheap(level: float) -> float:
        low, high = interval(level)
        return ordering - (level * (high - low) - _integral(cost, low, high))

    floor = _at(cost, lowest)
    ceiling = 2.0 * floor + 1e-9
    while too_cheap(ceiling) > 0:
        ceiling *= 2.0
    level = _root(too_cheap, floor, ceiling)
    low, high = interval(level)
    return LotPolicy(low, high - low, level)
