"""Priority: a finite plan by rules that planners recognise, in a fraction of a second, every step logged.

It starts from the plan that nothing limits, takes each month's overload away by the cheapest move (build ahead,
another source, overtime), and then starts what hours and components allow, the most urgent first; the rest waits,
and is given up where waiting costs more than the sale.
"""

from dataclasses import dataclass
from functools import cached_property
from time import process_time

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.supply import _pricing, _sweep
from steelyard.supply._pricing import Responses, UnitPrices
from steelyard.supply._queue import Queue, queue_up, start_in_order
from steelyard.supply._shipping import decide, net_flow
from steelyard.supply._sweep import ALTERNATE, LATE, OVERTIME, PRE_BUILD, Log, Ways
from steelyard.supply.evaluate import evaluate, unserved_cost
from steelyard.supply.model import SupplyModel, option_of_lines, over_periods
from steelyard.supply.node_copies import levels_of
from steelyard.supply.price_network import PriceNetwork, price_network
from steelyard.supply.supply_plan import Decisions, Move, SupplyPlan

_KINDS = {PRE_BUILD: "pre-build", ALTERNATE: "alternate", OVERTIME: "overtime", LATE: "late"}
_STORAGE = 3
_MOST_MOVES = 200_000
_HORIZON_OF_PATIENCE = 1000


@dataclass(frozen=True, eq=False)
class PriorityShop:
    """A model laid out for the rules; the same one serves many plans with other hours.

    Args:
        network: The model laid out for pricing, in one group.
        ways: Its options as the kernels read them.
        queue: The same in the order in which they are asked.
        asked: Demand less open orders, node x period [units].
    """

    network: PriceNetwork
    ways: Ways
    queue: Queue
    asked: Array

    @cached_property
    def wanted(self) -> Array:
        """Quantities of the plan that no resource limits, option x period [units]."""
        return _unlimited(self.network)

    @cached_property
    def demanded(self) -> Array:
        """Demand, `[period, node]` [units]."""
        model = self.network.model
        return scatter_add(over_periods(model.demand.quantity, model.length), model.demand.node, len(model.nodes.names))

    @cached_property
    def patience(self) -> IntArray:
        """Periods for which waiting is cheaper than losing a sale, by node; 0 where customers do not wait."""
        return _patience(self.network.model)

    @cached_property
    def need(self) -> Array:
        """Demand less open orders, `[period, node]` [units]."""
        return np.ascontiguousarray(self.asked.T)


def priority_shop(model: SupplyModel) -> PriorityShop:
    """Lay a model out for the rules."""
    network = price_network(model, split=0)
    ways, level = _ways(network), levels_of(model)
    node = model.options.node
    queue = queue_up(ways, level[node], _urgency(model, level)[node], level)
    asked = scatter_add(over_periods(model.demand.quantity, model.length), model.demand.node, level.size)
    return PriorityShop(network, ways, queue, np.ascontiguousarray((asked - model.nodes.receipts).T))


def plan_by_priority(model: SupplyModel, shop: PriorityShop | None = None) -> SupplyPlan:
    """Plan with finite hours and components by rules.

    Args:
        model: The supply model.
        shop: The same model laid out before, perhaps with other hours; made here by default.
    """
    began = process_time()
    shop = shop or priority_shop(model)
    wanted = shop.wanted.copy()
    moves = _swept(model, shop, wanted)
    decisions = _decided(model, shop, wanted)
    found = evaluate(model, decisions)
    return SupplyPlan(
        engine="priority",
        decisions=decisions,
        seconds=process_time() - began,
        objective=found.objective,
        moves=moves,
        elastic=found.elastic,
    )


