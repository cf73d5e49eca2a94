"""Fair group: the rows of one class and level share hours and components in proportion to what they lack."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply._shop import Floor, Int8Array, Int32Array, Shop
from steelyard.supply.fair_share import fill
from steelyard.supply.moves import GATE_COMPONENT, GATE_RESOURCE


class Fair(NamedTuple):
    """What rows of a group may start where they share; empty where they do not."""

    allotted: Array
    gate: Int8Array
    gate_by: Int32Array
    limit: IntArray
    """Number of the limit of hours, by periods from now and resource, and behind them of components; -1 outside."""
    member: IntArray


class _Uses(NamedTuple):
    """What members of a group take, cut by `start`, of the limits they share."""

    start: IntArray
    limit: IntArray
    use: Array
    have: Array
    cell: IntArray


@numba.njit(nogil=True, cache=True, error_model="numpy")
def nothing_shared(shop: Shop, resources: int) -> Fair:
    """Room for what groups share; empty where they do not."""
    rows = shop.order.size if shop.fair else 0
    cells = (shop.reach + 1) * resources + rows if shop.fair else 0
    gate, by = np.zeros(rows, np.int8), np.full(rows, -1, np.int32)
    return Fair(np.zeros(rows), gate, by, np.full(cells, -1, np.int64), np.full(rows, -1, np.int64))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def allot(
    u: int,
    now: int,
    first: int,
    length: int,
    shop: Shop,
    upto: Array,
    waiting: Int32Array,
    group: Int32Array,
    dues: Int32Array,
    floor: Floor,
    fair: Fair,
) -> None:
    """Say what each row of a group may start of what it lacks, so that all get the same share as far as they can."""
    periods, resources, lead = upto.shape[0], floor.room.shape[1], shop.lead
    stop, size = first, 0
    while stop < length and group[stop] == group[first]:
        stop += 1
    row_of, want = np.empty(stop - first, np.int64), np.zeros(stop - first)
    for place in range(first, stop):
        row = waiting[place]
        if u + lead[row] >= periods or floor.blocked[row] == now:
            continue
        if fair.member[row] < 0:
            row_of[size], fair.member[row] = row, size
            size += 1
        want[fair.member[row]] = max(upto[dues[place] + lead[row], row] - floor.made[row], 0.0)
    uses = _uses(u, resources, row_of[:size], shop, floor, fair)
    share, held = np.ones(size), np.full(size, -1)
    fill(want[:size], uses.start, uses.limit, uses.use, uses.have, share, held)
    for m in range(size):
        row = row_of[m]
        fair.member[row], fair.allotted[row] = -1, want[m] * share[m] if held[m] >= 0 else np.inf
        if held[m] >= 0:
            cell = uses.cell[held[m]]
            beyond = cell - (shop.reach + 1) * resources
            fair.gate[row] = GATE_COMPONENT if beyond >= 0 else GATE_RESOURCE
            fair.gate_by[row] = beyond if beyond >= 0 else cell % resources


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _uses(u: int, resources: int, row_of: IntArray, shop: Shop, floor: Floor, fair: Fair) -> _Uses:
    """What rows take of hours and of components, and what there is of them."""
    lines, parts, hours_end = shop.lines, shop.components, (shop.reach + 1) * resources
    most = 0
    for row in row_of:
        most += lines.start[row + 1] - lines.start[row] + parts.start[row + 1] - parts.start[row]
    start, limit, use = np.zeros(row_of.size + 1, np.int64), np.empty(most, np.int64), np.empty(most)
    cells, have, count, found = np.empty(most, np.int64), np.empty(most), 0, 0
    for m in range(row_of.size):
        row = row_of[m]
        for a in range(lines.start[row], lines.start[row + 1]):
            gap = shop.lead[row] - lines.offset[a]
            cell = gap * resources + lines.other[a]
            if fair.limit[cell] < 0:
                there = floor.room[u + gap, lines.other[a]] - floor.kept_free[gap, lines.other[a]]
                fair.limit[cell], cells[found], have[found] = found, cell, max(there, 0.0)
                found += 1
            limit[count], use[count] = fair.limit[cell], lines.hours_per_unit[a]
            count += 1
        for a in range(parts.start[row], parts.start[row + 1]):
            if parts.quantity_per[a] > 0.0 and parts.valid_from[a] <= u < parts.valid_to[a]:
                cell = hours_end + parts.row[a]
                if fair.limit[cell] < 0:
                    fair.limit[cell], cells[found] = found, cell
                    have[found] = max(floor.stock[parts.row[a]], 0.0)
                    found += 1
                limit[count], use[count] = fair.limit[cell], parts.quantity_per[a]
                count += 1
        start[m + 1] = count
    for k in range(found):
        fair.limit[cells[k]] = -1
    return _Uses(start, limit[:count], use[:count], have[:found], cells[:found])
