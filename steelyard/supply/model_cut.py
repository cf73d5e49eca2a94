"""Model cut: some nodes of a supply model with their options and demand, numbered anew."""

from dataclasses import replace

import numpy as np

from steelyard.grid.block import BoolArray, IntArray
from steelyard.supply.co_product import co_product_lines
from steelyard.supply.model import Demand, Nodes, Options, option_of_lines
from steelyard.supply.model_parts import option_table

_BY_OPTION = (
    "unit_cost", "minimum", "maximum", "reference", "kind", "lead_time", "lot_minimum", "lot_multiple", "lot_maximum",
    "fixed_cost", "increase_cost", "decrease_cost", "previous_rate", "deviation_cost", "share", "share_cost",
)  # fmt: skip


def nodes_inside(nodes: Nodes, inside: BoolArray) -> Nodes:
    """Some nodes.

    Args:
        nodes: All nodes.
        inside: Which are wanted, `[node]`.
    """
    node = np.flatnonzero(inside)
    picked = {name: values[..., node] for name, values in vars(nodes).items() if isinstance(values, np.ndarray)}
    return replace(nodes, names=tuple(nodes.names[n] for n in node.tolist()), **picked)


def options_inside(table: Options, inside: BoolArray, resource: IntArray, length: int) -> Options:
    """The options of some nodes; lines that lead to other nodes or resources are left out.

    Args:
        table: All options.
        inside: Nodes that are wanted, `[node]`.
        resource: New number of each resource; -1 where it is left out.
        length: How many periods there are.
    """
    option, number = np.flatnonzero(inside[table.node]), np.cumsum(inside) - 1
    place = np.full(len(table.names), -1)
    place[option] = np.arange(option.size)
    owner, worker = option_of_lines(table.component_start), option_of_lines(table.hour_start)
    part = np.flatnonzero((place[owner] >= 0) & inside[table.component])
    work = np.flatnonzero((place[worker] >= 0) & (resource[table.resource] >= 0))
    beside = table.co_products
    given = np.flatnonzero((place[beside.option] >= 0) & inside[beside.node])
    return option_table(
        tuple(table.names[n] for n in option.tolist()),
        length,
        node=number[table.node[option]],
        component_start=_starts(place[owner[part]], option.size),
        component=number[table.component[part]],
        quantity_per=table.quantity_per[part],
        component_from=table.component_from[part],
        component_to=table.component_to[part],
        hour_start=_starts(place[worker[work]], option.size),
        resource=resource[table.resource[work]],
        hours_per_unit=table.hours_per_unit[work],
        hour_offset=table.hour_offset[work],
        co_products=co_product_lines(
            place[beside.option[given]], number[beside.node[given]], beside.per_unit[given], beside.first[given],
            beside.last[given],
        ),
        **{name: getattr(table, name)[..., option] for name in _BY_OPTION},
    )  # fmt: skip


def demand_inside(demand: Demand, inside: BoolArray) -> Demand:
    """The rows of demand for some nodes.

    Args:
        demand: All rows.
        inside: Nodes that are wanted, `[node]`.
    """
    row, number = np.flatnonzero(inside[demand.node]), np.cumsum(inside) - 1
    picked = {name: values[..., row] for name, values in vars(demand).items() if isinstance(values, np.ndarray)}
    picked["node"] = number[demand.node[row]]
    return replace(
        demand,
        names=tuple(demand.names[n] for n in row.tolist()),
        customer_class=tuple(demand.customer_class[n] for n in row.tolist()),
        **picked,
    )


def _starts(option: IntArray, count: int) -> IntArray:
    """Where the lines of each option begin; one longer than options. The lines are sorted by option."""
    return np.searchsorted(option, np.arange(count + 1)).astype(np.int64)
