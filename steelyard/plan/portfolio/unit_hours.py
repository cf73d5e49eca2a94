"""Unit hours: the hours and the days behind one unit of an item, those of its components included."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill


def unit_hours(network: SupplyNetwork, bill: ResourceBill) -> Array:
    """Roll hours up the bills of material, from the deepest component to what is sold.

        hours[row] = own operations + sum over components of quantity per x hours[component]

    Args:
        network: What is made of what.
        bill: Own operations of each item-location.

    Returns:
        Hours, item-location x resource [hours/unit].
    """
    hours = np.zeros((network.rows, bill.resources))
    lines = bill.by_row
    own = np.repeat(np.arange(network.rows), np.diff(lines.start))
    np.add.at(hours, (own, lines.other), lines.hours_per_unit)
    arcs = network.components
    consumer = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    valid = arcs.valid_to > 0
    for level in range(network.depth - 1, -1, -1):
        here = np.flatnonzero(valid & (network.level[consumer] == level))
        gathered = hours[arcs.row[here]] * arcs.quantity_per[here, None]
        np.add.at(hours, (consumer[here],), gathered)
    return hours


def cumulative_days(network: SupplyNetwork, lead_days: Array) -> Array:
    """Days from ordering the slowest part to having the item, level by level.

        days[row] = lead time + highest days of its components

    Args:
        network: What is made of what, and shipped from where.
        lead_days: Lead time of each item-location [days].

    Returns:
        Days by item-location.
    """
    days = lead_days.astype(np.float64).copy()
    arcs = network.components
    consumer = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    for level in range(network.depth - 1, -1, -1):
        here = np.flatnonzero((arcs.valid_to > 0) & (network.level[consumer] == level))
        slowest = np.zeros(network.rows)
        np.maximum.at(slowest, (consumer[here],), days[arcs.row[here]])
        days += slowest
    return days
