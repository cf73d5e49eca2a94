"""Served: what customers got in time and what they wait for, counted in one pass."""

import numba
import numpy as np

from steelyard.grid.block import Array


@numba.njit(nogil=True, cache=True, error_model="numpy")
def count_served(asked: Array, shipped: Array, lost: Array, crumb: float) -> tuple[Array, Array, Array]:
    """What waits at period end, the same without noise, and what is shipped in its own period.

        waiting[t] = waiting[t-1] + asked[t] - shipped[t] - lost[t]
        on time[t] = shipped[t] - backlog[t-1], between nothing and what is asked

    Args:
        asked: Demand, `[period, row]` [units].
        shipped: Shipped, likewise.
        lost: Given up, likewise.
        crumb: What waits up to this is noise of the arithmetic.

    Example:
        >>> [found[:, 0].tolist() for found in count_served(*(np.array([[x], [y]]) for x, y in ((5.0, 5.0), (3.0, 6.0),
        ...                                                                                     (0.0, 0.0))), 1e-6)]
        [[2.0, 1.0], [2.0, 1.0], [3.0, 4.0]]
    """
    waiting, backlog, on_time = np.empty(asked.shape), np.empty(asked.shape), np.empty(asked.shape)
    for t in range(asked.shape[0]):
        for row in range(asked.shape[1]):
            due = asked[t, row] - shipped[t, row] - lost[t, row]
            before = backlog[t - 1, row] if t > 0 else 0.0
            waits = due + waiting[t - 1, row] if t > 0 else due
            waiting[t, row], backlog[t, row] = waits, waits if waits > crumb else 0.0
            on_time[t, row] = min(max(shipped[t, row] - before, 0.0), asked[t, row])
    return waiting, backlog, on_time
