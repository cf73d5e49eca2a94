"""Stage network: stages that take time and add cost, arcs of supply between them, and demand at some."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numba
import numpy as np
import scipy.sparse as sp
from scipy.sparse import csgraph

from steelyard.errors import ManyFaults, ModelError, NetworkRing
from steelyard.grid.block import Array, IntArray

Pooling = Literal["paths", "successors"]


@dataclass(frozen=True, eq=False)
class StageNetwork:
    """What the guaranteed-service model needs to know.

    Args:
        processing_time: Time from having all inputs to being ready, by stage.
        unit_cost: Cost of one unit when it leaves the stage, by stage [money].
        bound: Demand bound of one time unit: safety factor x standard deviation, by stage [units]. The bound over t
            time units is bound x sqrt(t).
        supplier: Stage at the upper end of each arc.
        customer: Stage at the lower end of each arc.
        most_service_time: Longest service time a stage may quote, by stage; infinity where it is free. A stage
            without customers quotes at most 0 unless it is told otherwise.
        outside_service_time: Service time that outside suppliers quote to the stage, by stage.
        demand: Mean demand of one time unit, by stage [units]; for pipeline stock only.
        quantity_per: Units of the supplier in one unit of the customer, by arc.
    """

    processing_time: Array
    unit_cost: Array
    bound: Array
    supplier: IntArray
    customer: IntArray
    most_service_time: Array
    outside_service_time: Array
    demand: Array
    quantity_per: Array

    @property
    def size(self) -> int:
        """How many stages there are."""
        return self.processing_time.size

    @property
    def is_tree(self) -> bool:
        """Whether no two ways lead from one stage to another, arrows disregarded."""
        return forest_count(self.size, self.supplier, self.customer) == self.size - self.supplier.size


def build_stage_network(
    processing_time: Array,
    *,
    supplier: IntArray,
    customer: IntArray,
    added_cost: Array | None = None,
    unit_cost: Array | None = None,
    demand_deviation: Array,
    safety_factor: Array | float,
    demand_mean: Array | None = None,
    most_service_time: Array | None = None,
    outside_service_time: Array | None = None,
    quantity_per: Array | None = None,
    pooling: Pooling = "paths",
    name: Callable[[int], str] = str,
) -> StageNetwork:
    """Build a network from what each stage adds and what customers ask of some.

    Cost adds up along the arcs; the demand of customers reaches each stage above with the quantity that goes into it.

    Args:
        processing_time: Time from having all inputs to being ready, by stage.
        supplier: Stage at the upper end of each arc.
        customer: Stage at the lower end of each arc.
        added_cost: Cost that the stage adds to a unit [money]; or else
        unit_cost: cost of a unit when it leaves the stage [money].
        demand_deviation: Standard deviation of the demand of customers in one time unit, by stage; 0 where none.
        safety_factor: Safety factor of the customers' demand, by stage or for all.
        demand_mean: Mean demand of customers in one time unit, by stage.
        most_service_time: Longest service time a stage may quote; NaN where free.
        outside_service_time: Service time that outside suppliers quote to the stage.
        quantity_per: Units of the supplier in one unit of the customer, by arc; 1 by default.
        pooling: `paths` follows each customer's demand on all its ways up, so that two ways from one customer add up;
            `successors` takes the demand of direct customers as independent, as in Graves & Willems 2000.
        name: Gives the name of a stage, for messages.

    Raises:
        ManyFaults: Times, costs or deviations are below zero or no numbers, arcs lead nowhere.
        NetworkRing: A stage supplies itself.

    Example:
        >>> two = build_stage_network(np.array([2.0, 1.0]), supplier=np.array([0]), customer=np.array([1]),
        ...     added_cost=np.array([10.0, 5.0]), demand_deviation=np.array([0.0, 4.0]), safety_factor=1.645)
        >>> two.unit_cost.tolist(), two.bound.round(2).tolist(), two.most_service_time.tolist()
        ([10.0, 15.0], [6.58, 6.58], [inf, 0.0])
    """
    size = processing_time.size
    per = np.ones(supplier.size) if quantity_per is None else quantity_per
    cost = added_cost if added_cost is not None else unit_cost
    _check(size, supplier, customer, name, processing_time=processing_time, cost=cost, deviation=demand_deviation)
    order = downstream_order(size, supplier, customer, name)
    most = np.full(size, np.nan) if most_service_time is None else most_service_time
    last = np.bincount(supplier, minlength=size) == 0
    factor = np.broadcast_to(np.asarray(safety_factor, np.float64), (size,))
    own = np.nan_to_num(demand_deviation) * np.nan_to_num(factor)
    mean = np.zeros(size) if demand_mean is None else np.nan_to_num(demand_mean)
    return StageNetwork(
        np.ascontiguousarray(processing_time, np.float64),
        _added_up(order, supplier, customer, per, added_cost) if added_cost is not None else np.asarray(unit_cost),
        _bounds(order, supplier, customer, per, own, pooling),
        supplier.astype(np.int64),
        customer.astype(np.int64),
        np.where(np.isnan(most), np.where(last, 0.0, np.inf), most),
        np.zeros(size) if outside_service_time is None else np.nan_to_num(outside_service_time),
        _drawn_down(order, supplier, customer, per, mean),
        np.asarray(per, np.float64),
    )


def downstream_order(size: int, supplier: IntArray, customer: IntArray, name: Callable[[int], str] = str) -> IntArray:
    """Stages, each after all its suppliers.

    Raises:
        NetworkRing: A stage supplies itself.
    """
    start, arc = _grouped(size, supplier)
    order: IntArray = _sorted(size, start, customer[arc].astype(np.int64), np.bincount(customer, minlength=size))
    if order.size < size:
        ring = sorted(set(range(size)) - set(order.tolist()))[:8]
        raise NetworkRing(
            "Stages supply each other in a ring",
            where=", ".join(name(stage) for stage in ring),
            mend="remove one of the arcs between them",
        )
    return order


def forest_count(size: int, supplier: IntArray, customer: IntArray) -> int:
    """How many separate parts a network has."""
    ones = np.ones(supplier.size)
    parts, _ = csgraph.connected_components(sp.csr_matrix((ones, (supplier, customer)), (size, size)), False)
    return int(parts)


def _check(
    size: int, supplier: IntArray, customer: IntArray, name: Callable[[int], str], **given: Array | None
) -> None:
    faults = [_negative(key, values, name) for key, values in given.items() if values is not None]
    missing = [ModelError("Stages have no cost", mend="give added_cost or unit_cost")] if given["cost"] is None else []
    lost = (supplier < 0) | (supplier >= size) | (customer < 0) | (customer >= size)
    arcs = [ModelError("An arc leads to no stage", where=f"arc {a}", mend="correct it") for a in np.flatnonzero(lost)]
    found = [*(fault for fault in faults if fault), *missing, *arcs]
    if found:
        raise ManyFaults("The network of stages cannot be planned", found)


def _negative(key: str, values: Array, name: Callable[[int], str]) -> ModelError | None:
    low = values < 0 if key == "deviation" else ~(values >= 0)
    if not low.any():
        return None
    where = ", ".join(name(int(stage)) for stage in np.flatnonzero(low)[:8])
    return ModelError(f"{key.replace('_', ' ').capitalize()} is below zero or missing", where=where, mend="enter it")


def _grouped(size: int, key: IntArray) -> tuple[IntArray, IntArray]:
    """Arcs by the stage at one end: where each stage's begin, and the arcs in that order."""
    arc = np.argsort(key, kind="stable")
    return np.concatenate([[0], np.cumsum(np.bincount(key, minlength=size))]).astype(np.int64), arc


