"""Co-products apart: what comes out beside something else is taken like an hour is worked, so that it can be priced.

For every node that co-products go to there is a resource, the well: making what they come out of fills it, and a free
option of the node empties it. What nobody takes may go to waste here. What is made for the sake of its co-products
alone, and lies in stock to the end, is an option of its own. Every plan of the whole model is a plan of this one, no
dearer, so that a bound on this one holds.
"""

from dataclasses import fields, replace
from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply._price_terms import holding_of
from steelyard.supply.co_product import no_co_products
from steelyard.supply.model import (
    Demand,
    Names,
    Nodes,
    Options,
    Resources,
    SupplyModel,
    option_of_lines,
    over_periods,
)
from steelyard.supply.node_copies import levels_of
from steelyard.supply.sold_parts import with_free_options


def co_products_apart(model: SupplyModel) -> SupplyModel:
    """The same model without co-products; what stands for them lies behind the other resources, options and nodes.

    Args:
        model: The supply model; it is given back as it is where nothing comes out beside.
    """
    if not model.options.co_products.lines:
        return model
    wells, of_line = _wells(model)
    names = tuple(f"co-product {model.nodes.names[node]}" for node in wells.node.tolist())
    joint = joint_options(model)
    spare = tuple(f"{model.options.names[option]}, for what comes out beside" for option in joint.tolist())
    options = _with_takers(model, wells, of_line, names)
    return replace(
        model,
        options=_with_spares(model, options, joint, spare),
        resources=_with_wells(model.resources, names, model.nodes.elastic_cost[wells.node]),
        nodes=_with_empty_nodes(model.nodes, spare, model.elastic_unserved),
        demand=_with_takers_of_spares(model, joint, spare),
    )


def joint_options(model: SupplyModel) -> IntArray:
    """Options with co-products, each once; in the model taken apart their doubles stand last in this order."""
    return np.unique(model.options.co_products.option)


def put_together(model: SupplyModel, quantity: Array) -> Array:
    """Quantities of the model's own options, `[period, option]`, out of those of the model taken apart.

    Args:
        model: The model as it was.
        quantity: Received by option of the model taken apart.
    """
    own, joint = np.array(quantity[:, : len(model.options.names)]), joint_options(model)
    own[:, joint] += quantity[:, quantity.shape[1] - joint.size :]
    return own


class _Wells(NamedTuple):
    """Where co-products gather: a node, and the periods of receipt in which its lines count."""

    node: IntArray
    first: IntArray
    last: IntArray


def _wells(model: SupplyModel) -> tuple[_Wells, IntArray]:
    """The wells, and that of each line."""
    beside = model.options.co_products
    keys = np.stack((beside.node, beside.first, np.minimum(beside.last, model.length)))
    found, of_line = np.unique(keys, axis=1, return_inverse=True)
    return _Wells(*found), of_line.reshape(-1).astype(np.int64)


def _with_wells(resources: Resources, names: Names, price: Array) -> Resources:
    """Resources without hours of their own; what is taken beyond what comes out costs as much as material does."""
    fresh = {
        name: np.concatenate((values, np.zeros((*values.shape[:-1], len(names)), values.dtype)), axis=-1)
        for name, values in vars(resources).items()
        if isinstance(values, np.ndarray) and name != "elastic_cost"
    }
    elastic = np.concatenate((resources.elastic_cost, price))
    return replace(resources, names=(*resources.names, *names), elastic_cost=elastic, **fresh)


def _with_takers(model: SupplyModel, wells: _Wells, of_line: IntArray, names: Names) -> Options:
    """Options whose hour lines fill the wells, and free ones that empty them."""
    options, count, beside = model.options, len(names), model.options.co_products
    period = np.arange(model.length)[:, None]
    open_now = (period >= wells.first) & (period < wells.last)
    more = with_free_options(
        replace(options, maximum=over_periods(options.maximum, model.length)),
        names,
        {
            "node": wells.node,
            "maximum": np.where(open_now, np.inf, 0.0),
            "component_start": np.full(count, options.component_start[-1]),
            "hour_start": np.full(count, options.hour_start[-1]),
        },
    )
    owner = np.concatenate((option_of_lines(options.hour_start), beside.option, len(options.names) + np.arange(count)))
    well = len(model.resources.names) + np.concatenate((of_line, np.arange(count)))
    order, offset = np.argsort(owner, kind="stable"), np.zeros(well.size, np.int64)
    return replace(
        more,
        hour_start=np.searchsorted(owner[order], np.arange(len(more.names) + 1)).astype(np.int64),
        resource=np.concatenate((options.resource, well))[order],
        hours_per_unit=np.concatenate((options.hours_per_unit, -beside.per_unit, np.ones(count)))[order],
        hour_offset=np.concatenate((options.hour_offset, offset))[order],
        co_products=no_co_products(),
    )


# ---- made for the sake of what comes out beside


