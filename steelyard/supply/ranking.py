"""Ranking: who goes first for scarce hours within a class of priority."""

from typing import Literal

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill

SupplyRanking = Literal["waiting_time", "margin_per_bottleneck_hour", "fair_share"]
"""Within a class: the longest waiting first, what earns most in an hour of the resources that are short, or all in
proportion to what they lack."""


def rank_by_margin(
    network: SupplyNetwork,
    bill: ResourceBill,
    priority: Array,
    margin: Array,
    *,
    load: Array,
    available: Array,
) -> Array:
    """Rank rows within their class by what they earn in a scarce hour; a component ranks as the best it goes into.

        margin per bottleneck hour = margin of a unit / (hours a unit takes, its components' too, x scarcity)
        scarcity of a resource = hours planned beyond those available / hours available, over the horizon

    What takes no scarce hour goes first in its class, what earns nothing last; equals share a rank, and within it the
    longest waiting goes first.

    Args:
        network: The supply network.
        bill: Bill of resources.
        priority: Class of each row, inherited by components; lower goes first.
        margin: What selling a unit earns beyond what making it costs, by row; -inf where nothing is sold [money].
        load: Hours of the unconstrained plan, period x resource.
        available: Hours there are, period x resource.

    Returns:
        Place of each row, from 0; lower goes first.
    """
    hours = scarce_hours(network, bill, load, available)
    earned = of_best_consumer(network, _earned(margin, hours))
    order = np.lexsort((-earned, priority))
    new = np.zeros(order.size, np.bool_)
    new[1:] = (priority[order][1:] != priority[order][:-1]) | (earned[order][1:] != earned[order][:-1])
    place = np.empty(order.size)
    place[order] = np.cumsum(new)
    return place


def scarce_hours(network: SupplyNetwork, bill: ResourceBill, load: Array, available: Array) -> Array:
    """Hours a unit takes of resources that are short, weighted by how short, with those of its components.

    Args:
        network: The supply network.
        bill: Bill of resources.
        load: Hours of the unconstrained plan, period x resource.
        available: Hours there are, period x resource.

    Returns:
        Weighted hours a unit, by row.
    """
    over, there = np.maximum(load - available, 0.0).sum(axis=0), available.sum(axis=0)
    return hours_of_chain(network, bill, np.divide(over, there, out=np.where(over > 0, 1.0, 0.0), where=there > 0))


def hours_of_chain(network: SupplyNetwork, bill: ResourceBill, weight: Array) -> Array:
    """Hours a unit and its components take, each hour with the weight of its resource, by row.

    Args:
        network: The supply network.
        bill: Bill of resources.
        weight: What an hour of each resource counts.
    """
    lines, arcs = bill.by_row, network.components
    row = np.repeat(np.arange(bill.rows), np.diff(lines.start))
    hours: Array = np.bincount(row, lines.hours_per_unit * weight[lines.other], bill.rows).astype(np.float64)
    consumer = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    taken = np.flatnonzero(arcs.quantity_per > 0)
    for level in range(network.depth - 1, -1, -1):
        mine = taken[network.level[consumer[taken]] == level]
        hours += np.bincount(consumer[mine], arcs.quantity_per[mine] * hours[arcs.row[mine]], network.rows)
    return hours


def _earned(margin: Array, hours: Array) -> Array:
    sold = np.isfinite(margin) & (margin > 0)
    with np.errstate(divide="ignore"):
        return np.where(sold, margin / np.where(sold, hours, 1.0), margin)


def of_best_consumer(network: SupplyNetwork, earned: Array) -> Array:
    """What a row earns itself, or through the best of what it goes into, by row."""
    best, arcs = earned.copy(), network.consumers
    component = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    for level in range(1, network.depth):
        mine = np.flatnonzero(network.level[component] == level)
        np.maximum.at(best, component[mine], best[arcs.row[mine]])
    return best
