"""Rebalancing of the finite plan: components nobody can use are not made, and their hours go to what is short."""

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply._build_ahead import CRUMB
from steelyard.supply._shop import NEED, REST
from steelyard.supply.network import Arcs
from steelyard.supply.rough_cut import Lines

Int32Array = NDArray[np.int32]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def planned_stock(opening: Array, planned: Array, scheduled: Array, gross: Array) -> Array:
    """Stock at the end of each period if everything came as planned, period x row [units]."""
    periods, rows = planned.shape
    stock, level = np.empty((periods, rows)), np.zeros(rows)
    for t in range(periods):
        for row in range(rows):
            level[row] += planned[t, row] + scheduled[t, row] - gross[t, row]
            stock[t, row] = level[row] + opening[row]
    return stock


@numba.njit(nogil=True, cache=True, error_model="numpy")
def outstanding(wanted: Array, receipts: Array) -> Array:
    """What was wanted up to each period and has not come, period x row [units]."""
    periods, rows = wanted.shape
    out, level = np.empty((periods, rows)), np.zeros(rows)
    for t in range(periods):
        for row in range(rows):
            level[row] += wanted[t, row] - receipts[t, row]
            out[t, row] = level[row]
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def lacking(rows: IntArray, wanted: Array, receipts: Array) -> float:
    """How much of what is wanted some rows lack over all periods [units]."""
    total = 0.0
    for t in range(wanted.shape[0]):
        for row in rows:
            total += wanted[t, row] - receipts[t, row]
    return total


@numba.njit(nogil=True, cache=True, error_model="numpy")
def trim(
    order: IntArray,
    consumers: Arcs,
    lead: IntArray,
    fixed: BoolArray,
    planned_stock: Array,
    flow: Array,
    source_start: IntArray,
    source: IntArray,
    receipts: Array,
) -> bool:
    """Take back receipts of components that their consumers do not use, consumers before components.

    A component keeps what its consumers take, what customers ask for, and the stock the unconstrained plan had.
    What needs no resource also comes no earlier than that; a fixed row stays where its hours and components are.

    Args:
        order: Rows, every consumer before its components.
        consumers: Arcs from a row to what consumes it.
        lead: Lead time by row [periods].
        fixed: Rows whose receipts may shrink but not move.
        planned_stock: Stock at the end of each period under the unconstrained plan, period x row [units].
        flow: Scheduled receipts less independent demand, opening stock in period 0, period x row [units].
        source_start: Where the sources of a row begin in `source`; a row without any is received itself.
        source: Rows that feed the stock of others.
        receipts: Receipts of the finite plan, period x row [units]; changed here.

    Returns:
        Whether anything was taken back or moved.
    """
    periods = receipts.shape[0]
    changed = False
    spare, issue, came = np.empty(periods), np.empty(periods), np.empty(periods)
    feeding = np.zeros(receipts.shape[1], np.bool_)
    feeding[source] = True
    for row in order:
        if consumers.start[row] == consumers.start[row + 1] or feeding[row]:
            continue
        issue[:] = 0.0
        for a in range(consumers.start[row], consumers.start[row + 1]):
            above, per = consumers.row[a], consumers.quantity_per[a]
            after = lead[above] if per > 0.0 else 0
            for u in range(consumers.valid_from[a], min(consumers.valid_to[a], periods - after)):
                issue[u] += per * receipts[u + after, above]
        sources = source_start[row + 1] - source_start[row]
        stock, total = 0.0, 0.0
        for t in range(periods):
            came[t] = receipts[t, row]
            if sources > 0:
                came[t] = 0.0
                for place in range(source_start[row], source_start[row + 1]):
                    came[t] += receipts[t, source[place]]
            stock += flow[t, row] + came[t] - issue[t]
            total += came[t]
            spare[t] = max(stock - max(planned_stock[t, row], 0.0), 0.0)
        crumb = CRUMB * max(1.0, total)
        if fixed[row] or sources > 0:
            for t in range(periods - 2, -1, -1):
                spare[t] = min(spare[t], spare[t + 1])
        gone = 0.0
        for t in range(periods):
            left = min(spare[t], gone + came[t])
            if abs(left - gone) > crumb:
                if sources > 0:
                    _take_back(left - gone, source[source_start[row] : source_start[row + 1]], receipts[t])
                else:
                    receipts[t, row] = max(receipts[t, row] - (left - gone), 0.0)
                gone = left
                changed = True
    return changed


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _take_back(quantity: float, sources: IntArray, receipts: Array) -> None:
    """Take a quantity back from the sources of a row, the last one first."""
    for place in range(sources.size - 1, -1, -1):
        part = min(quantity, receipts[sources[place]])
        receipts[sources[place]] -= part
        quantity -= part


