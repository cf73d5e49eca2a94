"""Model parts: tables of a supply model with sensible values for whatever is not said."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.co_product import CoProducts, no_co_products
from steelyard.supply.model import (
    Conventions,
    Demand,
    Nodes,
    Options,
    Resources,
    SupplyModel,
    Workforce,
    option_of_lines,
    over_periods,
    read_only,
)

Part = TypeVar("Part", Nodes, Resources)
Values = float | Sequence[float] | Array

_TIMES = 10.0
"""How much dearer what is elastic is than the dearest honest way."""


def node_table(
    names: Sequence[str],
    periods: int,
    *,
    opening: Values = 0.0,
    receipts: Values = 0.0,
    target: Values = 0.0,
    minimum: Values = 0.0,
    maximum: Values = np.inf,
    holding_cost: Values = 0.0,
    shortfall_cost: Values = 0.0,
    excess_cost: Values = 0.0,
    end_value: Values = 0.0,
    shelf_life: Values = 0,
    expiry_cost: Values = 0.0,
    storage: Values = -1,
    storage_per_unit: Values = 0.0,
) -> Nodes:
    """Nodes; see `Nodes` for the meaning. A value is one number, one per node, or `[period, node]`.

    The elastic cost is set when the model is assembled.
    """
    n = len(names)
    return Nodes(
        names=tuple(names),
        opening=_each(opening, n),
        receipts=_timed(receipts, periods, n),
        target=_timed(target, periods, n),
        minimum=_timed(minimum, periods, n),
        maximum=_timed(maximum, periods, n),
        holding_cost=_timed(holding_cost, periods, n),
        shortfall_cost=_timed(shortfall_cost, periods, n),
        excess_cost=_timed(excess_cost, periods, n),
        end_value=_each(end_value, n),
        shelf_life=_whole(shelf_life, n),
        expiry_cost=_each(expiry_cost, n),
        storage=_whole(storage, n),
        storage_per_unit=_each(storage_per_unit, n),
        elastic_cost=np.zeros(n),
    )


def option_table(
    names: Sequence[str],
    periods: int,
    *,
    node: IntArray,
    kind: Values = 0,
    lead_time: Values = 0,
    unit_cost: Values = 0.0,
    minimum: Values = 0.0,
    maximum: Values = np.inf,
    component_start: IntArray | None = None,
    component: IntArray | None = None,
    quantity_per: Array | None = None,
    component_from: IntArray | None = None,
    component_to: IntArray | None = None,
    hour_start: IntArray | None = None,
    resource: IntArray | None = None,
    hours_per_unit: Array | None = None,
    hour_offset: IntArray | None = None,
    lot_minimum: Values = 0.0,
    lot_multiple: Values = 0.0,
    lot_maximum: Values = np.inf,
    fixed_cost: Values = 0.0,
    increase_cost: Values = 0.0,
    decrease_cost: Values = 0.0,
    previous_rate: Values = np.nan,
    reference: Values = np.nan,
    deviation_cost: Values = 0.0,
    share: Values = np.nan,
    share_cost: Values = 0.0,
    co_products: CoProducts | None = None,
) -> Options:
    """Options; see `Options` for the meaning. A value is one number, one per option, or `[period, option]`.

    Offsets of hours beyond the lead time count as the lead time, so that no work falls before its release.
    """
    n = len(names)
    lead = _whole(lead_time, n)
    parts = component if component is not None else np.empty(0, np.int64)
    work = resource if resource is not None else np.empty(0, np.int64)
    part_start = component_start if component_start is not None else np.zeros(n + 1, np.int64)
    work_start = hour_start if hour_start is not None else np.zeros(n + 1, np.int64)
    offset = np.zeros(work.size, np.int64) if hour_offset is None else hour_offset.astype(np.int64)
    most = _timed(maximum, periods, n)
    too_early = np.arange(periods)[:, None] < lead
    return Options(
        names=tuple(names),
        node=node.astype(np.int64),
        kind=_whole(kind, n),
        lead_time=lead,
        unit_cost=_timed(unit_cost, periods, n),
        minimum=_timed(minimum, periods, n),
        maximum=np.where(too_early, 0.0, most) if too_early.any() else most,
        component_start=part_start.astype(np.int64),
        component=parts.astype(np.int64),
        quantity_per=np.ones(parts.size) if quantity_per is None else quantity_per.astype(np.float64),
        component_from=np.zeros(parts.size, np.int64) if component_from is None else component_from.astype(np.int64),
        component_to=np.full(parts.size, periods, np.int64) if component_to is None else component_to.astype(np.int64),
        hour_start=work_start.astype(np.int64),
        resource=work.astype(np.int64),
        hours_per_unit=np.ones(work.size) if hours_per_unit is None else hours_per_unit.astype(np.float64),
        hour_offset=np.minimum(offset, lead[option_of_lines(work_start)]),
        lot_minimum=_each(lot_minimum, n),
        lot_multiple=_each(lot_multiple, n),
        lot_maximum=_each(lot_maximum, n),
        fixed_cost=_each(fixed_cost, n),
        increase_cost=_each(increase_cost, n),
        decrease_cost=_each(decrease_cost, n),
        previous_rate=_each(previous_rate, n),
        reference=_timed(reference, periods, n),
        deviation_cost=_each(deviation_cost, n),
        share=_each(share, n),
        share_cost=_each(share_cost, n),
        co_products=co_products or no_co_products(),
    )


def resource_table(
    names: Sequence[str],
    periods: int,
    *,
    kind: Values = 0,
    regular: Values = 0.0,
    overtime: Values = 0.0,
    regular_cost: Values = 0.0,
    overtime_cost: Values = 0.0,
    shift_hours: Values = 0.0,
    shift_limit: Values = 0.0,
    shift_cost: Values = 0.0,
    minimum_load: Values = 0.0,
) -> Resources:
    """Resources; see `Resources` for the meaning. A value is one number, one per resource, or `[period, resource]`."""
    n = len(names)
    return Resources(
        names=tuple(names),
        kind=_whole(kind, n),
        regular=_timed(regular, periods, n),
        overtime=_timed(overtime, periods, n),
        regular_cost=_timed(regular_cost, periods, n),
        overtime_cost=_timed(overtime_cost, periods, n),
        shift_hours=_timed(shift_hours, periods, n),
        shift_limit=_timed(shift_limit, periods, n),
        shift_cost=_timed(shift_cost, periods, n),
        minimum_load=_timed(minimum_load, periods, n),
        elastic_cost=np.zeros(n),
    )


def workforce_table(
    names: Sequence[str],
    periods: int,
    *,
    resource: IntArray,
    opening: Values = 0.0,
    hours_per_worker: Values = 0.0,
    overtime_per_worker: Values = 0.0,
    wage: Values = 0.0,
    hire_cost: Values = 0.0,
    layoff_cost: Values = 0.0,
    minimum: Values = 0.0,
    maximum: Values = np.inf,
    hire_limit: Values = np.inf,
    layoff_limit: Values = np.inf,
) -> Workforce:
    """Workforce; see `Workforce` for the meaning. A value is one number, one per group, or `[period, group]`."""
    n = len(names)
    return Workforce(
        names=tuple(names),
        resource=resource.astype(np.int64),
        opening=_each(opening, n),
        hours_per_worker=_timed(hours_per_worker, periods, n),
        overtime_per_worker=_timed(overtime_per_worker, periods, n),
        wage=_timed(wage, periods, n),
        hire_cost=_each(hire_cost, n),
        layoff_cost=_each(layoff_cost, n),
        minimum=_timed(minimum, periods, n),
        maximum=_timed(maximum, periods, n),
        hire_limit=_timed(hire_limit, periods, n),
        layoff_limit=_timed(layoff_limit, periods, n),
    )


def demand_table(
    names: Sequence[str],
    periods: int,
    *,
    node: IntArray,
    quantity: Values,
    customer_class: Sequence[str] = (),
    rank: Values = 0,
    price: Values = 0.0,
    backlog_cost: Values = np.inf,
    lost_cost: Values = np.inf,
    commitment: Values = 0.0,
    commitment_cost: Values = 0.0,
) -> Demand:
    """Demand; see `Demand` for the meaning. A value is one number, one per row, or `[period, row]`."""
    n = len(names)
    return Demand(
        names=tuple(names),
        node=node.astype(np.int64),
        customer_class=tuple(customer_class) or ("",) * n,
        rank=_whole(rank, n),
        quantity=_timed(quantity, periods, n),
        price=_timed(price, periods, n),
        backlog_cost=_timed(backlog_cost, periods, n),
        lost_cost=_timed(lost_cost, periods, n),
        commitment=_timed(commitment, periods, n),
        commitment_cost=_each(commitment_cost, n),
    )


def assemble_model(
    periods: Sequence[str],
    nodes: Nodes,
    options: Options,
    resources: Resources,
    workforce: Workforce,
    demand: Demand,
    *,
    conventions: Conventions | None = None,
    days: Array | None = None,
) -> SupplyModel:
    """Put a model together: price what is elastic, freeze all arrays and check that they fit.

    What is elastic costs ten times the dearest honest way, so that it is used only where the data leave no other:
    unserved demand above every way to serve it, hours and material above unserved demand.

    Raises:
        ModelError: An array does not fit, or refers to what is not there.
    """
    unserved = _TIMES * max(_dearest_unit(nodes, options, resources, workforce, len(periods)), _dearest_miss(demand))
    hour = unserved * _TIMES / _least_hours(options, len(resources.names))
    model = SupplyModel(
        periods=tuple(periods),
        days=np.ones(len(periods)) if days is None else np.asarray(days, np.float64),
        nodes=read_only(_with(nodes, np.full(len(nodes.names), unserved * _TIMES))),
        options=read_only(options),
        resources=read_only(_with(resources, hour)),
        workforce=read_only(workforce),
        demand=read_only(demand),
        conventions=conventions or Conventions(),
        elastic_unserved=unserved,
    )
    return model.check()


def _dearest_unit(nodes: Nodes, options: Options, resources: Resources, workforce: Workforce, periods: int) -> float:
    """Money of the dearest unit: every node by its dearest way, components by their cheapest, kept all along."""
    hour = _peak(resources.overtime_cost, periods) + _peak(resources.regular_cost, periods)
    np.maximum.at(hour, workforce.resource, _dearest_worker_hour(workforce, periods))
    hour = np.maximum(hour, _dearest_shift_hour(resources, periods))
    own = _peak(options.unit_cost, periods) + options.increase_cost + options.decrease_cost
    own = own + _per_option(options.hours_per_unit * hour[options.resource], options.hour_start)
    kept = periods * (_peak(nodes.holding_cost, periods) + _peak(nodes.shortfall_cost, periods))
    value = np.full(len(nodes.names), np.inf)
    for _ in range(_ROUNDS):
        parts = np.where(np.isfinite(value), value, 0.0)[options.component] * options.quantity_per
        way = own + _per_option(parts, options.component_start) + kept[options.node]
        cheapest = np.full(value.size, np.inf)
        np.minimum.at(cheapest, options.node, way)
        if np.array_equal(cheapest, value):
            break
        value = cheapest
    return float(max(way.max(initial=0.0), kept.max(initial=0.0))) if options.names else 1.0


_ROUNDS = 30
"""Levels of a bill of material that are priced; deeper ones cost as the level above."""


def _dearest_miss(demand: Demand) -> float:
    costs = (demand.price, demand.lost_cost, demand.backlog_cost, demand.commitment_cost)
    finite = [float(np.where(np.isfinite(cost), cost, 0.0).max(initial=0.0)) for cost in costs]
    return max(sum(finite), 1.0)


def _dearest_worker_hour(workforce: Workforce, periods: int) -> Array:
    hours = over_periods(workforce.hours_per_worker, periods)
    least = np.where(hours > 0, hours, np.inf).min(axis=0, initial=np.inf)
    money = workforce.hire_cost + workforce.layoff_cost + over_periods(workforce.wage, periods).sum(axis=0)
    return np.asarray(np.where(np.isfinite(least), money / least, 0.0))


def _dearest_shift_hour(resources: Resources, periods: int) -> Array:
    hours = over_periods(resources.shift_hours, periods)
    cost = np.where(hours > 0, over_periods(resources.shift_cost, periods) / np.where(hours > 0, hours, 1.0), 0.0)
    return np.asarray(cost.max(axis=0, initial=0.0))


def _least_hours(options: Options, resources: int) -> Array:
    """Least hours that a unit asks of each resource; 1 where none asks."""
    least = np.full(resources, np.inf)
    asked = options.hours_per_unit > 0
    np.minimum.at(least, options.resource[asked], options.hours_per_unit[asked])
    return np.where(np.isfinite(least), np.minimum(least, 1.0), 1.0)


def _per_option(values: Array, start: IntArray) -> Array:
    return np.bincount(option_of_lines(start), values, minlength=start.size - 1).astype(np.float64)


def _peak(values: Array, periods: int) -> Array:
    return np.asarray(over_periods(values, periods).max(axis=0, initial=0.0))


def _with(part: Part, elastic_cost: Array) -> Part:
    return replace(part, elastic_cost=elastic_cost)


def _each(values: Values, count: int) -> Array:
    return np.array(np.broadcast_to(np.asarray(values, np.float64), (count,)))


def _whole(values: Values, count: int) -> IntArray:
    return np.array(np.broadcast_to(np.asarray(values, np.int64), (count,)))


def _timed(values: Values, periods: int, count: int) -> Array:
    """Values as `[period, thing]`; a view where they do not change over time."""
    return np.broadcast_to(np.asarray(values, np.float64), (periods, count))
