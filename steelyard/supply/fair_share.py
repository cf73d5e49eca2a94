"""Fair share: who asks for the same scarce things gets the same share of what it asks for, as far as it can use it."""

import heapq

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray


def share_fairly(want: Array, start: IntArray, limit: IntArray, use: Array, have: Array) -> tuple[Array, IntArray]:
    """Share what is there among members: all shares rise together, and a member stops where a limit of it is used up.

    This is progressive filling, weighted by what each member wants. No member could get more without one that has no
    larger share getting less.

    Args:
        want: What each member asks for [units]; above zero.
        start: Where the uses of a member begin; one longer than members.
        limit: Number of the limit of each use.
        use: What one unit of the member takes of it.
        have: What there is of each limit.

    Returns:
        Share of its want that each member gets, 0 to 1; and the limit that holds it, -1 where it gets all.

    Source: max-min fairness by progressive filling, Bertsekas & Gallager, Data Networks, 2nd ed. 1992, section 6.5.

    Example:
        >>> uses = np.array([0, 0, 0, 1])
        >>> share_fairly(np.array([20.0, 20, 10]), np.array([0, 1, 2, 4]), uses, np.ones(4), np.array([10.0, 1.0]))
        (array([0.225, 0.225, 0.1  ]), array([0, 0, 1]))
    """
    share, held = np.ones(want.size), np.full(want.size, -1)
    fill(want, start, limit, use, have, share, held)
    return share, held


@numba.njit(nogil=True, cache=True, error_model="numpy")
def fill(want: Array, start: IntArray, limit: IntArray, use: Array, have: Array, share: Array, held: IntArray) -> None:
    """Kernel of `share_fairly`; `share` starts as one and `held` as -1."""
    begin, member = _by_limit(start, limit, have.size)
    rate, spent, waiting = np.zeros(have.size), np.zeros(have.size), np.diff(begin)
    for m in range(want.size):
        for a in range(start[m], start[m + 1]):
            rate[limit[a]] += use[a] * want[m]
    heap = [(have[k] / rate[k], k) for k in range(have.size) if rate[k] > have[k]]
    heapq.heapify(heap)
    while len(heap) > 0:
        level, k = heapq.heappop(heap)
        if waiting[k] == 0:
            continue
        now = max((have[k] - spent[k]) / rate[k], 0.0)
        if now > level:
            if now < 1.0:
                heapq.heappush(heap, (now, k))
            continue
        for place in range(begin[k], begin[k + 1]):
            m = member[place]
            if held[m] >= 0:
                continue
            share[m], held[m] = level, k
            for a in range(start[m], start[m + 1]):
                spent[limit[a]] += use[a] * want[m] * level
                rate[limit[a]] -= use[a] * want[m]
                waiting[limit[a]] -= 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _by_limit(start: IntArray, limit: IntArray, limits: int) -> tuple[IntArray, IntArray]:
    """Where the members of a limit begin, and which they are."""
    begin = np.zeros(limits + 1, np.int64)
    for a in range(limit.size):
        begin[limit[a] + 1] += 1
    for k in range(limits):
        begin[k + 1] += begin[k]
    member, filled = np.empty(limit.size, np.int64), begin[:-1].copy()
    for m in range(start.size - 1):
        for a in range(start[m], start[m + 1]):
            member[filled[limit[a]]] = m
            filled[limit[a]] += 1
    return begin, member
