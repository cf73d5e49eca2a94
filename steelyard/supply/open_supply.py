"""Open supply: stock that expires and open orders that may still be moved, of the few rows that have them.

Open orders that are not firm come when they are needed: the plan moves them within what the frozen zone and the lead
time allow, before it makes new ones, and leaves out what nobody needs (Orlicky, *Material Requirements Planning*,
rescheduling of open orders). Lots are used in the order in which they expire, first expired first out.
"""

from dataclasses import dataclass

import numba
import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.lot_size import TOLERANCE

CANCELLED = -1
"""Period of an open order that nobody needs within the horizon."""


@dataclass(frozen=True, eq=False)
class OpenSupply:
    """Movable orders and expiring stock. Rows that have neither are not held.

    Args:
        place: Where a row stands among those that have some, -1 where it has none.
        start: Where the movable orders of each such row begin, one more than there are rows.
        due: Period for which an order is due, by order, ascending within a row.
        quantity: Units still to come, by order.
        frozen: First period from which orders may be moved, by such row.
        last_use: Opening stock by the last period in which it may be used, such row x period [units].
    """

    place: IntArray
    start: IntArray
    due: IntArray
    quantity: Array
    frozen: IntArray
    last_use: Array

    @classmethod
    def none(cls, rows: int, periods: int = 0) -> "OpenSupply":
        """All orders stay where they are, all stock keeps."""
        nothing, none = np.zeros(1, np.int64), np.empty(0, np.int64)
        return cls(np.full(rows, -1), nothing, none, np.empty(0), none, np.empty((0, periods)))

    @property
    def rows(self) -> IntArray:
        """Rows that have some, in the order in which they are held."""
        return np.flatnonzero(self.place >= 0)

    def padded(self, more: int) -> "OpenSupply":
        """With so many more rows behind, which have none."""
        place = np.concatenate((self.place, np.full(more, -1)))
        return OpenSupply(place, self.start, self.due, self.quantity, self.frozen, self.last_use)

    def take(self, rows: IntArray) -> "OpenSupply":
        """That of some rows."""
        return OpenSupply(self.place[rows], self.start, self.due, self.quantity, self.frozen, self.last_use)


@dataclass(frozen=True, eq=False)
class Arranged:
    """What becomes of open supply. Tables are held row x period.

    Args:
        arrivals: Open orders by the period in which the plan counts on them [units].
        expired: Stock thrown away at the end of a period [units].
        period: Period of each movable order, CANCELLED where nobody needs it.
    """

    arrivals: Array
    expired: Array
    period: IntArray


def arrange_supply(
    open_supply: OpenSupply, *, gross: Array, scheduled: Array, target: Array, opening: Array, lead: IntArray
) -> Arranged:
    """Say what expires and when movable orders come; all arguments are of the rows that are held, in their order.

        expired so far[t] = max(expired so far[t-1], lots to be used up to t - gross requirement up to t)

    In each period from the first allowed one on, movable orders come, the first due first, until stock reaches its
    target; an order comes no earlier than it is due, or than the end of the frozen zone and of the lead time.

    Args:
        open_supply: Orders and lots.
        gross: Gross requirement, row x period [units].
        scheduled: All open orders by the period for which they are due, row x period [units].
        target: Stock wanted at the end of each period, row x period [units].
        opening: Usable stock before the first period, by row [units].
        lead: Whole periods from release to receipt, by row.

    Example:
        >>> orders = OpenSupply(np.array([0]), np.array([0, 1]), np.array([0]), np.array([5.0]), np.array([0]),
        ...                     np.array([[4.0, 0.0, 0.0]]))
        >>> flat = np.zeros((1, 3))
        >>> done = arrange_supply(orders, gross=np.array([[1.0, 0.0, 2.0]]), scheduled=np.array([[5.0, 0.0, 0.0]]),
        ...                       target=flat, opening=np.array([4.0]), lead=np.array([0]))
        >>> done.expired.tolist(), done.period.tolist()
        ([[3.0, 0.0, 0.0]], [2])
    """
    arrivals, expired = np.array(scheduled, np.float64), np.zeros(scheduled.shape)
    period = open_supply.due.copy()
    for k in range(open_supply.rows.size):
        orders = slice(int(open_supply.start[k]), int(open_supply.start[k + 1]))
        expire(gross[k], open_supply.last_use[k], expired[k])
        first = max(int(open_supply.frozen[k]), int(lead[k]))
        move_orders(
            int(open_supply.frozen[k]), first, gross[k], target[k], float(opening[k]), expired[k],
            open_supply.due[orders], open_supply.quantity[orders], arrivals[k], period[orders],
        )  # fmt: skip
    return Arranged(arrivals, expired, period)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def expire(gross: Array, last_use: Array, expired: Array) -> None:
    """Fill what expires of the stock of a row, by period."""
    usable, used, gone = 0.0, 0.0, 0.0
    for t in range(gross.size):
        usable += last_use[t]
        used += gross[t]
        more = usable - used - gone
        expired[t] = more if more > TOLERANCE else 0.0
        gone += expired[t]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def move_orders(
    frozen: int,
    first: int,
    gross: Array,
    target: Array,
    opening: float,
    expired: Array,
    due: IntArray,
    quantity: Array,
    arrivals: Array,
    period: IntArray,
) -> None:
    """Take the movable orders of a row out of what arrives and put them where they are needed.

    An order may be due for less than it says where somebody has taken units off what is scheduled.
    """
    left = np.zeros(due.size)
    for i in range(due.size):
        if due[i] >= frozen:
            left[i] = min(quantity[i], max(arrivals[due[i]], 0.0))
            arrivals[due[i]] -= left[i]
            period[i] = CANCELLED
    stock, i = opening, 0
    for t in range(gross.size):
        stock += arrivals[t] - expired[t] - gross[t]
        while i < due.size and (period[i] != CANCELLED or left[i] <= 0.0):
            i += 1
        while i < due.size and target[t] - stock > TOLERANCE and t >= min(first, due[i]):
            arrivals[t] += left[i]
            stock += left[i]
            period[i] = t
            i += 1
            while i < due.size and (period[i] != CANCELLED or left[i] <= 0.0):
                i += 1
