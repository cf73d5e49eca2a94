"""Supply model: all that limits and prices supply, as frozen flat arrays; every engine plans on the same one.

A node is an item at a place. An option is one way to supply a node: make it, buy it, bring it from another place,
have it made outside. Options take components from nodes and hours from resources, and may give co-products beside.
Demand asks of nodes, by class of customer. All arrays over time are `[period, thing]`; what does not change over time
may be a broadcast view. Names are kept beside the arrays, so that whatever a plan reports can be read.
"""

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Literal, TypeVar, cast

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.co_product import CoProducts, no_co_products

StockBasis = Literal["ending", "average"]
Names = tuple[str, ...]
Part = TypeVar("Part")

OPTION_KINDS = ("make", "buy", "transfer", "subcontract")
"""Kinds of option, by their number in `Options.kind`."""

RESOURCE_KINDS = ("machine", "labour", "supplier", "storage", "transport", "handling")
"""Kinds of resource, by their number in `Resources.kind`."""
WORKED_BY_THE_HOUR = ("machine", "labour", "handling")
"""Kinds whose capacity is hours; the others count units, weight or volume."""


@dataclass(frozen=True)
class Conventions:
    """How a company counts; textbooks differ, so these are choices."""

    stock_basis: StockBasis = "ending"
    """Holding is charged on the stock at period end, or on the mean of opening and closing stock."""
    charge_only_excess: bool = False
    """Holding is charged on the stock above the target only."""
    undertime_paid: bool = False
    """Regular hours are paid whether they are used or not."""
    end_backlog: Literal["lost", "forbidden"] = "lost"
    """What waits after the last period: lost (priced as lost sales), or not allowed."""
    rate: Literal["period", "day"] = "period"
    """The rate of production whose change costs money: units per period, or units per working day."""
    whole_rate: bool = False
    """Rates are rounded to whole units before their change is priced; for evaluated plans only."""
    whole_workers: bool = False
    """Workers are whole; decided in the integer pass."""
    idle_workers: bool = True
    """Workers may be idle; where not, all their regular hours are used."""
    whole_output: bool = False
    """What workers make is rounded to whole units; the hours that takes beyond theirs, half a unit, are not counted."""


@dataclass(frozen=True, eq=False)
class Nodes:
    """Items at places. `[period, node]` or `[node]`.

    Args:
        names: What each node is called.
        opening: Usable stock before the first period [units].
        receipts: Open orders by period of receipt [units].
        target: Stock that shall be there at period end; falling short costs `shortfall_cost` [units].
        minimum: Stock that must be there at period end; falling short is elastic [units].
        maximum: Stock above this costs `excess_cost` [units]; inf where nothing limits.
        holding_cost: Money per unit in stock and period.
        shortfall_cost: Money per unit below target and period.
        excess_cost: Money per unit above maximum and period.
        end_value: Money that a unit in stock after the last period is worth.
        shelf_life: Periods a unit may lie in stock; 0 where it keeps.
        expiry_cost: Money per unit that has to be thrown away.
        storage: Resource whose room the stock takes, -1 for none.
        storage_per_unit: Room per unit.
        elastic_cost: Money per unit conjured up where nothing else keeps the model feasible.
    """

    names: Names
    opening: Array
    receipts: Array
    target: Array
    minimum: Array
    maximum: Array
    holding_cost: Array
    shortfall_cost: Array
    excess_cost: Array
    end_value: Array
    shelf_life: IntArray
    expiry_cost: Array
    storage: IntArray
    storage_per_unit: Array
    elastic_cost: Array


@dataclass(frozen=True, eq=False)
class Options:
    """Ways to supply a node. Quantities stand in the period of receipt; `[period, option]` or `[option]`.

    Components leave stock `lead_time` periods before the receipt; hours fall `hour_offset` periods before it.

    Args:
        names: What each option is called.
        node: Node it supplies.
        kind: Number in `OPTION_KINDS`.
        lead_time: Whole periods from release to receipt; nothing can be received before that many periods.
        unit_cost: Money per unit received, beside components, hours and what components cost.
        minimum: Must be received at least [units]; more than room or material allow is elastic.
        maximum: Can be received at most [units]; inf where nothing limits, 0 outside validity, equal to
            `minimum` in frozen periods.
        component_start: Where the component lines of an option begin; one longer than options.
        component: Node of each component line.
        quantity_per: Units of component per unit received, by line.
        component_from: First period of release in which a line counts.
        component_to: First period of release in which it no longer counts.
        hour_start: Where the resource lines of an option begin; one longer than options.
        resource: Resource of each line.
        hours_per_unit: Hours (or tonnes, pallets, pieces) per unit received, by line.
        hour_offset: Periods before receipt in which they are used, by line; never above the lead time.
        lot_minimum: Least quantity of one order; integer pass.
        lot_multiple: Quantities are multiples of this, 0 for any; integer pass.
        lot_maximum: Largest quantity of one order, inf for any; more in a period comes in several orders.
        fixed_cost: Money per order; planned in the integer pass, counted for every plan.
        increase_cost: Money per unit by which the rate rises from one period to the next.
        decrease_cost: Money per unit by which it falls.
        previous_rate: Rate before the first period; NaN where the first change is free.
        reference: Quantity of the plan approved last; NaN where there is none.
        deviation_cost: Money per unit of difference to it.
        share: Share of the node's receipts it shall have, NaN for none.
        share_cost: Money per unit of difference to that share.
        co_products: What comes out beside it in the period of receipt.
    """

    names: Names
    node: IntArray
    kind: IntArray
    lead_time: IntArray
    unit_cost: Array
    minimum: Array
    maximum: Array
    component_start: IntArray
    component: IntArray
    quantity_per: Array
    component_from: IntArray
    component_to: IntArray
    hour_start: IntArray
    resource: IntArray
    hours_per_unit: Array
    hour_offset: IntArray
    lot_minimum: Array
    lot_multiple: Array
    lot_maximum: Array
    fixed_cost: Array
    increase_cost: Array
    decrease_cost: Array
    previous_rate: Array
    reference: Array
    deviation_cost: Array
    share: Array
    share_cost: Array
    co_products: CoProducts = field(default_factory=no_co_products)


