"""Resource block: what one resource works on and all made of it, planned alone while everything else has its price."""

from dataclasses import replace
from time import thread_time
from typing import cast

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.bottleneck import MoreHours
from steelyard.supply.decomposition import UnitPricer, bound_prices, unit_values
from steelyard.supply.evaluate import evaluate, hours_used
from steelyard.supply.exact import binding_list, plan_exact
from steelyard.supply.model import (
    Conventions,
    Nodes,
    Resources,
    SupplyModel,
    laid_out,
    option_of_lines,
    over_periods,
)
from steelyard.supply.model_cut import demand_inside, nodes_inside, options_inside
from steelyard.supply.model_parts import assemble_model, workforce_table
from steelyard.supply.session import PlanSession
from steelyard.supply.supply_plan import SupplyPlan, empty_decisions

MOST_COLUMNS = 150_000
"""Unknowns up to which a block is planned again in a second or two."""
_TIMES = 8
"""How often units are priced again while hours of blocks become known."""
MOST_IN_ALL = 2_000_000
"""Unknowns of all blocks together whose hours are priced."""


def price_hours(model: SupplyModel) -> SupplyPlan:
    """What hours are worth where the whole is too large to be solved: block by block, the most loaded resource first.

    Each block is planned exactly while all other hours cost what is known of them by then: the prices of its own. A
    block that is too large keeps the price of the best bound that a few steps reach.

    Args:
        model: The supply model.

    Returns:
        Prices of hours and units, what binds, and overtime; of a plan no more than that is known.
    """
    began, model = thread_time(), laid_out(model)
    price, decisions, units = bound_prices(model), empty_decisions(model), UnitPricer(model)
    load, left = np.zeros(price.shape), MOST_IN_ALL
    loaded = _most_loaded(model, units)
    again = max(len(loaded) // _TIMES, 1)
    for place, resource in enumerate(loaded):
        if place % again == 0:
            values = units.values(price)[1]
        block = _small_block(model, resource, price, values, left)
        if block is not None:
            left -= _columns(block)
            plan = plan_exact(block)
            price[:, resource] = cast(Array, plan.hour_price)[:, 0]
            load[:, resource] = evaluate(block, plan.decisions).load[:, 0]
            decisions.overtime[:, resource] = plan.decisions.overtime[:, 0]
    return SupplyPlan(
        engine="decomposition",
        decisions=decisions,
        seconds=thread_time() - began,
        hour_price=price,
        unit_value=units.values(price)[0],
        binding=binding_list(price, np.where(load > 0, load, model.resources.regular), decisions.overtime),
    )


def share_components(model: SupplyModel, hour_price: Array) -> BoolArray:
    """Resources with a price whose work takes a component that the work of another one with a price takes, too.

    Each block prices such a component as if the others did not want it, so that prices found block by block are rough
    there.

    Args:
        model: The supply model.
        hour_price: Money per hour, `[period, resource]`.

    Returns:
        True for these, by resource.
    """
    options, count = model.options, len(model.resources.names)
    on = np.zeros((len(options.names), count), np.bool_)
    on[option_of_lines(options.hour_start), options.resource] = True
    on &= (hour_price > 0).any(axis=0)
    takes = np.zeros((len(model.nodes.names), count), np.bool_)
    np.logical_or.at(takes, options.component, on[option_of_lines(options.component_start)])
    shared = takes & (takes.sum(axis=1) > 1)[:, None]
    return np.asarray(shared.any(axis=0))


def worth_of_block(
    model: SupplyModel, resource: int, hour_price: Array, *, share: float = 0.1, unit_value: Array | None = None
) -> MoreHours | None:
    """What more hours of a resource in all periods bring, its block planned exactly with and without them.

    Hours of other resources and components from outside the block cost their price, without a limit. At the best
    prices no more is promised than the price of an hour says, and no less than the whole plan made again would bring.

    Args:
        model: The supply model.
        resource: The resource.
        hour_price: Money per hour, `[period, resource]`.
        share: Added hours as a share of the regular ones.
        unit_value: Price of a unit for what is made of it, `[period, node]`; by the hour prices where none is given.

    Returns:
        None where the block is too large, or workers bring the hours.
    """
    values = unit_values(model, hour_price)[1] if unit_value is None else unit_value
    block = _small_block(model, resource, hour_price, values, MOST_COLUMNS)
    if block is None:
        return None
    added = share * over_periods(block.resources.regular, block.length)[:, 0]
    session = PlanSession(block)
    before = session.plan()
    after = session.set_capacity(block.resources.names[0], factor=1.0 + share)
    if not (before.complete and after.complete):
        return None
    price = float(hour_price[:, resource] @ added)
    return MoreHours(float(added.sum()), price, max(before.objective - after.objective, 0.0))


def _most_loaded(model: SupplyModel, units: UnitPricer) -> list[int]:
    """Resources that the plan without limits ever asks too much of, those first of which it asks most."""
    units.values(np.zeros(model.resources.regular.shape))
    asked = hours_used(model, units.quantities(), np.zeros((model.length, len(model.nodes.names))))
    hours = np.maximum(model.resources.regular, 1e-9)
    over = np.flatnonzero(
        (np.cumsum(asked, axis=0) > np.cumsum(hours, axis=0)).any(axis=0) | (asked > hours).any(axis=0)
    )
    share = asked.sum(axis=0) / hours.sum(axis=0)
    return [int(number) for number in over[np.argsort(-share[over], kind="stable")]]


def _small_block(
    model: SupplyModel, resource: int, hour_price: Array, unit_value: Array, most: int
) -> SupplyModel | None:
    """The block of a resource; None where it is too large, or workers bring the hours."""
    if (model.workforce.resource == resource).any():
        return None
    block = resource_block(model, resource, hour_price, unit_value)
    return block if _columns(block) <= min(most, MOST_COLUMNS) else None


def _columns(block: SupplyModel) -> int:
    return block.length * (len(block.options.names) + 2 * len(block.nodes.names) + 2 * len(block.demand.names))


def resource_block(model: SupplyModel, resource: int, hour_price: Array, unit_value: Array) -> SupplyModel:
    """The model of what needs a resource, and of what that goes into.

    Args:
        model: The supply model.
        resource: Its resource, the only one of the block.
        hour_price: Money per hour of every resource, `[period, resource]`.
        unit_value: Price of a unit at every node, `[period, node]`; inf where it cannot be had.
    """
    model = laid_out(model)
    inside = _needing(model, resource)
    node, option = np.flatnonzero(inside), np.flatnonzero(inside[model.options.node])
    value = np.where(np.isfinite(unit_value), unit_value, model.nodes.elastic_cost)
    extra = _hours_elsewhere(model, option, resource, hour_price) + _units_elsewhere(model, option, inside, value)
    alone = np.where(np.arange(len(model.resources.names)) == resource, 0, -1)
    options = options_inside(model.options, inside, alone, model.length)
    nobody = workforce_table((), model.length, resource=np.empty(0, np.int64))
    block = assemble_model(
        model.periods,
        _nodes(model, inside, resource, hour_price),
        replace(options, unit_cost=options.unit_cost + extra),
        _one_resource(model.resources, resource),
        nobody,
        demand_inside(model.demand, inside),
        conventions=replace(model.conventions, whole_workers=False, idle_workers=Conventions().idle_workers),
        days=model.days,
    )
    prices = replace(block.nodes, elastic_cost=model.nodes.elastic_cost[node])
    hours = replace(block.resources, elastic_cost=model.resources.elastic_cost[[resource]])
    return replace(block, nodes=prices, resources=hours, elastic_unserved=model.elastic_unserved)


def _needing(model: SupplyModel, resource: int) -> BoolArray:
    """Nodes with an option that works there, and nodes made of them."""
    options, inside = model.options, np.zeros(len(model.nodes.names), np.bool_)
    works = option_of_lines(options.hour_start)[options.resource == resource]
    inside[options.node[works]] = True
    consumer = options.node[option_of_lines(options.component_start)]
    while True:
        more = consumer[inside[options.component]]
        if inside[more].all():
            return inside
        inside[more] = True


def _hours_elsewhere(model: SupplyModel, option: IntArray, resource: int, hour_price: Array) -> Array:
    """Money for hours of other resources, `[period, option]`; of some options."""
    options, place = model.options, _places(model, option)
    owner = place[option_of_lines(options.hour_start)]
    other = np.flatnonzero((options.resource != resource) & (owner >= 0))
    money = _shifted(hour_price[:, options.resource[other]], options.hour_offset[other]) * options.hours_per_unit[other]
    return _summed(owner[other], money, option.size)


def _places(model: SupplyModel, option: IntArray) -> IntArray:
    """Place of each option of the model among some; -1 for the others."""
    place = np.full(len(model.options.names), -1)
    place[option] = np.arange(option.size)
    return place


def _units_elsewhere(model: SupplyModel, option: IntArray, inside: BoolArray, value: Array) -> Array:
    """Money for components from outside the block, less that of co-products that go there, by period and option."""
    options, beside, period = model.options, model.options.co_products, np.arange(model.length)[:, None]
    line, place = option_of_lines(options.component_start), _places(model, option)
    far = np.flatnonzero(~inside[options.component] & (place[line] >= 0))
    lead = options.lead_time[line[far]]
    starts = period - lead
    counts = (starts >= options.component_from[far]) & (starts < options.component_to[far])
    money = _shifted(value[:, options.component[far]], lead) * counts * options.quantity_per[far]
    taken = _summed(place[line[far]], money, option.size)
    given = np.flatnonzero(~inside[beside.node] & (place[beside.option] >= 0))
    counts = (period >= beside.first[given]) & (period < beside.last[given])
    money = value[:, beside.node[given]] * counts * beside.per_unit[given]
    return taken - _summed(place[beside.option[given]], money, option.size)


def _shifted(values: Array, lag: IntArray) -> Array:
    """Values `lag` periods before each period, those of the first one before it."""
    when = np.maximum(np.arange(values.shape[0])[:, None] - lag, 0)
    return np.asarray(np.take_along_axis(values, when, axis=0))


def _summed(option: IntArray, money: Array, count: int) -> Array:
    out = np.zeros((money.shape[0], count))
    np.add.at(out.T, option, money.T)
    return out


def _nodes(model: SupplyModel, inside: BoolArray, resource: int, hour_price: Array) -> Nodes:
    """Nodes of the block; room elsewhere costs its price."""
    nodes = nodes_inside(model.nodes, inside)
    room = nodes.storage
    elsewhere = (room >= 0) & (room != resource)
    money = np.where(elsewhere, hour_price[:, np.maximum(room, 0)], 0.0) * nodes.storage_per_unit
    return replace(nodes, holding_cost=nodes.holding_cost + money, storage=np.where(room == resource, 0, -1))


def _one_resource(resources: Resources, resource: int) -> Resources:
    picked = {
        name: values[..., [resource]] for name, values in vars(resources).items() if isinstance(values, np.ndarray)
    }
    return replace(resources, names=(resources.names[resource],), **picked)
