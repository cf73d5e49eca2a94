"""Descent: general networks, one spanning forest after another.

Arcs outside the forest become bounds through a pivot between the service time that the supplier quotes and the inbound
time of the customer. So every forest holds the best plan so far, and none is worse.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.grid.block import IntArray
from steelyard.inventory.multi_echelon.forest import Space, Tree, clear, solve_forest

BoolArray = NDArray[np.bool_]


@numba.njit(nogil=True, cache=True)
def descend(
    supplier: IntArray,
    customer: IntArray,
    space: Space,
    bounds: tuple[IntArray, IntArray, IntArray, IntArray],
    out: IntArray,
    inbound: IntArray,
    passes: int,
    patience: int,
    chance: np.random.Generator,
) -> tuple[float, int]:
    """Improve a feasible plan in place until `patience` forests in a row brought nothing.

    Args:
        supplier: Stage at the upper end of each arc.
        customer: Stage at the lower end of each arc.
        space: Stages and room to work in.
        bounds: Least and most service time, least and most inbound time that hold whatever the forest.
        out: Service times, feasible; improved in place.
        inbound: Inbound times, feasible; improved in place.
        passes: Forests at most.
        patience: Forests without improvement before it stops.
        chance: Draws the forests.

    Returns:
        Cost, and how many forests were solved.
    """
    size = out.size
    best, stalled, done = _cost(space, out, inbound), 0, 0
    trial_out, trial_in = out.copy(), inbound.copy()
    while done < passes and stalled < patience:
        tree, kept = _random_forest(size, supplier, customer, chance)
        space.least_out[:], space.most_out[:] = bounds[0], bounds[1]
        space.least_in[:], space.most_in[:] = bounds[2], bounds[3]
        _bound_the_rest(supplier, customer, kept, space, out, inbound, chance)
        clear(space)
        cost = solve_forest(tree, space, trial_out, trial_in)
        stalled = 0 if cost < best - 1e-7 * abs(best) else stalled + 1
        if cost <= best + 1e-9 * abs(best):
            best = cost
            out[:], inbound[:] = trial_out, trial_in
        done += 1
    return best, done


@numba.njit(nogil=True, cache=True)
def one_forest(supplier: IntArray, customer: IntArray, size: int) -> Tree:
    """The trees of a network that has no second ways."""
    return _tree_of(size, supplier, customer, np.ones(supplier.size, np.bool_))


@numba.njit(nogil=True, cache=True)
def _cost(space: Space, out: IntArray, inbound: IntArray) -> float:
    total = 0.0
    for k in range(out.size):
        total += space.weight[k] * space.root[inbound[k] + space.time[k] - out[k]]
    return total


@numba.njit(nogil=True, cache=True)
def _bound_the_rest(
    supplier: IntArray,
    customer: IntArray,
    kept: BoolArray,
    space: Space,
    out: IntArray,
    inbound: IntArray,
    chance: np.random.Generator,
) -> None:
    for arc in range(supplier.size):
        if not kept[arc]:
            a, b = supplier[arc], customer[arc]
            low, high = out[a], inbound[b]
            draw, pivot = chance.random(), low
            if draw < 0.4:
                pivot = high
            elif draw >= 0.8:
                pivot = low + int(chance.random() * (high - low + 1))
            space.most_out[a] = min(space.most_out[a], pivot)
            space.least_in[b] = max(space.least_in[b], pivot)


@numba.njit(nogil=True, cache=True)
def _random_forest(
    size: int, supplier: IntArray, customer: IntArray, chance: np.random.Generator
) -> tuple[Tree, BoolArray]:
    """Take arcs in random order unless both ends are already connected."""
    root = np.arange(size)
    kept = np.zeros(supplier.size, np.bool_)
    for arc in chance.permutation(supplier.size):
        a, b = _root(root, supplier[arc]), _root(root, customer[arc])
        if a != b:
            root[a] = b
            kept[arc] = True
    return _tree_of(size, supplier, customer, kept), kept


@numba.njit(nogil=True, cache=True)
def _root(root: IntArray, stage: int) -> int:
    while root[stage] != stage:
        root[stage] = root[root[stage]]
        stage = root[stage]
    return stage


@numba.njit(nogil=True, cache=True)
def _tree_of(size: int, supplier: IntArray, customer: IntArray, kept: BoolArray) -> Tree:
    """Hang every part of the forest on its first stage; children come before parents."""
    start, near, is_customer = _neighbours(size, supplier, customer, kept)
    parent, parent_is_customer = np.full(size, -2, np.int64), np.zeros(size, np.bool_)
    order = np.empty(size, np.int64)
    count, done = 0, 0
    for first in range(size):
        if parent[first] != -2:
            continue
        parent[first], order[count] = -1, first
        count += 1
        while done < count:
            stage = order[done]
            done += 1
            for at in range(start[stage], start[stage + 1]):
                child = near[at]
                if parent[child] == -2:
                    parent[child], parent_is_customer[child] = stage, not is_customer[at]
                    order[count] = child
                    count += 1
    return Tree(order[::-1].copy(), parent, parent_is_customer)


@numba.njit(nogil=True, cache=True)
def _neighbours(
    size: int, supplier: IntArray, customer: IntArray, kept: BoolArray
) -> tuple[IntArray, IntArray, BoolArray]:
    """Neighbours of each stage in the forest, and whether each is a customer."""
    start = np.zeros(size + 1, np.int64)
    for arc in range(supplier.size):
        if kept[arc]:
            start[supplier[arc] + 1] += 1
            start[customer[arc] + 1] += 1
    for stage in range(size):
        start[stage + 1] += start[stage]
    fill = start[:-1].copy()
    near, is_customer = np.empty(start[size], np.int64), np.empty(start[size], np.bool_)
    for arc in range(supplier.size):
        if kept[arc]:
            a, b = supplier[arc], customer[arc]
            near[fill[a]], is_customer[fill[a]] = b, True
            near[fill[b]], is_customer[fill[b]] = a, False
            fill[a] += 1
            fill[b] += 1
    return start, near, is_customer
