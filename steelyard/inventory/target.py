"""Target: the stock that each item-location shall keep, given or calculated."""

from collections.abc import Callable

import numba
import numpy as np

from steelyard.grid.block import Array, BoolArray
from steelyard.inventory.coverage import forward_demand
from steelyard.inventory.demand_law import DemandLaw, GammaDemand, NegativeBinomialDemand, NormalDemand
from steelyard.inventory.order_quantity import usual_order
from steelyard.inventory.safety_stock import (
    cycle_service_factor,
    fill_rate_factor,
    lead_time_deviation,
    safety_stock,
)
from steelyard.inventory.service_stock import level_for_cycle_service, level_for_fill_rate, level_for_ready_rate

CYCLE, FILL_RATE, READY_RATE, BACKORDER_COST = range(4)
"""What a service level means, as `stock_policy.MEASURES` numbers it."""
NORMAL, GAMMA, NEGATIVE_BINOMIAL, EMPIRICAL = range(4)
"""Law of demand, as `stock_policy.LAWS` numbers it."""


def target_safety_stock(
    forecast_error: Array,
    lead_time_quantile: Array,
    independent_demand: Array,
    lead_time_days: Array,
    lead_time_std_days: Array,
    days_per_period: float,
    service_level: Array,
    service_measure: Array,
    demand_law: Array,
    review_periods: Array,
    least_order: Array,
    order_cost: Array | float,
    standard_cost: Array,
    holding_rate: float,
    seasonal_safety_stock: bool,
    given_safety_stock: Array,
    given_safety_days: Array,
) -> Array:
    """Safety stock by period: what the company states, else what forecast error and lead time ask for.

        sigma        = sqrt((lead time + review) x error^2 + demand^2 x lead time deviation^2)
        safety stock = service factor x sigma, rounded to whole units above 10

    The error is that of the whole lead time and review, by period. The factor is that of the cycle service level, or
    solves the fill rate or the ready rate with the usual order; under another law of demand than the normal one the
    stock is the level that keeps the promise, less mean demand, never below zero. Without demand and error there is
    nothing to guard.

    Args:
        forecast_error: Standard deviation of the forecast error of lead time and review, by period and series [units].
        lead_time_quantile: Demand of lead time and review at the service level as errors of the past say [units].
        independent_demand: Demand of customers, period x series [units].
        lead_time_days: Mean lead time, by series [days].
        lead_time_std_days: Standard deviation of the lead time, by series [days].
        days_per_period: Mean length of a period [days].
        service_level: Promise of service, by series.
        service_measure: What it means: 0 cycle service, 1 fill rate, 2 ready rate, 3 backorder cost.
        demand_law: 0 normal, 1 gamma, 2 negative binomial, 3 empirical.
        review_periods: Time between reviews, by series [periods].
        least_order: Least quantity of an order, by series [units].
        order_cost: Money for each order, by series or for all; 0 orders what a review interval needs.
        standard_cost: Cost of a unit, period x series [money].
        holding_rate: Holding cost of a period as a share of standard cost.
        seasonal_safety_stock: Whether the error grows and shrinks with the demand that is coming.
        given_safety_stock: Stated safety stock, by series [units]; NaN where it is to be calculated.
        given_safety_days: Stated safety stock in days of customers' demand to come, by series; NaN where nothing is
            stated. It counts where no units are stated and customers ask.

    Returns:
        Units, period x series.
    """
    demand = forward_demand(independent_demand)
    lead, spread = lead_time_days / days_per_period, lead_time_std_days / days_per_period
    factor, each = cycle_service_factor(service_level), np.broadcast_to(order_cost, service_level.shape)
    calculated = safety_stock(forecast_error, demand, lead, spread, review_periods, factor)
    error = np.broadcast_to(forecast_error, demand.shape)
    if seasonal_safety_stock:
        error = _with_season(forecast_error, demand)
        calculated = _by_period(error, demand, lead, spread, review_periods, factor)
    for measure, law in sorted(set(zip(service_measure.tolist(), demand_law.tolist(), strict=True))):
        if (measure in (CYCLE, BACKORDER_COST)) and law == NORMAL:
            continue
        rows = (service_measure == measure) & (demand_law == law)
        sigma = lead_time_deviation(
            error=error[:, rows], demand=demand[:, rows], lead_time=lead[rows], lead_time_deviation=spread[rows],
            review=review_periods[rows],
        )  # fmt: skip
        held = holding_rate * standard_cost[:, rows]
        lot = usual_order(demand[:, rows], review_periods[rows], least_order[rows], each[rows], held)
        mean = demand[:, rows] * (lead + review_periods)[rows]
        if law == EMPIRICAL:
            calculated[:, rows] = _as_seen(lead_time_quantile[rows], independent_demand[:, rows], lead[rows])
        else:
            calculated[:, rows] = _by_law(int(measure), int(law), service_level[rows], mean, sigma, lot)
    _state(calculated, demand, given_safety_stock, given_safety_days / days_per_period)
    return calculated


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _state(stock: Array, demand: Array, given: Array, given_cover: Array) -> None:
    """Write what the company states over what was calculated, in whole units above 10, else in thousandths."""
    asked = np.zeros(given.size, np.bool_)
    for t in range(demand.shape[0]):
        for s in range(given.size):
            asked[s] |= demand[t, s] > 0.0
    for t in range(stock.shape[0]):
        for s in range(given.size):
            wanted = stock[t, s]
            if not np.isnan(given[s]):
                wanted = given[s]
            elif asked[s] and not np.isnan(given_cover[s]):
                wanted = demand[t, s] * given_cover[s]
            stock[t, s] = np.ceil(wanted - 1e-6) if wanted >= 10.0 else np.rint(wanted * 1000.0) / 1000.0


