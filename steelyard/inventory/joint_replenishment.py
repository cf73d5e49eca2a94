"""Joint replenishment: items that share the cost of an order, each ordered at every so-many-th joint order."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, IntArray

_TRIES = 50


class JointPolicy(NamedTuple):
    """When items are ordered together."""

    base_cycle: float
    """Time between joint orders, in the time unit of the demand."""
    multiples: IntArray
    """Each item joins every so-many-th joint order."""
    quantity: Array
    """Units of each item in an order that it joins."""
    cost: float
    """Ordering and holding cost in the time unit of the demand [money]."""


def joint_replenishment(
    shared_cost: float, item_cost: Array, holding_cost: Array, demand: Array, *, improve: bool = True
) -> JointPolicy:
    """Joint cycle and multiples of items that share an order cost.

    The item with the least own order cost for its demand joins each time; the others join as often as their own
    economics say. With `improve` cycle and multiples are then improved in turn from several starts until they stay.

    Args:
        shared_cost: Money for each joint order.
        item_cost: Further money for each item in it, by item.
        holding_cost: Money to hold a unit for the time unit, by item.
        demand: Units in the time unit, by item.
        improve: Whether to go on from the heuristic.

    Source: Silver 1976; Silver, Pyke & Peterson, Inventory Management and Production Planning, section 11.3;
        Kaspi & Rosenblatt 1991 for the improvement.

    Example:
        >>> policy = joint_replenishment(40, np.full(4, 15.0), np.full(4, 0.24),
        ...     np.array([86000.0, 12500.0, 1400.0, 3000.0]))
        >>> policy.multiples.tolist(), round(policy.cost, 2)
        ([1, 1, 4, 3], 2067.65)
    """
    worth = holding_cost * demand
    ratio = item_cost / worth
    first = int(np.argmin(ratio))
    base = worth[first] / (shared_cost + item_cost[first])
    silver = np.maximum(np.round(np.sqrt(ratio * base)), 1.0)
    silver[first] = 1.0
    best = _policy(silver, shared_cost, item_cost, worth, demand)
    if not improve:
        return best
    longest = np.sqrt(2.0 * (shared_cost + item_cost.sum()) / worth.sum())
    shortest = min(float(np.sqrt(2.0 * ratio.min())) or longest, float(longest))
    for cycle in (best.base_cycle, *np.linspace(max(shortest, longest / _TRIES), longest, _TRIES).tolist()):
        found = _settled(cycle, shared_cost, item_cost, worth, demand)
        best = found if found.cost < best.cost * (1.0 - 1e-12) else best
    return best


def _settled(cycle: float, shared: float, each: Array, worth: Array, demand: Array) -> JointPolicy:
    """Improve multiples and cycle in turn until they stay."""
    best = _policy(_multiples(cycle, each, worth), shared, each, worth, demand)
    for _ in range(_TRIES):
        found = _policy(_multiples(best.base_cycle, each, worth), shared, each, worth, demand)
        if found.cost >= best.cost * (1.0 - 1e-12):
            break
        best = found
    return best


def _multiples(cycle: float, each: Array, worth: Array) -> Array:
    """The whole multiple of least cost at a given cycle: m (m - 1) <= 2 a / (h d T^2) <= m (m + 1)."""
    wanted = 2.0 * each / (worth * cycle * cycle)
    return np.maximum(np.ceil(-0.5 + np.sqrt(0.25 + wanted) - 1e-12), 1.0)


def _policy(multiples: Array, shared: float, each: Array, worth: Array, demand: Array) -> JointPolicy:
    order, hold = shared + float((each / multiples).sum()), float((worth * multiples).sum())
    cycle = float(np.sqrt(2.0 * order / hold))
    return JointPolicy(
        cycle, multiples.astype(np.int64), demand * multiples * cycle, float(np.sqrt(2.0 * order * hold))
    )
