"""Pricing kernels: what a unit costs at every node for given prices of hours, and what every node then does.

Prices flow from components to consumers, quantities from consumers to components. Each node with stock is an
inventory problem with convex costs and linear supply, whose best policy is an order-up-to level a period, found
exactly by walking back over the slopes of its cost function.
"""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.price_network import END, PLAIN, STAGE, Layout

LOST, CONJURED = -2, -3
"""Stand in for an option where a sale is given up, or a unit comes from nowhere at the elastic price."""
NEVER = 1e300
CRUMB = 1e-9


class UnitPrices(NamedTuple):
    """What one unit costs. `[node, period]`.

    Args:
        fresh: Of a unit received in the period.
        way: Option that gives it; -1 where there is none.
        ready: Of a unit at hand in the period, made then or kept since.
        made: Period in which that unit was received.
        asked: What consumers pay: the unit at hand, or one out of stock where that is worth less.
    """

    fresh: Array
    way: IntArray
    ready: Array
    made: IntArray
    asked: Array


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


@numba.njit(nogil=True, cache=True, error_model="numpy")
def option_price(net: Layout, asked: Array, hour_price: Array, option: int, t: int) -> float:
    """Price of a unit received in a period from an option: its cost, hours and components."""
    price = net.cost[option, t]
    for a in range(net.hour_start[option], net.hour_start[option + 1]):
        price += net.hours[a] * hour_price[net.resource[a], max(t - net.offset[a], 0)]
    start = t - net.lead[option]
    for a in range(net.input_start[option], net.input_start[option + 1]):
        if net.input_from[a] <= start < net.input_to[a]:
            price += net.quantity_per[a] * asked[net.input_node[a], start]
    return price


