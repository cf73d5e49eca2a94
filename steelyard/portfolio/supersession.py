"""Supersession: demand moves from an old item to its successor over a window, at a factor."""

from collections.abc import Iterable

import numpy as np

from steelyard.grid.block import Array


def taken_over(start: int, window: int, periods: int) -> Array:
    """Share of the old item's demand that the successor has taken over, by period.

        share[t] = (t - start + 1) / (window + 1)     0 before the start, 1 from the end of the window on

    Args:
        start: Period from which the successor sells.
        window: Periods in which both are sold; 0 moves everything at once.
        periods: Length of the timeline.

    Example:
        >>> taken_over(1, 1, 4)
        array([0. , 0.5, 1. , 1. ])
    """
    step = np.arange(periods) - start + 1
    return np.asarray(np.clip(step / (window + 1.0), 0.0, 1.0))


def move_demand(demand: Array, share: Array, factor: Array) -> tuple[Array, Array]:
    """Move a share of demand to the successor; units are conserved at the factor.

        loss = -share x demand,   gain = factor x share x demand

    Args:
        demand: Demand of the old item, period x link [units].
        share: Share taken over, period x link [0..1].
        factor: Units of the successor per unit of the old item, by link [ratio].

    Returns:
        Loss of the old item (zero or less) and gain of the successor, period x link [units].

    Example:
        >>> move_demand(np.array([[100.0]]), np.array([[0.25]]), np.array([2.0]))
        (array([[-25.]]), array([[50.]]))
    """
    moved = share * demand
    return -moved, moved * factor


def find_ring(links: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Find items that succeed each other in a ring.

    Args:
        links: Old item and the item that succeeds it.

    Returns:
        The items of one ring in order, its first one again at the end; nothing where there is none.

    Example:
        >>> find_ring([("A", "B"), ("B", "C"), ("C", "A")])
        ('A', 'B', 'C', 'A')
    """
    after: dict[str, list[str]] = {}
    for old, new in links:
        after.setdefault(old, []).append(new)
    clear: set[str] = set()
    for first in after:
        ring = _walk(first, after, clear)
        if ring:
            return ring
    return ()


def _walk(first: str, after: dict[str, list[str]], clear: set[str]) -> tuple[str, ...]:
    path: list[str] = [first]
    waiting = [iter(after.get(first, ()))]
    while waiting:
        step = next(waiting[-1], None)
        if step is None:
            waiting.pop()
            clear.add(path.pop())
        elif step in path:
            return (*path[path.index(step) :], step)
        elif step not in clear:
            path.append(step)
            waiting.append(iter(after.get(step, ())))
    return ()
