"""Netting: open orders consume the forecast they were expected in, so that nothing is planned twice."""

import numpy as np

from steelyard.grid.block import Array


def net_orders(forecast: Array, orders: Array, *, backward: int = 0, forward: int = 0) -> Array:
    """Say what forecast is left once open orders have consumed it.

    Orders take the forecast of their own period first, the earliest period before the later ones. What they want beyond
    it comes from the periods before (the nearest first, at most `backward`), then from those after (at most `forward`).
    An order beyond all of these consumes nothing and comes on top.

    Args:
        forecast: Expected demand, period x series [units, >= 0].
        orders: Orders due and not shipped, period x series [units, >= 0].
        backward: Periods before an order whose forecast it may consume.
        forward: Periods after an order whose forecast it may consume.

    Returns:
        Forecast that no order has consumed, period x series [units].

    Example:
        >>> forecast, orders = np.array([[100.0], [100.0], [100.0]]), np.array([[0.0], [150.0], [0.0]])
        >>> net_orders(forecast, orders, backward=1)[:, 0]
        array([ 50.,   0., 100.])
    """
    left = np.maximum(forecast - orders, 0.0)
    beyond = np.maximum(orders - forecast, 0.0)
    rows = np.flatnonzero(beyond.any(axis=0)) if backward or forward else np.empty(0, np.int64)
    if rows.size:
        left[:, rows] = _consume_around(left[:, rows], beyond[:, rows], backward, forward)
    return left


def _consume_around(left: Array, beyond: Array, backward: int, forward: int) -> Array:
    periods = len(left)
    for t in range(periods):
        wanted = beyond[t]
        before = range(t - 1, max(t - backward, 0) - 1, -1)
        after = range(t + 1, min(t + forward, periods - 1) + 1)
        for other in (*before, *after):
            taken = np.minimum(left[other], wanted)
            left[other] -= taken
            wanted = wanted - taken
    return left


def demand_plan(consensus_demand: Array, open_orders: Array, netting_backward: int, netting_forward: int) -> Array:
    """Serve the open orders, and what forecast they have not consumed.

        demand plan = open orders + consensus demand that no order has consumed

    Without windows that is the higher of consensus demand and open orders in each period.

    Args:
        consensus_demand: Agreed demand, period x series [units].
        open_orders: Orders due and not shipped, period x series [units].
        netting_backward: Periods before an order whose forecast it may consume.
        netting_forward: Periods after an order whose forecast it may consume.

    Example:
        >>> demand_plan(np.array([[120.0], [120.0]]), np.array([[150.0], [90.0]]), 0, 1)[:, 0]
        array([150.,  90.])
    """
    if not (netting_backward or netting_forward):
        return np.maximum(consensus_demand, open_orders)
    return open_orders + net_orders(consensus_demand, open_orders, backward=netting_backward, forward=netting_forward)
