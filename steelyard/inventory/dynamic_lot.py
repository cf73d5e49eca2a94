"""Dynamic lot: when and how much to order when demand differs from period to period.

All rules take demand as `[period, series]` and cost per series, and give orders of the same shape. Stock is charged at
the end of a period, unless the cost of a plan is asked for on average stock.
"""

from typing import Literal

import numba
import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array

LotRule = Literal[
    "wagner_whitin", "silver_meal", "least_unit_cost", "part_period", "lot_for_lot", "period_order", "fixed"
]
_TINY = 1e-12


def lots_of(
    demand: Array, order_cost: Array, holding_cost: Array, *, rule: LotRule = "wagner_whitin", size: Array | None = None
) -> Array:
    """Orders by a rule.

    Args:
        demand: Net requirements, period x series [units].
        order_cost: Money for each order, by series.
        holding_cost: Money to hold a unit to the next period, by series.
        rule: wagner_whitin (least cost), silver_meal, least_unit_cost, part_period, lot_for_lot, period_order (as many
            periods as the economic order quantity covers, or `size`) or fixed (whole multiples of `size`).
        size: Periods covered or units ordered, by series, for the last two rules.

    Returns:
        Orders that arrive in time, period x series [units].

    Raises:
        ModelError: There is no such rule, a number is negative, or a fixed lot has no size.

    Source: Wagner & Whitin 1958; Silver & Meal 1973; Nahmias, Production and Operations Analysis, section 8.2.

    Example:
        >>> one = np.ones(1)
        >>> lots_of(np.array([[90.0], [120.0], [80.0], [70.0]]), 500 * one, 2 * one).ravel().tolist()
        [210.0, 0.0, 150.0, 0.0]
    """
    if (demand < 0).any() or (np.asarray(order_cost) < 0).any() or (np.asarray(holding_cost) < 0).any():
        raise ModelError("Demand or a cost is below zero", mend="give demand and costs of zero or more")
    if rule not in _RULES:
        raise ModelError(f"There is no lot rule {rule!r}", mend=f"use one of {', '.join(_RULES)}")
    if rule == "fixed" and (size is None or not (np.asarray(size) > 0).all()):
        raise ModelError("A fixed lot has no size", mend="give units above zero")
    count = demand.shape[1]
    setup, holding = (np.broadcast_to(np.asarray(x, np.float64), (count,)).copy() for x in (order_cost, holding_cost))
    wanted = _sizes(demand, setup, holding) if size is None else np.broadcast_to(size, (count,)).astype(np.float64)
    orders = np.zeros_like(demand, dtype=np.float64)
    _order(np.asarray(demand, np.float64), setup, holding, wanted, _RULES.index(rule), orders)
    return orders


_RULES: tuple[LotRule, ...] = (
    "wagner_whitin", "silver_meal", "least_unit_cost", "part_period", "lot_for_lot", "period_order", "fixed",
)  # fmt: skip


def lot_plan_cost(
    demand: Array,
    orders: Array,
    order_cost: Array,
    holding_cost: Array,
    *,
    opening: Array | float = 0.0,
    stock: Literal["ending", "average"] = "ending",
) -> Array:
    """Cost of ordering and holding of a plan of orders, by series [money].

    Args:
        demand: Requirements, period x series [units].
        orders: Orders, period x series [units].
        order_cost: Money for each order, by series.
        holding_cost: Money to hold a unit for a period, by series.
        opening: Stock before the first period, by series [units].
        stock: Whether the stock at the end of each period is charged, or the mean of its beginning and its end.

    Example:
        >>> lot_plan_cost(np.array([[90.0], [120.0]]), np.array([[210.0], [0.0]]), np.array([500.0]), np.array([2.0]))
        array([740.])
    """
    end = opening + np.cumsum(orders - demand, axis=0)
    held = end if stock == "ending" else end + demand / 2.0
    cost: Array = (orders > 0).sum(axis=0) * order_cost + np.maximum(held, 0.0).sum(axis=0) * holding_cost
    return cost


def _sizes(demand: Array, order_cost: Array, holding_cost: Array) -> Array:
    """Periods that the economic order quantity covers at mean demand, rounded, at least 1."""
    mean = demand.mean(axis=0)
    worth = np.where((mean > 0) & (holding_cost > 0), mean * holding_cost, np.inf)
    periods: Array = np.maximum(np.round(np.sqrt(2.0 * order_cost / worth)), 1.0)
    return np.where(holding_cost > 0, periods, len(demand))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _order(demand: Array, setup: Array, holding: Array, size: Array, rule: int, orders: Array) -> None:
    for s in range(demand.shape[1]):
        if rule == 0:
            _wagner_whitin(demand[:, s], setup[s], holding[s], orders[:, s])
        elif rule == 6:
            _fixed(demand[:, s], size[s], orders[:, s])
        else:
            _cover(demand[:, s], setup[s], holding[s], size[s], rule, orders[:, s])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _wagner_whitin(demand: Array, setup: float, holding: float, orders: Array) -> None:
    """Least cost by going through the last order of every prefix; a period without demand needs none."""
    periods = demand.size
    best, first = np.empty(periods + 1), np.zeros(periods + 1, np.int64)
    best[0] = 0.0
    for stop in range(1, periods + 1):
        best[stop], first[stop] = np.inf, stop - 1
        held, quantity = 0.0, 0.0
        for start in range(stop - 1, -1, -1):
            held += holding * quantity
            quantity += demand[start]
            cost = best[start] + held + (setup if quantity > 0.0 else 0.0)
            if cost < best[stop] - _TINY * max(best[stop], 1.0) if np.isfinite(best[stop]) else True:
                best[stop], first[stop] = cost, start
            if held > best[stop]:
                break
    stop = periods
    while stop > 0:
        start = first[stop]
        orders[start] = demand[start:stop].sum()
        stop = start


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _cover(demand: Array, setup: float, holding: float, size: float, rule: int, orders: Array) -> None:
    """From each order on, cover one more period while the rule's measure does not rise."""
    periods, start = demand.size, 0
    while start < periods:
        if demand[start] <= 0.0:
            start += 1
            continue
        stop, quantity, held = start + 1, demand[start], 0.0
        while stop < periods:
            more = held + holding * (stop - start) * demand[stop]
            if not _goes_on(rule, stop - start, quantity, demand[stop], held, more, setup, size):
                break
            quantity, held, stop = quantity + demand[stop], more, stop + 1
        orders[start] = quantity
        start = stop


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _goes_on(
    rule: int, covered: int, quantity: float, next_demand: float, held: float, more: float, setup: float, size: float
) -> bool:
    """Whether an order that covers some periods shall cover one more."""
    if rule == 1:  # cost per period
        return (setup + more) / (covered + 1) <= (setup + held) / covered
    if rule == 2:  # cost per unit
        return (setup + more) / (quantity + next_demand) <= (setup + held) / quantity
    if rule == 3:  # holding as near to one set-up as it gets
        return more <= setup or more - setup < setup - held
    if rule == 4:
        return False
    return covered < size


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _fixed(demand: Array, size: float, orders: Array) -> None:
    stock = 0.0
    for t in range(demand.size):
        if demand[t] - stock > 1e-9:
            orders[t] = np.ceil((demand[t] - stock) / size - 1e-9) * size
        stock += orders[t] - demand[t]
