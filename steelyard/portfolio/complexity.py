"""Complexity: what an item asks of the company beside its money: parts, machines, set-ups, places."""

import numpy as np

from steelyard.grid.block import Array, IntArray


def count_per_item(item: IntArray, other: IntArray, items: int) -> Array:
    """How many different others go with each item.

    Example:
        >>> count_per_item(np.array([0, 0, 0, 1]), np.array([5, 5, 7, 5]), 3)
        array([2., 1., 0.])
    """
    if not item.size:
        return np.zeros(items)
    pairs = np.unique(np.stack((item, other)), axis=1)
    return np.bincount(pairs[0], minlength=items).astype(np.float64)


def own_parts(item: IntArray, part: IntArray, items: int) -> Array:
    """How many parts only one item uses: they go when it goes.

    Args:
        item: Sold item of each pair.
        part: Part it is made of, at any level.
        items: How many sold items there are.

    Example:
        >>> own_parts(np.array([0, 0, 1]), np.array([5, 7, 5]), 2)
        array([1., 0.])
    """
    if not item.size:
        return np.zeros(items)
    pairs = np.unique(np.stack((item, part)), axis=1)
    _, of_part, users = np.unique(pairs[1], return_inverse=True, return_counts=True)
    alone = users[of_part.reshape(-1)] == 1
    return np.bincount(pairs[0][alone], minlength=items).astype(np.float64)


def complexity_index(counts: Array) -> Array:
    """Complexity of each item against the mean item: 1 is usual, 2 twice as much.

        index = mean over the kinds of count / mean count of that kind

    Kinds that nobody has are left out.

    Args:
        counts: Parts, resources, set-ups, locations and so on, kind x item.

    Example:
        >>> complexity_index(np.array([[1.0, 3.0], [2.0, 2.0]]))
        array([0.75, 1.25])
    """
    mean = counts.mean(axis=1)
    used = mean > 0
    if not used.any():
        return np.ones(counts.shape[1])
    return np.asarray((counts[used] / mean[used][:, None]).mean(axis=0))
