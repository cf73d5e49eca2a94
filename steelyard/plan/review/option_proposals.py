"""Option proposals: ways to relieve a resource that the extract itself holds, other sources and subcontractors."""

from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, join
from steelyard.grid.rollup import scatter_add
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.capacity_options import ResourceOption, overtime_options
from steelyard.plan.review.pricing import HourWorth
from steelyard.plan.review.supply import supply_model_of
from steelyard.supply.capacity_option import CapacityOption, OptionKind
from steelyard.supply.model import SupplyModel, option_of_lines, over_periods

MOST = 30
"""Proposals at most, those that save most money at the prices of the hours they free."""
_MAKE, _BUY, _SUBCONTRACT = 0, 1, 3
_CRUMB = 1e-6


def known_options(plan: PlanNumbers, worth: HourWorth) -> list[ResourceOption]:
    """Everything the data of a plan offer: overtime, other sources and subcontractors of scarce hours."""
    return [*overtime_options(plan), *proposed_options(plan, worth)]


def proposed_options(plan: PlanNumbers, worth: HourWorth) -> list[ResourceOption]:
    """Other sources of what scarce hours make, as options of those hours.

    An item-location with a further source that takes fewer hours of a resource frees the difference with each unit it
    brings. It costs what its unit costs more than that of the first source, components at standard cost and hours of
    other resources at their price. It frees no more than the first source's receipts of the plan take in the period
    with the most of them, nor more than the source gives in a period, and begins after its lead time.

    Args:
        plan: The plan of a scenario.
        worth: What its hours are worth.

    Returns:
        The options worth most, at most `MOST`; of kind subcontract where a supplier makes what is made here, else
        reroute.
    """
    model = supply_model_of(plan)
    places = len(model.nodes.names)
    hours, unit = _hours_of(model), _unit_costs(plan, model)
    received = join(cast(Blocks, plan.values["constrained_receipts"]))
    price = worth.price.max(axis=0)
    found: list[tuple[float, ResourceOption]] = []
    for option in range(places, len(model.options.names)):
        first, most = int(model.options.node[option]), _most(model, option)
        units = np.minimum(received[:, first], most)
        saved = hours[:, first] - hours[:, option]
        more = unit[option] - unit[first] + float(np.maximum(-saved, 0.0) @ price)
        for resource in np.flatnonzero((saved > _CRUMB) & (price > 0)).tolist():
            span = np.where(worth.price[:, resource] > 0, units, 0.0) * saved[resource]
            if span.max(initial=0.0) <= _CRUMB:
                continue
            cost = max(more / saved[resource], 0.0)
            gain = float((np.maximum(worth.price[:, resource] - cost, 0.0) * span).sum())
            found.append((gain, _option(model, option, first, resource, float(span.max()), cost)))
    best = sorted(found, key=lambda each: -each[0])[:MOST]
    return [option for gain, option in best if gain > 0]


def _option(model: SupplyModel, option: int, first: int, resource: int, hours: float, cost: float) -> ResourceOption:
    options = model.options
    outside = int(options.kind[first]) == _MAKE and int(options.kind[option]) in (_BUY, _SUBCONTRACT)
    kind: OptionKind = "subcontract" if outside else "reroute"
    lead = int(options.lead_time[option])
    named = CapacityOption(f"{kind}: {options.names[option]}", kind, hours, cost, lead_periods=lead)
    return ResourceOption(model.resources.names[resource], named)


def _hours_of(model: SupplyModel) -> Array:
    """Hours of each resource in a unit of each option, `[resource, option]`."""
    options = model.options
    out = np.zeros((len(model.resources.names), len(options.names)))
    np.add.at(out, (options.resource, option_of_lines(options.hour_start)), options.hours_per_unit)
    return out


def _unit_costs(plan: PlanNumbers, model: SupplyModel) -> Array:
    """Mean cost of a unit of each option over the horizon, components at standard cost [money]."""
    options, cost = model.options, join(cast(Blocks, plan.values["standard_cost"]))
    line = option_of_lines(options.component_start)
    parts = scatter_add(cost[:, options.component] * options.quantity_per, line, len(options.names))
    return np.asarray((over_periods(options.unit_cost, model.length) + parts).mean(axis=0))


def _most(model: SupplyModel, option: int) -> Array:
    """Most units of an option by period; none before its lead time."""
    return np.asarray(over_periods(model.options.maximum, model.length)[:, option])
