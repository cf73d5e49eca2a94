"""Forward pass of the finite plan: start what is wanted as far as hours and components allow, oldest first."""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, IntArray
from steelyard.supply._build_ahead import CRUMB
from steelyard.supply.moves import GATE_COMPONENT, GATE_LEAD_TIME, GATE_NONE, GATE_RESOURCE
from steelyard.supply.network import Arcs
from steelyard.supply.rough_cut import Lines

Int32Array = NDArray[np.int32]
Int8Array = NDArray[np.int8]

NEED, REST = 0, 1
"""What customers and consumers need comes before what fills safety stock or is built ahead."""


class Shop(NamedTuple):
    """What limits the forward pass, and in which order rows are asked."""

    order: IntArray
    """Rows, components before consumers, then by priority."""
    group: IntArray
    """Number of each row's (level, priority), ascending along `order`."""
    level_groups: IntArray
    """Where the groups of a level begin, deepest level first."""
    lead: IntArray
    """Lead time by row [periods]."""
    components: Arcs
    """Arcs from a row to what it consumes."""
    lines: Lines
    """Bill of resources by row, offsets within the lead time."""
    feeds: IntArray
    """Row whose stock a row's receipts go into: its own, or that of the item-location it is one source of."""
    stratum: IntArray
    """Number of each row's level, deepest first."""
    reach: int
    """Most periods between a release and the hours it uses."""


class Targets(NamedTuple):
    """Receipts wanted up to each period, stage x period x row [units]; stage NEED is part of stage REST."""

    upto: Array
    wanted: Array


class Result(NamedTuple):
    """What the forward pass fills."""

    receipts: Array
    gate_kind: Int8Array
    gate_index: Int32Array


class _Queues(NamedTuple):
    """Rows that wait to start, by stage: by group, within it the longest waiting first, then in the shop's order."""

    row: Int32Array
    due: Int32Array
    """Period in which the row should have started."""
    length: IntArray
    read: IntArray
    kept: IntArray
    fresh: Int32Array
    """Rows that shall start in a period, in the shop's order, stage x period x place."""
    fresh_length: IntArray


class _Floor(NamedTuple):
    """The state of the shop as periods go by.

    `kept_free` holds hours kept for others, by periods from now and resource; `mine` each level's part of them.
    """

    room: Array
    stock: Array
    made: Array
    blocked: IntArray
    held: Int8Array
    held_by: Int32Array
    kept_free: Array
    mine: Array


