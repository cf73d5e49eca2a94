"""Gap: demand that supply does not serve in the period it is asked for, in units, hours and money."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.grid.rollup import scatter_add


class GapCells(NamedTuple):
    """Demand against supply, `[period, group]`."""

    demand: Array
    """Units asked for."""
    served: Array
    """Units shipped in the period they were asked for."""
    gap: Array
    """Units that are late or lost: demand less served."""
    money: Array
    """The gap at price."""
    hours: Array
    """Hours that the gap would take of the resources that hold it back."""


def served_on_time(demand: Array, shipped: Array, backlog: Array) -> Array:
    """Units shipped in the period they were asked for; what waits is served first.

    on time[t] = shipped[t] - backlog[t-1], at least 0 and at most demand[t]

    Args:
        demand: Units asked for, `[period, series]`.
        shipped: Units shipped, `[period, series]`.
        backlog: Units that wait at period end, `[period, series]`.

    Example:
        >>> served_on_time(np.array([[10.0], [10.0]]), np.array([[6.0], [12.0]]), np.array([[4.0], [2.0]])).ravel()
        array([6., 8.])
    """
    waited = np.vstack((np.zeros((1, backlog.shape[1])), backlog[:-1]))
    return np.asarray(np.clip(shipped - waited, 0.0, demand))


def late_or_lost(demand: Array, backlog: Array, lost: Array) -> Array:
    """Units of each period's demand that wait at its end or are lost, at most that demand.

    Args:
        demand: Units asked for, `[period, series]`.
        backlog: Units that wait at period end, `[period, series]`.
        lost: Units given up, `[period, series]`.
    """
    return np.asarray(np.clip(backlog + lost, 0.0, np.maximum(demand, 0.0)))


def gap_by_group(
    demand: Array, served: Array, price: Array, hours_per_unit: Array, group: IntArray, groups: int
) -> GapCells:
    """Gather demand, what is served and the gap by group.

    Args:
        demand: Units asked for, `[period, series]`.
        served: Units served on time, `[period, series]`.
        price: Money per unit, `[period, series]`.
        hours_per_unit: Hours per unit on the resources that hold the plan back, by series.
        group: Group of each series.
        groups: How many groups there are.

    Example:
        >>> one = np.ones((1, 2))
        >>> cells = gap_by_group(10 * one, 7 * one, 2 * one, np.array([0.5, 0.0]), np.array([0, 0]), 1)
        >>> [part.tolist() for part in cells]
        [[[20.0]], [[14.0]], [[6.0]], [[12.0]], [[1.5]]]
    """
    short = demand - served

    def gathered(cells: Array) -> Array:
        return scatter_add(np.ascontiguousarray(cells), group, groups)

    return GapCells(
        gathered(demand), gathered(served), gathered(short), gathered(short * price), gathered(short * hours_per_unit)
    )