@numba.njit(nogil=True, cache=True, error_model="numpy")
def keep_price(net: Layout, hour_price: Array, node: int, t: int) -> float:
    """Price of keeping a unit at the end of a period: holding and room."""
    price = net.holding[node, t]
    if net.storage[node] >= 0:
        price += net.room[node] * hour_price[net.storage[node], t]
    return price


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def price_units(net: Layout, hour_price: Array, stock_value: Array, prices: UnitPrices) -> None:
    """Price every node, components before what takes them.

        fresh[t] = min over options of cost + hours x hour price + components at their price at release
        ready[t] = min(fresh[t], ready[t-1] + holding), within the shelf life
        asked[t] = min(ready[t], value of a unit of stock)
    """
    for level in range(net.level_start.size - 1):
        first = net.level_start[level]
        for place in numba.prange(net.level_start[level + 1] - first):
            _price_node(net, hour_price, stock_value, prices, net.level_node[first + place])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _price_node(net: Layout, hour_price: Array, stock_value: Array, prices: UnitPrices, n: int) -> None:
    periods, shelf = prices.fresh.shape[1], net.shelf[n]
    for t in range(periods):
        best, way = np.inf, -1
        for option in range(net.option_start[n], net.option_start[n + 1]):
            if net.cost[option, t] < np.inf:
                price = option_price(net, prices.asked, hour_price, option, t)
                if price < best:
                    best, way = price, option
        prices.fresh[n, t], prices.way[n, t] = best, way
        prices.ready[n, t], prices.made[n, t] = best, t
        if t > 0 and (shelf == 0 or t - prices.made[n, t - 1] <= shelf):
            kept = prices.ready[n, t - 1] + keep_price(net, hour_price, n, t - 1)
            if kept < best:
                prices.ready[n, t], prices.made[n, t] = kept, prices.made[n, t - 1]
        elif t > 0 and shelf > 0:
            _within_shelf(net, hour_price, prices, n, t)
        worth = prices.ready[n, t]
        if net.kind[n] == STAGE:
            worth = min(worth, stock_value[n, t])
        prices.asked[n, t] = min(worth, net.elastic[n])
    if net.kind[n] == STAGE and stock_value[n, 0] >= NEVER:
        for t in range(periods - 2, -1, -1):
            if prices.ready[n, t] == np.inf:
                kept = prices.asked[n, t + 1] - keep_price(net, hour_price, n, t)
                prices.asked[n, t] = max(kept, 0.0)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _within_shelf(net: Layout, hour_price: Array, prices: UnitPrices, n: int, t: int) -> None:
    """The cheapest unit still good, where the cheapest one of the period before has become too old."""
    kept = 0.0
    for back in range(1, min(net.shelf[n], t) + 1):
        kept += keep_price(net, hour_price, n, t - back)
        if prices.fresh[n, t - back] + kept < prices.ready[n, t]:
            prices.ready[n, t], prices.made[n, t] = prices.fresh[n, t - back] + kept, t - back


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def respond(net: Layout, hour_price: Array, prices: UnitPrices, done: Responses, worth: Array) -> None:
    """Let every node do what is best at the prices, consumers before components.

    Args:
        net: The network.
        hour_price: Money per hour, resource x period.
        prices: What a unit costs.
        done: Filled with what the nodes do; every balance of it holds.
        worth: Filled with the least money that each node costs at the prices, the terms of the lower bound.
    """
    for back in range(net.level_start.size - 1):
        level = net.level_start.size - 2 - back
        first = net.level_start[level]
        for place in numba.prange(net.level_start[level + 1] - first):
            _respond_node(net, hour_price, prices, done, worth, net.level_node[first + place])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _respond_node(
    net: Layout, hour_price: Array, prices: UnitPrices, done: Responses, worth: Array, n: int
) -> None:
    worth[n] = 0.0
    done.received[n, :], done.lost[n, :], done.conjured[n, :] = 0.0, 0.0, 0.0
    done.stock[n, :], done.held[n, :] = 0.0, 0.0
    if net.kind[n] != END:
        _gather(net, prices, done, n)
    if net.kind[n] == PLAIN:
        _pass_on(prices, done, n)
    elif net.kind[n] == END:
        worth[n] = _stock_up(net, hour_price, prices, done, n, False)
    else:
        worth[n] = _worth_of_stage(net, hour_price, prices, n)
        _stock_up(net, hour_price, prices, done, n, True)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _gather(net: Layout, prices: UnitPrices, done: Responses, n: int) -> None:
    """Units that consumers take, in the period of their release."""
    done.taken[n, :] = 0.0
    for place in range(net.taker_start[n], net.taker_start[n + 1]):
        line = net.taker_line[place]
        option = net.line_option[line]
        consumer, lead = net.option_node[option], net.lead[option]
        for t in range(lead, done.taken.shape[1]):
            if prices.way[consumer, t] == option and done.received[consumer, t] > 0.0:
                if net.input_from[line] <= t - lead < net.input_to[line]:
                    done.taken[n, t - lead] += net.quantity_per[line] * done.received[consumer, t]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _pass_on(prices: UnitPrices, done: Responses, n: int) -> None:
    """A node without stock makes what is taken when that is cheapest, and keeps it until then."""
    for t in range(done.taken.shape[1]):
        quantity = done.taken[n, t]
        if quantity <= 0.0:
            continue
        made = prices.made[n, t]
        if prices.ready[n, t] == np.inf:
            done.conjured[n, t] += quantity
            continue
        done.received[n, made] += quantity
        for kept in range(made, t):
            done.held[n, kept] += quantity


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _slopes(
    net: Layout, hour_price: Array, n: int, net_need: Array, buy: Array, sell: Array, hard: bool
) -> tuple[Array, Array]:
    """Levels up to which a node buys and above which it sells, walking back over the slopes of its cost.

    The cost of ending period t with x units falls by the backlog cost left of zero, changes by the shortfall up to
    the target, rises by holding, and by the excess above the ceiling. Buying and selling cut the slopes of the cost
    to come at minus their prices.
    """
    periods = net_need.size
    low, high = np.full(periods, -NEVER), np.full(periods, NEVER)
    point, jump = np.empty(3 * periods + 8), np.empty(3 * periods + 8)
    count, left = 0, 0.0
    for t in range(periods - 1, -1, -1):
        waits = net.elastic[n] if hard else net.backlog[n, t]
        keep, short = keep_price(net, hour_price, n, t), net.shortfall[n, t]
        if net.target[n, t] <= 0.0:
            short = 0.0
        if t == periods - 1:
            keep -= net.end_value[n]
        below = 0.0 if net.free_below else keep
        left -= waits
        count = _add(point, jump, count, 0.0, max(waits - short + below, 0.0))
        if short + keep - below > 0.0:
            count = _add(point, jump, count, net.target[n, t], short + keep - below)
        if net.excess[n, t] > 0.0:
            count = _add(point, jump, count, net.ceiling[n, t], net.excess[n, t])
        for e in range(count):
            point[e] += net_need[t]
        if left < -buy[t]:
            slope, e = left, 0
            while e < count - 1 and slope + jump[e] < -buy[t]:
                slope += jump[e]
                e += 1
            low[t] = point[e]
            jump[e] = max(slope + jump[e] + buy[t], 0.0)
            for move in range(e, count):
                point[move - e], jump[move - e] = point[move], jump[move]
            count -= e
            left = -buy[t]
        if sell[t] > -np.inf:
            slope, e = left, 0
            while e < count and slope + jump[e] < -sell[t]:
                slope += jump[e]
                e += 1
            if e < count:
                high[t] = point[e]
                jump[e] = max(-sell[t] - slope, 0.0)
                count = e + 1
    return low, high


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _add(point: Array, jump: Array, count: int, where: float, step: float) -> int:
    """Add a breakpoint in order."""
    e = count
    while e > 0 and point[e - 1] > where:
        point[e], jump[e] = point[e - 1], jump[e - 1]
        e -= 1
    point[e], jump[e] = where, step
    return count + 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _stock_up(
    net: Layout, hour_price: Array, prices: UnitPrices, done: Responses, n: int, hard: bool
) -> float:
    """Buy up to the levels; give the money it costs at the prices. `hard` serves consumers, who never wait."""
    periods = prices.fresh.shape[1]
    need, buy, sell = np.empty(periods), np.empty(periods), np.full(periods, -np.inf)
    gives_up = not hard or done.taken[n].sum() <= 0.0
    for t in range(periods):
        need[t] = net.net[n, t] + (done.taken[n, t] if hard else 0.0)
        otherwise = net.unserved[n, t] if gives_up else net.elastic[n]
        buy[t] = min(prices.fresh[n, t], otherwise)
    low, _ = _slopes(net, hour_price, n, need, buy, sell, hard and not gives_up)
    stock, money = net.opening[n], 0.0
    for t in range(periods):
        quantity = max(low[t] - stock, 0.0)
        stock += quantity - need[t]
        if quantity > 0.0:
            money += quantity * buy[t]
            if prices.fresh[n, t] <= buy[t]:
                done.received[n, t] = quantity
            elif gives_up:
                done.lost[n, t] = quantity
            else:
                done.conjured[n, t] = quantity
        done.stock[n, t] = stock
        money += _stock_cost(net, keep_price(net, hour_price, n, t), n, t, stock)
    return money


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _worth_of_stage(net: Layout, hour_price: Array, prices: UnitPrices, n: int) -> float:
    """Least money that the stock of a node costs when it sells to consumers at what they are asked."""
    periods = prices.fresh.shape[1]
    need, buy = net.net[n].copy(), np.empty(periods)
    for t in range(periods):
        buy[t] = max(min(prices.fresh[n, t], net.unserved[n, t]), prices.asked[n, t])
    low, high = _slopes(net, hour_price, n, need, buy, prices.asked[n], False)
    stock, money = net.opening[n], 0.0
    for t in range(periods):
        if stock < low[t]:
            money += (low[t] - stock) * buy[t]
            stock = low[t]
        elif stock > high[t]:
            money -= (stock - high[t]) * prices.asked[n, t]
            stock = high[t]
        stock -= need[t]
        money += _stock_cost(net, keep_price(net, hour_price, n, t), n, t, stock)
    return money


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _stock_cost(net: Layout, keep: float, n: int, t: int, stock: float) -> float:
    """Money that ending a period with so many units costs."""
    target = net.target[n, t]
    short: float = net.shortfall[n, t] * max(target - max(stock, 0.0), 0.0)
    if stock < 0.0:
        return short - net.backlog[n, t] * stock
    held = max(stock - target, 0.0) if net.free_below else stock
    money = short + keep * held
    if net.excess[n, t] > 0.0:
        money += net.excess[n, t] * max(stock - net.ceiling[n, t], 0.0)
    if t == net.net.shape[1] - 1:
        money -= net.end_value[n] * stock
    return money