def _with_season(error: Array, demand: Array) -> Array:
    """The error in proportion to the demand that is coming, the same on average."""
    mean = demand.mean(axis=0)
    return error * np.where(mean > 0, demand / np.where(mean > 0, mean, 1.0), 1.0)


def _by_period(error: Array, demand: Array, lead: Array, spread: Array, review: Array, factor: Array) -> Array:
    sigma = lead_time_deviation(error=error, demand=demand, lead_time=lead, lead_time_deviation=spread, review=review)
    return np.maximum(factor * sigma, 0.0)


def _as_seen(quantile: Array, demand: Array, lead: Array) -> Array:
    """What errors of the past ask for: the quantile of lead time and review less the demand planned for it."""
    whole = np.minimum(np.ceil(np.round(lead, 6)) + 1, len(demand)).astype(np.int64)
    planned = np.cumsum(demand, axis=0)[whole - 1, np.arange(lead.size)]
    return np.broadcast_to(np.maximum(quantile - planned, 0.0), demand.shape)


def _by_law(measure: int, law: int, level: Array, mean: Array, sigma: Array, lot: Array) -> Array:
    """Safety stock of rows that share measure and law; nothing where nothing varies."""
    certain: BoolArray = (sigma <= 0) | (mean <= 0)
    usual, spread = np.where(certain, 1.0, mean), np.where(certain, 1.0, sigma)
    promise = np.broadcast_to(level, mean.shape)
    if law == NORMAL and measure == FILL_RATE:
        stock = fill_rate_factor(promise, lot_size=lot, deviation=spread) * spread
    else:
        stock = promised_level(measure, law_of(law)(usual, spread), promise, np.maximum(lot, 1e-9)) - usual
    return np.where(certain, 0.0, np.maximum(stock, 0.0))


def law_of(law: int) -> Callable[[Array, Array], DemandLaw]:
    """What makes a law of demand of its number, from mean and deviation; gamma stands for errors as they were seen."""
    if law in (GAMMA, EMPIRICAL):
        return GammaDemand
    return NegativeBinomialDemand if law == NEGATIVE_BINOMIAL else NormalDemand


def promised_level(measure: int, law: DemandLaw, promise: Array, lot: Array) -> Array:
    """Stock level that keeps a promise of service under a law of demand [units].

    Args:
        measure: Number of what the promise means.
        law: Demand of the protection interval.
        promise: The service level.
        lot: Units ordered at once.
    """
    if measure == FILL_RATE:
        return level_for_fill_rate(law, promise, lot_size=lot)
    if measure == READY_RATE:
        return level_for_ready_rate(law, promise, lot_size=lot)
    return level_for_cycle_service(law, promise)


def kept_service(measure: int, law: DemandLaw, level: Array, lot: Array) -> Array:
    """Service of a stock level, by what its promise means: the inverse of `promised_level`.

    Args:
        measure: Number of what the promise means.
        law: Demand of the protection interval.
        level: Stock level [units].
        lot: Units ordered at once.

    Returns:
        Share of order cycles, of demand or of time, from 0 to 1.
    """
    if measure == FILL_RATE:
        share = 1.0 - law.shortage(level) / lot
    elif measure == READY_RATE:
        share = 1.0 - (law.shortage(level) - law.shortage(level + lot)) / lot
    else:
        share = law.chance(level)
    return np.asarray(np.clip(share, 0.0, 1.0))
