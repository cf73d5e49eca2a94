"""Projection: what is shipped, what stays in stock and what customers still wait for."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array


class Fulfilment(NamedTuple):
    """What supply does for demand, period x series [units]."""

    shipments: Array
    """Delivered in the period."""
    projected_inventory: Array
    """Stock at the end of the period."""
    backlog: Array
    """Demand due and not delivered at the end of the period."""


def fulfil_demand(opening_inventory: Array, supply: Array, demand: Array) -> Fulfilment:
    """Ship what is due as far as stock allows; the rest waits.

        due       = demand + backlog of the period before
        shipments = due, at most stock of the period before + supply
        backlog   = due - shipments

    Args:
        opening_inventory: Stock before the first period, by series [units].
        supply: Receipts less issues to other series, period x series [units].
        demand: Demand of the period, period x series [units].

    Returns:
        Shipments, stock and backlog; opening + supply = shipments + stock, and demand = shipments + backlog, in total.

    Example:
        >>> fulfil_demand(np.array([10.0]), np.array([[0.0], [20.0]]), np.array([[15.0], [8.0]])).backlog
        array([[5.],
               [0.]])
    """
    shipments, stock, backlog = np.empty_like(demand), np.empty_like(demand), np.empty_like(demand)
    _fulfil(opening_inventory, supply, demand, shipments, stock, backlog)
    return Fulfilment(shipments, stock, backlog)


def project_inventory(opening_inventory: Array, supply: Array, demand: Array) -> Array:
    """Stock at the end of each period where unmet demand waits, so that it may be negative.

        inventory[t] = inventory[t-1] + supply[t] - demand[t]

    Example:
        >>> project_inventory(np.array([10.0]), np.array([[0.0], [20.0]]), np.array([[15.0], [8.0]]))
        array([[-5.],
               [ 7.]])
    """
    return opening_inventory + np.cumsum(supply - demand, axis=0)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _fulfil(opening: Array, supply: Array, demand: Array, shipments: Array, stock: Array, backlog: Array) -> None:
    periods, series = demand.shape
    for t in range(periods):
        for s in range(series):
            due = demand[t, s] + (backlog[t - 1, s] if t > 0 else 0.0)
            have = (stock[t - 1, s] if t > 0 else opening[s]) + supply[t, s]
            sent = max(min(due, have), 0.0)
            shipments[t, s] = sent
            stock[t, s] = have - sent
            backlog[t, s] = due - sent
