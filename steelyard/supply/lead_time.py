"""Lead time: what was promised, what was observed, how long a whole chain takes, and what a shorter one frees."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.network import SupplyNetwork


@dataclass(frozen=True, eq=False)
class ObservedLeadTime:
    """Lead times of past orders, one entry an item-location; NaN where there were none.

    Args:
        orders: How many orders were observed.
        mean: Mean [days].
        spread: Standard deviation [days].
        low: 10 % of the orders came within [days].
        high: 90 % of the orders came within [days].
    """

    orders: IntArray
    mean: Array
    spread: Array
    low: Array
    high: Array


def observe_lead_times(row: IntArray, days: Array, rows: int) -> ObservedLeadTime:
    """Sum up past orders by item-location.

    Args:
        row: Item-location of each order.
        days: Days from order to arrival, by order.
        rows: How many item-locations there are.

    Example:
        >>> seen = observe_lead_times(np.array([0, 0, 0]), np.array([10.0, 12.0, 20.0]), 2)
        >>> float(seen.mean[0]), float(seen.spread[0].round(2)), int(seen.orders[1])
        (14.0, 5.29, 0)
    """
    order = np.lexsort((days, row))
    start = np.searchsorted(row[order], np.arange(rows + 1))
    count, sorted_days = np.diff(start), days[order]
    total = np.bincount(row, days, rows)
    squares = np.bincount(row, days**2, rows)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count > 0, total / count, np.nan)
        spread = np.sqrt(np.maximum(squares - count * mean**2, 0.0) / np.where(count > 1, count - 1, np.nan))
    return ObservedLeadTime(count, mean, spread, *(_quantile(sorted_days, start, share) for share in (0.1, 0.9)))


def _quantile(days: Array, start: IntArray, share: float) -> Array:
    """Smallest number of days that covers a share of the orders of each row."""
    count = np.diff(start)
    place = start[:-1] + np.maximum(np.ceil(share * count).astype(np.int64) - 1, 0)
    if not days.size:
        return np.full(count.size, np.nan)
    return np.where(count > 0, days[np.minimum(place, days.size - 1)], np.nan)


def cumulative_lead_time(network: SupplyNetwork, lead_time: Array) -> Array:
    """Days from the first purchase to the finished item: own lead time and that of the slowest component.

        cumulative = lead time + max over components of their cumulative lead time

    Args:
        network: The supply network.
        lead_time: Lead time by item-location [days].

    Example:
        >>> from steelyard.supply.network import build_network
        >>> chain = build_network(2, 1, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([1.0]))
        >>> cumulative_lead_time(chain, np.array([5.0, 30.0]))
        array([35., 30.])
    """
    out, parts = lead_time.astype(np.float64).copy(), network.components
    for row in network.order[::-1].tolist():
        below = parts.row[parts.start[row] : parts.start[row + 1]]
        if below.size:
            out[row] += out[below].max()
    return out


def freed_by_shorter(
    demand_per_day: Array, lead_time: Array, safety_stock: Array, shorter_days: float | Array
) -> tuple[Array, Array]:
    """Units that a shorter lead time takes out of the pipeline and out of safety stock.

        pipeline freed = demand per day x days
        safety stock freed = safety stock x (1 - sqrt((lead time - days) / lead time))

    The second holds where safety stock grows with the root of the lead time.

    Args:
        demand_per_day: Mean demand [units a day].
        lead_time: Lead time now [days].
        safety_stock: Safety stock now [units].
        shorter_days: Days that are saved; never more than there are.

    Example:
        >>> pipeline, safety = freed_by_shorter(np.array([10.0]), np.array([16.0]), np.array([40.0]), 7.0)
        >>> float(pipeline[0]), float(safety[0])
        (70.0, 10.0)
    """
    saved = np.minimum(shorter_days, lead_time)
    share = np.divide(lead_time - saved, lead_time, out=np.ones_like(lead_time), where=lead_time > 0)
    return demand_per_day * saved, safety_stock * (1.0 - np.sqrt(share))