@dataclass(frozen=True, eq=False)
class Resources:
    """What is short: machines, labour, suppliers, storage, transport. `[period, resource]` or `[resource]`.

    Args:
        names: What each resource is called.
        kind: Number in `RESOURCE_KINDS`.
        regular: Hours in regular time, beside those of a workforce.
        overtime: Most hours of overtime, beside those of a workforce.
        regular_cost: Money per regular hour used; per hour available where undertime is paid.
        overtime_cost: Money per hour of overtime.
        shift_hours: Hours that one more shift brings.
        shift_limit: Most further shifts.
        shift_cost: Money per further shift and period.
        minimum_load: Hours that must be used (a contract, a furnace); less is elastic.
        elastic_cost: Money per hour beyond everything, so that a plan always exists.
    """

    names: Names
    kind: IntArray
    regular: Array
    overtime: Array
    regular_cost: Array
    overtime_cost: Array
    shift_hours: Array
    shift_limit: Array
    shift_cost: Array
    minimum_load: Array
    elastic_cost: Array


@dataclass(frozen=True, eq=False)
class Workforce:
    """Groups of workers who bring hours to a resource. `[period, group]` or `[group]`.

    workers[t] = workers[t-1] + hired[t] - laid off[t]

    Args:
        names: What each group is called.
        resource: Resource the hours go to.
        opening: Workers before the first period.
        hours_per_worker: Regular hours of a worker in the period.
        overtime_per_worker: Most overtime hours of a worker in the period.
        wage: Money per worker and period, worked or not.
        hire_cost: Money per worker hired.
        layoff_cost: Money per worker laid off.
        minimum: Least workers.
        maximum: Most workers.
        hire_limit: Most workers hired in a period.
        layoff_limit: Most workers laid off in a period.
    """

    names: Names
    resource: IntArray
    opening: Array
    hours_per_worker: Array
    overtime_per_worker: Array
    wage: Array
    hire_cost: Array
    layoff_cost: Array
    minimum: Array
    maximum: Array
    hire_limit: Array
    layoff_limit: Array


@dataclass(frozen=True, eq=False)
class Demand:
    """What is asked for: rows of node x class of customer. `[period, row]` or `[row]`.

    Args:
        names: What each row is called.
        node: Node asked of.
        customer_class: Name of the class of customer, by row.
        rank: Order in which classes are served where they are put above money; lower goes first.
        quantity: Asked for [units].
        price: Money earned per unit sold, by the period in which it was asked for.
        backlog_cost: Money per unit that waits and period; inf where nobody waits.
        lost_cost: Money per unit never shipped, beside the price; inf where no sale may be lost.
        commitment: Part of the quantity that is promised [units]; shipping less costs `commitment_cost`.
        commitment_cost: Money per promised unit not shipped in its period.
    """

    names: Names
    node: IntArray
    customer_class: Names
    rank: IntArray
    quantity: Array
    price: Array
    backlog_cost: Array
    lost_cost: Array
    commitment: Array
    commitment_cost: Array


