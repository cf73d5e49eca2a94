"""Evaluate: the one place where money and service of a supply plan are counted, whichever engine made it."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from steelyard.grid.block import Array, BoolArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply._line_flows import add_room, taken
from steelyard.supply._served import count_served
from steelyard.supply.model import Names, SupplyModel, laid_out, option_of_lines, over_periods
from steelyard.supply.order_count import orders_for
from steelyard.supply.supply_plan import Decisions, Elastic, ElasticKind

CRUMB = 1e-6
"""Quantities below this are noise of the arithmetic."""


@dataclass(frozen=True)
class Costs:
    """Money of a plan by cause. What is elastic is no real cost: it is what the data do not allow."""

    unit: float
    """Making, buying, moving and having made outside, by unit."""
    regular: float
    """Regular hours."""
    overtime: float
    shifts: float
    wages: float
    hiring: float
    layoffs: float
    holding: float
    shortfall: float
    """Stock below target, as the company prices it."""
    excess: float
    """Stock above its maximum."""
    expiry: float
    backlog: float
    lost: float
    """Goodwill of lost sales, beside the revenue that is missing."""
    commitment: float
    rate_change: float
    deviation: float
    """Difference to the plan approved last."""
    share: float
    """Difference to agreed shares of sources."""
    fixed: float
    """Placing orders and setting up."""
    end_value: float
    """What stock after the last period is worth, as a negative cost."""
    elastic: float

    @property
    def total(self) -> float:
        """All of it."""
        return float(sum(getattr(self, each.name) for each in fields(self)))


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a plan costs, earns and does. Arrays are `[period, thing]`.

    Args:
        costs: Money by cause.
        revenue: What is sold, at the price of the period it was asked for in.
        stock: Stock at period end by node, with what had to be conjured up [units].
        backlog: Units that wait by demand row.
        on_time: Units shipped in the period they were asked for, by demand row.
        load: Hours asked of each resource, storage included.
        available: Regular, shift and workers' hours by resource.
        consumed: Units taken as components, less those that come out as co-products, by node.
        received: Units received from options, by node.
        elastic: What the data do not allow, by name.
    """

    costs: Costs
    revenue: float
    stock: Array
    backlog: Array
    on_time: Array
    load: Array
    available: Array
    consumed: Array
    received: Array
    elastic: tuple[Elastic, ...]

    @property
    def total_cost(self) -> float:
        """All costs."""
        return self.costs.total

    @property
    def objective(self) -> float:
        """What engines make small: costs less revenue."""
        return self.costs.total - self.revenue

    @property
    def profit(self) -> float:
        """Revenue less costs."""
        return self.revenue - self.costs.total

    def service(self, model: SupplyModel) -> float:
        """Share of demand shipped in its own period; 1 where nothing is asked for."""
        asked = float(model.demand.quantity.sum())
        return float(self.on_time.sum()) / asked if asked else 1.0


def evaluate(model: SupplyModel, plan: Decisions) -> Evaluation:
    """Count money and service of a plan.

    stock[t] = stock[t-1] + receipts[t] + received[t] - consumed[t] - shipped[t] - expired[t]
    backlog[t] = backlog[t-1] + demand[t] - shipped[t] - lost[t]
    revenue = price x (demand - lost) - last price x last backlog
    objective = costs - revenue

    Where a plan takes more than there is, what is missing is conjured up at the elastic cost and named.

    Args:
        model: The supply model.
        plan: What is to be done.
    """
    model = laid_out(model)
    consumed = consumed_units(model, plan.quantity)
    received = scatter_add(plan.quantity, model.options.node, len(model.nodes.names))
    stock, conjured = _stock(model, plan, received, consumed)
    load = hours_used(model, plan.quantity, stock)
    hours = _hours(model, plan, load)
    waiting, backlog, on_time = count_served(model.demand.quantity, plan.shipped, plan.lost, CRUMB)
    elastic, elastic_cost = _elastics(model, plan, conjured, hours, backlog)
    return Evaluation(
        costs=_costs(model, plan, stock, hours, backlog, elastic_cost),
        revenue=_revenue(model, plan, waiting),
        stock=stock,
        backlog=backlog,
        on_time=on_time,
        load=load,
        available=hours.available,
        consumed=consumed,
        received=received,
        elastic=elastic,
    )


