"""Promise: how much more of end products the free hours of their whole chains allow, the most urgent first.

A component that many products share ranks as the best of them. Asked for all it could be used for, it would take the
hours of what goes in beside it, and be of use to nobody. So hours are promised to end products first, those of all
that goes into them included, and components are asked for what is promised only.
"""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply._build_ahead import CRUMB
from steelyard.supply._shop import NEED, REST, Result
from steelyard.supply.moves import GATE_RESOURCE
from steelyard.supply.network import Int32Array, SupplyNetwork
from steelyard.supply.rough_cut import Lines, ResourceBill


def lower_to_promise(
    network: SupplyNetwork,
    bill: ResourceBill,
    priority: Array,
    upto: Array,
    got: Array,
    room: Array,
    last: IntArray,
    result: Result,
) -> Array:
    """Lower what is wanted of end products to what the free hours of their chains allow.

    Args:
        network: The supply network.
        bill: Bill of resources.
        priority: Class of each row; lower goes first.
        upto: Receipts wanted up to each period, stage x period x row [units].
        got: Receipts of the plan so far, period x row [units].
        room: Hours that it leaves free, period x resource.
        last: End products.
        result: What held receipts back; resources that never did are not looked at.

    Returns:
        Wants of the same shape; the same array where nothing is lowered.
    """
    short = np.unique(result.gate_index[result.gate_kind == GATE_RESOURCE]).astype(np.int64)
    lacks = last[(upto[REST, -1] - got.sum(axis=0))[last] > CRUMB]
    if network.depth < 2 or not short.size or not lacks.size:
        return upto
    group, rows = _ranked(priority, lacks)
    have = np.cumsum(got[:, rows], axis=0)
    more = np.minimum.accumulate((upto[REST][:, rows] - have)[::-1], axis=0)[::-1]
    hours = chain_hours(network, bill, short)
    promise(rows, group, hours, np.cumsum(np.maximum(room[:, short], 0.0), axis=0), more)
    upto = upto.copy()
    for stage in (NEED, REST):
        upto[stage][:, rows] = np.minimum(upto[stage][:, rows], have + np.maximum(more, 0.0))
    return upto


def _ranked(priority: Array, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Where groups of equals begin, and rows by priority."""
    rows = rows[np.argsort(priority[rows], kind="stable")]
    edges = np.flatnonzero(np.diff(priority[rows])) + 1
    return np.concatenate((np.zeros(1, np.int64), edges, np.full(1, rows.size))), rows


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
    hours = np.zeros((network.rows, resources.size))
    _lay_down(lines, place, hours)
    lasting = np.maximum(arcs.valid_to.astype(np.float64) - arcs.valid_from, 0.0) / max(network.periods, 1)
    _roll_up(network.order, arcs.start, arcs.row, np.maximum(arcs.quantity_per, 0.0) * lasting, hours)
    return hours


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _lay_down(lines: Lines, place: IntArray, hours: Array) -> None:
    for row in range(hours.shape[0]):
        for a in range(lines.start[row], lines.start[row + 1]):
            if place[lines.other[a]] >= 0:
                hours[row, place[lines.other[a]]] += lines.hours_per_unit[a]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _roll_up(order: IntArray, start: IntArray, component: Int32Array, per: Array, hours: Array) -> None:
    for place in range(order.size - 1, -1, -1):
        row = order[place]
        for a in range(start[row], start[row + 1]):
            for r in range(hours.shape[1]):
                hours[row, r] += per[a] * hours[component[a], r]


def promise(rows: IntArray, group: IntArray, hours: Array, room: Array, wanted: Array) -> None:
    """Lower what is wanted to what the hours of its chain allow, up to each period.

    Rows of one group get the same share of what they lack in a period, and what one cannot use goes to the others.

    Args:
        rows: End products, the most urgent first.
        group: Where each group of equals begins in `rows`; one longer than the groups.
        hours: Hours in a unit with all that goes into it, row x resource.
        room: Hours free up to each period, period x resource.
        wanted: What is wanted up to each period, period x place in `rows` [units]; lowered here.
    """
    lowered = np.ascontiguousarray(wanted.T)
    _promise(group, _needs_of(rows, hours), np.array(room.T, np.float64, order="C"), lowered)
    wanted[:] = lowered.T


class _Needs(NamedTuple):
    """Resources that each end product and all that goes into it needs, product by product."""

    start: IntArray
    resource: IntArray
    hours: Array


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _needs_of(rows: IntArray, hours: Array) -> _Needs:
    start = np.zeros(rows.size + 1, np.int64)
    for place in range(rows.size):
        start[place + 1] = start[place] + np.count_nonzero(hours[rows[place]])
    resource, needed = np.empty(start[-1], np.int64), np.empty(start[-1])
    for place in range(rows.size):
        a = start[place]
        for r in range(hours.shape[1]):
            if hours[rows[place], r] != 0.0:
                resource[a], needed[a] = r, hours[rows[place], r]
                a += 1
    return _Needs(start, resource, needed)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _promise(group: IntArray, needs: _Needs, room: Array, wanted: Array) -> None:
    """The same with everything by place in the list of products; `room` is resource x period and used up here."""
    resources, periods = room.shape
    made, free, asked = np.zeros(wanted.shape[0]), np.empty(resources), np.empty(resources)
    for number in range(group.size - 1):
        first, stop = group[number], group[number + 1]
        for t in range(periods):
            for _ in range(resources + 1):
                if not _share_out(first, stop, t, needs, room, wanted, made, free, asked):
                    break
            for place in range(first, stop):
                wanted[place, t] = made[place]


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _share_out(
    first: int, stop: int, t: int, needs: _Needs, room: Array, wanted: Array, made: Array, free: Array, asked: Array
) -> bool:
    """Give products that no resource holds back wholly the same share of what they lack; whether some lack any still.

    `free` and `asked` are room to write in, by resource.
    """
    periods, given, left = room.shape[1], False, False
    for place in range(first, stop):
        if wanted[place, t] - made[place] > CRUMB:
            for a in range(needs.start[place], needs.start[place + 1]):
                asked[needs.resource[a]] = -1.0
    for place in range(first, stop):
        lack = wanted[place, t] - made[place]
        if lack <= CRUMB:
            continue
        for a in range(needs.start[place], needs.start[place + 1]):
            r = needs.resource[a]
            if asked[r] < 0.0:
                asked[r], free[r] = 0.0, room[r, t:].min()
        if not _is_held(place, needs, free):
            for a in range(needs.start[place], needs.start[place + 1]):
                asked[needs.resource[a]] += lack * needs.hours[a]
    for place in range(first, stop):
        lack = wanted[place, t] - made[place]
        if lack <= CRUMB or _is_held(place, needs, free):
            continue
        part = 1.0
        for a in range(needs.start[place], needs.start[place + 1]):
            r = needs.resource[a]
            if asked[r] > free[r]:
                part = min(part, free[r] / asked[r])
        made[place] += part * lack
        given, left = True, left or part < 1.0
        for a in range(needs.start[place], needs.start[place + 1]):
            for later in range(t, periods):
                room[needs.resource[a], later] -= part * lack * needs.hours[a]
    return given and left


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _is_held(place: int, needs: _Needs, free: Array) -> bool:
    held = False
    for a in range(needs.start[place], needs.start[place + 1]):
        held = held or free[needs.resource[a]] <= CRUMB
    return held
