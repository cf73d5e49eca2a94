"""Allocation: who gets what when a place cannot ship all that is due."""

from typing import Literal, NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray, uniform_block

AllocationRule = Literal["fair_share", "profit"]


class Allocation(NamedTuple):
    """Shipments of a place, split to its demand series, period x demand series [units]."""

    constrained_demand: Array
    """What supply serves in the period, backlog of earlier periods included."""
    open_demand: Array
    """Demand due and not served at the end of the period."""


def rank_series(rule: AllocationRule, unit_margin: Array, place: IntArray, class_rank: Array | None = None) -> Array:
    """Rank of each series in the queue of its place: lower is served first, equal ranks share.

    fair_share: all have rank 1.
    profit: 1 has the highest margin per unit at its place, 2 the next one, and so on.
    Where classes have ranks, a lower one goes before by either rule.

    Args:
        rule: The rule.
        unit_margin: Money earned per unit, period x demand series.
        place: Place that serves each demand series.
        class_rank: Rank of the class of customer of each demand series; all alike by default.

    Example:
        >>> rank_series("profit", np.array([[5.0, 9.0, 5.0, 1.0]]), np.array([0, 0, 0, 1]))
        array([[2., 1., 2., 1.]])
    """
    if rule == "fair_share" and class_rank is None:
        return uniform_block(unit_margin.shape, FIRST)
    classes = np.zeros(place.size) if class_rank is None else class_rank
    margins = np.zeros_like(unit_margin) if rule == "fair_share" else unit_margin
    return np.stack([_ranked(margin, classes, place) for margin in margins]) if margins.size else margins.copy()


def _ranked(margin: Array, classes: Array, place: IntArray) -> Array:
    order = np.lexsort((-margin, classes, place))
    new_place, new_class, new_margin = (_differs(values[order]) for values in (place, classes, margin))
    steps = np.cumsum(new_place | new_class | new_margin)
    begun = np.maximum.accumulate(np.where(new_place, steps, 0))
    out = np.empty(margin.size)
    out[order] = steps - begun + FIRST
    return out


def _differs(values: Array | IntArray) -> BoolArray:
    """Which values are not like the one before."""
    return np.concatenate(([True], values[1:] != values[:-1]))


def turned_away(demand_plan: Array, ration: Array) -> Array:
    """Demand beyond the ration: nobody plans supply for it, and it does not wait.

        turned away = max(demand plan - ration, 0), where a ration is set

    Args:
        demand_plan: What customers ask for, period x demand series [units].
        ration: Most that is served; NaN where nothing is set [units].

    Example:
        >>> turned_away(np.array([[100.0, 100.0]]), np.array([[80.0, np.nan]]))
        array([[20.,  0.]])
    """
    return np.maximum(np.nan_to_num(demand_plan - ration), 0.0)


def allocate_shipments(shipments: Array, demand: Array, place: IntArray, rank: Array | None = None) -> Allocation:
    """Split shipments by rank, and within a rank by fair share: in proportion to what is due, backlog included.

    Within a place and period the shares, added in row order, give the shipments to the last bit; nobody gets
    more than is due. Of two series of one place, that of the lower rank is served in full before the other.

    Args:
        shipments: Shipments by place, period x place [units].
        demand: Demand by series, period x demand series [units].
        place: Place that serves each demand series.
        rank: Rank of each series in the queue of its place, period x demand series; all equal by default.

    Example:
        >>> allocate_shipments(np.array([[9.0]]), np.array([[10.0, 5.0]]), np.array([0, 0])).constrained_demand
        array([[6., 3.]])
        >>> queue = np.array([[1.0, 0.0]])
        >>> allocate_shipments(np.array([[9.0]]), np.array([[10.0, 5.0]]), np.array([0, 0]), queue).constrained_demand
        array([[4., 5.]])
    """
    served, waiting = np.empty_like(demand), np.empty_like(demand)
    if rank is None or rank is uniform_block(rank.shape, FIRST) or not (rank != rank.flat[0]).any():
        _share(shipments, demand, place, served, waiting)
    else:
        order = np.argsort(rank, axis=1, kind="stable")
        _queue(shipments, demand, place, np.ascontiguousarray(rank), order, served, waiting)
    return Allocation(served, waiting)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _share(shipments: Array, demand: Array, place: IntArray, served: Array, waiting: Array) -> None:
    periods, places = shipments.shape
    series = demand.shape[1]
    due, passed, given = np.empty(places), np.empty(places), np.empty(places)
    for t in range(periods):
        due[:], passed[:], given[:] = 0.0, 0.0, 0.0
        for s in range(series):
            waiting[t, s] = demand[t, s] + (waiting[t - 1, s] if t > 0 else 0.0)
            due[place[s]] += waiting[t, s]
        for s in range(series):
            p, open_quantity = place[s], waiting[t, s]
            passed[p] += open_quantity
            if shipments[t, p] >= due[p]:
                part = open_quantity
            else:
                # Shares are whole multiples of the last bit of the total, so that adding them never rounds.
                unit = np.spacing(shipments[t, p])
                upto = np.rint(shipments[t, p] * (passed[p] / due[p]) / unit) * unit
                part = max(min(upto - given[p], np.floor(open_quantity / unit) * unit), 0.0)
            given[p] += part
            served[t, s] = part
            waiting[t, s] = open_quantity - part


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _queue(
    shipments: Array, demand: Array, place: IntArray, rank: Array, order: IntArray, served: Array, waiting: Array
) -> None:
    periods, places = shipments.shape
    series = demand.shape[1]
    due, wanted, passed = np.empty(places), np.empty(places), np.empty(places)
    given, begun = np.empty(places), np.empty(places)
    for t in range(periods):
        due[:], given[:] = 0.0, 0.0
        for s in range(series):
            waiting[t, s] = demand[t, s] + (waiting[t - 1, s] if t > 0 else 0.0)
            due[place[s]] += waiting[t, s]
        first = 0
        while first < series:
            last = first
            while last < series and rank[t, order[t, last]] == rank[t, order[t, first]]:
                p = place[order[t, last]]
                wanted[p], passed[p], begun[p] = 0.0, 0.0, given[p]
                last += 1
            for n in range(first, last):
                wanted[place[order[t, n]]] += waiting[t, order[t, n]]
            for n in range(first, last):
                s = order[t, n]
                p, open_quantity = place[s], waiting[t, s]
                passed[p] += open_quantity
                if shipments[t, p] >= due[p]:
                    part = open_quantity
                else:
                    unit, left = np.spacing(shipments[t, p]), shipments[t, p] - begun[p]
                    most = np.floor(open_quantity / unit) * unit
                    if left < wanted[p]:
                        upto = np.rint(left * (passed[p] / wanted[p]) / unit) * unit
                        most = min(upto - (given[p] - begun[p]), most)
                    part = max(most, 0.0)
                given[p] += part
                served[t, s] = part
                waiting[t, s] = open_quantity - part
            first = last


FIRST = 1.0
"""Rank of a series that nobody has ranked."""