def start_what_fits(model: SupplyModel, quantity: Array, shop: PriorityShop | None = None) -> SupplyPlan:
    """Make a plan possible that asks for more hours or components than there are: what does not fit starts later.

    Args:
        model: The supply model.
        quantity: Received by option beside what is prescribed, `[period, option]` [units].
        shop: The same model laid out before; made here by default.
    """
    began = process_time()
    shop = shop or priority_shop(model)
    decisions = _decided(model, shop, np.ascontiguousarray(quantity.T))
    found = evaluate(model, decisions)
    seconds = process_time() - began
    return SupplyPlan("priority", decisions, seconds, objective=found.objective, elastic=found.elastic)


def _ways(network: PriceNetwork) -> Ways:
    model, layout, options = network.model, network.layout, network.model.options
    order = np.argsort(options.node, kind="stable")
    line_option = option_of_lines(options.hour_start)
    line = np.argsort(options.resource, kind="stable")
    resources = len(model.resources.names)
    most = over_periods(options.maximum, model.length) - network.fixed
    cost = np.empty(layout.cost.shape)
    cost[network.option] = layout.cost
    return Ways(
        node=options.node.astype(np.int64),
        lead=options.lead_time.astype(np.int64),
        cost=cost,
        hour_start=options.hour_start.astype(np.int64),
        resource=options.resource.astype(np.int64),
        hours=options.hours_per_unit.astype(np.float64),
        offset=options.hour_offset.astype(np.int64),
        input_start=options.component_start.astype(np.int64),
        input_node=options.component.astype(np.int64),
        quantity_per=options.quantity_per.astype(np.float64),
        input_from=options.component_from.astype(np.int64),
        input_to=options.component_to.astype(np.int64),
        node_start=np.searchsorted(options.node[order], np.arange(len(model.nodes.names) + 1)).astype(np.int64),
        node_option=order.astype(np.int64),
        line_start=np.searchsorted(options.resource[line], np.arange(resources + 1)).astype(np.int64),
        line=line.astype(np.int64),
        line_option=line_option.astype(np.int64),
        most=np.ascontiguousarray(most.T),
        shelf=model.nodes.shelf_life.astype(np.int64),
    )


def _unlimited(network: PriceNetwork) -> Array:
    """Quantities of the plan that no resource limits, option x period [units]."""
    layout = network.layout
    shape = layout.net.shape
    whole = (np.empty(shape, np.int64), np.empty(shape, np.int64))
    real = [np.empty(shape) for _ in range(4)]
    prices = UnitPrices(real[0], whole[0], real[1], whole[1], real[2], real[3])
    done = Responses(*(np.zeros(shape) for _ in range(6)))
    resources = len(network.model.resources.names) + network.limited.size
    none, free = np.zeros((layout.stage_start.size, shape[1])), np.zeros((resources, shape[1]))
    keep = layout.holding
    _pricing.price_units(layout, free, np.zeros(network.scarce.size), keep, none, prices)
    _pricing.respond(layout, keep, prices, done, np.empty(shape[0]))
    out = np.zeros((len(network.model.options.names), shape[1]))
    _sweep.by_option(done.received, prices.way, network.option, out)
    return out


def _swept(model: SupplyModel, shop: PriorityShop, made: Array) -> tuple[Move, ...]:
    """Relieve overloads; `made` changes. Gives the moves."""
    resources, length = model.resources, model.length
    free = _hours(model, shop) - _load(shop.ways, made, len(resources.names))
    overtime = np.ascontiguousarray(over_periods(resources.overtime, length).T).astype(np.float64)
    count = min(_MOST_MOVES, 40 * free.size + 1000)
    whole = [np.empty(count, np.int64) for _ in range(6)]
    log = Log(whole[0], whole[1], whole[2], whole[3], np.empty(count), whole[4], np.empty(count), whole[5])
    price = np.ascontiguousarray(over_periods(resources.overtime_cost, length).T).astype(np.float64)
    order = np.flatnonzero(resources.kind != _STORAGE)
    holding = np.ascontiguousarray(over_periods(model.nodes.holding_cost, length).T).astype(np.float64)
    stock = -shop.asked
    _sweep.flow_of(shop.ways, made, stock)
    stock[:, 0] += model.nodes.opening
    np.maximum(np.cumsum(stock, axis=1, out=stock), 0.0, out=stock)
    used = np.zeros(overtime.shape)
    written = _sweep.sweep(shop.ways, order, holding, made, free, overtime, used, price, stock, log)
    return _moves(log, written)


