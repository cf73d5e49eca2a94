"""Network: which item at which place is made from, or shipped from, which others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.errors import ModelError, NetworkRing
from steelyard.grid.block import Array, BoolArray, IntArray

Int32Array = NDArray[np.int32]
Naming = Callable[[int], str]


class Arcs(NamedTuple):
    """Arcs grouped by the row at one of their ends; within a group by the row at the other end."""

    start: IntArray
    """Where the arcs of a row begin; one longer than the rows."""
    row: Int32Array
    """Row at the other end of each arc."""
    quantity_per: Array
    """Units of the component in one unit of the consumer; below zero what comes out besides, as a co-product."""
    valid_from: Int32Array
    """First period of release of the consumer in which the arc counts; of its receipt for a co-product."""
    valid_to: Int32Array
    """First period in which it no longer counts."""


@dataclass(frozen=True, eq=False)
class SupplyNetwork:
    """Item-locations as rows, and arcs from a component to the row that consumes it.

    A bill of material gives an arc component -> assembly at one place; a transfer gives an arc
    item at the source -> the same item at the destination. A co-product hangs below what it comes out of like a
    component, with a quantity below zero: what is made gives instead of taking. Arcs are kept both ways, always in the
    same order, so that every sum over them has one order.

    Args:
        rows: How many item-locations there are.
        periods: How many periods the plan has.
        level: Low-level code of each row: 0 where nothing consumes it, else one more than its deepest consumer.
        order: All rows by level, then by number: every consumer stands before its components.
        consumers: For each row the arcs to what consumes it.
        components: For each row the arcs to what it consumes.
    """

    rows: int
    periods: int
    level: IntArray
    order: IntArray
    consumers: Arcs
    components: Arcs

    @property
    def arcs(self) -> int:
        """How many arcs there are."""
        return self.consumers.row.size

    @property
    def depth(self) -> int:
        """How many levels there are."""
        return int(self.level.max()) + 1 if self.rows else 0


def build_network(
    rows: int,
    periods: int,
    *,
    component: IntArray,
    consumer: IntArray,
    quantity_per: Array,
    valid_from: IntArray | None = None,
    valid_to: IntArray | None = None,
    co_product: BoolArray | None = None,
    name: Naming = str,
) -> SupplyNetwork:
    """Build the network from its arcs.

    Args:
        rows: How many item-locations there are.
        periods: How many periods the plan has.
        component: Row of the component, or of the item at the shipping place, by arc.
        consumer: Row of the assembly, or of the item at the receiving place, by arc.
        quantity_per: Units of the component in one unit of the consumer, scrap included, by arc.
        valid_from: First period in which the arc counts; all by default.
        valid_to: First period in which it no longer counts; all by default.
        co_product: Arcs whose component comes out instead of going in; none by default.
        name: Gives the name of a row, for messages.

    Raises:
        ModelError: An arc points outside the rows or its quantity is not positive.
        NetworkRing: A row needs itself; the message names the ring.

    Example:
        >>> build_network(2, 3, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([2.0])).level
        array([0, 1])
    """
    start = np.zeros(component.size, np.int64) if valid_from is None else np.clip(valid_from, 0, periods)
    stop = np.full(component.size, periods, np.int64) if valid_to is None else np.clip(valid_to, 0, periods)
    _check_arcs(rows, component, consumer, quantity_per, name)
    if co_product is not None:
        quantity_per = np.where(co_product, -quantity_per, quantity_per)
    keys = (quantity_per, stop, start)
    consumers = _grouped(component, consumer, np.lexsort((*keys, consumer, component)), quantity_per, start, stop, rows)
    components = _grouped(
        consumer, component, np.lexsort((*keys, component, consumer)), quantity_per, start, stop, rows
    )
    level: IntArray = _levels(components.start, components.row, np.diff(consumers.start))
    _check_rings(level, consumers, name)
    order = np.lexsort((np.arange(rows), level))
    return SupplyNetwork(rows, periods, level, order, consumers, components)


def reach(network: SupplyNetwork, rows: IntArray) -> IntArray:
    """Rows and everything below them, in the network's order: all that a change of the rows can move."""
    found: IntArray = _reach(network.components.start, network.components.row, rows.astype(np.int64))
    return found[np.lexsort((found, network.level[found]))]


