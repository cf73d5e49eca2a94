"""Forward pass of the finite plan: start what is wanted as far as hours and components allow, oldest first."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply._build_ahead import CRUMB
from steelyard.supply._fair_group import Fair, allot, nothing_shared
from steelyard.supply._shop import NEED, REST, Floor, Int32Array, Result, Shop, Targets
from steelyard.supply.moves import GATE_COMPONENT, GATE_LEAD_TIME, GATE_NONE, GATE_RESOURCE


class _Queues(NamedTuple):
    """Rows that wait to start, by stage: by group, within it the longest waiting first, then in the shop's order."""

    row: Int32Array
    group: Int32Array
    due: Int32Array
    """Period in which the row should have started."""
    length: IntArray
    read: IntArray
    kept: IntArray
    fresh: Int32Array
    """Rows that shall start in a period, in the shop's order, stage x period x place."""
    fresh_length: IntArray


def build_forward(shop: Shop, targets: Targets, supply: Array, room: Array, stock: Array, result: Result) -> None:
    """Fill the receipts, period by period.

    Args:
        shop: Order of rows, lead times, components, bill of resources.
        targets: What is wanted.
        supply: Scheduled receipts less independent demand, period x row [units].
        room: Free hours, period x resource; used up here.
        stock: Opening stock by row [units].
        result: Receipts and gates, period x row; receipts start as zero.
    """
    shape, order = targets.wanted.shape, shop.order
    upto = np.empty(targets.upto.shape)
    for stage in (NEED, REST):
        _gather(targets.upto[stage], order, upto[stage])
    flow = np.empty(shape)
    _gather(supply, order, flow)
    built = Result(np.zeros(shape), np.zeros(shape, np.int8), np.full(shape, -1, np.int32))
    _build(shop, upto, flow, room, stock[order].astype(np.float64), built)
    _scatter(shop, targets.wanted, built, result)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _gather(rows: Array, order: IntArray, places: Array) -> None:
    for t in range(rows.shape[0]):
        for place in range(order.size):
            places[t, place] = rows[t, order[place]]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _scatter(shop: Shop, wanted: Array, built: Result, result: Result) -> None:
    """Give receipts and gates back to their rows; what should come before its lead time is held by that."""
    periods, order = wanted.shape[0], shop.order
    for t in range(periods):
        for place in range(order.size):
            row, kind, index = order[place], built.gate_kind[t, place], built.gate_index[t, place]
            result.receipts[t, row] = built.receipts[t, place]
            if t < shop.lead[place] and wanted[t, row] > CRUMB:
                kind = GATE_LEAD_TIME
            result.gate_kind[t, row], result.gate_index[t, row] = (
                kind,
                order[index] if kind == GATE_COMPONENT else index,
            )


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _build(shop: Shop, upto: Array, supply: Array, room: Array, stock: Array, result: Result) -> None:
    """The same with everything by place; `supply` grows by co-products, `room` and `stock` are used up."""
    _, periods, rows = upto.shape
    levels, resources = shop.level_groups.size - 1, room.shape[1]
    never, none, nobody = np.full(rows, -1, np.int64), np.zeros(rows, np.int8), np.full(rows, -1, np.int32)
    kept_free, mine = np.zeros((shop.reach + 1, resources)), np.zeros((levels, shop.reach + 1, resources))
    gates = (none, nobody, never.copy(), none.copy(), nobody.copy())
    floor = Floor(room, stock, np.zeros(rows), never, *gates, kept_free, mine)
    queues, fair = _line_up(shop, upto), nothing_shared(shop, resources)
    for u in range(periods):
        for row in range(rows):
            stock[row] += supply[u, row] + (result.receipts[u, row] if shop.feeds[row] == row else 0.0)
        for row in range(rows):
            if shop.feeds[row] != row:
                stock[shop.feeds[row]] += result.receipts[u, row]
        rounds = 2 if _keep_free(u, shop, upto, floor) else 1
        for turn in range(rounds):
            _rewind(queues)
            if turn == 0:
                _join(u, shop, queues)
            for level in range(levels):
                kept_free -= mine[level]
                for stage in (NEED, REST):
                    stop = shop.level_groups[level + 1]
                    _serve_level(u, turn, stage, stop, rounds, shop, upto, queues, floor, fair, supply, result)
            mine[:] = 0.0
    for stage in (NEED, REST):
        for place in range(queues.kept[stage]):
            _note(queues.row[stage, place], queues.due[stage, place], periods, shop.lead, floor, result)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _keep_free(u: int, shop: Shop, upto: Array, floor: Floor) -> bool:
    """Share short hours among the levels, and with releases still to come, in proportion to what each wants.

    Without it the components, asked first, would use up the hours of what they go into.
    """
    periods, lines, made = upto.shape[1], shop.lines, floor.made
    wanted, mine = floor.kept_free, floor.mine
    wanted[:], mine[:] = 0.0, 0.0
    for row in range(made.size):
        for a in range(lines.start[row], lines.start[row + 1]):
            r, gap = lines.other[a], shop.lead[row] - lines.offset[a]
            for ahead in range(gap, min(shop.reach, periods - 1 - lines.offset[a] - u) + 1):
                t = u + ahead + lines.offset[a]
                before = made[row] if ahead == gap else upto[REST, t - 1, row]
                hours = max(upto[REST, t, row] - before, 0.0) * lines.hours_per_unit[a]
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
        row, group, due = queues.row[stage], queues.group[stage], queues.due[stage]
        old, new = queues.length[stage] - 1, queues.fresh_length[stage, u] - 1
        queues.length[stage] += new + 1
        for place in range(queues.length[stage] - 1, -1, -1):
            if new < 0:
                break
            joins = queues.fresh[stage, u, new]
            if old >= 0 and group[old] > shop.group[joins]:
                row[place], group[place], due[place] = row[old], group[old], due[old]
                old -= 1
            else:
                row[place], group[place], due[place] = joins, shop.group[joins], u
                new -= 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _line_up(shop: Shop, upto: Array) -> _Queues:
    """Note under each period what should start in it; what should have started before starts in period 0."""
    _, periods, rows = upto.shape
    fresh, length = np.empty((2, periods, rows), np.int32), np.zeros((2, periods), np.int64)
    for stage in range(2):
        for u in range(periods):
            for row in range(rows):
                t = u + shop.lead[row]
                before = upto[stage, t - 1, row] if u > 0 and t < periods else 0.0
                if t < periods and upto[stage, t, row] - before > CRUMB:
                    fresh[stage, u, length[stage, u]] = row
                    length[stage, u] += 1
    most, none = length.sum(axis=1).max(), np.zeros(2, np.int64)
    row_of, group, due = np.empty((2, most), np.int32), np.empty((2, most), np.int32), np.empty((2, most), np.int32)
    return _Queues(row_of, group, due, none, none.copy(), none.copy(), fresh, length)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _serve_level(
    u: int,
    turn: int,
    stage: int,
    stop: int,
    turns: int,
    shop: Shop,
    all_upto: Array,
    queues: _Queues,
    floor: Floor,
    fair: Fair,
    supply: Array,
    result: Result,
) -> None:
    """Serve the groups below `stop` in order, the longest waiting first within each; keep those that wait on.

    What holds a row back counts in the last turn of a period only, and is noted when it waits no longer.

    NOTE: one long loop over plain arrays: handing the tuples to a function for each row costs more than its work.
    """
    lead, feeds, upto, periods = shop.lead, shop.feeds, all_upto[stage], all_upto.shape[1]
    waiting, group, dues, length = queues.row[stage], queues.group[stage], queues.due[stage], queues.length[stage]
    now, last = 2 * u + turn, turn == turns - 1
    read, kept = queues.read[stage], queues.kept[stage]
    room, stock, made, kept_free = floor.room, floor.stock, floor.made, floor.kept_free
    blocked, held, held_by = floor.blocked, floor.held, floor.held_by
    since, was, was_by = floor.since, floor.was, floor.was_by
    line, resource, hours, offset = shop.lines.start, shop.lines.other, shop.lines.hours_per_unit, shop.lines.offset
    arc, component, per = shop.components.start, shop.components.row, shop.components.quantity_per
    valid_from, valid_to = shop.components.valid_from, shop.components.valid_to
    sharing, shared, gate_of, by_of = shop.fair, fair.allotted, fair.gate, fair.gate_by
    part = -1
    while read < length and group[read] < stop:
        if sharing and group[read] != part:
            part = group[read]
            allot(u, now, read, length, shop, upto, waiting, group, dues, floor, fair)
        row, place, due = waiting[read], group[read], dues[read]
        read += 1
        if blocked[row] != now or stage == REST:
            t = u + lead[row]
            want = upto[due + lead[row], row] - made[row] if t < periods else 0.0
            if want <= CRUMB:
                if due < u:
                    _note(row, due, u, lead, floor, result)
                continue
        if blocked[row] != now:
            make, gate, which = want, GATE_NONE, -1
            if sharing and shared[row] < want:
                make, gate, which = shared[row], gate_of[row], by_of[row]
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
            if sharing and shared[row] < want and shared[row] - make <= CRUMB * shared[row]:
                gate, which = gate_of[row], by_of[row]
            if want - make <= CRUMB * want:
                make = want
            else:
                blocked[row] = now
                if last:
                    if since[row] != u:
                        was[row], was_by[row], since[row] = held[row], held_by[row], u
                    held[row], held_by[row] = gate, which
            if make > CRUMB:
                made[row] += make
                if sharing:
                    shared[row] -= make
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
        if blocked[row] == now:
            waiting[kept], group[kept], dues[kept] = row, place, due
            kept += 1
        elif due < u:
            _note(row, due, u, lead, floor, result)
    queues.read[stage], queues.kept[stage] = read, kept


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _note(row: int, due: int, u: int, lead: IntArray, floor: Floor, result: Result) -> None:
    """Note what held a row back last before a period."""
    before = floor.since[row] == u
    result.gate_kind[due + lead[row], row] = floor.was[row] if before else floor.held[row]
    result.gate_index[due + lead[row], row] = floor.was_by[row] if before else floor.held_by[row]
