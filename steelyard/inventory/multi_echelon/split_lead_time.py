"""Split lead time: one time that stands for several sources, each of which brings its share."""

import numpy as np

from steelyard.grid.block import Array, IntArray


def split_lead_time(lead_time: Array, share: Array, place: IntArray, places: int) -> Array:
    """Time over which demand must be covered where every order is divided among sources.

        time = sum over sources from the fastest on of (its time - the time before) x (share still to come)^2

    An order is open in full until the fastest source has brought its part, then only with what the slower ones bring:
    demand of an age counts with the share that is still open at that age, and deviations of independent periods add up
    in their squares.

    Args:
        lead_time: Time of each source.
        share: Part of each order that it brings; of a place they sum to 1.
        place: Place that each source supplies.
        places: How many places there are.

    Returns:
        Time by place; 0 where none of the sources supplies it.

    Source: variance of a weighted sum of independent demands; with one source it is its lead time.

    Example:
        >>> split_lead_time(np.array([10.0, 20.0]), np.array([0.5, 0.5]), np.array([0, 0]), 1)
        array([12.5])
    """
    order = np.lexsort((lead_time, place))
    by, time, part = place[order], lead_time[order], share[order]
    before = np.bincount(by, part, places)[by] - _up_to(by, part) + part
    first = np.concatenate(([True], by[1:] != by[:-1]))[: by.size]
    step = time - np.where(first, 0.0, np.concatenate(([0.0], time[:-1]))[: by.size])
    return np.bincount(by, step * np.square(before), places).astype(np.float64)


def _up_to(place: IntArray, values: Array) -> Array:
    """Sums within each place up to and with each entry; places stand together."""
    total = np.cumsum(values)
    start = np.searchsorted(place, place)
    return np.asarray(total - np.concatenate(([0.0], total))[start])
