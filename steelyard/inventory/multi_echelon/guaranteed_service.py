"""Guaranteed service: each stage quotes a service time that it always keeps, up to a bound of demand.

    inbound time = longest service time of its suppliers            net time = inbound + processing - service time
    safety stock = bound x sqrt(net time)                           cost     = holding rate x unit cost x safety stock

Exact on trees by dynamic programming over whole time steps; on other networks the best of several descents over
spanning forests. Demand beyond the bound is outside the model: simulate it (`simulate_network`).

Source: Simpson 1958; Graves & Willems 2000; Humair & Willems 2011.
"""

from dataclasses import dataclass
from math import ceil
from typing import TypeVar

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray
from steelyard.inventory.multi_echelon.descent import descend, one_forest
from steelyard.inventory.multi_echelon.forest import Space, clear, solve_forest
from steelyard.inventory.multi_echelon.stage_network import StageNetwork, build_stage_network, downstream_order

Times = TypeVar("Times", Array, IntArray)
Bounds = tuple[IntArray, IntArray, IntArray, IntArray]

LONG = 150
"""Steps of the longest way from which time is first taken in larger steps."""

SMALL = 100
"""Stages below which there are more descents: they are cheap, and ways that meet again make many local optima."""


@dataclass(frozen=True, eq=False)
class ServicePlan:
    """Where safety stock is kept.

    Args:
        service_time: Time each stage quotes to its customers.
        inbound_time: Time each stage waits for its last supplier.
        net_time: Time that safety stock has to cover; 0 where the stage keeps none.
        safety_stock: Safety stock by stage [units].
        pipeline_stock: Mean demand of the processing time by stage [units].
        stage_cost: Cost of holding the safety stock for the time unit of the holding rate, by stage [money].
        exact: Whether it is proven to be the least cost: the network is a tree.
        passes: Forests solved.
    """

    service_time: Array
    inbound_time: Array
    net_time: Array
    safety_stock: Array
    pipeline_stock: Array
    stage_cost: Array
    exact: bool
    passes: int

    @property
    def cost(self) -> float:
        """Cost of all safety stock [money]."""
        return float(self.stage_cost.sum())


def guard_alone(network: StageNetwork, *, holding_rate: float = 1.0) -> ServicePlan:
    """Let every stage guard its own processing time and quote nothing: what placing together is measured against.

        safety stock = bound x sqrt(processing time)

    Args:
        network: Stages, arcs and demand bounds.
        holding_rate: Holding cost as a share of unit cost.
    """
    none, net = np.zeros(network.size), network.processing_time
    stock = network.bound * np.sqrt(net)
    cost = holding_rate * network.unit_cost * stock
    return ServicePlan(none, none, net, stock, network.demand * net, cost, exact=False, passes=0)


def compile_search() -> None:
    """Compile the search before somebody waits for it, by placing stock in three stages that are no tree."""
    ring = build_stage_network(
        np.ones(3), supplier=np.array([0, 0, 1]), customer=np.array([1, 2, 2]), unit_cost=np.arange(1.0, 4.0),
        demand_deviation=np.array([0.0, 0.0, 1.0]), safety_factor=1.0,
    )  # fmt: skip
    place_safety_stock(ring, restarts=1, passes=2, patience=1)


