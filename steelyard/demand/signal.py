"""Signal: order lines become demand per period, with all that was left out counted by reason."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray

ReturnRule = Literal["net", "exclude"]
"""net: a return reduces demand of the period it names, then of earlier ones; exclude: returns are left out."""


@dataclass(frozen=True, eq=False)
class OrderLines:
    """Order lines as columns of one length."""

    series: IntArray
    """Demand series of each line; -1 where it belongs to none."""
    period: IntArray
    """History period of the requested date; below 0 before history, at or above the count after it."""
    quantity: Array
    """Ordered quantity [units]; returns negative or flagged."""
    amount: Array
    """Net amount in base currency [money]; of the sign of the quantity."""
    cancelled: BoolArray
    """Lines that were cancelled."""
    returned: BoolArray
    """Lines that are returns, whatever the sign of their quantity."""
    promoted: BoolArray
    """Lines sold on promotion."""

    def __post_init__(self) -> None:
        columns = (self.period, self.quantity, self.amount, self.cancelled, self.returned, self.promoted)
        if any(column.shape != self.series.shape for column in columns):
            raise ModelError(
                "Columns of order lines differ in length", mend="hand over one value a line in each column"
            )


@dataclass(frozen=True)
class Excluded:
    """Order lines, or parts of them, that do not count as demand, and why."""

    reason: str
    """cancelled, unknown_series, before_history, after_history, not_a_number, return_excluded, return_without_sale."""
    lines: int
    """Lines left out; 0 where only part of a quantity is."""
    quantity: float
    """Their quantity [units]."""
    amount: float
    """Their amount [money]."""


@dataclass(frozen=True)
class DemandSignal:
    """Demand by period and series, with what was kept apart."""

    demand_history: Array
    """Demand, period x series [units]; zero inside the active life, NaN outside."""
    revenue_history: Array
    """Net sales value, period x series [money]; NaN outside the active life."""
    returns: Array
    """Returned quantity, period x series [units, positive], in the period of the return."""
    promoted: BoolArray
    """Whether any of the demand was sold on promotion, period x series."""
    excluded: tuple[Excluded, ...]
    """What does not count, by reason; only reasons that occur."""


def build_signal(
    lines: OrderLines,
    *,
    series: int,
    periods: int,
    first_period: IntArray | None = None,
    last_period: IntArray | None = None,
    returns: ReturnRule = "net",
) -> DemandSignal:
    """Build the demand signal from order lines.

    The active life of a series runs from its first sale, or its launch if that is earlier and in history, to its end
    date, and without one to the end of history. Periods without a line are zero inside the life and NaN outside.

    Args:
        lines: Order lines.
        series: How many demand series there are.
        periods: How many history periods there are.
        first_period: Period of the launch by series; the periods count or more where unknown.
        last_period: Last period of the life by series; the periods count or more where it has no end.
        returns: How returns count.

    Returns:
        Demand, revenue, returns, promotion flags and what was excluded.

    Example:
        >>> no = np.zeros(2, dtype=bool)
        >>> quantity, amount = np.array([5.0, 3.0]), np.array([50.0, 30.0])
        >>> lines = OrderLines(np.array([0, 0]), np.array([0, 2]), quantity, amount, no, no, no)
        >>> build_signal(lines, series=1, periods=4).demand_history[:, 0]
        array([5., 0., 3., 0.])
    """
    excluded, counted = _sort_out(lines, series, periods, returns)
    back = counted & _is_return(lines)
    gross = _table(lines, counted & ~back, lines.quantity, series, periods)
    returned = _table(lines, back, np.abs(lines.quantity), series, periods)
    amount = _table(lines, counted, np.where(back, -np.abs(lines.amount), lines.amount), series, periods)
    demand, unmatched = net_returns(gross, returned)
    if unmatched > 0:
        excluded.append(Excluded("return_without_sale", 0, -unmatched, 0.0))
    promoted = _table(lines, counted & ~back & lines.promoted, np.ones(lines.quantity.shape), series, periods) > 0
    life = active_life(gross > 0, first_period, last_period)
    return DemandSignal(
        demand_history=np.where(life, demand, np.nan),
        revenue_history=np.where(life, amount, np.nan),
        returns=returned,
        promoted=promoted,
        excluded=tuple(excluded),
    )


def _is_return(lines: OrderLines) -> BoolArray:
    return lines.returned | (lines.quantity < 0)


def _sort_out(lines: OrderLines, series: int, periods: int, returns: ReturnRule) -> tuple[list[Excluded], BoolArray]:
    """Leave out what does not count; the first reason that fits a line is its reason."""
    sound = np.isfinite(lines.quantity) & np.isfinite(lines.amount)
    reasons = {
        "not_a_number": ~sound,
        "cancelled": lines.cancelled,
        "unknown_series": (lines.series < 0) | (lines.series >= series),
        "before_history": lines.period < 0,
        "after_history": lines.period >= periods,
        "return_excluded": _is_return(lines) & (returns == "exclude"),
    }
    counted, excluded = np.ones(lines.series.shape, dtype=bool), []
    for reason, fits in reasons.items():
        out = counted & fits
        counted &= ~fits
        if out.any():
            known = out & sound
            sums = [float(np.add.accumulate(column[known])[-1]) if known.any() else 0.0 for column in _numbers(lines)]
            excluded.append(Excluded(reason, int(out.sum()), *sums))
    return excluded, counted


def _numbers(lines: OrderLines) -> tuple[Array, Array]:
    return lines.quantity, lines.amount


def _table(lines: OrderLines, rows: BoolArray, numbers: Array, series: int, periods: int) -> Array:
    place = lines.period[rows] * series + lines.series[rows]
    total: Array = np.bincount(place, weights=numbers[rows], minlength=periods * series).astype(np.float64)
    return total.reshape(periods, series)


def net_returns(gross: Array, returned: Array) -> tuple[Array, float]:
    """Take returns off the demand of their period, and what is left of them off the periods before.

    Args:
        gross: Demand before returns, period x series [units].
        returned: Returns, period x series [units, positive].

    Returns:
        Net demand, never negative, and the returned quantity for which no earlier sale is on record.

    Example:
        >>> net_returns(np.array([[10.0], [2.0]]), np.array([[0.0], [5.0]]))
        (array([[7.],
               [0.]]), 0.0)
    """
    net, carried = gross.copy(), np.zeros(gross.shape[1])
    for t in range(len(gross) - 1, -1, -1):
        left = gross[t] - returned[t] - carried
        net[t] = np.maximum(left, 0.0)
        carried = np.maximum(-left, 0.0)
    return net, float(np.add.accumulate(carried)[-1]) if carried.size else 0.0


def active_life(sold: BoolArray, first_period: IntArray | None, last_period: IntArray | None) -> BoolArray:
    """Say in which periods each series is alive.

    Args:
        sold: Whether anything was sold, period x series.
        first_period: Period of the launch, or beyond history where unknown.
        last_period: Last period of the life, or beyond history where it has no end.

    Returns:
        Alive, period x series; a series never sold is alive from its launch only.
    """
    periods, rows = len(sold), np.arange(len(sold))[:, None]
    first = np.where(sold.any(axis=0), sold.argmax(axis=0) if periods else 0, periods)
    if first_period is not None:
        first = np.minimum(first, np.maximum(first_period, 0))
    last = np.full(first.shape, periods - 1) if last_period is None else np.minimum(last_period, periods - 1)
    latest_sale = np.where(sold, rows, -1).max(axis=0, initial=-1)
    return np.asarray((rows >= first) & (rows <= np.maximum(last, latest_sale)))


def stockout_flags(closing_stock: Array, demand_history: Array) -> BoolArray:
    """Flag periods that closed without stock and sold less than the series usually does.

    Args:
        closing_stock: Stock at period end, period x series [units]; NaN where unknown.
        demand_history: Demand, period x series [units]; NaN outside the active life.

    Returns:
        Flags, period x series; never true where stock is unknown.
    """
    known = np.isfinite(demand_history)
    usual = np.nanmedian(np.where(known.any(axis=0), demand_history, 0.0), axis=0)
    empty = np.isfinite(closing_stock) & (closing_stock <= 0)
    return np.asarray(empty & known & (np.where(known, demand_history, 0.0) < usual))