def _with_spares(model: SupplyModel, options: Options, joint: IntArray, names: Names) -> Options:
    """Behind the options a double of each joint one, whose unit is kept to the end at the holding of its node.

    Where a quantity is limited there is no double: it could not tell how much of the limit is left.
    """
    length, node = model.length, model.options.node[joint]
    double = _picked(options, np.concatenate((np.arange(len(options.names)), joint)), names)
    keep = holding_of(model) * (not model.conventions.charge_only_excess)
    to_the_end = np.cumsum(keep[::-1, node], axis=0)[::-1] - model.nodes.end_value[node]
    in_time = np.arange(length)[:, None] >= options.lead_time[joint]
    limited = (np.isfinite(options.maximum[:, joint]) & in_time).any(axis=0)
    return replace(
        double,
        node=np.concatenate((options.node, len(model.nodes.names) + np.arange(joint.size))),
        unit_cost=_behind(options.unit_cost, over_periods(options.unit_cost, length)[:, joint] + to_the_end),
        minimum=_behind(options.minimum, np.zeros((length, joint.size))),
        maximum=_behind(options.maximum, np.where(in_time & ~limited, np.inf, 0.0)),
        share=np.concatenate((options.share, np.full(joint.size, np.nan))),
        reference=_behind(options.reference, np.full((length, joint.size), np.nan)),
    )


def _behind(values: Array, more: Array) -> Array:
    return np.hstack((over_periods(values, more.shape[0]), more))


def _picked(options: Options, chosen: IntArray, names: Names) -> Options:
    """Some options, each with its lines."""
    parts, part_start = _lines_of(options.component_start, chosen)
    works, work_start = _lines_of(options.hour_start, chosen)
    lines = dict.fromkeys(("component", "quantity_per", "component_from", "component_to"), parts)
    lines |= dict.fromkeys(("resource", "hours_per_unit", "hour_offset"), works)
    starts: dict[str, Array | IntArray] = {"component_start": part_start, "hour_start": work_start}
    found: dict[str, Array | IntArray] = {
        each.name: starts.get(each.name, values[..., lines.get(each.name, chosen)])
        for each in fields(Options)
        if isinstance(values := getattr(options, each.name), np.ndarray)
    }
    return replace(options, names=(*options.names, *names), co_products=no_co_products(), **found)  # type: ignore[arg-type]


def _lines_of(start: IntArray, chosen: IntArray) -> tuple[IntArray, IntArray]:
    """Lines of some options one after the other, and where each option's begin."""
    count = np.diff(start)[chosen]
    begins = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    within = np.arange(begins[-1]) - np.repeat(begins[:-1], count)
    return np.repeat(start[:-1][chosen], count) + within, begins


def _with_empty_nodes(nodes: Nodes, names: Names, elastic: float) -> Nodes:
    """Behind the nodes some without stock, room or cost of their own."""
    usual = {"maximum": np.inf, "storage": -1, "elastic_cost": elastic}
    more = {
        each.name: np.concatenate(
            (values, np.full((*values.shape[:-1], len(names)), usual.get(each.name, 0), values.dtype)), axis=-1
        )
        for each in fields(Nodes)
        if isinstance(values := getattr(nodes, each.name), np.ndarray)
    }
    return replace(nodes, names=(*nodes.names, *names), **more)


def _with_takers_of_spares(model: SupplyModel, joint: IntArray, names: Names) -> Demand:
    """Behind the demand what could be made for what comes out beside; to leave it costs nothing."""
    demand, count = model.demand, len(names)
    said = {
        "node": len(model.nodes.names) + np.arange(count),
        "quantity": np.broadcast_to(_most_of_use(model, joint), (model.length, count)),
        "backlog_cost": np.full((model.length, count), np.inf),
    }
    more = {}
    for each in fields(Demand):
        values = getattr(demand, each.name)
        if isinstance(values, np.ndarray):
            fresh = said.get(each.name, np.zeros((*values.shape[:-1], count), values.dtype))
            own = over_periods(values, model.length) if fresh.ndim == 2 else values
            more[each.name] = np.concatenate((own, fresh), axis=-1)
    classes = (*demand.customer_class, *("",) * count)
    return replace(demand, names=(*demand.names, *names), customer_class=classes, **more)


def _most_of_use(model: SupplyModel, joint: IntArray) -> Array:
    """Units of each joint option in a period from which on nobody could use what comes out beside."""
    options, nodes, beside = model.options, model.nodes, model.options.co_products
    count, length = len(nodes.names), model.length
    need = scatter_add(over_periods(model.demand.quantity, length), model.demand.node, count).sum(axis=0)
    need = need + over_periods(nodes.target, length).max(axis=0) + over_periods(nodes.minimum, length).max(axis=0)
    level, line = levels_of(model), option_of_lines(options.component_start)
    consumer = options.node[line]
    for depth in range(int(level.max(initial=0)), 0, -1):
        lines = np.flatnonzero(level[consumer] == depth)
        np.add.at(need, options.component[lines], need[consumer[lines]] * options.quantity_per[lines])
    most = np.zeros(len(options.names))
    np.maximum.at(most, beside.option, need[beside.node] / beside.per_unit)
    return np.asarray(most[joint])