@numba.njit(nogil=True, cache=True, error_model="numpy")
def free_stock(flow: Array, receipts: Array, issues: Array) -> Array:
    """Stock that nobody in the plan needs from a period on: the least from there to the end.

    Below zero customers wait for the component: they come before what else could be made of it.
    """
    periods, rows = receipts.shape
    free, level = np.empty((periods, rows)), np.zeros(rows)
    for t in range(periods):
        for row in range(rows):
            level[row] += flow[t, row] + receipts[t, row] - issues[t, row]
            free[t, row] = level[row]
    for t in range(periods - 2, -1, -1):
        for row in range(rows):
            free[t, row] = min(free[t, row], free[t + 1, row])
    return free


@numba.njit(nogil=True, cache=True, error_model="numpy")
def headroom(
    order: IntArray,
    consumers: Arcs,
    lines: Lines,
    lead: IntArray,
    upto: Array,
    free: Array,
    room: Array,
    receipts: Array,
) -> Array:
    """What is still wanted on top of a finite plan, cumulated, by stage, period and row.

    A row wants no more than the free hours of its own resources allow, a component no more than its consumers then
    want and than customers wait for.

    Args:
        order: Rows, every consumer before its components.
        consumers: Arcs from a row to what consumes it.
        lines: Bill of resources by row.
        lead: Lead time by row [periods].
        upto: Receipts wanted up to each period, stage x period x row [units].
        free: Stock that nobody in the plan needs, period x row [units].
        room: Hours that the plan leaves free, period x resource.
        receipts: Receipts of the plan, period x row [units].
    """
    periods, rows = receipts.shape
    more = np.zeros((2, periods, rows))
    asked, got = np.empty(periods), np.empty(periods)
    for row in order:
        total = 0.0
        for t in range(periods):
            total += receipts[t, row]
            got[t] = total
        used = consumers.start[row] < consumers.start[row + 1]
        if upto[REST, periods - 1, row] - total <= CRUMB * max(1.0, total):
            continue
        asked[:] = 0.0
        for a in range(consumers.start[row], consumers.start[row + 1]):
            above = consumers.row[a]
            for t in range(periods):
                step = more[REST, t, above] - (more[REST, t - 1, above] if t > 0 else 0.0)
                u = max(t - lead[above], 0)
                needs = step > 0.0 and consumers.quantity_per[a] > 0.0
                if needs and consumers.valid_from[a] <= u < consumers.valid_to[a]:
                    asked[u] += consumers.quantity_per[a] * step
        most = np.inf
        for t in range(periods - 1, -1, -1):
            most = min(most, upto[REST, t, row] - got[t])
            more[REST, t, row] = max(most, 0.0)
        for a in range(lines.start[row], lines.start[row + 1]):
            able = 0.0
            for t in range(periods):
                if t >= lead[row]:
                    able += max(room[t - lines.offset[a], lines.other[a]], 0.0) / lines.hours_per_unit[a]
                more[REST, t, row] = min(more[REST, t, row], able)
        called, most, need = 0.0, 0.0, 0.0
        for t in range(periods):
            called += asked[t]
            if used:
                most = max(most, called - free[t, row])
                more[REST, t, row] = min(more[REST, t, row], most)
            need = max(need, upto[NEED, t, row] - got[t])
            more[NEED, t, row] = more[REST, t, row] if used else min(need, more[REST, t, row])
    return more