@numba.njit(nogil=True, cache=True, error_model="numpy")
def build_forward(shop: Shop, targets: Targets, supply: Array, room: Array, stock: Array, result: Result) -> None:
    """Fill the receipts, period by period.

    Args:
        shop: Order of rows, lead times, components, bill of resources.
        targets: What is wanted.
        supply: Scheduled receipts less independent demand, period x row; co-products are added here [units].
        room: Free hours, period x resource; used up here.
        stock: Opening stock by row [units]; used up here.
        result: Receipts and gates, period x row; receipts start as zero.
    """
    periods, rows = targets.wanted.shape
    levels, resources = shop.level_groups.size - 1, room.shape[1]
    blocked, held = np.full(rows, -1, np.int64), np.zeros(rows, np.int8)
    kept_free, mine = np.zeros((shop.reach + 1, resources)), np.zeros((levels, shop.reach + 1, resources))
    floor = _Floor(room, stock, np.zeros(rows), blocked, held, np.full(rows, -1, np.int32), kept_free, mine)
    queues = _line_up(shop, targets, result)
    for u in range(periods):
        for row in range(rows):
            stock[row] += supply[u, row] + (result.receipts[u, row] if shop.feeds[row] == row else 0.0)
        for row in range(rows):
            if shop.feeds[row] != row:
                stock[shop.feeds[row]] += result.receipts[u, row]
        rounds = 2 if _keep_free(u, shop, targets, floor) else 1
        for turn in range(rounds):
            _rewind(queues)
            if turn == 0:
                _join(u, shop, queues)
            for level in range(levels):
                kept_free -= mine[level]
                for stage in (NEED, REST):
                    stop = shop.level_groups[level + 1]
                    _serve_level(u, stage, stop, turn == rounds - 1, shop, targets, queues, floor, supply, result)
            mine[:] = 0.0
            blocked[:] = -1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _keep_free(u: int, shop: Shop, targets: Targets, floor: _Floor) -> bool:
    """Share short hours among the levels, and with releases still to come, in proportion to what each wants.

    Without it the components, asked first, would use up the hours of what they go into.
    """
    periods, lines, made = targets.wanted.shape[0], shop.lines, floor.made
    wanted, mine = floor.kept_free, floor.mine
    wanted[:], mine[:] = 0.0, 0.0
    for row in range(made.size):
        for a in range(lines.start[row], lines.start[row + 1]):
            r, gap = lines.other[a], shop.lead[row] - lines.offset[a]
            for ahead in range(gap, min(shop.reach, periods - 1 - lines.offset[a] - u) + 1):
                t = u + ahead + lines.offset[a]
                before = made[row] if ahead == gap else targets.upto[REST, t - 1, row]
                hours = max(targets.upto[REST, t, row] - before, 0.0) * lines.hours_per_unit[a]
                wanted[ahead, r] += hours
                if ahead == gap:
                    mine[shop.stratum[row], ahead, r] += hours
    short = False
    for ahead in range(min(shop.reach, periods - 1 - u) + 1):
        for r in range(wanted.shape[1]):
            room = max(floor.room[u + ahead, r], 0.0)
            if wanted[ahead, r] > room:
                mine[:, ahead, r] *= room / wanted[ahead, r]
                wanted[ahead, r] = room
                short = True
    return short


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _rewind(queues: _Queues) -> None:
    """Start reading the queues again; what was kept last time is all that is left in them."""
    queues.length[:] = queues.kept
    queues.read[:], queues.kept[:] = 0, 0


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _join(u: int, shop: Shop, queues: _Queues) -> None:
    """Let the rows of a period join the queues, behind those of their group that wait already."""
    for stage in (NEED, REST):
        row, due = queues.row[stage], queues.due[stage]
        old, new = queues.length[stage] - 1, queues.fresh_length[stage, u] - 1
        queues.length[stage] += new + 1
        for place in range(queues.length[stage] - 1, -1, -1):
            if new < 0:
                break
            joins = queues.fresh[stage, u, new]
            if old >= 0 and shop.group[row[old]] > shop.group[joins]:
                row[place], due[place] = row[old], due[old]
                old -= 1
            else:
                row[place], due[place] = joins, u
                new -= 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _line_up(shop: Shop, targets: Targets, result: Result) -> _Queues:
    """Note under each period what should start in it; what should have started before starts in period 0."""
    periods, rows = targets.wanted.shape
    fresh, length = np.empty((2, periods, rows), np.int32), np.zeros((2, periods), np.int64)
    for row in shop.order:
        for t in range(min(shop.lead[row], periods)):
            if targets.wanted[t, row] > CRUMB:
                result.gate_kind[t, row] = GATE_LEAD_TIME
    for stage in range(2):
        for u in range(periods):
            for row in shop.order:
                t = u + shop.lead[row]
                before = targets.upto[stage, t - 1, row] if u > 0 and t < periods else 0.0
                if t < periods and targets.upto[stage, t, row] - before > CRUMB:
                    fresh[stage, u, length[stage, u]] = row
                    length[stage, u] += 1
    most, none = length.sum(axis=1).max(), np.zeros(2, np.int64)
    row_of, due = np.empty((2, most), np.int32), np.empty((2, most), np.int32)
    return _Queues(row_of, due, none, none.copy(), none.copy(), fresh, length)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _serve_level(
    u: int,
    stage: int,
    stop: int,
    last: bool,
    shop: Shop,
    targets: Targets,
    queues: _Queues,
    floor: _Floor,
    supply: Array,
    result: Result,
) -> None:
    """Serve the groups below `stop` in order, the longest waiting first within each; keep those that wait on.

    Gates are noted in the last turn of a period only.

    NOTE: one long loop over plain arrays: handing the tuples to a function for each row costs more than its work.
    """
    group, lead, upto, periods = shop.group, shop.lead, targets.upto[stage], targets.wanted.shape[0]
    feeds = shop.feeds
    waiting, dues, length = queues.row[stage], queues.due[stage], queues.length[stage]
    read, kept = queues.read[stage], queues.kept[stage]
    room, stock, made, kept_free = floor.room, floor.stock, floor.made, floor.kept_free
    blocked, held, held_by = floor.blocked, floor.held, floor.held_by
    line, resource, hours, offset = shop.lines.start, shop.lines.other, shop.lines.hours_per_unit, shop.lines.offset
    arc, component, per = shop.components.start, shop.components.row, shop.components.quantity_per
    valid_from, valid_to = shop.components.valid_from, shop.components.valid_to
    while read < length and group[waiting[read]] < stop:
        row, due = waiting[read], dues[read]
        read += 1
        t = u + lead[row]
        want = upto[due + lead[row], row] - made[row] if t < periods else 0.0
        if want <= CRUMB:
            continue
        if blocked[row] != u:
            make, gate, which = want, GATE_NONE, -1
            for a in range(line[row], line[row + 1]):
                free = room[t - offset[a], resource[a]] - kept_free[lead[row] - offset[a], resource[a]]
                most = max(free, 0.0) / hours[a]
                if most < make:
                    make, gate, which = most, GATE_RESOURCE, resource[a]
            needed = 0.0
            for a in range(arc[row], arc[row + 1]):
                if per[a] > 0.0 and valid_from[a] <= u < valid_to[a]:
                    needed += per[a]
                if a + 1 == arc[row + 1] or component[a + 1] != component[a]:
                    have = max(stock[component[a]], 0.0)
                    if needed > 0.0 and have < make * needed:
                        make, gate, which = have / needed, GATE_COMPONENT, component[a]
                    needed = 0.0
            if want - make <= CRUMB * want:
                make = want
            else:
                blocked[row], held[row], held_by[row] = u, gate, which
            if make > CRUMB:
                made[row] += make
                result.receipts[t, row] += make
                if lead[row] == 0:
                    stock[feeds[row]] += make
                for a in range(line[row], line[row + 1]):
                    room[t - offset[a], resource[a]] -= make * hours[a]
                for a in range(arc[row], arc[row + 1]):
                    if per[a] < 0.0:
                        if valid_from[a] <= t < valid_to[a]:
                            if t == u:
                                stock[component[a]] -= make * per[a]
                            else:
                                supply[t, component[a]] -= make * per[a]
                    elif valid_from[a] <= u < valid_to[a]:
                        stock[component[a]] -= make * per[a]
        if blocked[row] == u:
            if last:
                result.gate_kind[due + lead[row], row] = held[row]
                result.gate_index[due + lead[row], row] = held_by[row]
            waiting[kept], dues[kept] = row, due
            kept += 1
    queues.read[stage], queues.kept[stage] = read, kept