def inherit_priority(network: SupplyNetwork, priority: Array) -> Array:
    """Give each component the best (lowest) priority among itself and all it goes into.

    Args:
        network: The supply network.
        priority: Priority of each row; lower goes first.

    Example:
        >>> chain = build_network(2, 1, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([1.0]))
        >>> inherit_priority(chain, np.array([1.0, 9.0]))
        array([1., 1.])
    """
    best = priority.astype(np.float64).copy()
    _inherit(network.order, network.components.start, network.components.row, best)
    return best


def _check_arcs(rows: int, component: IntArray, consumer: IntArray, quantity_per: Array, name: Naming) -> None:
    ends = np.concatenate((component, consumer))
    if ends.size and (ends.min() < 0 or ends.max() >= rows):
        raise ModelError("An arc of the supply network points outside its rows", mend=f"use rows 0 to {rows - 1}")
    bad = np.flatnonzero(~(quantity_per > 0))
    if bad.size:
        where = f"{name(int(component[bad[0]]))} in {name(int(consumer[bad[0]]))}"
        raise ModelError(
            "A component quantity is not positive", where=where, mend="give a quantity above zero or drop the line"
        )


def _grouped(
    near: IntArray, far: IntArray, order: IntArray, quantity_per: Array, start: IntArray, stop: IntArray, rows: int
) -> Arcs:
    return Arcs(
        start=np.searchsorted(near[order], np.arange(rows + 1)).astype(np.int64),
        row=far[order].astype(np.int32),
        quantity_per=np.ascontiguousarray(quantity_per[order], dtype=np.float64),
        valid_from=start[order].astype(np.int32),
        valid_to=stop[order].astype(np.int32),
    )


def _check_rings(level: IntArray, consumers: Arcs, name: Naming) -> None:
    if (level < 0).any():
        ring = " > ".join(name(row) for row in _ring(level, consumers))
        mend = "take one of these lines out of the bill of material"
        raise NetworkRing("An item needs itself", where=ring, mend=mend)


def _ring(level: IntArray, consumers: Arcs) -> list[int]:
    """Walk up from a row without a level: it always has a consumer without one, so the walk closes."""
    row = int(np.flatnonzero(level < 0)[0])
    path: list[int] = []
    while row not in path:
        path.append(row)
        above = consumers.row[consumers.start[row] : consumers.start[row + 1]]
        row = int(above[level[above] < 0][0])
    return [row, *reversed(path[path.index(row) :])]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _levels(component_start: IntArray, component: Int32Array, consumers: IntArray) -> IntArray:
    rows, waiting = component_start.size - 1, consumers.copy()
    level = np.full(rows, -1, np.int64)
    deepest = np.zeros(rows, np.int64)
    queue = np.empty(rows, np.int64)
    filled = 0
    for row in range(rows):
        if waiting[row] == 0:
            queue[filled] = row
            filled += 1
    done = 0
    while done < filled:
        row = queue[done]
        done += 1
        level[row] = deepest[row]
        for a in range(component_start[row], component_start[row + 1]):
            below = component[a]
            deepest[below] = max(deepest[below], level[row] + 1)
            waiting[below] -= 1
            if waiting[below] == 0:
                queue[filled] = below
                filled += 1
    return level


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _reach(component_start: IntArray, component: Int32Array, rows: IntArray) -> IntArray:
    seen = np.zeros(component_start.size - 1, np.bool_)
    queue = np.empty(component_start.size - 1, np.int64)
    filled = 0
    for row in rows:
        if not seen[row]:
            seen[row] = True
            queue[filled] = row
            filled += 1
    done = 0
    while done < filled:
        row = queue[done]
        done += 1
        for a in range(component_start[row], component_start[row + 1]):
            below = component[a]
            if not seen[below]:
                seen[below] = True
                queue[filled] = below
                filled += 1
    return queue[:filled].copy()


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _inherit(order: IntArray, component_start: IntArray, component: Int32Array, best: Array) -> None:
    for row in order:
        for a in range(component_start[row], component_start[row + 1]):
            best[component[a]] = min(best[component[a]], best[row])