def _hours(model: SupplyModel, shop: PriorityShop) -> Array:
    """Regular and shift hours less those of what is prescribed, resource x period."""
    resources, length = model.resources, model.length
    shifts = over_periods(resources.shift_hours * resources.shift_limit, length)
    return np.ascontiguousarray((over_periods(resources.regular, length) + shifts - shop.network.fixed_hours).T)


def _load(ways: Ways, made: Array, resources: int) -> Array:
    load = np.zeros((resources, made.shape[1]))
    _sweep.load_of(ways, made, load)
    return load


def _moves(log: Log, count: int) -> tuple[Move, ...]:
    columns = [column[:count].tolist() for column in log]
    return tuple(
        Move(_KINDS[kind], option, first, last, quantity, resource, cost, other)
        for kind, option, first, last, quantity, resource, cost, other in zip(*columns, strict=True)
    )


def _decided(model: SupplyModel, shop: PriorityShop, wanted: Array) -> Decisions:
    """All decisions when everything wanted waits for its hours and components, `wanted` option x period [units]."""
    quantity = _started(model, shop, wanted)
    quantity += shop.network.fixed
    flow = net_flow(model, quantity)
    lost = _sweep.give_up(flow, shop.demanded, model.nodes.opening.astype(np.float64), shop.patience)
    return decide(model, quantity, lost, flow=flow)


def _started(model: SupplyModel, shop: PriorityShop, wanted: Array) -> Array:
    """What is received when everything waits for its hours and components, `[period, option]` [units]."""
    room = _hours(model, shop) + np.ascontiguousarray(over_periods(model.resources.overtime, model.length).T)
    room[model.resources.kind == _STORAGE] = np.inf
    lined, started = np.empty(wanted.shape[::-1]), np.zeros(wanted.shape[::-1])
    _sweep.line_up(wanted, shop.queue.option, lined)
    start_in_order(shop.queue, lined, shop.need, model.nodes.opening.astype(np.float64), room, started)
    _sweep.put_back(started, shop.queue.option, lined)
    return lined


def _urgency(model: SupplyModel, level: IntArray) -> Array:
    """Place in the queue of each node, lower first: by rank, then by what a lost sale costs; components inherit it."""
    demand, options = model.demand, model.options
    dear = (unserved_cost(model) + over_periods(demand.price, model.length)).mean(axis=0)
    place = np.empty(dear.size)
    place[np.lexsort((-dear, demand.rank))] = np.arange(dear.size)
    out = np.full(level.size, float(dear.size))
    np.minimum.at(out, demand.node, place)
    consumer = options.node[option_of_lines(options.component_start)]
    for depth in range(int(level.max(initial=0)), 0, -1):
        lines = np.flatnonzero(level[consumer] == depth)
        np.minimum.at(out, options.component[lines], out[consumer[lines]])
    return out


def _patience(model: SupplyModel) -> IntArray:
    """Periods for which waiting is cheaper than losing a sale, by node; 0 where customers do not wait."""
    demand, length = model.demand, model.length
    wait = over_periods(np.where(np.isfinite(demand.backlog_cost), demand.backlog_cost, np.inf), length).mean(axis=0)
    never = (unserved_cost(model) + over_periods(demand.price, length)).mean(axis=0)
    periods = np.floor(never / np.maximum(wait, 1e-12))
    patience = np.full(len(model.nodes.names), _HORIZON_OF_PATIENCE)
    np.minimum.at(patience, demand.node, np.minimum(periods, _HORIZON_OF_PATIENCE).astype(np.int64))
    return patience