def consumed_units(model: SupplyModel, quantity: Array) -> Array:
    """Components taken from each node by what options receive later, less co-products received, `[period, node]`."""
    options, count = model.options, len(model.nodes.names)
    line = option_of_lines(options.component_start)
    used = taken(
        quantity, line, options.lead_time[line], options.quantity_per, options.component, count,
        since=options.component_from, until=options.component_to,
    )  # fmt: skip
    beside = options.co_products
    if not beside.lines:
        return used
    at_once = np.zeros(beside.lines, np.int64)
    return used - taken(
        quantity, beside.option, at_once, beside.per_unit, beside.node, count, since=beside.first, until=beside.last
    )


def hours_used(model: SupplyModel, quantity: Array, stock: Array) -> Array:
    """Hours that options take, and room that stock takes, `[period, resource]`."""
    options, nodes, count = model.options, model.nodes, len(model.resources.names)
    line = option_of_lines(options.hour_start)
    used = taken(quantity, line, options.hour_offset, options.hours_per_unit, options.resource, count)
    stored = np.flatnonzero(nodes.storage >= 0)
    room = np.zeros(used.shape)
    add_room(stock, stored, nodes.storage_per_unit, nodes.storage, room)
    return used + room


def rates(model: SupplyModel, quantity: Array) -> Array:
    """Rate of production whose change costs money, `[period, option]`."""
    rate = quantity / model.days[:, None] if model.conventions.rate == "day" else quantity
    return np.floor(rate + 0.5) if model.conventions.whole_rate else rate


def unserved_cost(model: SupplyModel) -> Array:
    """Money per unit of a row that is never served: goodwill, or the elastic price where no sale may be lost."""
    lost = over_periods(model.demand.lost_cost, model.length)
    return np.asarray(np.where(np.isfinite(lost), lost, model.elastic_unserved))


def end_backlog_cost(model: SupplyModel) -> Array:
    """Money per unit that still waits after the last period, by row."""
    if model.conventions.end_backlog == "forbidden":
        return np.full(len(model.demand.names), model.elastic_unserved)
    return np.asarray(unserved_cost(model)[-1])


def worker_elastic_cost(model: SupplyModel) -> Array:
    """Money per worker beyond the bounds of a group: ten times what hiring, keeping and laying off one costs."""
    group = model.workforce
    wages = over_periods(group.wage, model.length).sum(axis=0)
    return np.asarray(10.0 * (group.hire_cost + group.layoff_cost + wages) + 1.0)


@dataclass(frozen=True, eq=False)
class _Hours:
    available: Array
    regular_used: Array
    beyond: Array
    """Hours beyond everything, and overtime beyond its limit."""
    below_minimum: Array


def _stock(model: SupplyModel, plan: Decisions, received: Array, consumed: Array) -> tuple[Array, Array]:
    """Stock, and what had to be conjured up, which is an empty table where nothing had to be."""
    gone = scatter_add(plan.shipped, model.demand.node, len(model.nodes.names))
    gone += plan.expired
    flow = received - consumed
    flow -= gone
    flow += model.nodes.receipts
    bare = np.cumsum(flow, axis=0, out=flow)
    bare += model.nodes.opening
    missing = np.subtract(model.nodes.minimum, bare, out=gone)
    if missing.max(initial=0.0) <= CRUMB:
        return np.maximum(bare, 0.0, out=bare), np.empty((0, 0))
    owed = np.maximum.accumulate(np.where(missing > CRUMB, missing, 0.0), axis=0)
    return np.maximum(bare + owed, 0.0), np.diff(owed, axis=0, prepend=0.0)


def _hours(model: SupplyModel, plan: Decisions, load: Array) -> _Hours:
    resources, workforce = model.resources, model.workforce
    count = len(resources.names)
    of_workers = scatter_add(plan.workers * workforce.hours_per_worker, workforce.resource, count)
    bought = of_workers + plan.shifts * resources.shift_hours
    regular = over_periods(resources.regular, model.length)
    used = np.clip(load - bought - plan.overtime, 0.0, regular)
    limit = resources.overtime + scatter_add(plan.workers * workforce.overtime_per_worker, workforce.resource, count)
    over = np.maximum(plan.overtime - limit, 0.0)
    beyond = np.maximum(load - bought - np.minimum(plan.overtime, limit) - used, 0.0)
    if model.conventions.whole_output:
        beyond = np.where(beyond <= _half_unit(model), 0.0, beyond)
    return _Hours(regular + bought, used, np.maximum(beyond, over), np.maximum(resources.minimum_load - load, 0.0))


