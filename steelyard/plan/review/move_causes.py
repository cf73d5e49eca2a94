"""Move causes: what holds receipts back in a plan that prices hours, by item-location and period."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.model import SupplyModel, option_of_lines
from steelyard.supply.moves import GATE_COMPONENT, GATE_NONE, GATE_RESOURCE, Int8Array, Int32Array
from steelyard.supply.node_copies import levels_of


@dataclass(frozen=True, eq=False)
class Causes:
    """What makes a receipt dear, `[period, node]`.

    Args:
        kind: GATE_RESOURCE, GATE_COMPONENT or GATE_NONE.
        index: Number of that resource or component, -1 where there is none.
    """

    kind: Int8Array
    index: Int32Array


def causes_by_price(model: SupplyModel, hour_price: Array) -> Causes:
    """The dearest of what each node takes: its own hours, or a component that hours make dear.

    The first option of a node counts.

    Args:
        model: The supply model, the first options in the order of its nodes.
        hour_price: Money that one more hour is worth, `[period, resource]`.
    """
    nodes = len(model.nodes.names)
    shape = (model.length, nodes)
    value, index = np.zeros(shape), np.full(shape, -1, np.int32)
    dearest, kind = np.zeros(shape), np.full(shape, GATE_NONE, np.int8)
    _own_hours(model, np.maximum(hour_price, 0.0), value, dearest, kind, index)
    options, level = model.options, levels_of(model)
    line = option_of_lines(options.component_start)
    mine = np.flatnonzero((line < nodes) & (options.quantity_per > 0))
    for depth in range(int(level.max(initial=0)), -1, -1):
        here = mine[level[line[mine]] == depth]
        if here.size:
            _components(options.component[here], line[here], options.quantity_per[here], value, dearest, kind, index)
    return Causes(kind, index)


def _own_hours(
    model: SupplyModel, price: Array, value: Array, dearest: Array, kind: Int8Array, index: Int32Array
) -> None:
    options, nodes = model.options, value.shape[1]
    line = option_of_lines(options.hour_start)
    mine = np.flatnonzero(line < nodes)
    node, resource = line[mine], options.resource[mine]
    for t in range(model.length):
        when = np.maximum(t - options.hour_offset[mine], 0)
        money = price[when, resource] * options.hours_per_unit[mine]
        np.add.at(value[t], node, money)
        _keep_dearest(money, node, resource, GATE_RESOURCE, dearest[t], kind[t], index[t])


def _components(
    component: IntArray, node: IntArray, per: Array, value: Array, dearest: Array, kind: Int8Array, index: Int32Array
) -> None:
    for t in range(value.shape[0]):
        money = per * value[t, component]
        np.add.at(value[t], node, money)
        _keep_dearest(money, node, component, GATE_COMPONENT, dearest[t], kind[t], index[t])


def _keep_dearest(
    money: Array, node: IntArray, cause: IntArray, what: int, dearest: Array, kind: Int8Array, index: Int32Array
) -> None:
    """Note a cause where it is dearer than what was noted before."""
    for one in np.argsort(money, kind="stable").tolist():
        if money[one] > dearest[node[one]]:
            dearest[node[one]], kind[node[one]], index[node[one]] = money[one], what, cause[one]
