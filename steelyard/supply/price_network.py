"""Price network: a supply model laid out for pricing; given prices of hours, every node of it stands alone.

Items hang together only through resources, and through components they share. Nodes are copied for each group of
items that reaches them, each copy with its share of the node's stock: then groups share nothing but resources.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply._price_terms import fixed_cost_of, fixed_flow, fixed_hours_of, holding_of, penalties_of
from steelyard.supply.model import SupplyModel, option_of_lines, over_periods
from steelyard.supply.node_copies import copied_options, copies_of_nodes, levels_of
from steelyard.supply.sold_parts import gain_of_giving_up

PLAIN, END, STAGE = 0, 1, 2
"""Kinds of node: nothing but passes on; served from its own stock only; with stock and consumers."""


class Layout(NamedTuple):
    """Arrays the pricing kernels read. `[node, period]`, `[option, period]`, lines by option."""

    level_start: IntArray
    """Where the levels begin in `level_node`; components before consumers."""
    level_node: IntArray
    kind: IntArray
    option_start: IntArray
    """Where the options of a node begin; options are sorted by node."""
    cost: Array
    """Money per unit received; inf where the option cannot be used."""
    lead: IntArray
    hour_start: IntArray
    resource: IntArray
    hours: Array
    offset: IntArray
    input_start: IntArray
    input_node: IntArray
    quantity_per: Array
    input_from: IntArray
    input_to: IntArray
    taker_start: IntArray
    """Where the takers of a node begin."""
    taker_line: IntArray
    """Component line through which a consumer takes from the node."""
    line_option: IntArray
    option_node: IntArray
    net: Array
    """Demand less open orders [units]."""
    opening: Array
    target: Array
    shortfall: Array
    ceiling: Array
    excess: Array
    holding: Array
    free_below: bool
    """Whether stock up to the target costs no holding."""
    backlog: Array
    """Money per unit waiting at the end of a period, the last one with the sale that is lost then."""
    unserved: Array
    """Money per unit never served; inf where nothing is asked for."""
    elastic: Array
    end_value: Array
    shelf: IntArray
    storage: IntArray
    room: Array
    window: IntArray
    """First period in which a fresh unit can come."""
    early: IntArray
    """Row that limits what consumers take before that, -1 where there is none."""
    stage: IntArray
    """Number of the node among those with stock and consumers, the same for all its copies; -1 elsewhere."""
    stage_start: IntArray
    """First copy of each of those."""
    stage_end: IntArray
    """One behind its last copy."""


class _HourLines(TypedDict):
    hour_start: IntArray
    resource: IntArray
    hours: Array
    offset: IntArray


class _InputLines(TypedDict):
    input_start: IntArray
    input_node: IntArray
    quantity_per: Array
    input_from: IntArray
    input_to: IntArray
    taker_start: IntArray
    taker_line: IntArray
    line_option: IntArray


class _Stages(TypedDict):
    stage: IntArray
    stage_start: IntArray
    stage_end: IntArray


class _Stocks(TypedDict):
    kind: IntArray
    net: Array
    opening: Array
    target: Array
    shortfall: Array
    ceiling: Array
    excess: Array
    holding: Array
    free_below: bool
    backlog: Array
    unserved: Array
    elastic: Array
    end_value: Array
    shelf: IntArray
    storage: IntArray
    room: Array


@dataclass(frozen=True, eq=False)
class PriceNetwork:
    """A supply model laid out for pricing.

    Args:
        model: The model.
        layout: Arrays of the copied nodes and options.
        node: Node of the model, by copy.
        option: Option of the model, by copied option.
        group: Group of each copy, ascending numbers from 0.
        share: Share of the node's stock and demand, by copy.
        groups: How many groups there are.
        group_start: Where the copies of a group begin in `group_node`.
        group_node: Copies by group.
        fixed: Quantities that the model prescribes, `[period, option]`.
        fixed_hours: Hours and room they take, `[period, resource]`.
        fixed_cost: Money they cost, and revenue as if all demand were served at once.
        given_away: Money by which the bound is lowered, because sales worth less than stock at the end may be given up.
        limited: Options whose quantity is limited, as resources of their own behind the model's.
        limits: Their limits, `[period, limited]`.
        scarce: Nodes whose stock must last until a fresh unit can come, as rows of their own behind the options'.
        scarce_stock: What they have until then [units].
    """

    model: SupplyModel
    layout: Layout
    node: IntArray
    option: IntArray
    group: IntArray
    share: Array
    groups: int
    group_start: IntArray
    group_node: IntArray
    fixed: Array
    fixed_hours: Array
    fixed_cost: float
    given_away: float
    limited: IntArray
    limits: Array
    scarce: IntArray
    scarce_stock: Array

    @property
    def rows(self) -> int:
        """Coupling rows: resources and limited options by period, then scarce nodes."""
        return (len(self.model.resources.names) + self.limited.size) * self.model.length + self.scarce.size


def price_network(model: SupplyModel, *, split: int = 1) -> PriceNetwork:
    """Lay a model out for pricing.

    Args:
        model: The supply model.
        split: Into how many groups the items of one resource are cut; more groups converge in fewer, dearer passes.
            0 leaves all in one group, without copies.
    """
    level = levels_of(model)
    if split == 0:
        whole = np.arange(level.size)
        return _laid_out(model, level, whole, np.zeros(level.size, np.int64), np.ones(level.size))
    node, group = copies_of_nodes(model, level, split)
    share = 1.0 / np.bincount(node)[node]
    return _laid_out(model, level, node, group, share)


def with_shares(network: PriceNetwork, share: Array) -> PriceNetwork:
    """The same network with the stock of shared nodes divided otherwise."""
    level = levels_of(network.model)
    return _laid_out(network.model, level, network.node, network.group, share)


def _laid_out(model: SupplyModel, level: IntArray, node: IntArray, group: IntArray, share: Array) -> PriceNetwork:
    groups = int(group.max()) + 1
    option, copy_of_option = copied_options(model.options, node)
    order = np.argsort(level[node], kind="stable")
    by_group = np.argsort(group, kind="stable")
    fixed = np.where(np.isfinite(model.options.minimum), over_periods(model.options.minimum, model.length), 0.0)
    limited = _limited(model)
    costs, window = _option_costs(model), _first_receipt(model)
    scarce, stock = _scarce(model, window)
    early = np.full(level.size, -1)
    early[scarce] = np.arange(scarce.size)
    stocks = _stocks(model, node, share, fixed)
    layout = Layout(
        level_start=np.searchsorted(level[node][order], np.arange(int(level.max(initial=0)) + 2)).astype(np.int64),
        level_node=order.astype(np.int64),
        option_start=np.searchsorted(copy_of_option, np.arange(node.size + 1)).astype(np.int64),
        option_node=copy_of_option,
        cost=costs[option],
        window=window[node],
        early=early[node],
        lead=model.options.lead_time[option].astype(np.int64),
        **_hour_lines(model, option, limited),
        **_input_lines(model, option, copy_of_option, node, group),
        **stocks,
        **_stages(node, stocks["kind"]),
    )
    return PriceNetwork(
        model=model,
        layout=layout,
        node=node,
        option=option,
        group=group,
        share=share,
        groups=groups,
        group_start=np.searchsorted(group[by_group], np.arange(groups + 1)).astype(np.int64),
        group_node=by_group.astype(np.int64),
        fixed=fixed,
        fixed_hours=fixed_hours_of(model, fixed),
        fixed_cost=fixed_cost_of(model, fixed),
        given_away=gain_of_giving_up(model),
        limited=limited,
        limits=(over_periods(model.options.maximum, model.length) - fixed)[:, limited],
        scarce=scarce,
        scarce_stock=stock,
    )


def _option_costs(model: SupplyModel) -> Array:
    """Money per unit by option and period of receipt, inf where nothing more can be received."""
    options = model.options
    room = over_periods(options.maximum, model.length) > over_periods(options.minimum, model.length)
    in_time = np.arange(model.length)[:, None] >= options.lead_time
    cost = np.where(room & in_time, over_periods(options.unit_cost, model.length), np.inf)
    return np.ascontiguousarray(cost.T)


def _first_receipt(model: SupplyModel) -> IntArray:
    """First period in which each node can receive something new."""
    options, usable = model.options, np.isfinite(_option_costs(model))
    first = np.where(usable.any(axis=1), usable.argmax(axis=1), model.length)
    out = np.full(len(model.nodes.names), model.length)
    np.minimum.at(out, options.node, first)
    return out.astype(np.int64)


def _scarce(model: SupplyModel, window: IntArray) -> tuple[IntArray, Array]:
    """Components that cannot be had at once though there is stock, and their stock until they can."""
    taken = np.bincount(model.options.component, minlength=window.size) > 0
    before = np.arange(model.length)[:, None] < window
    stock = model.nodes.opening + (model.nodes.receipts * before).sum(axis=0)
    scarce = np.flatnonzero(taken & (window > 0) & (stock > 0))
    return scarce, stock[scarce]


def _limited(model: SupplyModel) -> IntArray:
    maximum = over_periods(model.options.maximum, model.length)
    return np.flatnonzero((np.isfinite(maximum) & (maximum > model.options.minimum)).any(axis=0))


def _hour_lines(model: SupplyModel, option: IntArray, limited: IntArray) -> _HourLines:
    """Resource lines of the copied options; a limited option uses one unit of its own limit."""
    options, resources = model.options, len(model.resources.names)
    owner = np.concatenate((option_of_lines(options.hour_start), limited))
    resource = np.concatenate((options.resource, resources + np.arange(limited.size)))
    hours = np.concatenate((options.hours_per_unit, np.ones(limited.size)))
    offset = np.concatenate((options.hour_offset, np.zeros(limited.size, np.int64)))
    start, line = _gathered(owner, option)
    return {
        "hour_start": start,
        "resource": resource[line].astype(np.int64),
        "hours": hours[line],
        "offset": offset[line].astype(np.int64),
    }


def _gathered(owner: IntArray, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Lines of each wanted owner, one after the other."""
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], wanted)
    count = np.searchsorted(owner[order], wanted, side="right") - first
    start = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    within = np.arange(start[-1]) - np.repeat(start[:-1], count)
    return start, order[np.repeat(first, count) + within]