def _half_unit(model: SupplyModel) -> Array:
    """Hours of half a unit on each resource: what rounding to whole units may take."""
    longest = np.zeros(len(model.resources.names))
    np.maximum.at(longest, model.options.resource, model.options.hours_per_unit)
    return longest / 2 + CRUMB


def _costs(model: SupplyModel, plan: Decisions, stock: Array, hours: _Hours, backlog: Array, elastic: float) -> Costs:
    nodes, options, resources, demand = model.nodes, model.options, model.resources, model.demand
    change, hired, gone = _changes(model, plan)
    paid = over_periods(resources.regular, model.length) if model.conventions.undertime_paid else hours.regular_used
    waits, gives_up = _finite(demand.backlog_cost), _finite(demand.lost_cost)
    end_backlog = 0.0
    if model.conventions.end_backlog == "lost":
        end_backlog = _sum(over_periods(gives_up, model.length)[-1] * backlog[-1])
    return Costs(
        unit=_sum(options.unit_cost * plan.quantity),
        regular=_sum(resources.regular_cost * paid),
        overtime=_sum(resources.overtime_cost * plan.overtime),
        shifts=_sum(resources.shift_cost * plan.shifts),
        wages=_sum(model.workforce.wage * plan.workers),
        hiring=_sum(model.workforce.hire_cost * hired),
        layoffs=_sum(model.workforce.layoff_cost * gone),
        holding=_holding(model, stock),
        shortfall=_shortfall(model, stock),
        excess=_charged(nodes.excess_cost, lambda: np.maximum(stock - nodes.maximum, 0.0)),
        expiry=_charged(nodes.expiry_cost, lambda: plan.expired),
        backlog=_sum(waits * backlog),
        lost=_sum(gives_up * plan.lost) + end_backlog,
        commitment=_charged(demand.commitment_cost, lambda: np.maximum(demand.commitment - plan.shipped, 0.0)),
        rate_change=change,
        deviation=_deviation(model, plan.quantity),
        share=_share(model, plan.quantity),
        fixed=_charged(options.fixed_cost, lambda: orders_for(options, plan.quantity)),
        end_value=-_sum(nodes.end_value * stock[-1]),
        elastic=elastic,
    )


def _revenue(model: SupplyModel, plan: Decisions, waiting: Array) -> float:
    price = model.demand.price
    return _sum(price * (model.demand.quantity - plan.lost)) - _sum(price[-1] * waiting[-1])


def _holding(model: SupplyModel, stock: Array) -> float:
    nodes, held, opening = model.nodes, stock, model.nodes.opening
    if model.conventions.charge_only_excess:
        target = over_periods(nodes.target, model.length)
        held, opening = np.maximum(stock - target, 0.0), np.maximum(opening - target[0], 0.0)
    if model.conventions.stock_basis == "average":
        held = (np.vstack((np.maximum(opening, 0.0)[None], held[:-1])) + held) / 2
    return _sum(nodes.holding_cost * held)


def _shortfall(model: SupplyModel, stock: Array) -> float:
    short = model.nodes.target - stock
    np.maximum(short, 0.0, out=short)
    short *= model.nodes.shortfall_cost
    return _sum(short)


def _changes(model: SupplyModel, plan: Decisions) -> tuple[float, Array, Array]:
    """Money for changes of rate; workers hired and laid off."""
    step = np.diff(plan.workers, axis=0, prepend=model.workforce.opening[None])
    return _rate_change(model, plan.quantity), np.maximum(step, 0.0), np.maximum(-step, 0.0)


