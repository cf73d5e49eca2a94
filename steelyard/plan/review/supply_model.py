"""Supply model of a plan: its demand, stock, sources, bills, hours and money as the one model all engines plan on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.inventory.cover import units_of_cover
from steelyard.plan.calculation import Value
from steelyard.plan.inputs.counting import Counting
from steelyard.plan.inputs.supply_terms import SupplyPrices, SupplyTerms
from steelyard.plan.review.model_options import (
    NamedRows,
    cheapest_units,
    joined,
    model_options,
    paid_hours,
    wage_of_hours,
    worker_hours,
)
from steelyard.plan.stages.open_supply import counted_on
from steelyard.supply.class_terms import class_values
from steelyard.supply.model import (
    Demand,
    Nodes,
    Resources,
    SupplyModel,
    Workforce,
)
from steelyard.supply.model_parts import (
    assemble_model,
    demand_table,
    node_table,
    resource_table,
    workforce_table,
)
from steelyard.supply.network import Arcs, SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill

Values = Mapping[str, Value]

MODEL_INPUTS = (
    "demand_plan", "turned_away", "place_of_demand", "price", "standard_cost", "safety_stock", "opening_inventory",
    "rescheduled_receipts", "expiring_stock", "lead_time_days", "days_per_period", "season", "network", "bill", "lots",
    "capacity_available", "supply_terms", "supply_prices", "supply_counting", "minimum_receipts", "maximum_receipts",
    "planning_fence", "approved_receipts", "whole_lots", "source_rows", "gross_requirement",
    "order_cost",
)  # fmt: skip
"""What a supply model is made of."""


def plan_supply_model(values: Values, names: NamedRows | None = None) -> SupplyModel:
    """Make the supply model of a plan.

    Every item-location is a node; the first options are its chosen sources in the same order, the further sources
    follow. Making costs what the standard cost adds to its components; regular hours are in that cost, overtime
    costs its premium. Demand is asked by item-location and class of customer.

    Args:
        values: Inputs and measures of the plan; `MODEL_INPUTS` names them.
        names: Names to show; numbers by default.
    """
    asked = joined(values, "demand_plan") - joined(values, "turned_away")
    names = names or _numbered(values, asked.shape[0])
    stated = joined(values, "standard_cost")
    cost, _ = consistent_costs(cast(SupplyNetwork, values["network"]), stated)
    scale = np.divide(cost[0], stated[0], out=np.ones(cost.shape[1]), where=stated[0] > 0)
    prices, terms = cast(SupplyPrices, values["supply_prices"]), cast(SupplyTerms, values["supply_terms"])
    per_year = float(cast(float, values["season"])) or 1.0
    nodes = _nodes(values, names, cost, prices, terms, per_year)
    demand = _demand(values, names, prices, terms, nodes, asked, 12.0 / per_year)
    options = model_options(values, names, cost, scale, terms)
    count = cast(Counting, values["supply_counting"])
    most = _END_VALUE * cheapest_units(options, len(nodes.names))
    return assemble_model(
        names.periods,
        replace(nodes, end_value=np.minimum(nodes.end_value, most)),
        options,
        _resources(values, names, prices, terms),
        _workforce(values, names, terms),
        demand,
        conventions=count.conventions,
        days=count.days if count.conventions.rate == "day" else None,
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
    target, most = _stock_band(values, terms, days)
    return node_table(
        names.places,
        len(names.periods),
        opening=joined(values, "opening_inventory"),
        receipts=counted_on(values),
        target=target,
        holding_cost=holding,
        shortfall_cost=prices.shortfall_factor * holding,
        end_value=_END_VALUE * cost[-1],
        maximum=most,
        excess_cost=np.where(np.isfinite(most), prices.shortfall_factor * holding, 0.0),
        storage=terms.storage.store.astype(np.float64),
        storage_per_unit=np.where(terms.storage.store >= 0, 1.0, 0.0),
        shelf_life=np.ceil(terms.shelf_life_days / days),
    )


def _stock_band(values: Values, terms: SupplyTerms, days: float) -> tuple[Array, Array]:
    """Stock that shall be there at least and at most, `[period, place]`.

    The target is the safety stock, or the stated days of cover where those are more. The most is the storage limit, or
    the stated days where those are less, but never below the target.
    """
    room, target = terms.storage, joined(values, "safety_stock")
    if np.isnan(room.target_days).all() and np.isnan(room.most_days).all():
        return target, room.limit
    need = joined(values, "gross_requirement")
    target = np.fmax(target, units_of_cover(need, room.target_days, days))
    most = np.maximum(units_of_cover(need, room.most_days, days), target)
    return target, np.fmin(room.limit, most)


def _resources(values: Values, names: NamedRows, prices: SupplyPrices, terms: SupplyTerms) -> Resources:
    paid = paid_hours(values, terms)
    return resource_table(
        names.resources,
        len(names.periods),
        kind=terms.resource_kind.astype(np.float64),
        regular=_regular_hours(values, terms),
        overtime=terms.overtime,
        regular_cost=paid,
        overtime_cost=np.maximum(_overtime_costs(values, prices, terms), _LEAST_HOLDING) + paid,
        shift_hours=terms.shifts.hours,
        shift_limit=terms.shifts.limit,
        shift_cost=terms.shifts.cost + terms.shifts.hours * paid,
    )


def _overtime_costs(values: Values, prices: SupplyPrices, terms: SupplyTerms) -> Array:
    """Money of an hour of overtime beside what making costs, by resource.

    It is the premium where the hour itself is in that cost. Of a crew with a wage it is the whole hour: the wage took
    its work out of the cost and pays the regular hours alone.
    """
    hour, stated = np.nan_to_num(terms.hour_cost), terms.overtime_premium
    cost = np.where(np.isnan(stated), prices.overtime_premium * hour, stated)
    rate = wage_of_hours(values, terms)
    crew, rate = terms.crews.resource[rate > 0], rate[rate > 0]
    told = np.where(np.isnan(stated[crew]), rate, 0.0)
    usual = np.where(np.isnan(terms.hour_cost[crew]), told, hour[crew])
    cost[crew] = usual + np.where(np.isnan(stated[crew]), prices.overtime_premium * usual, stated[crew])
    return cost


def _regular_hours(values: Values, terms: SupplyTerms) -> Array:
    """Hours of each resource beside those its workers bring, `[period, resource]`.

    Of a crew that states the hours of a worker these are what somebody added to the capacity table, such as an option.
    """
    hours, crew = cast(Blocks, values["capacity_available"])[0], terms.crews
    if not crew.resource.size:
        return hours
    left = np.array(hours)
    added = np.maximum(hours[:, crew.resource] - crew.stated, 0.0)
    left[:, crew.resource] = np.where(np.isnan(crew.hours_per_worker), 0.0, added)
    return left


def _workforce(values: Values, names: NamedRows, terms: SupplyTerms) -> Workforce:
    crew = terms.crews
    return workforce_table(
        tuple(names.resources[number] for number in crew.resource.tolist()),
        len(names.periods),
        resource=crew.resource,
        opening=crew.workers,
        hours_per_worker=worker_hours(values, terms),
        overtime_per_worker=crew.overtime_per_worker,
        wage=crew.wage,
        hire_cost=np.nan_to_num(crew.hire_cost),
        layoff_cost=np.nan_to_num(crew.layoff_cost),
        minimum=np.where(np.isnan(crew.layoff_cost), np.maximum(crew.workers, crew.least), crew.least),
        maximum=np.where(np.isnan(crew.hire_cost), crew.workers, np.maximum(crew.most, crew.least)),
        hire_limit=np.where(np.isnan(crew.hire_cost), 0.0, np.inf),
        layoff_limit=np.where(np.isnan(crew.layoff_cost), 0.0, np.inf),
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
    income = scatter_add(asked * joined(values, "price"), of_series.astype(np.int64), code.size)
    plain = scatter_add(joined(values, "price"), of_series.astype(np.int64), code.size)
    plain /= np.maximum(np.bincount(of_series, minlength=code.size), 1)
    price = np.where(quantity > 0, income / np.where(quantity > 0, quantity, 1.0), plain)
    node, of_class = code // classes, code % classes
    least = 1.5 * (nodes.shortfall_cost[:, node] + nodes.holding_cost[:, node])
    backlog, goodwill, rank = class_values(
        terms.class_names, prices.class_terms, backlog=prices.backlog_rate, goodwill=prices.goodwill_rate
    )
    waiting = np.maximum(backlog[of_class] * months * price, least)
    return demand_table(
        tuple(f"{names.places[n]}, {terms.class_names[c]}" for n, c in zip(node.tolist(), of_class, strict=True)),
        len(names.periods),
        node=node,
        quantity=quantity,
        customer_class=tuple(terms.class_names[c] for c in of_class),
        rank=rank[of_class],
        price=price,
        backlog_cost=waiting if cast(Counting, values["supply_counting"]).backlog_allowed else np.inf,
        lost_cost=np.maximum(goodwill[of_class] * price, 2.0 * waiting),
    )


def _places(values: Values) -> IntArray:
    """Item-location of each demand series; blocks count from their own first place."""
    blocks = cast(tuple[IntArray, ...], values["place_of_demand"])
    sizes = [block.shape[-1] for block in cast(Blocks, values["opening_inventory"])]
    first = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    return np.concatenate([part + start for part, start in zip(blocks, first, strict=True)]).astype(np.int64)


_SAME_COST = 1e-3
"""Share by which components may cost more than what is made of them before that is a finding."""
_LEAST_HOLDING = 1e-3
"""Money that holding a unit and an hour of overtime cost at least, so that plans do not drift where data are zero."""
_END_VALUE = 0.5
"""Share of its cost that stock after the horizon is worth: enough not to be given away, too little to be made for."""