def _input_lines(
    model: SupplyModel, option: IntArray, copy_of_option: IntArray, node: IntArray, group: IntArray
) -> _InputLines:
    options, groups = model.options, int(group.max()) + 1
    start, line = _gathered(option_of_lines(options.component_start), option)
    owner = option_of_lines(start)
    key = node * groups + group
    wanted = options.component[line] * groups + group[copy_of_option[owner]]
    below = np.searchsorted(key, wanted)
    taker = np.argsort(below, kind="stable")
    return {
        "input_start": start,
        "input_node": below.astype(np.int64),
        "quantity_per": options.quantity_per[line],
        "input_from": options.component_from[line].astype(np.int64),
        "input_to": options.component_to[line].astype(np.int64),
        "taker_start": np.searchsorted(below[taker], np.arange(node.size + 1)).astype(np.int64),
        "taker_line": taker.astype(np.int64),
        "line_option": owner.astype(np.int64),
    }


def _stocks(model: SupplyModel, node: IntArray, share: Array, fixed: Array) -> _Stocks:
    nodes, length, count = model.nodes, model.length, len(model.nodes.names)
    asked = scatter_add(over_periods(model.demand.quantity, length), model.demand.node, count)
    minimum = over_periods(nodes.minimum, length)
    net = asked - nodes.receipts - fixed_flow(model, fixed) + np.diff(minimum, axis=0, prepend=0.0)
    target = np.maximum(over_periods(nodes.target, length) - minimum, 0.0)
    ceiling = np.maximum(over_periods(nodes.maximum, length) - minimum, 0.0)
    backlog, unserved = penalties_of(model, count)
    taken = np.bincount(model.options.component, minlength=count) > 0
    own = (net != 0).any(axis=0) | (nodes.opening != 0) | (target > 0).any(axis=0)
    kind = np.where(~taken, END, np.where(own, STAGE, PLAIN))

    def rows(values: Array) -> Array:
        return np.ascontiguousarray(over_periods(values, length).T[node])

    return {
        "kind": kind[node],
        "net": rows(net) * share[:, None],
        "opening": nodes.opening[node] * share,
        "target": rows(target) * share[:, None],
        "shortfall": rows(nodes.shortfall_cost),
        "ceiling": rows(ceiling) * share[:, None],
        "excess": np.where(np.isfinite(rows(ceiling)), rows(nodes.excess_cost), 0.0),
        "holding": rows(holding_of(model)),
        "free_below": model.conventions.charge_only_excess,
        "backlog": rows(backlog),
        "unserved": rows(unserved),
        "elastic": nodes.elastic_cost[node].astype(np.float64),
        "end_value": nodes.end_value[node].astype(np.float64),
        "shelf": nodes.shelf_life[node].astype(np.int64),
        "storage": nodes.storage[node].astype(np.int64),
        "room": nodes.storage_per_unit[node].astype(np.float64),
    }


def _stages(node: IntArray, kind: IntArray) -> _Stages:
    """The copies of a node stand one behind the other."""
    staged = np.where(kind == STAGE, node, -1)
    found, start = np.unique(staged[staged >= 0], return_index=True)
    first = np.flatnonzero(staged >= 0)[start]
    return {
        "stage": np.where(staged >= 0, np.searchsorted(found, staged), -1).astype(np.int64),
        "stage_start": first.astype(np.int64),
        "stage_end": (first + np.bincount(staged[staged >= 0], minlength=node.max() + 1)[found]).astype(np.int64),
    }
