"""Line flows: what the component and resource lines of options take in each period, in one pass over the lines."""

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray


def taken(
    quantity: Array, option: IntArray, lag: IntArray, per: Array, code: IntArray, size: int,
    *, since: IntArray | None = None, until: IntArray | None = None,
) -> Array:  # fmt: skip
    """Sum what lines take, in the order of the lines: `[period, code]`.

        out[t, code] = sum over its lines of per x quantity[t + lag, option], where since <= t < until

    Args:
        quantity: Received by option, `[period, option]` [units].
        option: Option of each line.
        lag: Periods before the receipt in which the line takes.
        per: Units or hours for one unit.
        code: What each line takes from.
        size: How many of these there are.
        since: First period in which a line counts; the first of all by default.
        until: First period in which it no longer counts; none by default.

    Example:
        >>> lines = np.array([0]), np.array([1]), np.array([2.0]), np.array([0])
        >>> taken(np.array([[5.0], [3.0]]), *lines, 1)
        array([[6.],
               [0.]])
    """
    out, none = np.zeros((quantity.shape[0], size)), np.zeros(option.size, np.int64)
    first = none if since is None else since.astype(np.int64)
    last = none + quantity.shape[0] if until is None else until.astype(np.int64)
    _take(
        np.ascontiguousarray(quantity, np.float64), option.astype(np.int64), lag.astype(np.int64),
        np.ascontiguousarray(per, np.float64), code.astype(np.int64), first, last, out,
    )  # fmt: skip
    return out


@numba.njit(nogil=True, cache=True)
def _take(
    quantity: Array, option: IntArray, lag: IntArray, per: Array, code: IntArray, since: IntArray, until: IntArray,
    out: Array,
) -> None:  # fmt: skip
    periods = quantity.shape[0]
    for t in range(periods):
        for a in range(option.size):
            if since[a] <= t < until[a] and t + lag[a] < periods:
                out[t, code[a]] += quantity[t + lag[a], option[a]] * per[a]


@numba.njit(nogil=True, cache=True)
def add_room(stock: Array, stored: IntArray, per_unit: Array, storage: IntArray, room: Array) -> None:
    """Add the room that the stock of some nodes takes, `[period, resource]`.

    Args:
        stock: Stock by node, `[period, node]` [units].
        stored: The nodes that take room.
        per_unit: Room that a unit takes, by node.
        storage: Resource in which a node is stored.
        room: Grows.
    """
    for t in range(stock.shape[0]):
        for n in stored:
            room[t, storage[n]] += stock[t, n] * per_unit[n]
