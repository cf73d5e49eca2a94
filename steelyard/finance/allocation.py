"""Allocation: who gets what when a place cannot ship all that is due."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray


class Allocation(NamedTuple):
    """Shipments of a place, split to its demand series, period x demand series [units]."""

    constrained_demand: Array
    """What supply serves in the period, backlog of earlier periods included."""
    open_demand: Array
    """Demand due and not served at the end of the period."""


def allocate_shipments(shipments: Array, demand: Array, place: IntArray) -> Allocation:
    """Split shipments by fair share: in proportion to what is due, backlog included.

    Within a place and period the shares, added in row order, give the shipments to the last bit; nobody gets
    more than is due.

    Args:
        shipments: Shipments by place, period x place [units].
        demand: Demand by series, period x demand series [units].
        place: Place that serves each demand series.

    Example:
        >>> allocate_shipments(np.array([[9.0]]), np.array([[10.0, 5.0]]), np.array([0, 0])).constrained_demand
        array([[6., 3.]])
    """
    served, waiting = np.empty_like(demand), np.empty_like(demand)
    _allocate(shipments, demand, place, served, waiting)
    return Allocation(served, waiting)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _allocate(shipments: Array, demand: Array, place: IntArray, served: Array, waiting: Array) -> None:
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