@numba.njit(nogil=True, cache=True)
def _sorted(size: int, start: IntArray, below: IntArray, waiting: IntArray) -> IntArray:
    waiting = waiting.copy()
    order = np.empty(size, np.int64)
    count = 0
    for stage in range(size):
        if waiting[stage] == 0:
            order[count] = stage
            count += 1
    done = 0
    while done < count:
        stage = order[done]
        done += 1
        for arc in range(start[stage], start[stage + 1]):
            waiting[below[arc]] -= 1
            if waiting[below[arc]] == 0:
                order[count] = below[arc]
                count += 1
    return order[:count]


class _Up(NamedTuple):
    start: IntArray
    arc: IntArray


def _added_up(order: IntArray, supplier: IntArray, customer: IntArray, per: Array, added: Array) -> Array:
    cost: Array = np.array(added, np.float64)
    up = _Up(*_grouped(order.size, customer))
    _accumulate_down(order, up.start, up.arc, supplier, per, cost)
    return cost


def _drawn_down(order: IntArray, supplier: IntArray, customer: IntArray, per: Array, mean: Array) -> Array:
    drawn: Array = np.array(mean, np.float64)
    down = _Up(*_grouped(order.size, supplier))
    _accumulate_up(order, down.start, down.arc, customer, per, drawn)
    return drawn


def _bounds(order: IntArray, supplier: IntArray, customer: IntArray, per: Array, own: Array, pooling: Pooling) -> Array:
    if pooling == "successors":
        return np.sqrt(_drawn_down(order, supplier, customer, np.square(per), np.square(own)))
    return _path_bounds(order, supplier, customer, per, own)


def _path_bounds(order: IntArray, supplier: IntArray, customer: IntArray, per: Array, own: Array) -> Array:
    """Units of each stage that one unit of each customer's demand draws, on all ways, root-sum-squared."""
    size = order.size
    arcs = sp.csr_matrix((per, (supplier, customer)), (size, size))
    demand = np.flatnonzero(own > 0)
    drawn = sp.csr_matrix((np.ones(demand.size), (demand, np.arange(demand.size))), (size, demand.size))
    reached = drawn
    while reached.nnz:
        reached = arcs @ reached
        drawn = drawn + reached
    return np.asarray(np.sqrt(drawn.multiply(drawn) @ np.square(own[demand])), np.float64)


@numba.njit(nogil=True, cache=True)
def _accumulate_down(
    order: IntArray, start: IntArray, arc: IntArray, supplier: IntArray, per: Array, value: Array
) -> None:
    for stage in order:
        for a in range(start[stage], start[stage + 1]):
            value[stage] += per[arc[a]] * value[supplier[arc[a]]]


@numba.njit(nogil=True, cache=True)
def _accumulate_up(
    order: IntArray, start: IntArray, arc: IntArray, customer: IntArray, per: Array, value: Array
) -> None:
    for stage in order[::-1]:
        for a in range(start[stage], start[stage + 1]):
            value[stage] += per[arc[a]] * value[customer[arc[a]]]
