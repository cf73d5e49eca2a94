"""Lot cover: how many periods of net requirements an order covers, by the rule of lot sizing."""

import numba
import numpy as np

from steelyard.grid.block import Array

LOT_RULES = ("", "wagner_whitin", "silver_meal", "least_unit_cost", "part_period", "period_order")
"""Rules by number; the first orders what is needed."""
_TINY = 1e-12


@numba.njit(nogil=True, cache=True, error_model="numpy")
def needs_ahead(need: float, t: int, scheduled: Array, gross: Array, target: Array) -> Array:
    """Net requirements from `t` on: what each period adds to what is missing, if `need` is missing in `t` [units].

    Example:
        >>> needs_ahead(10.0, 0, np.zeros(3), np.array([10.0, 4.0, 6.0]), np.zeros(3)).tolist()
        [10.0, 4.0, 6.0]
    """
    needs = np.zeros(gross.size - t)
    needs[0], most, left = need, need, target[t] - need
    for u in range(t + 1, gross.size):
        left = left + scheduled[u] - gross[u]
        missing = max(target[u] - left, most)
        needs[u - t], most = missing - most, missing
    return needs


@numba.njit(nogil=True, cache=True, error_model="numpy")
def periods_covered(rule: int, needs: Array, worth: float) -> int:
    """Periods that an order placed now covers.

    Args:
        rule: Number of the rule in `LOT_RULES`.
        needs: Net requirements from now on, the first above zero [units].
        worth: Order cost by the cost of holding a unit for a period: unit-periods that one order is worth.

    Source: Wagner & Whitin 1958; Silver & Meal 1973; Nahmias, Production and Operations Analysis, section 8.2.

    Example:
        >>> periods_covered(1, np.array([90.0, 120.0, 80.0, 70.0]), 250.0)
        2
    """
    if rule == 1:
        return _least_cost(needs, worth)
    if rule == 5:
        mean = needs.sum() / needs.size
        economic = np.rint(np.sqrt(2.0 * worth / mean)) if mean > 0.0 else 1.0
        return int(min(max(economic, 1.0), needs.size))
    covered, quantity, held = 1, needs[0], 0.0
    while covered < needs.size:
        more = held + covered * needs[covered]
        if not _goes_on(rule, covered, quantity, needs[covered], held, more, worth):
            break
        quantity, held, covered = quantity + needs[covered], more, covered + 1
    return covered


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _goes_on(
    rule: int, covered: int, quantity: float, next_need: float, held: float, more: float, worth: float
) -> bool:
    """Whether an order that covers some periods shall cover one more."""
    if rule == 2:  # cost per period
        return (worth + more) / (covered + 1) <= (worth + held) / covered
    if rule == 3:  # cost per unit
        return (worth + more) / (quantity + next_need) <= (worth + held) / quantity
    return more <= worth or more - worth < worth - held  # holding as near to one order as it gets


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _least_cost(needs: Array, worth: float) -> int:
    """Periods up to the second order of the cheapest plan for all of them, by the last order of every prefix."""
    periods = needs.size
    best, first = np.zeros(periods + 1), np.zeros(periods + 1, np.int64)
    for stop in range(1, periods + 1):
        best[stop], first[stop] = np.inf, stop - 1
        held, quantity = 0.0, 0.0
        for start in range(stop - 1, -1, -1):
            held += quantity
            quantity += needs[start]
            cost = best[start] + held + (worth if quantity > 0.0 else 0.0)
            if cost < best[stop] - _TINY * max(best[stop], 1.0) if np.isfinite(best[stop]) else True:
                best[stop], first[stop] = cost, start
            if held > best[stop]:
                break
    stop = periods
    while first[stop] > 0:
        stop = first[stop]
    return int(stop)
