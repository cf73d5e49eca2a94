"""Master schedule: lots against forecast and orders, and what may still be promised."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array


class MasterSchedule(NamedTuple):
    """Schedule of one item."""

    lots: Array
    """Lots received, by period [units]."""
    on_hand: Array
    """Projected stock at the end of each period [units]."""
    available_to_promise: Array
    """Units that may be promised from stock and each lot until the next; zero in periods without a lot."""


def master_schedule(opening: float, forecast: Array, orders: Array, *, lot: float) -> MasterSchedule:
    """Schedule a lot whenever stock would fall below zero, and promise each lot only once.

    A period consumes the larger of forecast and orders, so that orders use up forecast.

    Args:
        opening: Stock before the first period [units].
        forecast: Forecast by period [units].
        orders: Customer orders booked, by period [units].
        lot: Lot size [units].

    Source: Stevenson, Operations Management, master scheduling.

    Example:
        >>> schedule = master_schedule(64.0, np.array([30.0, 30, 30]), np.array([33.0, 20, 10]), lot=70.0)
        >>> schedule.lots.tolist(), schedule.on_hand.tolist(), schedule.available_to_promise.tolist()
        ([0.0, 0.0, 70.0], [31.0, 1.0, 41.0], [11.0, 0.0, 60.0])
    """
    lots, on_hand = np.zeros(forecast.size), np.zeros(forecast.size)
    stock = opening
    for t, need in enumerate(np.maximum(forecast, orders).tolist()):
        lots[t] = lot * max(0.0, np.ceil((need - stock) / lot - 1e-9))
        stock += lots[t] - need
        on_hand[t] = stock
    return MasterSchedule(lots, on_hand, available_to_promise(opening, lots, orders))


def available_to_promise(opening: float, lots: Array, orders: Array) -> Array:
    """Stock or lot less the orders booked until the next lot (look-ahead), by period [units].

    Example:
        >>> available_to_promise(64.0, np.array([0.0, 0.0, 70.0]), np.array([33.0, 20.0, 10.0]))
        array([11.,  0., 60.])
    """
    starts = np.union1d([0], np.flatnonzero(lots > 0))
    booked = np.add.reduceat(orders, starts)
    promise = np.zeros(lots.size)
    promise[starts] = lots[starts] - booked
    promise[0] += opening
    return promise
