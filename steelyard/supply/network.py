"""Network: which item at which place is made from, or shipped from, which others."""

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.errors import ModelError, NetworkRing
from steelyard.grid.block import Array, IntArray

Int32Array = NDArray[np.int32]
Naming = Callable[[int], str]


@dataclass(frozen=True, eq=False)
class SupplyNetwork:
    """Item-locations as rows, and arcs from a component to the row that consumes it.

    A bill of material gives an arc component -> assembly at one place; a transfer gives an arc
    item at the source -> the same item at the destination. Arcs are kept twice, by component and by
    consumer, always in the same order, so that every sum over them has one order.

    Args:
        rows: How many item-locations there are.
        periods: How many periods the plan has.
        level: Low-level code of each row: 0 where nothing consumes it, else one more than its highest consumer.
        order: All rows by level, then by number: every consumer stands before its components.
        consumer_start: Where the arcs of a component begin in `consumer`; one longer than the rows.
        consumer: Consuming row of each arc, by component.
        quantity_per: Units of the component in one unit of the consumer, by arc.
        valid_from: First period of release in which the arc counts.
        valid_to: First period in which it no longer counts.
        component_start: Where the arcs of a consumer begin in `component`.
        component: Component row of each arc, by consumer.
        component_arc: Number of the same arc in the order by component.
    """

    rows: int
    periods: int
    level: IntArray
    order: IntArray
    consumer_start: IntArray
    consumer: Int32Array
    quantity_per: Array
    valid_from: Int32Array
    valid_to: Int32Array
    component_start: IntArray
    component: Int32Array
    component_arc: Int32Array

    @property
    def arcs(self) -> int:
        """How many arcs there are."""
        return self.consumer.size

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
    by_component = np.lexsort((quantity_per, stop, start, consumer, component))
    child, parent = component[by_component], consumer[by_component]
    by_consumer = np.lexsort((np.arange(child.size), child, parent))
    component_start = _starts(parent[by_consumer], rows)
    level = _low_level_codes(component_start, child[by_consumer], child)
    _check_rings(level, child, parent, name)
    return SupplyNetwork(
        rows=rows,
        periods=periods,
        level=level,
        order=np.lexsort((np.arange(rows), level)),
        consumer_start=_starts(child, rows),
        consumer=parent.astype(np.int32),
        quantity_per=np.ascontiguousarray(quantity_per[by_component], dtype=np.float64),
        valid_from=start[by_component].astype(np.int32),
        valid_to=stop[by_component].astype(np.int32),
        component_start=component_start,
        component=child[by_consumer].astype(np.int32),
        component_arc=by_consumer.astype(np.int32),
    )


def reach(network: SupplyNetwork, rows: IntArray) -> IntArray:
    """Rows and everything below them, in the network's order: all that a change of the rows can move."""
    found: IntArray = _reach(network.component_start, network.component, rows.astype(np.int64))
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
    _inherit(network.order, network.component_start, network.component, best)
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


def _starts(sorted_rows: IntArray, rows: int) -> IntArray:
    return np.searchsorted(sorted_rows, np.arange(rows + 1)).astype(np.int64)


def _low_level_codes(component_start: IntArray, component: IntArray, child: IntArray) -> IntArray:
    waiting = np.bincount(child, minlength=component_start.size - 1).astype(np.int64)
    level: IntArray = _levels(component_start, component, waiting)
    return level


def _check_rings(level: IntArray, child: IntArray, parent: IntArray, name: Naming) -> None:
    if (level < 0).any():
        ring = " > ".join(name(row) for row in _ring(level, child, parent))
        raise NetworkRing(
            "An item needs itself", where=ring, mend="take one of these lines out of the bill of material"
        )


def _ring(level: IntArray, child: IntArray, parent: IntArray) -> list[int]:
    """Walk up from a row without a level: it always has a consumer without one, so the walk closes."""
    stuck = level[parent] < 0
    above = dict(zip(child[stuck].tolist(), parent[stuck].tolist(), strict=True))
    row = int(np.flatnonzero(level < 0)[0])
    path: list[int] = []
    while row not in path:
        path.append(row)
        row = above[row]
    return [row, *reversed(path[path.index(row) :])]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _levels(component_start: IntArray, component: IntArray, waiting: IntArray) -> IntArray:
    rows = component_start.size - 1
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
