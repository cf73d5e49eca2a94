"""Node copies: the levels of a network, its groups of items, and what each group gets for itself."""

import numpy as np

from steelyard.errors import NetworkRing
from steelyard.grid.block import IntArray
from steelyard.supply.model import Options, SupplyModel, option_of_lines, over_periods


def levels_of(model: SupplyModel) -> IntArray:
    """Level of each node: 0 where it takes nothing, else one above its highest component.

    Raises:
        NetworkRing: A node needs itself.
    """
    options, count = model.options, len(model.nodes.names)
    consumer = options.node[option_of_lines(options.component_start)]
    level = np.zeros(count, np.int64)
    for _ in range(count + 1):
        above = level.copy()
        np.maximum.at(above, consumer, level[options.component] + 1)
        if np.array_equal(above, level):
            return level
        level = above
        if level.max() > min(count, _DEEPEST):
            break
    ring = model.nodes.names[int(np.argmax(level))]
    raise NetworkRing("An item needs itself", where=ring, mend="take one line out of the bill of material")


_DEEPEST = 200
"""No bill of material is deeper; what rises above it goes round."""


def copies_of_nodes(model: SupplyModel, level: IntArray, split: int) -> tuple[IntArray, IntArray]:
    """Pairs of node and group: a group reaches what its end nodes are made of."""
    own = _group_of_ends(model, level, split)
    options = model.options
    consumer = options.node[option_of_lines(options.component_start)]
    taken = np.bincount(options.component, minlength=level.size) > 0
    asked = np.bincount(model.demand.node, minlength=level.size) > 0
    ends = np.flatnonzero(asked | ~taken)
    groups = int(own.max()) + 1 if own.size else 1
    pairs = np.unique(ends * groups + own[ends])
    for depth in range(int(level.max(initial=0)), 0, -1):
        at = pairs[level[pairs // groups] == depth]
        lines = np.flatnonzero(level[consumer] == depth)
        pairs = np.unique(np.concatenate((pairs, _reached(at, groups, consumer[lines], options.component[lines]))))
    node, group = pairs // groups, np.unique(pairs % groups, return_inverse=True)[1]
    return node, group.astype(np.int64)


def _reached(pairs: IntArray, groups: int, consumer: IntArray, component: IntArray) -> IntArray:
    """Pairs of component and group that pairs of consumer and group lead to."""
    order = np.argsort(consumer, kind="stable")
    start = np.searchsorted(consumer[order], pairs // groups)
    count = np.searchsorted(consumer[order], pairs // groups, side="right") - start
    line = np.repeat(start, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    reached: IntArray = component[order[line]] * groups + np.repeat(pairs % groups, count)
    return reached


def _group_of_ends(model: SupplyModel, level: IntArray, split: int) -> IntArray:
    """Group of each node: the first resource found down its cheapest option, cut into `split` parts."""
    options, count = model.options, level.size
    cheapest = np.full(count, -1)
    order = np.lexsort((np.arange(options.node.size), over_periods(options.unit_cost, model.length).mean(axis=0)))
    cheapest[options.node[order[::-1]]] = order[::-1]
    resource, anchor = np.full(count, -1), np.arange(count)
    for depth in range(int(level.max(initial=0)) + 1):
        at = np.flatnonzero((level == depth) & (cheapest >= 0))
        way = cheapest[at]
        works = options.hour_start[way] < options.hour_start[way + 1]
        takes = ~works & (options.component_start[way] < options.component_start[way + 1])
        resource[at[works]] = options.resource[options.hour_start[way[works]]]
        below = options.component[options.component_start[way[takes]]]
        resource[at[takes]], anchor[at[takes]] = resource[below], anchor[below]
    return np.unique((resource + 1) * split + anchor % split, return_inverse=True)[1].astype(np.int64)


def copied_options(options: Options, node: IntArray) -> tuple[IntArray, IntArray]:
    """Options of each copy, sorted by copy."""
    order = np.argsort(options.node, kind="stable")
    start = np.searchsorted(options.node[order], node)
    count = np.searchsorted(options.node[order], node, side="right") - start
    copy = np.repeat(np.arange(node.size), count)
    within = np.arange(copy.size) - np.repeat(np.cumsum(count) - count, count)
    return order[start[copy] + within], copy
