"""Price terms: what stock, waiting and prescribed quantities cost a price network, and what they use."""

import numpy as np

from steelyard.grid.block import Array
from steelyard.grid.rollup import scatter_add
from steelyard.supply.evaluate import consumed_units, end_backlog_cost, hours_used, unserved_cost
from steelyard.supply.model import SupplyModel, over_periods


def holding_of(model: SupplyModel) -> Array:
    """Money per unit that stands at the end of a period; on average stock half of it falls into the next one."""
    holding = np.array(over_periods(model.nodes.holding_cost, model.length), np.float64)
    if model.conventions.stock_basis == "average":
        ahead = np.vstack((holding[1:], np.zeros((1, holding.shape[1]))))
        holding = (holding + ahead) / 2
    return holding


def penalties_of(model: SupplyModel, count: int) -> tuple[Array, Array]:
    """Money per unit waiting and per unit never served, by node; the mildest of its classes, so that bounds hold.

    No sale can be given up before anything is asked for.
    Revenue is counted as if all were shipped at once: waiting over a change of price costs or earns the difference.
    """
    demand, length = model.demand, model.length
    price = over_periods(demand.price, length)
    waiting = np.where(np.isfinite(demand.backlog_cost), demand.backlog_cost, model.elastic_unserved)
    later = np.vstack((price[1:], np.zeros((1, price.shape[1]))))
    waiting = over_periods(waiting, length) + price - later
    waiting[-1] += end_backlog_cost(model)
    never = unserved_cost(model) + price
    none_yet = np.cumsum(demand.quantity, axis=0) <= 0
    never = np.where(none_yet, np.inf, never)
    out = np.full((length, count), np.inf), np.full((length, count), np.inf)
    for values, found in zip((waiting, never), out, strict=True):
        for t in range(length):
            np.minimum.at(found[t], demand.node, values[t])
    unasked = ~np.isfinite(out[0])
    return np.where(unasked, over_periods(model.nodes.elastic_cost, length), out[0]), out[1]


def fixed_flow(model: SupplyModel, fixed: Array) -> Array:
    """Units that prescribed quantities bring to nodes, less what they take from them."""
    from_options = scatter_add(fixed, model.options.node, len(model.nodes.names))
    if not fixed.any():
        return from_options
    return from_options - consumed_units(model, fixed)


def fixed_hours_of(model: SupplyModel, fixed: Array) -> Array:
    nothing = np.zeros((model.length, len(model.nodes.names)))
    return hours_used(model, fixed, nothing)


def fixed_cost_of(model: SupplyModel, fixed: Array) -> float:
    """Prescribed quantities, stock below the minimum, paid hours, less the revenue of serving all demand."""
    nodes, resources, length = model.nodes, model.resources, model.length
    money = float((over_periods(model.options.unit_cost, length) * fixed).sum())
    money -= float((over_periods(model.demand.price, length) * model.demand.quantity).sum())
    money += float((holding_of(model) * nodes.minimum).sum()) if not model.conventions.charge_only_excess else 0.0
    money -= float((nodes.end_value * over_periods(nodes.minimum, length)[-1]).sum())
    if model.conventions.stock_basis == "average":
        money += float((over_periods(nodes.holding_cost, length)[0] * nodes.opening).sum()) / 2
    if model.conventions.undertime_paid:
        money += float((resources.regular_cost * over_periods(resources.regular, length)).sum())
    return money
