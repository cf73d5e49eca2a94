"""Supply model of a plan: its demand, stock, sources, bills, hours and money as the one model all engines plan on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.supply_terms import SupplyPrices, SupplyTerms
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.model import Demand, Nodes, Options, Resources, SupplyModel
from steelyard.supply.model_parts import (
    assemble_model,
    demand_table,
    node_table,
    option_table,
    resource_table,
    workforce_table,
)
from steelyard.supply.network import Arcs, SupplyNetwork
from steelyard.supply.requirements import lead_time_periods
from steelyard.supply.rough_cut import ResourceBill

Values = Mapping[str, Value]

MODEL_INPUTS = (
    "demand_plan", "place_of_demand", "price", "standard_cost", "safety_stock", "opening_inventory",
    "scheduled_receipts", "lead_time_days", "days_per_period", "season", "network", "bill", "lots",
    "capacity_available", "supply_terms", "supply_prices",
)  # fmt: skip
"""What a supply model is made of."""


@dataclass(frozen=True, eq=False)
class NamedRows:
    """Names of periods, item-locations and resources, where a reader will see them."""

    periods: tuple[str, ...]
    places: tuple[str, ...]
    resources: tuple[str, ...]


def plan_supply_model(values: Values, names: NamedRows | None = None) -> SupplyModel:
    """Make the supply model of a plan.

    Every item-location is a node; the first options are its chosen sources in the same order, the further sources
    follow. Making costs what the standard cost adds to its components; regular hours are in that cost, overtime
    costs its premium. Demand is asked by item-location and class of customer.

    Args:
        values: Inputs and measures of the plan; `MODEL_INPUTS` names them.
        names: Names to show; numbers by default.
    """
    demand_plan = _joined(values, "demand_plan")
    names = names or _numbered(values, demand_plan.shape[0])
    stated = _joined(values, "standard_cost")
    cost, _ = consistent_costs(cast(SupplyNetwork, values["network"]), stated)
    scale = np.divide(cost[0], stated[0], out=np.ones(cost.shape[1]), where=stated[0] > 0)
    prices, terms = cast(SupplyPrices, values["supply_prices"]), cast(SupplyTerms, values["supply_terms"])
    per_year = float(cast(float, values["season"])) or 1.0
    nodes = _nodes(values, names, cost, prices, terms, per_year)
    demand = _demand(values, names, prices, terms, nodes, demand_plan, 12.0 / per_year)
    return assemble_model(
        names.periods,
        nodes,
        _options(values, names, cost, scale, terms),
        _resources(values, names, prices, terms),
        workforce_table((), len(names.periods), resource=np.empty(0, np.int64)),
        demand,
    )


def consistent_costs(network: SupplyNetwork, cost: Array) -> tuple[Array, BoolArray]:
    """Standard costs at which no assembly costs less than its components.

    Where the components of an item cost more than the item itself, one of the two is wrong (often the unit of the
    purchase price), and an engine that weighs money would rather make nothing. From the sold items down, the cost of
    such components is scaled until they fit. An item whose cost is not known costs what its components cost.

    Args:
        network: The supply network.
        cost: Standard cost, `[period, place]`; 0 where it is not known.

    Returns:
        The costs, and the item-locations whose components did not fit.
    """
    arcs: Arcs = network.components
    consumer = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    lines_of = [np.flatnonzero(network.level[consumer] == level) for level in range(network.depth)]
    known, above = np.array(cost), np.zeros(network.rows, bool)
    for lines in reversed(lines_of):
        parts = _parts_cost(network, known, lines, consumer)
        known = np.where((known == 0) & (parts > 0), parts, known)
    fitting = known.copy()
    for lines in lines_of:
        parts = _parts_cost(network, fitting, lines, consumer)
        factor = np.divide(fitting, parts, out=np.ones(parts.shape), where=parts > 0)
        above |= np.any(factor < 1 - _SAME_COST, axis=0)
        for line in lines[np.any(factor[:, consumer[lines]] < 1, axis=0)].tolist():
            row, by = arcs.row[line], np.minimum(factor[:, consumer[line]], 1.0)
            fitting[:, row] = np.minimum(fitting[:, row], known[:, row] * by)
    return fitting, above


def _parts_cost(network: SupplyNetwork, cost: Array, lines: IntArray, consumer: IntArray) -> Array:
    """Cost of what some lines take, by consumer, `[period, place]`."""
    arcs: Arcs = network.components
    return scatter_add(cost[:, arcs.row[lines]] * arcs.quantity_per[lines], consumer[lines], network.rows)


def _numbered(values: Values, periods: int) -> NamedRows:
    bill = cast(ResourceBill, values["bill"])
    return NamedRows(
        tuple(str(t + 1) for t in range(periods)),
        tuple(f"item-location {row + 1}" for row in range(bill.rows)),
        tuple(f"resource {row + 1}" for row in range(bill.resources)),
    )


def _nodes(
    values: Values, names: NamedRows, cost: Array, prices: SupplyPrices, terms: SupplyTerms, per_year: float
) -> Nodes:
    rate = np.where(np.isnan(terms.holding_rate), prices.holding_rate, terms.holding_rate) / per_year
    holding = np.maximum(rate * cost, _LEAST_HOLDING)
    days = float(cast(float, values["days_per_period"]))
    return node_table(
        names.places,
        len(names.periods),
        opening=_joined(values, "opening_inventory"),
        receipts=_joined(values, "scheduled_receipts"),
        target=_joined(values, "safety_stock"),
        holding_cost=holding,
        shortfall_cost=prices.shortfall_factor * holding,
        end_value=_END_VALUE * cost[-1],
        shelf_life=np.ceil(terms.shelf_life_days / days),
    )


def _options(values: Values, names: NamedRows, cost: Array, scale: Array, terms: SupplyTerms) -> Options:
    network, bill, lots = (
        cast(SupplyNetwork, values["network"]), cast(ResourceBill, values["bill"]), cast(LotSizes, values["lots"]),
    )  # fmt: skip
    days = float(cast(float, values["days_per_period"]))
    main_lead = lead_time_periods(_joined(values, "lead_time_days"), days)
    other = terms.other_row
    moved = np.flatnonzero(terms.other_origin >= 0)
    parts = network.components
    start = np.concatenate((parts.start, parts.start[-1] + np.cumsum(terms.other_origin >= 0)))
    hours = bill.by_row
    other_price = np.where(np.isnan(terms.other_price), cost[0, other], terms.other_price * scale[other])
    periods = len(names.periods)
    return option_table(
        (*(f"{_VERB[int(kind)]} {name}" for kind, name in zip(terms.kind, names.places, strict=True)),
         *_other_names(terms, names)),
        periods,
        node=np.concatenate((np.arange(network.rows), other)),
        kind=np.concatenate((np.where(terms.kind < 0, 1, terms.kind), terms.other_kind)),
        lead_time=np.concatenate((main_lead, lead_time_periods(terms.other_lead_days, days))),
        unit_cost=np.hstack((_added_cost(network, cost, terms), np.broadcast_to(other_price, (periods, other.size)))),
        maximum=np.concatenate((terms.most, terms.other_most)),
        component_start=start,
        component=np.concatenate((parts.row.astype(np.int64), terms.other_origin[moved])),
        quantity_per=np.concatenate((parts.quantity_per, np.ones(moved.size))),
        component_from=np.concatenate((parts.valid_from.astype(np.int64), np.zeros(moved.size, np.int64))),
        component_to=np.concatenate((parts.valid_to.astype(np.int64), np.full(moved.size, periods))),
        hour_start=np.concatenate((hours.start, np.full(other.size, hours.start[-1]))),
        resource=hours.other.astype(np.int64),
        hours_per_unit=hours.hours_per_unit,
        hour_offset=hours.offset.astype(np.int64),
        lot_minimum=np.concatenate((lots.minimum, np.zeros(other.size))),
        lot_multiple=np.concatenate((lots.multiple, np.zeros(other.size))),
    )  # fmt: skip


def _other_names(terms: SupplyTerms, names: NamedRows) -> tuple[str, ...]:
    said: dict[str, int] = {}
    out = []
    for kind, row in zip(terms.other_kind.tolist(), terms.other_row.tolist(), strict=True):
        name = f"{_VERB[kind]} {names.places[row]}"
        said[name] = said.get(name, 1) + 1
        out.append(f"{name}, source {said[name]}")
    return tuple(out)


def _added_cost(network: SupplyNetwork, cost: Array, terms: SupplyTerms) -> Array:
    """What making, buying or moving adds to the cost of components, `[period, place]`."""
    arcs: Arcs = network.components
    row = np.repeat(np.arange(network.rows), np.diff(arcs.start))
    period = np.arange(cost.shape[0])[:, None]
    valid = (period >= arcs.valid_from) & (period < arcs.valid_to)
    parts = scatter_add(cost[:, arcs.row] * valid * arcs.quantity_per, row, network.rows)
    added = np.where(terms.kind == _TRANSFER, 0.0, np.maximum(cost - parts, 0.0))
    return np.asarray(added + terms.freight)


def _resources(values: Values, names: NamedRows, prices: SupplyPrices, terms: SupplyTerms) -> Resources:
    hour = np.nan_to_num(terms.hour_cost)
    premium = np.where(np.isnan(terms.overtime_premium), prices.overtime_premium * hour, terms.overtime_premium)
    return resource_table(
        names.resources,
        len(names.periods),
        kind=np.minimum(terms.resource_kind, _TRANSPORT),
        regular=cast(Blocks, values["capacity_available"])[0],
        overtime=terms.overtime,
        overtime_cost=np.maximum(premium, _LEAST_HOLDING),
    )


def _demand(
    values: Values,
    names: NamedRows,
    prices: SupplyPrices,
    terms: SupplyTerms,
    nodes: Nodes,
    asked: Array,
    months: float,
) -> Demand:
    """Rows of demand by item-location and class; who waits pays nothing, but it costs goodwill."""
    place, classes = _places(values), len(terms.class_names)
    code, of_series = np.unique(place * classes + terms.customer_class, return_inverse=True)
    quantity = scatter_add(np.ascontiguousarray(asked), of_series.astype(np.int64), code.size)
    income = scatter_add(asked * _joined(values, "price"), of_series.astype(np.int64), code.size)
    plain = scatter_add(_joined(values, "price"), of_series.astype(np.int64), code.size)
    plain /= np.maximum(np.bincount(of_series, minlength=code.size), 1)
    price = np.where(quantity > 0, income / np.where(quantity > 0, quantity, 1.0), plain)
    node = code // classes
    least = 1.5 * (nodes.shortfall_cost[:, node] + nodes.holding_cost[:, node])
    waiting = np.maximum(prices.backlog_rate * months * price, least)
    return demand_table(
        tuple(f"{names.places[n]}, {terms.class_names[c]}" for n, c in zip(node.tolist(), code % classes, strict=True)),
        len(names.periods),
        node=node,
        quantity=quantity,
        customer_class=tuple(terms.class_names[c] for c in code % classes),
        price=price,
        backlog_cost=waiting,
        lost_cost=np.maximum(prices.goodwill_rate * price, 2.0 * waiting),
    )


def _places(values: Values) -> IntArray:
    """Item-location of each demand series; blocks count from their own first place."""
    blocks = cast(tuple[IntArray, ...], values["place_of_demand"])
    sizes = [block.shape[-1] for block in cast(Blocks, values["opening_inventory"])]
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return np.concatenate([part + start for part, start in zip(blocks, first, strict=True)]).astype(np.int64)


def _joined(values: Values, name: str) -> Array:
    return join(cast(Blocks, values[name]))


_VERB = ("make", "buy", "bring", "get")
"""How an item-location is supplied, by source type; the last one where no source is known."""
_TRANSFER, _TRANSPORT = 2, 4
_SAME_COST = 1e-3
"""Share by which components may cost more than what is made of them before that is a finding."""
_LEAST_HOLDING = 1e-3
"""Money that holding a unit and an hour of overtime cost at least, so that plans do not drift where data are zero."""
_END_VALUE = 0.5
"""Share of its cost that stock after the horizon is worth: enough not to be given away, too little to be made for."""
