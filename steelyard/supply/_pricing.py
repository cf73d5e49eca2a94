"""Pricing kernels: what a unit costs at every node for given prices of hours, and what every node then does.

Prices flow from components to consumers, quantities from consumers to components. Each node with stock is an
inventory problem with convex costs and linear supply, whose best policy is an order-up-to level a period, found
exactly by walking back over the slopes of its cost function.
"""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply._stock_levels import StockCosts, stock_cost, stock_up, worth_of_stage
from steelyard.supply.price_network import END, PLAIN, STAGE, Layout

LOST, CONJURED = -2, -3
"""Stand in for an option where a sale is given up, or a unit comes from nowhere at the elastic price."""
CRUMB = 1e-9


class UnitPrices(NamedTuple):
    """What one unit costs. `[node, period]`.

    Args:
        fresh: Of a unit received in the period.
        way: Option that gives it; -1 where there is none.
        ready: Of a unit at hand in the period, made then or kept since.
        made: Period in which that unit was received.
        asked: What consumers pay: the unit at hand, less the discount of stock that is plenty.
        sold: What the stock gets of it: less where stock is scarce before a fresh unit can come.
    """

    fresh: Array
    way: IntArray
    ready: Array
    made: IntArray
    asked: Array
    sold: Array


class Responses(NamedTuple):
    """What nodes do. `[node, period]`.

    Args:
        received: From the option that is cheapest in the period [units].
        lost: Sales given up [units].
        conjured: Units from nowhere [units].
        stock: At the end of the period, below zero what waits [units].
        held: Units made ahead for consumers at the end of the period [units].
        taken: By consumers [units].
    """

    received: Array
    lost: Array
    conjured: Array
    stock: Array
    held: Array
    taken: Array


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def price_keeping(net: Layout, hour_price: Array, keep: Array) -> None:
    """Price of keeping a unit at the end of each period, node x period: holding and room."""
    for n in numba.prange(net.kind.size):
        room, storage = net.room[n], net.storage[n]
        for t in range(keep.shape[1]):
            keep[n, t] = net.holding[n, t]
            if storage >= 0:
                keep[n, t] += room * hour_price[storage, t]


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def price_units(
    net: Layout, hour_price: Array, scarcity: Array, keep: Array, discount: Array, prices: UnitPrices
) -> None:
    """Price every node, components before what takes them.

    fresh[t] = min over options of cost + hours x hour price + components at their price at release
    ready[t] = min(fresh[t], ready[t-1] + keeping), within the shelf life
    asked[t] = ready[t] - discount[t], where stock covers more than what is taken before the next fresh unit
    """
    for level in range(net.level_start.size - 1):
        first, size = net.level_start[level], net.level_start[level + 1] - net.level_start[level]
        parts = min(_PARTS, size)
        for part in numba.prange(parts):
            span = (first + size * part // parts, first + size * (part + 1) // parts)
            _price_span(net, hour_price, scarcity, keep, discount, prices, span)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _price_span(
    net: Layout, hour_price: Array, scarcity: Array, keep: Array, discount: Array, prices: UnitPrices,
    span: tuple[int, int],
) -> None:  # fmt: skip
    for place in range(span[0], span[1]):
        n = net.level_node[place]
        _price_options(net, hour_price, prices, n)
        _price_kept(prices.fresh[n], keep[n], prices.ready[n], prices.made[n], net.shelf[n])
        if net.kind[n] == STAGE:
            _price_asked(
                prices.ready[n], discount[net.stage[n]], keep[n], net.elastic[n], net.end_value[n], net.early[n] >= 0,
                prices.asked[n],
            )  # fmt: skip
        else:
            for t in range(keep.shape[1]):
                prices.asked[n, t] = min(prices.ready[n, t], net.elastic[n])
        if net.early[n] >= 0:
            scarce = scarcity[net.early[n]]
            for t in range(min(net.window[n], keep.shape[1])):
                prices.asked[n, t] = min(prices.asked[n, t], net.elastic[n] - scarce)
        prices.sold[n, :] = prices.asked[n, :]
        if net.early[n] >= 0:
            for t in range(min(net.window[n], keep.shape[1])):
                prices.asked[n, t] += scarcity[net.early[n]]


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _price_options(net: Layout, hour_price: Array, prices: UnitPrices, n: int) -> None:
    periods = prices.fresh.shape[1]
    for t in range(periods):
        prices.fresh[n, t], prices.way[n, t] = np.inf, -1
    price = np.empty(periods)
    for option in range(net.option_start[n], net.option_start[n + 1]):
        lead = net.lead[option]
        for t in range(lead, periods):
            price[t] = net.cost[option, t]
        for a in range(net.hour_start[option], net.hour_start[option + 1]):
            hours, resource, offset = net.hours[a], net.resource[a], net.offset[a]
            for t in range(lead, periods):
                price[t] += hours * hour_price[resource, t - offset]
        for a in range(net.input_start[option], net.input_start[option + 1]):
            per, below = net.quantity_per[a], net.input_node[a]
            for t in range(lead + net.input_from[a], min(lead + net.input_to[a], periods)):
                price[t] += per * prices.asked[below, t - lead]
        for t in range(lead, periods):
            if price[t] < prices.fresh[n, t]:
                prices.fresh[n, t], prices.way[n, t] = price[t], option


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _price_kept(fresh: Array, keep: Array, ready: Array, made: IntArray, shelf: int) -> None:
    """The cheapest unit at hand; where it has become too old, the cheapest one still good."""
    for t in range(fresh.size):
        ready[t], made[t] = fresh[t], t
        if t == 0:
            continue
        if shelf == 0 or t - made[t - 1] <= shelf:
            if ready[t - 1] + keep[t - 1] < ready[t]:
                ready[t], made[t] = ready[t - 1] + keep[t - 1], made[t - 1]
            continue
        kept = 0.0
        for back in range(1, min(shelf, t) + 1):
            kept += keep[t - back]
            if fresh[t - back] + kept < ready[t]:
                ready[t], made[t] = fresh[t - back] + kept, t - back


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _price_asked(
    ready: Array, discount: Array, keep: Array, elastic: float, end_value: float, stocked: bool, asked: Array
) -> None:  # fmt: skip
    """What consumers pay: never less than keeping the unit to the end is worth.

    Stock that is there before a fresh unit can come is worth that unit less keeping it until then.
    """
    kept, later = end_value, end_value
    for t in range(ready.size - 1, -1, -1):
        kept, later = kept - keep[t], later - keep[t]
        if ready[t] < np.inf:
            asked[t] = ready[t] - discount[t]
        else:
            asked[t] = later if stocked else elastic
        asked[t] = min(max(asked[t], kept), elastic)
        later = asked[t]


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def respond(net: Layout, keep: Array, prices: UnitPrices, done: Responses, worth: Array) -> None:
    """Let every node do what is best at the prices, consumers before components.

    Args:
        net: The network.
        keep: Price of keeping a unit, node x period.
        prices: What a unit costs.
        done: Filled with what the nodes do; every balance of it holds.
        worth: Filled with the least money that each node costs at the prices, the terms of the lower bound.
    """
    for back in range(net.level_start.size - 1):
        level = net.level_start.size - 2 - back
        first, size = net.level_start[level], net.level_start[level + 1] - net.level_start[level]
        parts = min(_PARTS, size)
        for part in numba.prange(parts):
            span = (first + size * part // parts, first + size * (part + 1) // parts)
            _respond_span(net, keep, prices, done, worth, span)


_PARTS = 64
"""Pieces of a level that threads take one after another; their number changes no result."""


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _respond_span(
    net: Layout, keep: Array, prices: UnitPrices, done: Responses, worth: Array, span: tuple[int, int]
) -> None:
    for place in range(span[0], span[1]):
        n = net.level_node[place]
        worth[n] = 0.0
        done.received[n, :] = 0.0
        if net.kind[n] != END:
            done.conjured[n, :] = 0.0
        if net.kind[n] == PLAIN:
            done.held[n, :] = 0.0
        else:
            done.lost[n, :] = 0.0
        if net.kind[n] != END:
            _gather(net, prices, done, n)
        if _made_for_the_end(prices.fresh[n], keep[n], net.end_value[n]):
            worth[n] = -np.inf
        if net.kind[n] == PLAIN:
            _pass_on(prices.ready[n], prices.made[n], done.taken[n], done.received[n], done.conjured[n], done.held[n])
            continue
        costs = StockCosts(
            keep[n], net.shortfall[n], net.target[n], net.backlog[n], net.excess[n], net.ceiling[n],
            net.end_value[n], net.free_below,
        )  # fmt: skip
        if net.kind[n] == STAGE:
            worth[n] += worth_of_stage(
                costs, net.opening[n], net.net[n], prices.fresh[n], prices.sold[n], net.unserved[n]
            )
        money = stock_up(
            costs, net.opening[n], net.net[n], done.taken[n], net.kind[n] == STAGE,
            net.window[n] if net.early[n] >= 0 else 0, prices.fresh[n],
            net.unserved[n], net.elastic[n], done.received[n], done.lost[n], done.conjured[n], done.stock[n],
        )  # fmt: skip
        if net.kind[n] == END:
            worth[n] += money


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _made_for_the_end(fresh: Array, keep: Array, end_value: float) -> bool:
    """Whether a unit costs less than it is worth after the last period: then no bound holds at these prices."""
    kept = end_value
    for t in range(fresh.size - 1, -1, -1):
        kept -= keep[t]
        if fresh[t] < kept - CRUMB * abs(kept):
            return True
    return False


@numba.njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _gather(net: Layout, prices: UnitPrices, done: Responses, n: int) -> None:
    """Units that consumers take, in the period of their release."""
    for t in range(done.taken.shape[1]):
        done.taken[n, t] = 0.0
    for place in range(net.taker_start[n], net.taker_start[n + 1]):
        line = net.taker_line[place]
        option = net.line_option[line]
        consumer, lead, per = net.option_node[option], net.lead[option], net.quantity_per[line]
        for t in range(lead + net.input_from[line], min(done.taken.shape[1], lead + net.input_to[line])):
            if prices.way[consumer, t] == option:
                done.taken[n, t - lead] += per * done.received[consumer, t]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _pass_on(ready: Array, made: IntArray, taken: Array, received: Array, conjured: Array, held: Array) -> None:
    """A node without stock makes what is taken when that is cheapest, and keeps it until then."""
    for t in range(taken.size):
        quantity = taken[t]
        if quantity <= 0.0:
            continue
        if ready[t] == np.inf:
            conjured[t] += quantity
            continue
        received[made[t]] += quantity
        for kept in range(made[t], t):
            held[kept] += quantity


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def add_up(
    net: Layout, group_start: IntArray, group_node: IntArray, prices: UnitPrices, done: Responses, usage: Array,
    money: Array,
) -> None:  # fmt: skip
    """Hours and room that each group uses, group x (resource x period), and the money it costs without them."""
    for group in numba.prange(group_start.size - 1):
        span = group_node[group_start[group] : group_start[group + 1]]
        money[group] = _add_up_group(net, span, prices, done, usage[group])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _add_up_group(net: Layout, nodes: IntArray, prices: UnitPrices, done: Responses, usage: Array) -> float:
    periods, total = done.received.shape[1], 0.0
    usage[:] = 0.0
    scarce = usage.size - net.early.max() - 1
    for n in nodes:
        costs = StockCosts(
            net.holding[n], net.shortfall[n], net.target[n], net.backlog[n], net.excess[n], net.ceiling[n],
            net.end_value[n], net.free_below,
        )  # fmt: skip
        kind = net.kind[n]
        borrows = net.window[n] if net.early[n] >= 0 else 0
        for t in range(periods):
            kept = 0.0
            if kind != END:
                total += done.conjured[n, t] * net.elastic[n]
                if t < borrows:
                    usage[scarce + net.early[n]] += done.taken[n, t]
            if kind == PLAIN:
                kept = done.held[n, t]
                total += kept * net.holding[n, t]
            else:
                stock = done.stock[n, t]
                if done.lost[n, t] > 0.0:
                    total += done.lost[n, t] * net.unserved[n, t]
                if t >= borrows or stock >= 0.0:
                    total += stock_cost(costs, costs.keep[t], t, stock)
                kept = max(stock, 0.0)
            if kept > 0.0 and net.storage[n] >= 0:
                usage[net.storage[n] * periods + t] += kept * net.room[n]
            quantity = done.received[n, t]
            if quantity > 0.0:
                option = prices.way[n, t]
                total += quantity * net.cost[option, t]
                for a in range(net.hour_start[option], net.hour_start[option + 1]):
                    when = max(t - net.offset[a], 0)
                    usage[net.resource[a] * periods + when] += quantity * net.hours[a]
    return total


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def value_stock(net: Layout, keep: Array, prices: UnitPrices, done: Responses, discount: Array) -> None:
    """Set the discount on stock, stage x period, to what the whole node would give for what is taken of it.

    Where something is received a unit is worth the fresh one, and where nothing is left the one at hand; in between
    it is worth the next one less keeping it. After the last period it is worth its end value.
    """
    periods = prices.fresh.shape[1]
    for s in numba.prange(discount.shape[0]):
        n, end = net.stage_start[s], net.stage_end[s]
        received, stock = np.zeros(periods), np.empty(periods)
        target = _stocked_whole(net, keep, prices, done, n, end, received, stock)
        worth = net.end_value[n]
        for t in range(periods - 1, -1, -1):
            worth -= keep[n, t]
            if stock[t] < target[t] - CRUMB:
                worth += net.shortfall[n, t]
            if received[t] > CRUMB:
                worth = prices.fresh[n, t]
            elif prices.ready[n, t] < np.inf and (stock[t] <= CRUMB or worth > prices.ready[n, t]):
                worth = prices.ready[n, t]
            if prices.ready[n, t] < np.inf:
                discount[s, t] = prices.ready[n, t] - worth


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _stocked_whole(
    net: Layout, keep: Array, prices: UnitPrices, done: Responses, n: int, end: int, received: Array, stock: Array
) -> Array:
    """Receipts and stock of all copies of a node as one; gives the target of the node."""
    periods = received.size
    need, taken, target, ceiling = np.zeros(periods), np.zeros(periods), np.zeros(periods), np.zeros(periods)
    lost, conjured, opening = np.zeros(periods), np.zeros(periods), 0.0
    for copy in range(n, end):
        opening += net.opening[copy]
        for t in range(periods):
            need[t] += net.net[copy, t]
            taken[t] += done.taken[copy, t]
            target[t] += net.target[copy, t]
            ceiling[t] += net.ceiling[copy, t]
    costs = StockCosts(
        keep[n], net.shortfall[n], target, net.backlog[n], net.excess[n], ceiling, net.end_value[n], net.free_below
    )
    stock_up(
        costs, opening, need, taken, True, net.window[n] if net.early[n] >= 0 else 0, prices.fresh[n],
        net.unserved[n], net.elastic[n], received, lost, conjured, stock,
    )  # fmt: skip
    return target
