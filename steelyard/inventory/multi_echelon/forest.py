"""Forest: least safety stock on stages whose chosen arcs form trees, by dynamic programming.

Each stage has a service time S it quotes and an inbound time SI it waits; it keeps stock for SI + T - S. The cost of
its subtree is a function of S where its parent lies downstream, of SI where the parent lies upstream. Bounds on S and
SI carry everything that the chosen arcs leave out.
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import Array, IntArray

Int32Array = NDArray[np.int32]
_NONE = 1e300


class Space(NamedTuple):
    """Stages, their bounds, and room to work in; entries of a stage begin at `start`."""

    time: IntArray
    """Processing time [steps]."""
    weight: Array
    """Cost of keeping stock for one step; for n steps weight x root(n)."""
    root: Array
    """Square roots of whole steps."""
    start: IntArray
    least_out: IntArray
    most_out: IntArray
    least_in: IntArray
    most_in: IntArray
    above: Array
    """Cost of the subtrees of suppliers by the stage's inbound time."""
    below: Array
    """Cost of the subtrees of customers by the stage's service time."""
    best_out: Int32Array
    best_in: Int32Array
    value: Array


class Tree(NamedTuple):
    """A forest: each stage once, children before parents."""

    order: IntArray
    parent: IntArray
    """Parent stage, -1 for a root."""
    parent_is_customer: NDArray[np.bool_]


@numba.njit(nogil=True, cache=True)
def solve_forest(tree: Tree, space: Space, out: IntArray, inbound: IntArray) -> float:
    """Find the service and inbound time of every stage, and the least cost; needs cleared `above` and `below`."""
    total = 0.0
    for k in tree.order:
        parent = tree.parent[k]
        if parent < 0:
            total += _close_root(k, space, out, inbound)
        elif tree.parent_is_customer[k]:
            _by_service_time(k, space)
            _pass_down(k, parent, space)
        else:
            _by_inbound_time(k, space)
            _pass_up(k, parent, space)
    for k in tree.order[::-1]:
        parent, at = tree.parent[k], space.start[k]
        if parent >= 0 and tree.parent_is_customer[k]:
            width = space.start[k + 1] - at - 1
            out[k] = space.best_out[at + min(inbound[parent], width)]
            inbound[k] = space.best_in[at + out[k]]
        elif parent >= 0:
            width = space.start[k + 1] - at - 1
            inbound[k] = space.best_in[at + min(out[parent], width)]
            out[k] = space.best_out[at + inbound[k]]
    return total


@numba.njit(nogil=True, cache=True)
def clear(space: Space) -> None:
    """Forget the subtrees of an earlier forest."""
    space.above[:] = 0.0
    space.below[:] = 0.0


@numba.njit(nogil=True, cache=True)
def _by_service_time(k: int, space: Space) -> None:
    """Least cost of the stage and its subtrees for each service time, over inbound times."""
    at, time, weight = space.start[k], space.time[k], space.weight[k]
    for s in range(space.start[k + 1] - at):
        space.value[at + s] = _NONE
    for s in range(space.least_out[k], space.most_out[k] + 1):
        best, chosen = _NONE, -1
        for i in range(max(space.least_in[k], s - time), space.most_in[k] + 1):
            cost = weight * space.root[i + time - s] + space.above[at + i]
            if cost < best:
                best, chosen = cost, i
        if chosen >= 0:
            space.value[at + s] = best + space.below[at + s]
            space.best_in[at + s] = chosen


@numba.njit(nogil=True, cache=True)
def _by_inbound_time(k: int, space: Space) -> None:
    """Least cost of the stage and its subtrees for each inbound time, over service times."""
    at, time, weight = space.start[k], space.time[k], space.weight[k]
    for i in range(space.start[k + 1] - at):
        space.value[at + i] = _NONE
    for i in range(space.least_in[k], space.most_in[k] + 1):
        best, chosen = _NONE, -1
        for s in range(space.least_out[k], min(space.most_out[k], i + time) + 1):
            cost = weight * space.root[i + time - s] + space.below[at + s]
            if cost < best:
                best, chosen = cost, s
        if chosen >= 0:
            space.value[at + i] = best + space.above[at + i]
            space.best_out[at + i] = chosen


@numba.njit(nogil=True, cache=True)
def _pass_down(k: int, parent: int, space: Space) -> None:
    """Tell the customer what its inbound time costs here: any service time up to it will do."""
    at, room = space.start[k], space.start[parent]
    width, best, chosen = space.start[k + 1] - at, _NONE, 0
    for wait in range(space.most_in[parent] + 1):
        if wait < width:
            if space.value[at + wait] < best:
                best, chosen = space.value[at + wait], wait
            space.best_out[at + wait] = chosen
        space.above[room + wait] = min(space.above[room + wait] + best, _NONE)
    for wait in range(space.most_in[parent] + 1, width):
        space.best_out[at + wait] = chosen


@numba.njit(nogil=True, cache=True)
def _pass_up(k: int, parent: int, space: Space) -> None:
    """Tell the supplier what its service time costs here: any inbound time from it on will do."""
    at, room = space.start[k], space.start[parent]
    width, best, chosen = space.start[k + 1] - at, _NONE, 0
    for wait in range(width - 1, -1, -1):
        if space.value[at + wait] < best:
            best, chosen = space.value[at + wait], wait
        space.best_in[at + wait] = chosen
        space.value[at + wait] = best
    for quoted in range(space.most_out[parent] + 1):
        more = space.value[at + quoted] if quoted < width else _NONE
        space.below[room + quoted] = min(space.below[room + quoted] + more, _NONE)


@numba.njit(nogil=True, cache=True)
def _close_root(k: int, space: Space, out: IntArray, inbound: IntArray) -> float:
    at, time, weight = space.start[k], space.time[k], space.weight[k]
    best: float = _NONE
    for s in range(space.least_out[k], space.most_out[k] + 1):
        for i in range(max(space.least_in[k], s - time), space.most_in[k] + 1):
            cost = weight * space.root[i + time - s] + space.above[at + i] + space.below[at + s]
            if cost < best:
                best, out[k], inbound[k] = cost, s, i
    return best
