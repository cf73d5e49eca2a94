"""Queue kernels: start period by period what hours and components allow, the more urgent first."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply._sweep import CRUMB, Ways


class Queue(NamedTuple):
    """Options in the order in which they are asked, with what they take side by side in memory."""

    level_start: IntArray
    """Where the levels begin."""
    option: IntArray
    """By level of what they supply, components first, then the more urgent first."""
    node: IntArray
    lead: IntArray
    limit: IntArray
    """Column of `most` of an option that has a limit, or a period in which it cannot be used; -1 for the others."""
    most: Array
    """Most that may be received, period x limited option; 0 where the option cannot be used [units]."""
    hour_start: IntArray
    resource: IntArray
    hours: Array
    offset: IntArray
    input_start: IntArray
    input_node: IntArray
    quantity_per: Array
    input_from: IntArray
    input_to: IntArray
    node_level_start: IntArray
    level_node: IntArray


def queue_up(ways: Ways, option_level: IntArray, urgency: Array, node_level: IntArray) -> Queue:
    """Put options in a queue by level of what they supply, then by urgency, the lower first."""
    order = np.lexsort((np.arange(option_level.size), urgency, option_level))
    nodes, depth = np.argsort(node_level, kind="stable"), np.arange(int(node_level.max(initial=0)) + 2)
    hour_start, hour = _lines_of(ways.hour_start, order)
    input_start, put_in = _lines_of(ways.input_start, order)
    limited = ~(np.isfinite(ways.cost) & (ways.most == np.inf)).all(axis=1)[order]
    most = np.where(np.isfinite(ways.cost[order[limited]]), ways.most[order[limited]], 0.0)
    return Queue(
        np.searchsorted(option_level[order], depth), order, ways.node[order], ways.lead[order],
        np.where(limited, np.cumsum(limited) - 1, -1), np.ascontiguousarray(most.T),
        hour_start, ways.resource[hour], ways.hours[hour], ways.offset[hour],
        input_start, ways.input_node[put_in], ways.quantity_per[put_in], ways.input_from[put_in], ways.input_to[put_in],
        np.searchsorted(node_level[nodes], depth), nodes,
    )  # fmt: skip


def _lines_of(start: IntArray, order: IntArray) -> tuple[IntArray, IntArray]:
    """Where the lines of reordered owners begin, and which lines these are."""
    count = np.diff(start)[order]
    begin = np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))
    return begin, np.arange(begin[-1]) + np.repeat(start[order] - begin[:-1], count)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def start_in_order(queue: Queue, wanted: Array, need: Array, opening: Array, free: Array, made: Array) -> None:
    """Start period by period what hours and components allow, components first, urgent options first; the rest waits.

    Args:
        queue: The options in order.
        wanted: Received by option if nothing waited, period x place in the queue [units].
        need: Demand less open orders, period x node [units].
        opening: Stock before the first period, by node [units].
        free: Hours beyond what is prescribed, resource x period.
        made: Starts empty; filled with what is received, period x place in the queue [units].
    """
    periods, options = wanted.shape
    at_hand, owed, arriving = opening.copy(), np.zeros(options), np.zeros(need.shape)
    for u in range(periods):
        for level in range(queue.level_start.size - 1):
            for place in range(queue.level_start[level], queue.level_start[level + 1]):
                t = u + queue.lead[place]
                if t >= periods:
                    continue
                asked = wanted[t, place] + owed[place]
                if asked <= CRUMB:
                    continue
                quantity = asked
                if queue.limit[place] >= 0:
                    quantity = min(quantity, queue.most[t, queue.limit[place]] - made[t, place])
                for a in range(queue.hour_start[place], queue.hour_start[place + 1]):
                    room = free[queue.resource[a], t - queue.offset[a]]
                    if quantity * queue.hours[a] > room:
                        quantity = room / queue.hours[a]
                for a in range(queue.input_start[place], queue.input_start[place + 1]):
                    below, per = queue.input_node[a], 0.0
                    for twin in range(queue.input_start[place], queue.input_start[place + 1]):
                        if queue.input_node[twin] == below and queue.input_from[twin] <= u < queue.input_to[twin]:
                            per += queue.quantity_per[twin]
                    if per > 0.0 and quantity * per > at_hand[below]:
                        quantity = max(at_hand[below], 0.0) / per
                owed[place] = asked - quantity
                if quantity <= 0.0:
                    continue
                for a in range(queue.input_start[place], queue.input_start[place + 1]):
                    if queue.input_from[a] <= u < queue.input_to[a]:
                        at_hand[queue.input_node[a]] -= quantity * queue.quantity_per[a]
                made[t, place] += quantity
                for a in range(queue.hour_start[place], queue.hour_start[place + 1]):
                    free[queue.resource[a], t - queue.offset[a]] -= quantity * queue.hours[a]
                if t == u:
                    at_hand[queue.node[place]] += quantity
                else:
                    arriving[t, queue.node[place]] += quantity
            for place in range(queue.node_level_start[level], queue.node_level_start[level + 1]):
                n = queue.level_node[place]
                at_hand[n] += arriving[u, n] - need[u, n]
