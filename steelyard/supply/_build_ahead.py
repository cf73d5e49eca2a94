"""Backward pass of the finite plan: what has no room in its period is wanted earlier, and so are its components."""

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.network import Arcs
from steelyard.supply.rough_cut import Lines

Int32Array = NDArray[np.int32]

CRUMB = 1e-9
"""Units, or a share of a wanted quantity, too small to plan."""


@numba.njit(nogil=True, cache=True, error_model="numpy")
def build_ahead(
    order: IntArray,
    level_start: IntArray,
    consumers: Arcs,
    lines: Lines,
    lead: IntArray,
    first: IntArray,
    shelf: IntArray,
    planned: Array,
    room: Array,
    wanted: Array,
    ahead: Int32Array,
) -> None:
    """Turn planned receipts into wanted ones, level by level.

    Args:
        order: Rows by level, within it by priority.
        level_start: Where a level begins in `order`.
        consumers: Arcs from a row to what consumes it.
        lines: Bill of resources by row, offsets within the lead time.
        lead: Lead time by row [periods].
        first: First period in which a row may be received, by row; at least its lead time.
        shelf: Periods that a unit may be made ahead, by row; 0 for any.
        planned: Unconstrained receipts, period x row [units].
        room: Free hours, period x resource; used up here.
        wanted: Starts as `planned`; receipts moved ahead, period x row [units].
        ahead: Starts as -1; the resource that had no room, period x row.
    """
    periods, rows = planned.shape
    moved = np.zeros(rows, np.bool_)
    carried = np.zeros((periods + 1, rows))
    stale = np.zeros((periods + 1, rows if shelf.any() else 0))
    for level in range(level_start.size - 1):
        members = order[level_start[level] : level_start[level + 1]]
        for row in members:
            _advance(row, consumers, lead, first[row], planned, moved, wanted)
        loaded = members[lines.start[members] < lines.start[members + 1]]
        for t in range(periods - 1, -1, -1):
            for row in loaded:
                want = wanted[t, row] + carried[t + 1, row]
                if want > 0.0 and t >= first[row]:
                    _take_room(row, t, want, lines, room, carried, ahead)
                    if shelf[row] > 0:
                        _keep_fresh(row, t, shelf[row], wanted, carried, stale)
        for row in loaded:
            _pull(row, first[row], carried, stale, moved, wanted)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _take_room(row: int, t: int, want: float, lines: Lines, room: Array, carried: Array, ahead: Int32Array) -> None:
    fit, tight = want, -1
    for a in range(lines.start[row], lines.start[row + 1]):
        most = max(room[t - lines.offset[a], lines.other[a]], 0.0) / lines.hours_per_unit[a]
        if most < fit:
            fit, tight = most, lines.other[a]
    for a in range(lines.start[row], lines.start[row + 1]):
        room[t - lines.offset[a], lines.other[a]] -= fit * lines.hours_per_unit[a]
    if tight >= 0 and want - fit > CRUMB:
        carried[t, row] = want - fit
        ahead[t, row] = tight


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _advance(
    row: int, consumers: Arcs, lead: IntArray, first: int, planned: Array, moved: BoolArray, wanted: Array
) -> None:
    """Want a component earlier by what its consumers build ahead: never more in total than planned."""
    found = False
    for a in range(consumers.start[row], consumers.start[row + 1]):
        found = found or (moved[consumers.row[a]] and consumers.quantity_per[a] > 0.0)
    if not found:
        return
    periods = planned.shape[0]
    early = np.zeros(periods)
    for a in range(consumers.start[row], consumers.start[row + 1]):
        above = consumers.row[a]
        if moved[above] and consumers.quantity_per[a] > 0.0:
            for t in range(periods):
                release = max(t - lead[above], 0)
                if consumers.valid_from[a] <= release < consumers.valid_to[a]:
                    early[release] += consumers.quantity_per[a] * (wanted[t, above] - planned[t, above])
    total = planned[:, row].sum()
    cumulative, advance, before = 0.0, 0.0, 0.0
    for t in range(periods):
        cumulative += planned[t, row]
        advance += early[t]
        ahead_of_plan = max(advance, 0.0) if t >= first or first == lead[row] else 0.0
        now = max(before, min(cumulative + ahead_of_plan, total))
        if abs(now - before - planned[t, row]) > CRUMB:
            wanted[t, row] = now - before
            moved[row] = True
        before = now


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _keep_fresh(row: int, t: int, shelf: int, wanted: Array, carried: Array, stale: Array) -> None:
    """Carry no more before a period than what is wanted within the shelf life from there on."""
    most = 0.0
    for later in range(t, min(t - 1 + shelf, wanted.shape[0] - 1) + 1):
        most += wanted[later, row]
    if carried[t, row] > most:
        stale[t, row] = carried[t, row] - most
        carried[t, row] = most


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _pull(row: int, first: int, carried: Array, stale: Array, moved: BoolArray, wanted: Array) -> None:
    """Turn what was carried towards the start into earlier wants.

    What found no room, or would not keep so long, stays in its period: it is taken out of what was carried from there
    on, but not out of what was carried from later periods and found room on the way.
    """
    periods = wanted.shape[0]
    homeless = carried[min(first, periods), row]
    if stale.shape[1] > 0:
        homeless += stale[min(first, periods), row]
    before = 0.0
    for t in range(first, periods):
        homeless = min(homeless, carried[t + 1, row])
        after = carried[t + 1, row] - homeless
        if stale.shape[1] > 0:
            homeless += stale[t + 1, row]
        if after != before:
            wanted[t, row] = max(wanted[t, row] + after - before, 0.0)
            moved[row] = True
        before = after
