"""Settle: turns a plan of production alone into a whole plan: who is served, which overtime, what is thrown away."""

from dataclasses import replace

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply.evaluate import consumed_units, hours_used
from steelyard.supply.model import SupplyModel, laid_out
from steelyard.supply.supply_plan import Decisions, empty_decisions


def settle(model: SupplyModel, quantity: Array, *, workers: Array | None = None) -> Decisions:
    """Complete a plan of what is received.

    Stock serves customers as far as it reaches, classes by rank and within a class in proportion to what is due; who
    does not wait is lost. Overtime fills what regular, shift and workers' hours leave open, up to its limit.

    Args:
        model: The supply model.
        quantity: Received by option, `[period, option]` [units].
        workers: Workers by group, `[period, group]`; those of the start by default.
    """
    model = laid_out(model)
    shipped, lost, stock = _served(model, quantity)
    people = np.broadcast_to(model.workforce.opening, _people_shape(model)) if workers is None else workers
    plan = replace(empty_decisions(model), quantity=quantity, shipped=shipped, lost=lost, workers=people)
    load = hours_used(model, quantity, stock)
    return replace(plan, overtime=_overtime(model, load, people))


def _people_shape(model: SupplyModel) -> tuple[int, int]:
    return model.length, len(model.workforce.names)


def _served(model: SupplyModel, quantity: Array) -> tuple[Array, Array, Array]:
    """Shipments and lost sales by demand row, and stock by node, period after period."""
    demand, nodes = model.demand, model.nodes
    count = len(nodes.names)
    flow = scatter_add(quantity, model.options.node, count) - consumed_units(model, quantity) + nodes.receipts
    on_hand, due = np.array(nodes.opening), np.zeros(len(demand.names))
    shipped, lost, stock = np.zeros(demand.quantity.shape), np.zeros(demand.quantity.shape), np.zeros(flow.shape)
    waits = np.isfinite(demand.backlog_cost)
    ranks = np.unique(demand.rank)
    for t in range(model.length):
        on_hand = on_hand + flow[t]
        due = due + demand.quantity[t]
        for rank in ranks:
            rows = np.flatnonzero(demand.rank == rank)
            shipped[t, rows] = _shared(on_hand, due[rows], demand.node[rows])
            on_hand = on_hand - scatter_add(shipped[t : t + 1, rows], demand.node[rows], count)[0]
        due = due - shipped[t]
        lost[t] = np.where(waits[t], 0.0, due)
        due = due - lost[t]
        stock[t] = np.maximum(on_hand, 0.0)
    return shipped, lost, stock


def _shared(on_hand: Array, due: Array, node: IntArray) -> Array:
    """What each row gets of the stock of its node, in proportion to what is due."""
    asked = scatter_add(due[None], node, on_hand.size)[0]
    share = np.divide(np.maximum(on_hand, 0.0), asked, out=np.zeros(asked.size), where=asked > 0)
    return np.asarray(due * np.minimum(share, 1.0)[node])


def _overtime(model: SupplyModel, load: Array, workers: Array) -> Array:
    resources, group = model.resources, model.workforce
    count = len(resources.names)
    hours = resources.regular + scatter_add(workers * group.hours_per_worker, group.resource, count)
    limit = resources.overtime + scatter_add(workers * group.overtime_per_worker, group.resource, count)
    return np.clip(load - hours, 0.0, limit)
