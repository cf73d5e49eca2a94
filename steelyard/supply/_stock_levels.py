"""Stock levels: up to which stock a node buys at given prices, above which it sells, and what its stock costs."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array

NEVER = 1e300


class StockCosts(NamedTuple):
    """What ending a period with stock or backlog costs one node. `[period]`."""

    keep: Array
    shortfall: Array
    target: Array
    backlog: Array
    excess: Array
    ceiling: Array
    end_value: float
    free_below: bool


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _slopes(costs: StockCosts, need: Array, buy: Array, sell: Array, waits: Array, low: Array, high: Array) -> None:
    """Levels up to which a node buys and above which it sells, walking back over the slopes of its cost.

    The cost of ending period t with x units falls by the backlog cost left of zero, changes by the shortfall up to
    the target, rises by keeping, and by the excess above the ceiling. Buying and selling cut the slopes of the cost
    to come at minus their prices. Breakpoints are kept from right to left, so that new ones come last, less `shift`.
    """
    periods = need.size
    point, jump = np.empty(3 * periods + 8), np.empty(3 * periods + 8)
    first, count, left, shift = 0, 0, 0.0, 0.0
    for t in range(periods - 1, -1, -1):
        short = costs.shortfall[t] if costs.target[t] > 0.0 else 0.0
        keep = costs.keep[t] - (costs.end_value if t == periods - 1 else 0.0)
        below = 0.0 if costs.free_below else keep
        left -= waits[t]
        if costs.excess[t] > 0.0:
            count = _add(point, jump, first, count, costs.ceiling[t] - shift, costs.excess[t])
        if short + keep - below > 0.0:
            count = _add(point, jump, first, count, costs.target[t] - shift, short + keep - below)
        count = _add(point, jump, first, count, -shift, max(waits[t] - short + below, 0.0))
        shift += need[t]
        low[t], high[t] = -NEVER, NEVER
        if left < -buy[t]:
            while count - 1 > first and left + jump[count - 1] < -buy[t]:
                left += jump[count - 1]
                count -= 1
            low[t] = point[count - 1] + shift
            jump[count - 1] = max(left + jump[count - 1] + buy[t], 0.0)
            left = -buy[t]
        if sell[t] > -np.inf:
            slope, e = left, count - 1
            while e >= first and slope + jump[e] < -sell[t]:
                slope += jump[e]
                e -= 1
            if e >= first:
                high[t] = point[e] + shift
                jump[e] = max(-sell[t] - slope, 0.0)
                first = e


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _add(point: Array, jump: Array, first: int, count: int, where: float, step: float) -> int:
    """Add a breakpoint in order, the rightmost first."""
    e = count
    while e > first and point[e - 1] < where:
        point[e], jump[e] = point[e - 1], jump[e - 1]
        e -= 1
    point[e], jump[e] = where, step
    return count + 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def stock_up(
    costs: StockCosts, opening: float, net: Array, taken: Array, stage: bool, window: int, fresh: Array,
    unserved: Array, elastic: float, received: Array, lost: Array, conjured: Array, stock: Array,
) -> float:  # fmt: skip
    """Buy up to the levels; give the money it costs at the prices. Consumers of a stage never wait.

    Before the window a copy may borrow from the stock of others: the row of the node sees that there is enough.
    """
    periods = fresh.size
    need, buy, sell = net, np.empty(periods), np.full(periods, -np.inf)
    waits, low, high = costs.backlog, np.empty(periods), np.empty(periods)
    served = stage and taken.sum() > 0.0
    if served:
        need, waits = net + taken, np.full(periods, elastic)
        waits[:window] = 0.0
    kept = costs.end_value
    for t in range(periods - 1, -1, -1):
        kept -= costs.keep[t]
        buy[t] = min(fresh[t], elastic if served else max(unserved[t], kept))
        if served and t < window:
            buy[t] = np.inf
    _slopes(costs, need, buy, sell, waits, low, high)
    money, given_up_in_vain = _follow(
        costs, opening, need, buy, fresh, low, served, False, received, lost, conjured, stock
    )
    if given_up_in_vain:
        received[:], lost[:] = 0.0, 0.0
        _follow(costs, opening, need, buy, fresh, low, served, True, received, lost, conjured, stock)
    return money


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _follow(
    costs: StockCosts, opening: float, need: Array, buy: Array, fresh: Array, low: Array, served: bool, asked: bool,
    received: Array, lost: Array, conjured: Array, stock: Array,
) -> tuple[float, bool]:  # fmt: skip
    """Buy up to the levels; give the money, and whether more sales were given up than asked for.

    Where it is not dearer to give up a sale than to fill the stock, the levels do; with `asked` only sales go.
    """
    at_hand, money, vain = opening, 0.0, False
    for t in range(need.size):
        quantity = low[t] - at_hand
        if quantity > 0.0:
            bought = fresh[t] <= buy[t]
            if not bought and not served:
                due = max(need[t] - at_hand, 0.0)
                vain = vain or quantity > due
                quantity = min(quantity, due) if asked else quantity
            at_hand += quantity
            money += quantity * buy[t]
            if bought:
                received[t] = quantity
            elif served:
                conjured[t] = quantity
            else:
                lost[t] = quantity
        at_hand -= need[t]
        stock[t] = at_hand
        money += stock_cost(costs, costs.keep[t], t, at_hand)
    return money, vain


@numba.njit(nogil=True, cache=True, error_model="numpy")
def worth_of_stage(
    costs: StockCosts, opening: float, need: Array, fresh: Array, asked: Array, unserved: Array
) -> float:
    """Least money that the stock of a node costs when it sells to consumers at what they are asked."""
    periods = fresh.size
    buy, low, high = np.empty(periods), np.empty(periods), np.empty(periods)
    for t in range(periods):
        buy[t] = max(min(fresh[t], unserved[t]), asked[t])
    _slopes(costs, need, buy, asked, costs.backlog, low, high)
    stock, money = opening, 0.0
    for t in range(periods):
        if stock < low[t]:
            money += (low[t] - stock) * buy[t]
            stock = low[t]
        elif stock > high[t]:
            money -= (stock - high[t]) * asked[t]
            stock = high[t]
        stock -= need[t]
        money += stock_cost(costs, costs.keep[t], t, stock)
    return money


@numba.njit(nogil=True, cache=True, error_model="numpy")
def stock_cost(costs: StockCosts, keep: float, t: int, stock: float) -> float:
    """Money that ending a period with so many units costs."""
    target = costs.target[t]
    short: float = costs.shortfall[t] * max(target - max(stock, 0.0), 0.0)
    waits: float = costs.backlog[t] * -stock
    if stock < 0.0:
        return short + waits
    money: float = short + keep * (max(stock - target, 0.0) if costs.free_below else stock)
    if costs.excess[t] > 0.0:
        money += costs.excess[t] * max(stock - costs.ceiling[t], 0.0)
    if t == costs.target.size - 1:
        money -= costs.end_value * stock
    return money
