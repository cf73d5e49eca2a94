"""Lot size: in which quantities an item-location may be ordered or made."""

from dataclasses import dataclass, fields

import numba
import numpy as np

from steelyard.errors import ManyFaults, ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

TOLERANCE = 1e-9
"""A need, or a fraction of a lot, below this is rounding and orders nothing."""


@dataclass(frozen=True, eq=False)
class OrderRules:
    """How much more than the need is ordered, by row, because a rule of ordering says so.

        usual order = max(least order, span x mean demand, economic x root(mean demand)), at most the largest order

    A rule of lot sizing says anew with each order how many periods of need it covers.

    Args:
        cover: Whole periods of need that an order covers, 1 or more.
        span: Periods of mean demand in a usual order; 0 for none.
        economic: Root of 2 x order cost / holding cost of a period, of the economic quantity; 0 for none.
        up_to: 1 where a usual order comes on top of the need, 0 where it is the least order.
        lot_rule: Number of the rule that says how many periods an order covers, see `lot_cover`; 0 leaves it to
            `cover`.
        worth: Order cost by the cost of holding a unit for a period, for that rule [units x periods].
    """

    cover: IntArray
    span: Array
    economic: Array
    up_to: Array
    lot_rule: IntArray
    worth: Array

    @classmethod
    def none(cls, rows: int) -> "OrderRules":
        """Order what is needed, when it is needed."""
        free = np.zeros(rows)
        return cls(np.ones(rows, np.int64), free, free, free, np.zeros(rows, np.int64), free)

    def take(self, rows: IntArray) -> "OrderRules":
        """The rules of some rows."""
        return OrderRules(*(getattr(self, entry.name)[rows] for entry in fields(self)))

    def with_none(self, count: int) -> "OrderRules":
        """These rules, and none for further rows."""
        none = OrderRules.none(count)
        names = [entry.name for entry in fields(self)]
        return OrderRules(*(np.concatenate((getattr(self, name), getattr(none, name))) for name in names))


@dataclass(frozen=True, eq=False)
class LotSizes:
    """Lot rules by row.

    Args:
        minimum: Smallest order [units]; 0 for none.
        multiple: Orders are whole multiples of this [units]; 0 for none.
        maximum: Largest order [units]; infinity for none. More need in a period gives more orders.
        rules: What a rule of ordering adds to the need; None for nothing anywhere.
    """

    minimum: Array
    multiple: Array
    maximum: Array
    rules: OrderRules | None = None

    @classmethod
    def lot_for_lot(cls, rows: int) -> "LotSizes":
        """Order exactly what is needed."""
        return cls(np.zeros(rows), np.zeros(rows), np.full(rows, np.inf))

    def take(self, rows: IntArray) -> "LotSizes":
        """The rules of some rows."""
        rules = None if self.rules is None else self.rules.take(rows)
        return LotSizes(self.minimum[rows], self.multiple[rows], self.maximum[rows], rules)

    def check(self) -> None:
        """Refuse negative lots and a maximum below the minimum or the multiple, all rows named at once.

        Raises:
            ManyFaults: One fault for each row.
        """
        bad = (self.minimum < 0) | (self.multiple < 0) | (self.maximum <= 0) | self._crossed()
        faults = [self._fault(int(row)) for row in np.flatnonzero(bad)]
        if faults:
            raise ManyFaults("Lot sizes contradict each other", faults)

    def _crossed(self) -> BoolArray:
        step = np.where(self.multiple > 0, self.multiple, 1.0)
        whole = self.multiple > 0
        least = np.where(whole, np.ceil(self.minimum / step - TOLERANCE) * step, self.minimum)
        most = np.where(whole, np.floor(self.maximum / step + TOLERANCE) * step, self.maximum)
        return (most < least) | (most <= 0)

    def _fault(self, row: int) -> ModelError:
        lots = f"minimum {self.minimum[row]:g}, multiple {self.multiple[row]:g}, maximum {self.maximum[row]:g}"
        return ModelError(
            f"The lot sizes are {lots}", where=f"row {row}", mend="make them positive, the maximum the largest"
        )


@numba.njit(nogil=True, cache=True, error_model="numpy")
def order_quantity(need: float, minimum: float, multiple: float, maximum: float) -> float:
    """Smallest quantity in allowed orders that covers a need.

    Orders never exceed the largest multiple within the maximum. Above it the need is cut into full orders and
    a rest, which again keeps minimum and multiple.

    Args:
        need: Units that are missing.
        minimum: Smallest order.
        multiple: Orders are whole multiples of this; 0 for none.
        maximum: Largest order.

    Returns:
        Units to order, 0 where nothing is missing.

    Example:
        >>> order_quantity(23.0, 10.0, 5.0, np.inf), order_quantity(23.0, 10.0, 5.0, 20.0)
        (25.0, 30.0)
    """
    if need <= TOLERANCE:
        return 0.0
    full: float = 0.0
    if multiple > 0.0:
        maximum = np.floor(maximum / multiple + TOLERANCE) * multiple
    if need > maximum:
        full = np.floor(need / maximum + TOLERANCE) * maximum
        need = need - full
        if need <= TOLERANCE:
            return full
    quantity: float = max(need, minimum)
    if multiple > 0.0:
        quantity = np.ceil(quantity / multiple - TOLERANCE) * multiple
    return full + min(quantity, maximum)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def usual_lot(minimum: float, maximum: float, span: float, economic: float, mean: float) -> float:
    """Units of a usual order; see `OrderRules`.

    Example:
        >>> usual_lot(5.0, np.inf, 1.5, 0.0, 20.0), usual_lot(5.0, np.inf, 0.0, 10.0, 25.0)
        (30.0, 50.0)
    """
    usual: float = max(minimum, span * mean, economic * np.sqrt(max(mean, 0.0)))
    return min(usual, max(maximum, minimum))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def need_ahead(need: float, t: int, cover: int, scheduled: Array, gross: Array, target: Array) -> float:
    """Units missing at any period end from `t` on that an order of `t` shall cover, if `need` is missing in `t`."""
    most, left = need, target[t] - need
    for u in range(t + 1, min(t + cover, gross.size)):
        left = left + scheduled[u] - gross[u]
        most = max(most, target[u] - left)
    return most