@dataclass(frozen=True, eq=False)
class SupplyModel:
    """One frozen supply model.

    Args:
        periods: Names of the periods.
        days: Working days of each period, for rates per day.
        nodes: Items at places.
        options: Ways to supply them.
        resources: What is short.
        workforce: Who brings hours.
        demand: What is asked for.
        conventions: How the company counts.
        elastic_unserved: Money per unit of a demand row that may neither wait nor be lost and still is not served.
    """

    periods: Names
    days: Array
    nodes: Nodes
    options: Options
    resources: Resources
    workforce: Workforce
    demand: Demand
    conventions: Conventions = field(default_factory=Conventions)
    elastic_unserved: float = 1e6

    @property
    def length(self) -> int:
        """How many periods there are."""
        return len(self.periods)

    def check(self) -> "SupplyModel":
        """Check shapes and references, and give the model back.

        Raises:
            ModelError: An array does not fit, or refers to what is not there.
        """
        for part in (self.nodes, self.options, self.resources, self.workforce, self.demand):
            _check_shapes(part, self.length)
        counts = {"node": len(self.nodes.names), "resource": len(self.resources.names)}
        _check_references("options.node", self.options.node, counts["node"])
        _check_references("options.component", self.options.component, counts["node"])
        _check_references("options.co_products.node", self.options.co_products.node, counts["node"])
        _check_references("options.co_products.option", self.options.co_products.option, len(self.options.names))
        _check_references("options.resource", self.options.resource, counts["resource"])
        _check_references("workforce.resource", self.workforce.resource, counts["resource"])
        _check_references("demand.node", self.demand.node, counts["node"])
        _check_references("nodes.storage", self.nodes.storage[self.nodes.storage >= 0], counts["resource"])
        return self


def over_periods(values: Array, periods: int) -> Array:
    """Give values as `[period, thing]`; a view where they do not change over time."""
    return values if values.ndim == 2 else np.broadcast_to(values, (periods, values.size))


def laid_out(model: SupplyModel) -> SupplyModel:
    """The model with everything that may change over time as `[period, thing]`; views where it does not."""
    parts = {name: _laid_out(getattr(model, name), names, model.length) for name, names in _OVER_TIME.items()}
    return replace(model, **parts)


def _laid_out(part: Part, names: tuple[str, ...], periods: int) -> Part:
    flat = {name: over_periods(getattr(part, name), periods) for name in names if getattr(part, name).ndim == 1}
    return replace(part, **flat) if flat else part  # type: ignore[type-var]


_OVER_TIME = {
    "nodes": (
        "receipts", "target", "minimum", "maximum", "holding_cost", "shortfall_cost", "excess_cost",
    ),
    "options": ("unit_cost", "minimum", "maximum", "reference"),
    "resources": (
        "regular", "overtime", "regular_cost", "overtime_cost", "shift_hours", "shift_limit", "shift_cost",
        "minimum_load",
    ),
    "workforce": (
        "hours_per_worker", "overtime_per_worker", "wage", "minimum", "maximum", "hire_limit", "layoff_limit",
    ),
    "demand": ("quantity", "price", "backlog_cost", "lost_cost", "commitment"),
}  # fmt: skip
"""What may change over time, by table."""


def option_of_lines(start: IntArray) -> IntArray:
    """Number of the option of each line.

    Example:
        >>> option_of_lines(np.array([0, 2, 2, 3]))
        array([0, 0, 2])
    """
    return np.repeat(np.arange(start.size - 1), np.diff(start))


def consumed_nodes(model: SupplyModel) -> BoolArray:
    """Which nodes are components of something."""
    return np.bincount(model.options.component, minlength=len(model.nodes.names)) > 0


def read_only(part: Part) -> Part:
    """Make every array of a part read-only."""
    assert is_dataclass(part)
    for each in fields(part):
        value = getattr(part, each.name)
        if isinstance(value, np.ndarray) and value.flags.writeable:
            value.flags.writeable = False
    return part


_OF_LINES = {
    "component": "component_start", "quantity_per": "component_start", "component_from": "component_start",
    "component_to": "component_start", "resource": "hour_start", "hours_per_unit": "hour_start",
    "hour_offset": "hour_start",
}  # fmt: skip
"""Arrays of options that have one entry per line, with the array that cuts them."""


def _check_shapes(part: Nodes | Options | Resources | Workforce | Demand, periods: int) -> None:
    count = len(part.names)
    for each in fields(part):
        value = getattr(part, each.name)
        if not isinstance(value, np.ndarray):
            continue
        wanted = _wanted_shapes(part, each.name, count, periods)
        if value.shape not in wanted:
            raise ModelError(
                f"{type(part).__name__.lower()}.{each.name} is {value.shape}, not {' or '.join(map(str, wanted))}",
                mend="lay it out as period x thing, or as one entry per thing",
            )


def _wanted_shapes(part: object, name: str, count: int, periods: int) -> tuple[tuple[int, ...], ...]:
    if isinstance(part, Options) and name in _OF_LINES:
        return ((int(cast(IntArray, getattr(part, _OF_LINES[name]))[-1]),),)
    if name in ("component_start", "hour_start"):
        return ((count + 1,),)
    return ((count,), (periods, count))


def _check_references(what: str, numbers: IntArray, count: int) -> None:
    if numbers.size and (numbers.min() < 0 or numbers.max() >= count):
        raise ModelError(f"{what} points outside its table", mend=f"use numbers from 0 to {count - 1}")
