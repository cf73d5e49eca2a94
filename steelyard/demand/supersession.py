"""Supersession: an item that takes over from another carries on its history."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Supersession:
    """Links between series, in the order in which history is handed on: who hands on has inherited before."""

    old: IntArray
    """Series that is taken over, by link."""
    new: IntArray
    """Series that takes over, by link."""
    ratio: Array
    """Units of the new item per unit of the old one, by link."""


def chain_links(old: IntArray, new: IntArray, ratio: Array) -> tuple[Supersession, BoolArray]:
    """Order links so that chains hand on from the oldest to the youngest item.

    Args:
        old: Series that is taken over, by link.
        new: Series that takes over, by link.
        ratio: Units of the new item per unit of the old one, by link.

    Returns:
        The links in order, and which of those given belong to a ring and so hand on nothing.

    Example:
        >>> links, ring = chain_links(np.array([1, 0]), np.array([2, 1]), np.array([1.0, 0.5]))
        >>> links.old, ring
        (array([0, 1]), array([False, False]))
    """
    left, order = np.arange(old.size), np.empty(0, np.int64)
    while left.size:
        ready = left[~np.isin(old[left], new[left])]
        if not ready.size:
            break
        order, left = np.append(order, ready), left[~np.isin(left, ready)]
    return Supersession(old[order], new[order], ratio[order]), np.isin(np.arange(old.size), left)


def inherit(demand: Array, links: Supersession) -> Array:
    """What each series inherits, in its own units; chains hand on what they have inherited themselves.

        inherited = sum over predecessors of ratio x (their demand + what they inherited)

    Args:
        demand: Demand after corrections, period x series [units].
        links: Who takes over from whom.

    Returns:
        Inherited demand, period x series [units].

    Example:
        >>> links, _ = chain_links(np.array([0]), np.array([1]), np.array([2.0]))
        >>> inherit(np.array([[5.0, 0.0], [0.0, 9.0]]), links)
        array([[ 0., 10.],
               [ 0.,  0.]])
    """
    inherited = np.zeros(demand.shape)
    for old, new, ratio in zip(links.old.tolist(), links.new.tolist(), links.ratio.tolist(), strict=True):
        inherited[:, new] += ratio * (demand[:, old] + inherited[:, old])
    return inherited