def _rate_change(model: SupplyModel, quantity: Array) -> float:
    options = model.options
    if not (np.any(options.increase_cost) or np.any(options.decrease_cost)):
        return 0.0
    rate = rates(model, quantity)
    first = np.where(np.isnan(options.previous_rate), rate[0], options.previous_rate)
    rise = np.diff(rate, axis=0, prepend=first[None])
    return _sum(options.increase_cost * np.maximum(rise, 0.0)) + _sum(options.decrease_cost * np.maximum(-rise, 0.0))


def _deviation(model: SupplyModel, quantity: Array) -> float:
    if not np.any(model.options.deviation_cost):
        return 0.0
    reference = model.options.reference
    off = np.where(np.isnan(reference), 0.0, np.abs(quantity - np.nan_to_num(reference)))
    return _sum(model.options.deviation_cost * off)


def _share(model: SupplyModel, quantity: Array) -> float:
    options = model.options
    shared = np.flatnonzero(~np.isnan(options.share))
    if not shared.size:
        return 0.0
    total = scatter_add(quantity, options.node, len(model.nodes.names))[:, options.node[shared]]
    off = np.abs(quantity[:, shared] - options.share[shared] * total)
    return _sum(options.share_cost[shared] * off)


def _elastics(
    model: SupplyModel, plan: Decisions, conjured: Array, hours: _Hours, backlog: Array
) -> tuple[tuple[Elastic, ...], float]:
    demand, length = model.demand, model.length
    waits = over_periods(np.isfinite(demand.backlog_cost), length)
    gives_up = over_periods(np.isfinite(demand.lost_cost), length)
    unserved = _where_not(gives_up, plan.lost)
    if not waits.all():
        unserved += _where_not(waits, backlog)
    hard = model.conventions.end_backlog == "forbidden"
    unserved[-1] += np.where(waits[-1] & (hard | ~gives_up[-1]), backlog[-1], 0.0)
    options, group = model.options, model.workforce
    least = np.minimum(options.minimum, options.maximum)
    off = _outside(plan.quantity, least, options.maximum)
    outside = np.maximum(group.minimum - plan.workers, 0.0) + np.maximum(plan.workers - group.maximum, 0.0)
    steps = np.diff(plan.workers, axis=0, prepend=group.opening[None])
    outside += np.maximum(steps - group.hire_limit, 0.0) + np.maximum(-steps - group.layoff_limit, 0.0)
    kinds: tuple[tuple[ElasticKind, Names, Array, Array], ...] = (
        ("hours", model.resources.names, hours.beyond, model.resources.elastic_cost),
        ("minimum_load", model.resources.names, hours.below_minimum, model.resources.elastic_cost),
        ("material", model.nodes.names, conjured, model.nodes.elastic_cost),
        ("unserved", demand.names, unserved, np.full(len(demand.names), model.elastic_unserved)),
        ("bounds", options.names, off, model.nodes.elastic_cost[options.node]),
        ("workers", group.names, outside, worker_elastic_cost(model)),
    )
    found: list[Elastic] = []
    for kind, names, used, price in kinds:
        if used.max(initial=0.0) <= CRUMB:
            continue
        for period, number in zip(*(place.tolist() for place in np.nonzero(used > CRUMB)), strict=True):
            amount = float(used[period, number])
            found.append(Elastic(kind, names[number], period, amount, amount * float(price[number])))
    return tuple(found), float(sum(each.cost for each in found))


def _where_not(free: Array | BoolArray, quantity: Array) -> Array:
    """A quantity where something is not free."""
    return np.zeros(quantity.shape) if free.all() else np.where(free, 0.0, quantity)


def _outside(quantity: Array, least: Array, most: Array) -> Array:
    """How far quantities lie outside of their bounds; an empty table where all keep them."""
    if not np.any(quantity < least) and not np.any(quantity > most):
        return np.empty((0, 0))
    return np.maximum(least - quantity, 0.0) + np.maximum(quantity - most, 0.0)


def _charged(price: Array, charged: Callable[[], Array | BoolArray]) -> float:
    """Money for what is charged, which is not looked at where it costs nothing."""
    return _sum(price * charged()) if np.any(price) else 0.0


def _finite(price: Array) -> Array:
    """A price, and nothing where it is infinite: what cannot be paid for is elastic."""
    known = np.isfinite(price)
    return price if known.all() else np.where(known, price, 0.0)


def _sum(money: Array) -> float:
    return float(np.sum(money))
