"""Coverage: how long stock lasts."""

import numba
import numpy as np

from steelyard.grid.block import Array

WINDOW = 3
"""Periods ahead over which forward demand is averaged."""


def forward_demand(demand: Array, *, window: int = WINDOW) -> Array:
    """Mean demand of the next periods; near the end of the horizon of those that are left, in the last its own.

    Args:
        demand: Demand by period, period x series [units].
        window: How many periods ahead.

    Example:
        >>> forward_demand(np.array([[9.0], [2.0], [4.0]]), window=2).tolist()
        [[3.0], [4.0], [4.0]]
    """
    out = np.empty_like(demand)
    _forward_demand(demand, window, out)
    return out


def run_out(projected_inventory: Array, demand: Array) -> Array:
    """Periods until stock at the end of a period is used up by the demand that follows, exactly.

    Args:
        projected_inventory: Stock at the end of each period, period x series [units].
        demand: Demand by period, period x series [units].

    Returns:
        Periods, with fractions; infinity where the stock outlasts the horizon.

    Example:
        >>> run_out(np.array([[6.0], [0.0], [0.0]]), np.array([[1.0], [4.0], [4.0]])).ravel().tolist()
        [1.5, 0.0, inf]
    """
    out = np.empty_like(demand)
    _run_out(projected_inventory, demand, out)
    return out


def stock_turns(used: Array, mean_stock: Array, *, share_of_year: float) -> Array:
    """How often stock turns over in a year: what is used in a year by mean stock, both in units or both in money.

    Args:
        used: What leaves over a time.
        mean_stock: Mean stock over that time.
        share_of_year: Length of the time in years.

    Returns:
        Turns a year; infinity where something is used and nothing lies, NaN where neither.

    Example:
        >>> stock_turns(np.array([600.0]), np.array([200.0]), share_of_year=0.5)
        array([6.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        turns: Array = used / share_of_year / mean_stock
    return turns


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _forward_demand(demand: Array, window: int, out: Array) -> None:
    periods, series = demand.shape
    for t in range(periods):
        first, last = min(t + 1, periods - 1), min(t + 1 + window, periods)
        for s in range(series):
            out[t, s] = demand[first, s]
        for u in range(first + 1, last):
            for s in range(series):
                out[t, s] += demand[u, s]
        count = float(max(last - first, 1))
        for s in range(series):
            out[t, s] /= count


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _run_out(stock: Array, demand: Array, out: Array) -> None:
    periods, series = demand.shape
    for t in range(periods):
        for s in range(series):
            left, u = stock[t, s], t + 1
            while u < periods and left >= demand[u, s] and left > 0.0:
                left -= demand[u, s]
                u += 1
            if left <= 0.0 and u < periods:
                out[t, s] = u - t - 1.0
            elif u < periods:
                out[t, s] = u - t - 1.0 + left / demand[u, s]
            else:
                out[t, s] = np.inf
