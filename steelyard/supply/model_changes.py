"""Model changes: a supply model with other hours, demand, costs, lead times or sources; the one given stays."""

from dataclasses import replace

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.model import SupplyModel

Chosen = IntArray | BoolArray | slice
"""Which rows or options."""


def with_capacity(
    model: SupplyModel, resource: str, hours: float | Array | None = None, *, factor: float = 1.0,
    periods: slice | None = None,
) -> SupplyModel:  # fmt: skip
    """Give a resource other regular hours.

    Args:
        model: The supply model, laid out.
        resource: Name of the resource.
        hours: Regular hours, one number or one per period chosen; as they stand by default.
        factor: What they are multiplied by.
        periods: Which periods; all by default.

    Raises:
        ModelError: There is no such resource.
    """
    number = place_of(model.resources.names, resource)
    regular, chosen = np.array(model.resources.regular), periods or slice(None)
    regular[chosen, number] = (regular[chosen, number] if hours is None else hours) * factor
    return replace(model, resources=replace(model.resources, regular=regular))


def with_demand(model: SupplyModel, rows: Chosen, *, factor: float, periods: slice | None = None) -> SupplyModel:
    """Multiply the demand of some rows.

    Args:
        model: The supply model, laid out.
        rows: Which demand rows.
        factor: What they are multiplied by.
        periods: Which periods; all by default.
    """
    quantity = np.array(model.demand.quantity)
    part = quantity[periods or slice(None)]
    part[:, rows] *= factor
    return replace(model, demand=replace(model.demand, quantity=quantity))


def with_unit_cost(model: SupplyModel, options: Chosen, *, factor: float) -> SupplyModel:
    """Multiply the unit cost of some options."""
    cost = np.array(model.options.unit_cost)
    cost[:, options] *= factor
    return replace(model, options=replace(model.options, unit_cost=cost))


def with_overtime_cost(model: SupplyModel, resources: Chosen, *, factor: float) -> SupplyModel:
    """Multiply the cost of overtime of some resources."""
    cost = np.array(model.resources.overtime_cost)
    cost[:, resources] *= factor
    return replace(model, resources=replace(model.resources, overtime_cost=cost))


def with_lead_time(model: SupplyModel, option: str, periods: int) -> SupplyModel:
    """Give an option another lead time; work stays as far before its receipt as it was, at most the lead time.

    Raises:
        ModelError: There is no such option.
    """
    table = model.options
    number = place_of(table.names, option)
    lead, offset, most = np.array(table.lead_time), np.array(table.hour_offset), np.array(table.maximum)
    lead[number] = periods
    part = slice(int(table.hour_start[number]), int(table.hour_start[number + 1]))
    offset[part] = np.minimum(offset[part], periods)
    first = min(int(table.lead_time[number]), model.length - 1)
    most[:first, number] = most[first, number]
    most[:periods, number] = 0.0
    return replace(model, options=replace(table, lead_time=lead, hour_offset=offset, maximum=most))


def without_source(model: SupplyModel, option: str, periods: slice | None = None) -> SupplyModel:
    """Take an option away, for some periods or for good.

    Raises:
        ModelError: There is no such option.
    """
    number = place_of(model.options.names, option)
    most, least = np.array(model.options.maximum), np.array(model.options.minimum)
    most[periods or slice(None), number] = 0.0
    least[periods or slice(None), number] = 0.0
    return replace(model, options=replace(model.options, maximum=most, minimum=least))


def place_of(names: tuple[str, ...], name: str) -> int:
    """Number of a name.

    Raises:
        ModelError: There is none.
    """
    if name not in names:
        raise ModelError(f"{name} is not in the supply model", mend=f"use one of {', '.join(names[:10])}")
    return names.index(name)
