"""Promise: how much more of end products the free hours of their whole chains allow, the most urgent first.

A component that many products share ranks as the best of them. Asked for all it could be used for, it would take the
hours of what goes in beside it, and be of use to nobody. So hours are promised to end products first, those of all
that goes into them included, and components are asked for what is promised only.
"""

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply._build_ahead import CRUMB
from steelyard.supply.network import Int32Array, SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill


def chain_hours(network: SupplyNetwork, bill: ResourceBill, resources: IntArray) -> Array:
    """Hours of some resources in a unit of each row, all that goes into it included, `[row, resource]`.

    What goes in for some periods only counts by its part of the horizon.

    Args:
        network: The supply network.
        bill: Bill of resources.
        resources: Numbers of the resources.
    """
    place = np.full(bill.resources, -1)
    place[resources] = np.arange(resources.size)
    lines, arcs = bill.by_row, network.components
    row = np.repeat(np.arange(bill.rows), np.diff(lines.start))
    mine = place[lines.other] >= 0
    hours = np.zeros((network.rows, resources.size))
    np.add.at(hours, (row[mine], place[lines.other[mine]]), lines.hours_per_unit[mine])
    lasting = np.maximum(arcs.valid_to.astype(np.float64) - arcs.valid_from, 0.0) / max(network.periods, 1)
    _roll_up(network.order, arcs.start, arcs.row, np.maximum(arcs.quantity_per, 0.0) * lasting, hours)
    return hours


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _roll_up(order: IntArray, start: IntArray, component: Int32Array, per: Array, hours: Array) -> None:
    for place in range(order.size - 1, -1, -1):
        row = order[place]
        for a in range(start[row], start[row + 1]):
            for r in range(hours.shape[1]):
                hours[row, r] += per[a] * hours[component[a], r]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def promise(rows: IntArray, group: IntArray, hours: Array, room: Array, wanted: Array) -> None:
    """Lower what is wanted to what the hours of its chain allow, up to each period.

    Rows of one group get the same share of what they lack in a period, and what one cannot use goes to the others.

    Args:
        rows: End products, the most urgent first.
        group: Where each group of equals begins in `rows`; one longer than the groups.
        hours: Hours in a unit with all that goes into it, row x resource.
        room: Hours free up to each period, period x resource; used up here.
        wanted: What is wanted up to each period, period x row [units]; lowered here for `rows`.
    """
    made = np.zeros(wanted.shape[1])
    for number in range(group.size - 1):
        members = rows[group[number] : group[number + 1]]
        for t in range(room.shape[0]):
            for _ in range(room.shape[1] + 1):
                if not _share_out(members, t, hours, room, wanted, made):
                    break
            for row in members:
                wanted[t, row] = made[row]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _share_out(members: IntArray, t: int, hours: Array, room: Array, wanted: Array, made: Array) -> bool:
    """Give rows that no resource holds back wholly the same share of what they lack; whether some still lack any."""
    periods, resources = room.shape
    free, asked = np.full(resources, np.inf), np.zeros(resources)
    for r in range(resources):
        for later in range(t, periods):
            free[r] = min(free[r], room[later, r])
    for row in members:
        lack = wanted[t, row] - made[row]
        if lack > CRUMB and not _is_held(row, hours, free):
            for r in range(resources):
                asked[r] += lack * hours[row, r]
    given, left = False, False
    for row in members:
        lack = wanted[t, row] - made[row]
        if lack <= CRUMB or _is_held(row, hours, free):
            continue
        part = 1.0
        for r in range(resources):
            if hours[row, r] > 0.0 and asked[r] > free[r]:
                part = min(part, free[r] / asked[r])
        made[row] += part * lack
        given, left = True, left or part < 1.0
        for r in range(resources):
            for later in range(t, periods):
                room[later, r] -= part * lack * hours[row, r]
    return given and left


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _is_held(row: int, hours: Array, free: Array) -> bool:
    held = False
    for r in range(free.size):
        held = held or (hours[row, r] > 0.0 and free[r] <= CRUMB)
    return held
