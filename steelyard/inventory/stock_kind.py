"""Stock kind: what projected stock is there for, where the next order falls, and how likely stock is to run out."""

from typing import NamedTuple

import numba
import numpy as np

from steelyard.grid.block import Array
from steelyard.inventory._normal_tail import chance_above
from steelyard.inventory.order_quantity import usual_order


class StockKinds(NamedTuple):
    """Stock by what it is for, and the levels that replenish it, period x series [units]."""

    cycle_stock: Array
    anticipation_stock: Array
    pipeline_stock: Array
    stock_out_risk: Array
    reorder_point: Array
    order_up_to: Array


def stock_kinds(
    projected_inventory: Array,
    safety_stock: Array,
    forward_demand: Array,
    scheduled_receipts: Array,
    constrained_receipts: Array,
    backlog: Array,
    forecast_error: Array,
    lead_time_days: Array,
    lead_time_std_days: Array,
    days_per_period: float,
    review_periods: Array,
    least_order: Array,
    order_cost: Array | float,
    standard_cost: Array,
    holding_rate: float,
) -> tuple[Array, ...]:
    """Say what stock is for, the levels that replenish it, and the risk that it runs out.

        cycle stock        = half of the usual order, at most what stands above safety stock
        anticipation stock = projected inventory - safety stock - cycle stock, never below zero
        pipeline stock     = receipts of the lead time that follows
        reorder point      = forward demand x lead time + safety stock
        order up to        = forward demand x (lead time + review) + safety stock, at least reorder point + usual order
        stock-out risk     = P(forecast error and late supply take more than is projected)

    The risk counts the errors of the periods so far, at most those of lead time and review: later ones are answered by
    later orders. Where customers wait already, it is 1.

    Args:
        projected_inventory: Stock at the end of each period, period x series [units].
        safety_stock: Stock wanted, period x series [units].
        forward_demand: Mean demand of the coming periods, period x series [units].
        scheduled_receipts: Receipts of orders that are placed, period x series [units].
        constrained_receipts: Further receipts of the plan, period x series [units].
        backlog: Demand due and not delivered, period x series [units].
        forecast_error: Standard deviation of the forecast error of lead time and review, by period and series [units].
        lead_time_days: Mean lead time, by series [days].
        lead_time_std_days: Standard deviation of the lead time, by series [days].
        days_per_period: Mean length of a period [days].
        review_periods: Time between reviews, by series [periods].
        least_order: Least quantity of an order, by series [units].
        order_cost: Money for each order, by series or for all.
        standard_cost: Cost of a unit, period x series [money].
        holding_rate: Holding cost of a period as a share of standard cost.

    Returns:
        In the order of `StockKinds`.
    """
    held = holding_rate * standard_cost if np.any(np.asarray(order_cost) > 0) else least_order
    lot = usual_order(forward_demand, review_periods, least_order, order_cost, held)
    lead, spread = lead_time_days / days_per_period, lead_time_std_days / days_per_period
    out = StockKinds(*(np.empty_like(projected_inventory) for _ in range(6)))
    _kinds(
        projected_inventory, safety_stock, forward_demand, scheduled_receipts, constrained_receipts, backlog,
        forecast_error, lead, spread, review_periods, lot, out,
    )  # fmt: skip
    return tuple(out)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _kinds(
    stock: Array, safety: Array, demand: Array, scheduled: Array, planned: Array, backlog: Array, error: Array,
    lead: Array, spread: Array, review: Array, lot: Array, out: StockKinds,
) -> None:  # fmt: skip
    periods, series = stock.shape
    for t in range(periods):
        for s in range(series):
            above = max(stock[t, s] - safety[t, s], 0.0)
            cycle = min(lot[t, s] / 2.0, above)
            point = demand[t, s] * lead[s] + safety[t, s]
            out.cycle_stock[t, s] = cycle
            out.anticipation_stock[t, s] = above - cycle
            out.reorder_point[t, s] = point
            out.order_up_to[t, s] = point + max(demand[t, s] * review[s], lot[t, s])
    _pipeline(scheduled, planned, lead, out.pipeline_stock)
    _deviation(demand, error, lead, spread, review, out.stock_out_risk)
    for t in range(periods):
        for s in range(series):
            out.stock_out_risk[t, s] = _risk(stock[t, s], backlog[t, s], out.stock_out_risk[t, s])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _pipeline(scheduled: Array, planned: Array, lead: Array, out: Array) -> None:
    """Receipts of the lead time after each period; beyond the horizon they go on like in its last period.

    Series go in the inner loop, so that neighbours are worked on at once.
    """
    periods, series = scheduled.shape
    left, part, most = lead.copy(), np.empty(series), lead.max() if series else 0.0
    out[:] = 0.0
    ahead = 1
    while ahead < periods and most > ahead - 1.0:
        for s in range(series):
            part[s] = max(min(left[s], 1.0), 0.0)
            left[s] -= 1.0
        for t in range(periods):
            u = min(t + ahead, periods - 1)
            for s in range(series):
                out[t, s] += part[s] * (scheduled[u, s] + planned[u, s])
        ahead += 1
    if most > ahead - 1.0:
        for t in range(periods):
            for s in range(series):
                out[t, s] += max(left[s], 0.0) * (scheduled[periods - 1, s] + planned[periods - 1, s])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _deviation(demand: Array, error: Array, lead: Array, spread: Array, review: Array, out: Array) -> None:
    """Standard deviation of what forecast error and late supply may take by the end of each period."""
    for t in range(out.shape[0]):
        for s in range(out.shape[1]):
            exposed = min(t + 1.0, lead[s] + review[s])
            late = (demand[t, s] * demand[t, s]) * (spread[s] * spread[s])
            out[t, s] = np.sqrt(exposed * (error[s] * error[s]) + late)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _risk(stock: float, backlog: float, deviation: float) -> float:
    """Chance that a deviation takes more than the stock."""
    if backlog > 1e-9:
        return 1.0
    return chance_above(stock / deviation) if deviation > 0.0 else 0.0