@numba.njit(nogil=True, cache=True, error_model="numpy", parallel=True)
def add_up(
    net: Layout, group_start: IntArray, group_node: IntArray, prices: UnitPrices, done: Responses, usage: Array,
    money: Array,
) -> None:  # fmt: skip
    """Hours and room that each group uses, group x (resource x period), and the money it costs without them."""
    periods = done.received.shape[1]
    for group in numba.prange(group_start.size - 1):
        usage[group, :] = 0.0
        total = 0.0
        for place in range(group_start[group], group_start[group + 1]):
            n = group_node[place]
            for t in range(periods):
                total += done.conjured[n, t] * net.elastic[n]
                if done.lost[n, t] > 0.0:
                    total += done.lost[n, t] * net.unserved[n, t]
                kept = done.held[n, t]
                if kept > 0.0:
                    total += kept * net.holding[n, t]
                if net.kind[n] != PLAIN:
                    total += _stock_cost(net, net.holding[n, t], n, t, done.stock[n, t])
                    kept += max(done.stock[n, t], 0.0)
                if kept > 0.0 and net.storage[n] >= 0:
                    usage[group, net.storage[n] * periods + t] += kept * net.room[n]
                quantity = done.received[n, t]
                if quantity > 0.0:
                    option = prices.way[n, t]
                    total += quantity * net.cost[option, t]
                    for a in range(net.hour_start[option], net.hour_start[option + 1]):
                        when = max(t - net.offset[a], 0)
                        usage[group, net.resource[a] * periods + when] += quantity * net.hours[a]
        money[group] = total


@numba.njit(nogil=True, cache=True, error_model="numpy")
def value_stock(
    net: Layout, hour_price: Array, prices: UnitPrices, done: Responses, step: float, stock_value: Array
) -> None:
    """Move the value of a unit of stock towards what it saves: the next fresh unit, less keeping it until then.

    Where units had to come from nowhere, stock was too cheap before: its value rises.
    """
    periods = prices.fresh.shape[1]
    for n in range(net.kind.size):
        if net.kind[n] != STAGE:
            continue
        saved, lacking = 0.0, 0.0
        for t in range(periods - 1, -1, -1):
            saved = max(saved - keep_price(net, hour_price, n, t), 0.0)
            if done.received[n, t] > CRUMB:
                saved = prices.fresh[n, t]
            lacking = max(lacking, done.conjured[n, t])
            wanted = saved
            if lacking > CRUMB:
                wanted = max(min(1.5 * stock_value[n, t], net.elastic[n]), saved)
            elif stock_value[n, t] >= NEVER:
                stock_value[n, t] = wanted
            stock_value[n, t] += step * (wanted - stock_value[n, t])