def place_safety_stock(
    network: StageNetwork,
    *,
    holding_rate: float = 1.0,
    most_service_time: Array | None = None,
    time_step: float = 1.0,
    restarts: int = 4,
    passes: int = 600,
    patience: int = 60,
    seed: int = 0,
    begin: ServicePlan | None = None,
) -> ServicePlan:
    """Place safety stock at the least cost.

    Args:
        network: Stages, arcs and demand bounds.
        holding_rate: Holding cost as a share of unit cost.
        most_service_time: Other limits of the service times; NaN leaves that of the network.
        time_step: Length of a step in the network's time unit. The search rounds processing times up to whole steps and
            quotes whole steps; stock then covers the time that it really takes.
        restarts: Descents from different forests; the best counts. Trees need none.
        passes: Forests in a descent at most.
        patience: Forests without improvement before the first descent stops; the others stop after half as many.
        seed: Which forests are drawn; equal seeds give equal plans.
        begin: A plan to improve, for instance from before a change; all stock downstream by default.

    Raises:
        ModelError: The time step is not above zero, or a stage must quote less than zero.

    Example:
        >>> from steelyard.inventory.multi_echelon.stage_network import build_stage_network
        >>> line = build_stage_network(np.array([4.0, 1.0]), supplier=np.array([0]), customer=np.array([1]),
        ...     unit_cost=np.array([10.0, 40.0]), demand_deviation=np.array([0.0, 5.0]), safety_factor=2.0)
        >>> plan = place_safety_stock(line)
        >>> plan.service_time.tolist(), plan.safety_stock.tolist(), plan.cost
        ([0.0, 0.0], [20.0, 10.0], 600.0)
    """
    most = network.most_service_time if most_service_time is None else most_service_time
    most = np.where(np.isnan(most), network.most_service_time, most)
    if time_step <= 0 or (most < 0).any():
        raise ModelError("The time step or a service time is below zero", mend="give steps above, times from zero on")
    search = _Search(network, holding_rate, most, time_step)
    if network.is_tree:
        return search.plan(search.exact(), exact=True, passes=1)
    patience = patience // 8 if search.longest > LONG else patience
    found = []
    for draw in range(max(restarts, 1) * (1 if begin else -(-SMALL // network.size))):
        first = search.feasible(begin.service_time) if begin else search.start(draw, seed, holding_rate, most)
        stop = patience if draw == 0 else max(patience // 2, 1)
        found.append(search.descend(*first, passes=passes, patience=stop, seed=seed + draw))
    _, done, out, _ = min(found, key=lambda one: one[0])
    plans = (search.plan(each, exact=False, passes=done) for each in (out, np.zeros_like(out)))
    return min(plans, key=lambda plan: plan.cost)


class _Search:
    """One network on one grid of time."""

    def __init__(self, network: StageNetwork, rate: float, most: Array, step: float) -> None:
        self._network, self._step = network, step
        self._price = rate * network.unit_cost
        self._weight = np.ascontiguousarray(self._price * network.bound * np.sqrt(step))
        self._time = np.ceil(network.processing_time / step - 1e-9).astype(np.int64)
        self._outside = np.ceil(network.outside_service_time / step - 1e-9).astype(np.int64)
        self._order = downstream_order(network.size, network.supplier, network.customer)
        self._reach = self._longest_ways()
        self._most = np.minimum(np.floor(np.minimum(most / step, 1e12) + 1e-9).astype(np.int64), self._reach)
        width = self._reach + 1
        self._start = np.concatenate([[0], np.cumsum(width)]).astype(np.int64)
        self._bounds: Bounds = (np.zeros(network.size, np.int64), self._most, self._outside, self._reach - self._time)

    @property
    def longest(self) -> int:
        """Steps of the longest way through the network."""
        return int(self._reach.max(initial=0))

    def clock(self, steps: IntArray) -> Array:
        """Steps in the network's time unit."""
        return np.asarray(steps * self._step, np.float64)

    def _longest_ways(self) -> IntArray:
        """Steps from the first supplier to having the stage's output, the longest way."""
        network, reach = self._network, self._outside + self._time
        arcs = np.argsort(_rank(self._order)[network.supplier], kind="stable")
        for arc in arcs.tolist():
            a, b = network.supplier[arc], network.customer[arc]
            reach[b] = max(reach[b], reach[a] + self._time[b])
        return reach

    def _space(self) -> Space:
        total = int(self._start[-1])
        root = np.sqrt(np.arange(self.longest + 1, dtype=np.float64))
        low, high, least, most = (bound.copy() for bound in self._bounds)
        above, below, value = np.zeros(total), np.zeros(total), np.zeros(total)
        best_out, best_in = np.zeros(total, np.int32), np.zeros(total, np.int32)
        return Space(
            self._time, self._weight, root, self._start, low, high, least, most, above, below, best_out, best_in, value
        )  # fmt: skip

    def exact(self) -> IntArray:
        network, space = self._network, self._space()
        out, inbound = np.zeros(network.size, np.int64), np.zeros(network.size, np.int64)
        clear(space)
        solve_forest(one_forest(network.supplier, network.customer, network.size), space, out, inbound)
        return out

    def feasible(self, service_time: Array) -> tuple[IntArray, IntArray]:
        """The nearest plan that keeps all limits, in whole steps."""
        wanted = np.rint(service_time / self._step).astype(np.int64)
        return self._kept(wanted, self._most, self._outside, self._time)

    def _kept(self, wanted: Times, most: Times, outside: Times, time: Times) -> tuple[Times, Times]:
        """Service and inbound times: nobody waits longer than for the last supplier, or quotes more than it takes."""
        out, inbound = np.zeros_like(wanted), outside.copy()
        into = np.argsort(_rank(self._order)[self._network.customer], kind="stable")
        suppliers, customers = self._network.supplier[into], self._network.customer[into]
        edges = np.searchsorted(_rank(self._order)[customers], np.arange(self._network.size + 1))
        for place, stage in enumerate(self._order.tolist()):
            above = suppliers[edges[place] : edges[place + 1]]
            inbound[stage] = max(inbound[stage], out[above].max(initial=0))
            out[stage] = min(wanted[stage], most[stage], inbound[stage] + time[stage])
        return out, inbound

    def start(self, draw: int, seed: int, rate: float, most: Array) -> tuple[IntArray, IntArray]:
        """Where a descent begins: no stage quotes a time, then every stage the longest, then random ones."""
        if self.longest > LONG:
            return self._from_larger_steps(draw, seed, rate, most)
        if draw <= 1:
            return self.feasible(self.clock(self._reach * draw))
        share = np.random.default_rng((seed, draw)).random(self._network.size)
        return self.feasible(self.clock(np.floor(self._reach * share * (share > 0.5)).astype(np.int64)))

    def _from_larger_steps(self, draw: int, seed: int, rate: float, most: Array) -> tuple[IntArray, IntArray]:
        """Where a search over larger steps ends, after another one over true steps around it."""
        size = ceil(2 * self.longest / LONG)
        coarse = _Search(self._network, rate, most, self._step * size)
        effort = 600, 80, seed + draw
        _, _, far, _ = coarse.descend(*coarse.start(draw, seed, rate, most), *effort)
        out, inbound = self.feasible(coarse.clock(far))
        low, high, least, most_in = self._bounds
        near = (
            np.maximum(low, out - size), np.minimum(high, out + size),
            np.maximum(least, inbound - size), np.minimum(most_in, inbound + size),
        )  # fmt: skip
        _, _, out, inbound = self.descend(out, inbound, *effort, bounds=near)
        return out, inbound

    def descend(
        self, out: IntArray, inbound: IntArray, passes: int, patience: int, seed: int, bounds: Bounds | None = None
    ) -> tuple[float, int, IntArray, IntArray]:
        out, inbound = out.copy(), inbound.copy()
        arcs = (self._network.supplier, self._network.customer)
        cost, done = descend(
            *arcs, self._space(), bounds or self._bounds, out, inbound, passes, patience, np.random.default_rng(seed)
        )
        return float(cost), int(done), out, inbound

    def plan(self, steps: IntArray, *, exact: bool, passes: int) -> ServicePlan:
        """The plan in the network's time unit: service times in whole steps, the rest as the processing times are."""
        network, most = self._network, self.clock(self._most)
        out, waits = self._kept(self.clock(steps), most, network.outside_service_time, network.processing_time)
        net = np.maximum(waits + network.processing_time - out, 0.0)
        stock = network.bound * np.sqrt(net)
        return ServicePlan(
            out,
            waits,
            net,
            stock,
            network.demand * network.processing_time,
            self._price * stock,
            exact,
            passes,
        )


def _rank(order: IntArray) -> IntArray:
    """Place of each stage in an order."""
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return rank
