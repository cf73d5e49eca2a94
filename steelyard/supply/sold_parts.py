"""Sold parts: customers get counters of their own where others draw on the same stock, so that each can be priced."""

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.evaluate import unserved_cost
from steelyard.supply.model import Names, Nodes, Options, SupplyModel, consumed_nodes, over_periods


def sold_apart(model: SupplyModel) -> SupplyModel:
    """The same model with customers served from counters of their own, behind the other nodes, where stock is shared.

    A unit of a component may go to customers or into what is made of it. Where both draw on one node, a sale that is
    given up frees no unit at the price of the component, and a bound could lie above the best plan. At a counter,
    supplied at no cost and at once, each row of demand is refused at its own price.

    Args:
        model: The supply model; it is given back as it is where nothing is shared.
    """
    rows = shared_rows(model)
    if not rows.size:
        return model
    nodes, place = model.demand.node[rows], model.demand.node.copy()
    place[rows] = len(model.nodes.names) + np.arange(rows.size)
    names = tuple(model.demand.names[row] for row in rows.tolist())
    return replace(
        model,
        nodes=_with_counters(model.nodes, nodes, names),
        options=_with_handing_over(model.options, nodes, names, model.length, len(model.nodes.names)),
        demand=replace(model.demand, node=place),
    )


def shared_rows(model: SupplyModel) -> IntArray:
    """Rows of demand that ask for components, or beside others whose sales are lost or wait at another price.

    The latter only up to `_MOST_ROWS` nodes and rows; beyond, lost sales of a node are priced as its mildest.
    """
    asks: BoolArray = np.asarray(over_periods(model.demand.quantity, model.length).any(axis=0))
    apart = consumed_nodes(model)
    if len(model.nodes.names) + asks.size <= _MOST_ROWS:
        apart = apart | _priced_apart(model, asks)
    return np.flatnonzero(asks & apart[model.demand.node])


def _priced_apart(model: SupplyModel, asks: BoolArray) -> BoolArray:
    """Nodes whose customers pay differently for waiting or for a lost sale."""
    demand, count = model.demand, len(model.nodes.names)
    node, out = demand.node[asks], np.zeros(count, np.bool_)
    price = over_periods(demand.price, model.length)
    for cost in (unserved_cost(model) + price, over_periods(demand.backlog_cost, model.length)):
        most, least = np.full(count, -np.inf), np.full(count, np.inf)
        mean = cost.mean(axis=0)[asks]
        np.maximum.at(most, node, mean)
        np.minimum.at(least, node, mean)
        out |= most > least * (1.0 + _ALIKE)
    return out


_ALIKE = 0.01
"""Prices that differ by no more count as one."""
_MOST_ROWS = 20_000


def gain_of_giving_up(model: SupplyModel) -> float:
    """Most that can be gained by keeping for the end what customers ask for."""
    demand, length = model.demand, model.length
    never = (unserved_cost(model) + over_periods(demand.price, length))[::-1]
    least = np.minimum.accumulate(never, axis=0)[::-1]
    gain = np.maximum(model.nodes.end_value[demand.node] - least, 0.0)
    return float((gain * demand.quantity).sum())


_EMPTY = {
    "opening": 0.0, "receipts": 0.0, "target": 0.0, "minimum": 0.0, "maximum": np.inf, "shortfall_cost": 0.0,
    "excess_cost": 0.0, "end_value": 0.0,
}  # fmt: skip
"""What a counter has nothing of; holding, shelf life, room and elastic cost are those of the component."""


def _with_counters(nodes: Nodes, sold: IntArray, names: Names) -> Nodes:
    more = {}
    for each in fields(Nodes):
        values = getattr(nodes, each.name)
        if isinstance(values, np.ndarray):
            own = values[..., sold]
            fresh = np.full_like(own, _EMPTY[each.name]) if each.name in _EMPTY else own
            more[each.name] = np.concatenate((values, fresh), axis=-1)
    return replace(nodes, names=(*nodes.names, *names), **more)


_FREE = {
    "kind": 2, "lead_time": 0, "maximum": np.inf, "lot_maximum": np.inf, "previous_rate": np.nan, "reference": np.nan,
    "share": np.nan,
}  # fmt: skip
"""How a unit is handed over; everything else is 0."""


def _with_handing_over(options: Options, sold: IntArray, names: Names, periods: int, nodes: int) -> Options:
    count = sold.size
    return with_free_options(
        options,
        names,
        {
            "component": sold,
            "quantity_per": np.ones(count),
            "component_from": np.zeros(count, np.int64),
            "component_to": np.full(count, periods),
            "component_start": options.component_start[-1] + 1 + np.arange(count),
            "hour_start": np.full(count, options.hour_start[-1]),
            "node": nodes + np.arange(count),
        },
    )


def with_free_options(options: Options, names: Names, said: Mapping[str, Array | IntArray]) -> Options:
    """The options, and behind them some that bring units at once and at no cost.

    Args:
        options: The options.
        names: Names of the free ones.
        said: What is said of them, and of lines they add, by field; fields of lines are kept where nothing is.
    """
    more = {
        each.name: np.concatenate((values, said.get(each.name, _handed(values, each.name, len(names)))), axis=-1)
        for each in fields(Options)
        if isinstance(values := getattr(options, each.name), np.ndarray)
        and (each.name in said or each.name not in _LINES)
    }
    return replace(options, names=(*options.names, *names), co_products=options.co_products, **more)


_LINES = frozenset(
    ("component", "quantity_per", "component_from", "component_to", "resource", "hours_per_unit", "hour_offset")
)
"""Fields with one entry per line."""


def _handed(values: Array | IntArray, name: str, count: int) -> Array:
    return np.full((*values.shape[:-1], count), _FREE.get(name, 0), values.dtype)
