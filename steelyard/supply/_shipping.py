"""Shipping: what of a plan's supply reaches customers, and which extra hours it needs."""

from dataclasses import replace

import numba
import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply.evaluate import consumed_units, hours_used, unserved_cost
from steelyard.supply.model import SupplyModel, over_periods
from steelyard.supply.supply_plan import Decisions, empty_decisions

CRUMB = 1e-9


def decide(model: SupplyModel, quantity: Array, lost: Array, *, flow: Array | None = None) -> Decisions:
    """Everything else that follows from quantities: shipments, lost sales, hours beyond regular time.

    Args:
        model: The supply model.
        quantity: Received by option, `[period, option]`.
        lost: Sales given up by node, `[period, node]`.
        flow: What comes in less what components take, `[period, node]`; added up here by default.
    """
    if flow is None:
        flow = net_flow(model, quantity)
    shipped, gone, stock = ship(model, flow, lost)
    decisions = replace(empty_decisions(model), shipped=shipped, lost=gone, quantity=quantity)
    decisions.workers[:] = np.maximum(model.workforce.minimum, model.workforce.opening)
    np.maximum(stock, 0.0, out=stock)
    _extra_hours(model, hours_used(model, quantity, stock), decisions)
    return decisions


def net_flow(model: SupplyModel, quantity: Array) -> Array:
    """What comes in by options and open orders, less what components take, `[period, node]` [units]."""
    flow = scatter_add(quantity, model.options.node, len(model.nodes.names))
    flow -= consumed_units(model, quantity)
    flow += model.nodes.receipts
    return flow


def ship(model: SupplyModel, flow: Array, lost: Array) -> tuple[Array, Array, Array]:
    """Ship what is there to the classes of customers in order; what a node gives up is taken from what waits.

    Classes are served by rank, then by what a lost sale costs.

    Args:
        model: The supply model.
        flow: Units that come in less those that components take, `[period, node]`.
        lost: Sales given up by node, `[period, node]`.

    Returns:
        Shipped and lost by demand row, stock by node.
    """
    demand, nodes, length = model.demand, model.nodes, model.length
    dear = (unserved_cost(model) + over_periods(demand.price, length)).mean(axis=0)
    order = np.lexsort((np.arange(demand.node.size), -dear, demand.rank, demand.node))
    start = np.searchsorted(demand.node[order], np.arange(len(nodes.names) + 1)).astype(np.int64)
    shipped, gone = np.zeros(demand.quantity.shape), np.zeros(demand.quantity.shape)
    stock = np.empty(flow.shape)
    may_wait = np.isfinite(over_periods(demand.backlog_cost, length))
    kept = _kept_for_consumers(flow)
    np.maximum(kept, over_periods(nodes.minimum, length), out=kept)
    _ship(
        start, order.astype(np.int64), np.ascontiguousarray(demand.quantity), np.ascontiguousarray(may_wait),
        nodes.opening.astype(np.float64), flow, kept, lost, shipped, gone, stock,
    )  # fmt: skip
    return shipped, gone, stock


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _ship(
    start: IntArray, order: IntArray, asked: Array, may_wait: BoolArray, opening: Array, flow: Array, kept: Array,
    lost: Array, shipped: Array, gone: Array, stock: Array,
) -> None:  # fmt: skip
    periods, nodes = flow.shape
    waiting, owed, giving = np.zeros(asked.shape[1]), opening.copy(), np.zeros(nodes)
    for t in range(periods):
        for n in range(nodes):
            at_hand = owed[n] + flow[t, n]
            giving_up = giving[n] + lost[t, n]
            for back in range(start[n + 1] - start[n] if giving_up > 0.0 else 0):
                row = order[start[n + 1] - 1 - back]
                less = min(waiting[row] + asked[t, row], giving_up)
                gone[t, row] = less
                waiting[row] -= less
                giving_up -= less
            for place in range(start[n], start[n + 1]):
                row = order[place]
                due = waiting[row] + asked[t, row]
                given = min(due, max(at_hand - kept[t, n], 0.0))
                shipped[t, row] = given
                at_hand -= given
                waiting[row] = due - given
            for back in range(start[n + 1] - start[n]):
                row = order[start[n + 1] - 1 - back]
                if not may_wait[t, row]:
                    gone[t, row] += waiting[row]
                    giving_up = max(giving_up - waiting[row], 0.0)
                    waiting[row] = 0.0
            stock[t, n], owed[n], giving[n] = at_hand, at_hand, giving_up


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _kept_for_consumers(flow: Array) -> Array:
    """Stock that must be left at the end of each period, because what is made of it takes more than comes in later."""
    periods, nodes = flow.shape
    kept, needed = np.empty((periods, nodes)), np.zeros(nodes)
    for t in range(periods - 1, -1, -1):
        for n in range(nodes):
            kept[t, n] = needed[n]
            needed[n] = max(needed[n] - flow[t, n], 0.0)
    return kept


def _extra_hours(model: SupplyModel, load: Array, decisions: Decisions) -> None:
    """Fill shifts and overtime, the cheaper hour first; workers bring their hours before."""
    resources, workforce, length = model.resources, model.workforce, model.length
    count = len(resources.names)
    paid = scatter_add(decisions.workers * workforce.hours_per_worker, workforce.resource, count)
    more = scatter_add(decisions.workers * workforce.overtime_per_worker, workforce.resource, count)
    lack = np.maximum(load - over_periods(resources.regular, length) - paid, 0.0)
    per_shift = over_periods(resources.shift_hours, length)
    most = over_periods(resources.shift_limit, length) * per_shift
    shift_price = over_periods(resources.shift_cost, length) / np.maximum(per_shift, CRUMB)
    overtime = over_periods(resources.overtime, length) + more
    cheaper = shift_price < over_periods(resources.overtime_cost, length)
    before = np.where(cheaper, np.minimum(lack, most), 0.0)
    decisions.overtime[:] = np.minimum(lack - before, overtime)
    after = np.where(cheaper, before, np.minimum(lack - decisions.overtime, most))
    decisions.shifts[:] = np.where(per_shift > 0, after / np.maximum(per_shift, CRUMB), 0.0)
