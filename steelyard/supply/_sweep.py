"""Sweep kernels: relieve each overloaded month by the cheapest move."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray

PRE_BUILD, ALTERNATE, OVERTIME, LATE = 0, 1, 2, 3
CRUMB = 1e-7
_ROUNDS = 6


class Ways(NamedTuple):
    """Options as the kernels read them. `[option, period]`, lines by option."""

    node: IntArray
    lead: IntArray
    cost: Array
    hour_start: IntArray
    resource: IntArray
    hours: Array
    offset: IntArray
    input_start: IntArray
    input_node: IntArray
    quantity_per: Array
    input_from: IntArray
    input_to: IntArray
    node_start: IntArray
    """Where the options of a node begin in `node_option`."""
    node_option: IntArray
    line_start: IntArray
    """Where the lines of a resource begin in `line`."""
    line: IntArray
    line_option: IntArray
    most: Array
    shelf: IntArray
    """Periods a unit may be made ahead, by node; 0 for any."""


class Log(NamedTuple):
    """Moves as columns."""

    kind: IntArray
    option: IntArray
    first: IntArray
    last: IntArray
    quantity: Array
    resource: IntArray
    cost: Array
    other: IntArray


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def room_for(ways: Ways, option: int, t: int, free: Array, made: Array) -> float:
    """Units that the hours and the limit of an option still allow in a period of receipt."""
    if t < ways.lead[option] or ways.cost[option, t] == np.inf:
        return 0.0
    room: float = ways.most[option, t] - made[option, t]
    for a in range(ways.hour_start[option], ways.hour_start[option + 1]):
        room = min(room, free[ways.resource[a], t - ways.offset[a]] / ways.hours[a])
    return max(room, 0.0)


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def book(ways: Ways, option: int, t: int, quantity: float, free: Array, made: Array) -> None:
    """Take hours for a quantity; a negative one gives them back."""
    made[option, t] += quantity
    for a in range(ways.hour_start[option], ways.hour_start[option + 1]):
        free[ways.resource[a], t - ways.offset[a]] -= quantity * ways.hours[a]


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _material(ways: Ways, option: int, first: int, last: int, stock: Array) -> float:
    """Units for which components lie in stock from the earlier to the later start."""
    units: float = np.inf
    for a in range(ways.input_start[option], ways.input_start[option + 1]):
        per, below = ways.quantity_per[a], ways.input_node[a]
        start = first - ways.lead[option]
        if not ways.input_from[a] <= start < ways.input_to[a]:
            continue
        for u in range(start, last - ways.lead[option]):
            units = min(units, stock[below, u] / per)
    return max(units, 0.0)


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _shift(ways: Ways, option: int, first: int, last: int, quantity: float, stock: Array) -> None:
    """Start earlier: the item lies longer, its components less long."""
    for u in range(first, last):
        stock[ways.node[option], u] += quantity
    for a in range(ways.input_start[option], ways.input_start[option + 1]):
        for u in range(first - ways.lead[option], last - ways.lead[option]):
            stock[ways.input_node[a], u] -= quantity * ways.quantity_per[a]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def sweep(
    ways: Ways, order: IntArray, keep: Array, made: Array, free: Array, overtime: Array, used: Array,
    overtime_cost: Array, stock: Array, log: Log,
) -> int:  # fmt: skip
    """From the last period to the first, take each resource's overload away by the cheapest moves.

    Moves are ranked by money per hour relieved: build ahead into the nearest period with room, let another option
    of the same item do it, work overtime.

    Returns:
        How many moves were logged.
    """
    count, periods = 0, made.shape[1]
    for r in order:
        lines = ways.line_start[r + 1] - ways.line_start[r]
        price, kind = np.empty(2 * lines + 1), np.empty(2 * lines + 1, np.int64)
        who, where = np.empty(2 * lines + 1, np.int64), np.empty(2 * lines + 1, np.int64)
        for t in range(periods - 1, -1, -1):
            for _ in range(_ROUNDS):
                if free[r, t] >= -CRUMB:
                    break
                found = _candidates(ways, r, t, keep, made, free, stock, price, kind, who, where)
                if overtime[r, t] - used[r, t] > CRUMB:
                    price[found], kind[found], who[found], where[found] = overtime_cost[r, t], OVERTIME, -1, t
                    found += 1
                before = count
                ranked = np.argsort(price[:found])
                for place in ranked:
                    if free[r, t] >= -CRUMB or count >= log.kind.size:
                        break
                    if kind[place] == OVERTIME:
                        hours = min(-free[r, t], overtime[r, t] - used[r, t])
                        used[r, t] += hours
                        free[r, t] += hours
                        count = _write(log, count, OVERTIME, -1, t, t, hours, r, hours * overtime_cost[r, t], -1)
                        continue
                    count = _move(ways, r, t, kind[place], who[place], where[place], price[place], made, free, stock,
                                  log, count)  # fmt: skip
                if count == before:
                    break
    return count


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _candidates(
    ways: Ways, r: int, t: int, keep: Array, made: Array, free: Array, stock: Array, price: Array, kind: IntArray,
    who: IntArray, where: IntArray,
) -> int:  # fmt: skip
    found, earliest = 0, 0
    while earliest < t and free[r, earliest] <= 0.0:
        earliest += 1
    for place in range(ways.line_start[r], ways.line_start[r + 1]):
        a = ways.line[place]
        option, hours, last = ways.line_option[a], ways.hours[a], t + ways.offset[a]
        if last >= made.shape[1] or made[option, last] <= CRUMB:
            continue
        n, kept = ways.node[option], 0.0
        for first in range(last - 1, max(ways.lead[option], earliest + ways.offset[a]) - 1, -1):
            kept += keep[n, first]
            if ways.shelf[n] > 0 and last - first > ways.shelf[n]:
                break
            if free[r, first - ways.offset[a]] <= 0.0:
                continue
            if room_for(ways, option, first, free, made) > CRUMB:
                if _material(ways, option, first, last, stock) > CRUMB:
                    price[found], kind[found], who[found], where[found] = kept / hours, PRE_BUILD, option, first
                    found += 1
                break
        best, other = np.inf, -1
        for k in range(ways.node_start[n], ways.node_start[n + 1]):
            rival = ways.node_option[k]
            if rival == option or ways.input_start[rival] < ways.input_start[rival + 1]:
                continue
            extra = (ways.cost[rival, last] - ways.cost[option, last]) / hours
            if extra < best and room_for(ways, rival, last, free, made) > CRUMB:
                best, other = extra, rival
        if other >= 0:
            price[found], kind[found], who[found], where[found] = best, ALTERNATE, option, other
            found += 1
    return found


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _move(
    ways: Ways, r: int, t: int, kind: int, option: int, where: int, price: float, made: Array, free: Array,
    stock: Array, log: Log, count: int,
) -> int:  # fmt: skip
    hours, last = 0.0, t
    for a in range(ways.hour_start[option], ways.hour_start[option + 1]):
        if ways.resource[a] == r:
            hours, last = ways.hours[a], t + ways.offset[a]
    quantity = min(made[option, last], -free[r, t] / hours)
    if kind == PRE_BUILD:
        quantity = min(quantity, room_for(ways, option, where, free, made))
        quantity = min(quantity, _material(ways, option, where, last, stock))
        if quantity <= CRUMB:
            return count
        book(ways, option, last, -quantity, free, made)
        book(ways, option, where, quantity, free, made)
        _shift(ways, option, where, last, quantity, stock)
        return _write(log, count, PRE_BUILD, option, last, where, quantity, r, quantity * hours * price, -1)
    quantity = min(quantity, room_for(ways, where, last, free, made))
    if quantity <= CRUMB:
        return count
    book(ways, option, last, -quantity, free, made)
    book(ways, where, last, quantity, free, made)
    for a in range(ways.input_start[option], ways.input_start[option + 1]):
        for u in range(last - ways.lead[option], made.shape[1]):
            stock[ways.input_node[a], u] += quantity * ways.quantity_per[a]
    return _write(log, count, ALTERNATE, option, last, last, quantity, r, quantity * hours * price, where)


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _write(
    log: Log, count: int, kind: int, option: int, first: int, last: int, quantity: float, r: int, cost: float,
    other: int,
) -> int:  # fmt: skip
    log.kind[count], log.option[count], log.first[count], log.last[count] = kind, option, first, last
    log.quantity[count], log.resource[count], log.cost[count], log.other[count] = quantity, r, cost, other
    return count + 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def line_up(rows: Array, order: IntArray, out: Array) -> None:
    """Write rows in an order as columns: `out[t, place] = rows[order[place], t]`."""
    for place in range(order.size):
        for t in range(rows.shape[1]):
            out[t, place] = rows[order[place], t]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def put_back(columns: Array, order: IntArray, out: Array) -> None:
    """Write columns where they come from: `out[t, order[place]] = columns[t, place]`."""
    for t in range(out.shape[0]):
        for place in range(order.size):
            out[t, order[place]] = columns[t, place]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def flow_of(ways: Ways, made: Array, flow: Array) -> None:
    """Add to the flow of nodes what options bring and take from components, node x period [units].

    Args:
        ways: The options.
        made: Received by option, option x period [units].
        flow: Grows by what comes in, less what is taken, node x period [units].
    """
    periods = made.shape[1]
    for option in range(made.shape[0]):
        for t in range(periods):
            flow[ways.node[option], t] += made[option, t]
        for a in range(ways.input_start[option], ways.input_start[option + 1]):
            for u in range(ways.input_from[a], min(ways.input_to[a], periods - ways.lead[option])):
                flow[ways.input_node[a], u] -= ways.quantity_per[a] * made[option, u + ways.lead[option]]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def give_up(flow: Array, asked: Array, opening: Array, patience: IntArray) -> Array:
    """Give sales up at once that would wait longer than it is worth, or would never come, `[period, node]` [units].

    Args:
        flow: What comes in less what components take, `[period, node]` [units].
        asked: Demand, `[period, node]` [units].
        opening: Stock before the first period, by node [units].
        patience: Periods for which waiting is cheaper than losing the sale, by node; 0 where customers do not wait.
    """
    periods, nodes = flow.shape
    lost, stock, short = np.zeros(flow.shape), opening.copy(), np.zeros(nodes, np.bool_)
    for t in range(periods):
        for n in range(nodes):
            stock[n] += flow[t, n] - asked[t, n]
            short[n] = short[n] or -stock[n] > CRUMB
    waiting = np.empty(periods)
    for n in range(nodes):
        if not short[n]:
            continue
        at_hand, gone = opening[n], 0.0
        for t in range(periods):
            at_hand += flow[t, n] - asked[t, n]
            waiting[t] = max(-at_hand, 0.0)
        for t in range(periods):
            least = waiting[t]
            for later in range(t, min(t + patience[n] + 1, periods) if patience[n] > 0 else t):
                least = min(least, waiting[later])
            more = least - gone
            if more > CRUMB:
                lost[t, n] = more
                gone += more
            gone = min(gone, waiting[t])
    return lost


@numba.njit(nogil=True, cache=True, error_model="numpy")
def load_of(ways: Ways, made: Array, load: Array) -> None:
    """Add to the load of resources the hours of what is made, resource x period."""
    for option in range(made.shape[0]):
        for a in range(ways.hour_start[option], ways.hour_start[option + 1]):
            for u in range(made.shape[1] - ways.offset[a]):
                load[ways.resource[a], u] += made[option, u + ways.offset[a]] * ways.hours[a]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def by_option(received: Array, way: IntArray, number: IntArray, out: Array) -> None:
    """Write what nodes receive under the option by which it comes.

    Args:
        received: By node, node x period [units].
        way: Option in the order of the layout, node x period.
        number: Number of each of these options in the model.
        out: Filled, option x period [units].
    """
    for n in range(received.shape[0]):
        for t in range(received.shape[1]):
            if received[n, t] > 0.0:
                out[number[way[n, t]], t] = received[n, t]
