"""Overtime by rule: which hours beyond regular ones earn their price in a plan by priority."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.finite import FiniteInputs, FinitePlan
from steelyard.supply.moves import GATE_RESOURCE
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.ranking import hours_of_chain, of_best_consumer
from steelyard.supply.rough_cut import ResourceBill


def offer_overtime(
    network: SupplyNetwork,
    bill: ResourceBill,
    inputs: FiniteInputs,
    plan: FinitePlan,
    *,
    limit: Array,
    price: Array,
    margin: Array,
    waiting: Array,
) -> Array:
    """Say how many hours of overtime a plan should have been given.

    Overtime is offered on a resource in the period in which it holds something back for which customers wait, as much
    as that takes, if the unit earns more than the overtime of all resources that are short and that it and its
    components need. A unit that customers never get within the horizon earns its margin, one that comes late what its
    waiting costs.

    Args:
        network: The supply network.
        bill: Bill of resources.
        inputs: What the plan was made of, without overtime.
        plan: The plan without overtime.
        limit: Most hours of overtime, period x resource.
        price: Money of an hour of overtime, period x resource; NaN where it is not known, then none is offered.
        margin: What selling a unit earns, by row; -inf where nothing is sold [money].
        waiting: What it costs that a unit waits a period, by row [money].

    Returns:
        Hours of overtime, period x resource.
    """
    short = (plan.gate_kind == GATE_RESOURCE) & (plan.shortage_quantity > 0)
    if not short.any() or not np.any(limit > 0):
        return np.zeros(limit.shape)
    backlog = _backlog(inputs, plan)
    held = np.zeros(limit.shape[1], np.bool_)
    held[np.unique(plan.gate_index[short])] = True
    known = np.where(np.isfinite(price), price, 0.0).max(axis=0)
    spent = hours_of_chain(network, bill, np.where(held, known, 0.0))
    gain = of_best_consumer(network, _worth(backlog, margin, waiting) - spent)
    wanted = np.where(short & (gain > 0), plan.shortage_quantity, 0.0)
    sold = np.isfinite(margin)
    wanted[:, sold] = np.minimum(wanted[:, sold], backlog[:, sold])
    most = np.where(np.isfinite(price), np.maximum(limit, 0.0), 0.0)
    return _spread(_hours_held(bill, plan, wanted, limit.shape), most)


def _backlog(inputs: FiniteInputs, plan: FinitePlan) -> Array:
    """Units that customers wait for at the end of each period, period x row."""
    flow = plan.constrained_receipts + inputs.scheduled_receipts - plan.component_issues - inputs.independent_demand
    return np.maximum(-(inputs.opening_inventory + np.cumsum(flow, axis=0)), 0.0)


def _worth(backlog: Array, margin: Array, waiting: Array) -> Array:
    """What the dearest unit that waits at a row earns if it comes in time, by row; -inf where nobody waits."""
    waits = backlog > 0
    late = waits.sum(axis=0) * waiting
    earned = np.where(backlog[-1] > 0, np.maximum(margin, late), late)
    return np.where(waits.any(axis=0) & np.isfinite(margin), earned, -np.inf)


def _hours_held(bill: ResourceBill, plan: FinitePlan, wanted: Array, shape: tuple[int, ...]) -> Array:
    """Hours for which wanted units are held back by a resource, period x resource."""
    hours, lines = np.zeros(shape), bill.by_row
    row = np.repeat(np.arange(bill.rows), np.diff(lines.start))
    for a in range(row.size):
        held = np.where(plan.gate_index[:, row[a]] == lines.other[a], wanted[:, row[a]], 0.0)
        if held.any():
            stop = shape[0] - lines.offset[a]
            hours[:stop, lines.other[a]] += held[lines.offset[a] :] * lines.hours_per_unit[a]
    return hours


def _spread(held: Array, most: Array) -> Array:
    """Offer hours as soon as something is held back; what overtime has made is no longer held."""
    offered, before = np.zeros(held.shape), np.zeros(held.shape[1])
    for t in range(held.shape[0]):
        before = np.minimum(before, held[t])
        offered[t] = np.minimum(held[t] - before, most[t])
        before = before + offered[t]
    return offered
