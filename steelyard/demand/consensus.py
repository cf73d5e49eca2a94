"""Consensus: from what customers would take to what supply is asked to serve."""

from dataclasses import dataclass

import numpy as np

from steelyard.demand.stream import STREAMS, weigh_streams
from steelyard.grid.block import Array, is_silent, is_zero, uniform_block


def unconstrained_demand(
    statistical_forecast: Array,
    promotion_uplift: Array,
    driver_effect: Array,
    intelligence_effect: Array,
    launch_forecast: Array,
    cannibalisation: Array,
    phase_out_effect: Array,
) -> Array:
    """Add promotions, drivers, intelligence, launches and phase-outs to the statistical forecast; never below zero.

        unconstrained = max(statistical forecast + promotion uplift + driver effect + intelligence effect
                            + launch forecast + cannibalisation + phase-out effect, 0)

    Args:
        statistical_forecast: Baseline, period x series [units].
        promotion_uplift: Units promotions add, period x series [units]; negative where they take away.
        driver_effect: Units that planned prices and series from outside add or take away, period x series [units].
        intelligence_effect: Units that market intelligence adds or takes away, period x series [units].
        launch_forecast: Units that launches add beyond the statistical forecast, period x series [units].
        cannibalisation: Units lost to launches, period x series [units, <= 0].
        phase_out_effect: Units lost by run-down or to a successor, period x series [units, <= 0].

    Example:
        >>> one = np.array([[1.0]])
        >>> unconstrained_demand(100 * one, 20 * one, -9 * one, -6 * one, 30 * one, -5 * one, -10 * one)
        array([[120.]])
    """
    total = statistical_forecast + promotion_uplift
    for term in (driver_effect, intelligence_effect, launch_forecast, cannibalisation, phase_out_effect):
        if term is not uniform_block(term.shape, 0.0):  # most blocks have no such term and share their zeros
            total = total + term
    return np.maximum(total, 0.0)


@dataclass(frozen=True)
class StreamRanks:
    """Which streams are heard first: numbers of `STREAMS` by rank; one rank for all is a plain weighting."""

    ranks: tuple[tuple[int, ...], ...] = (tuple(range(len(STREAMS))),)


def consensus_demand(
    unconstrained_demand: Array,
    sales_forecast: Array,
    marketing_forecast: Array,
    customer_forecast: Array,
    finance_forecast: Array,
    statistical_weight: Array,
    sales_weight: Array,
    marketing_weight: Array,
    customer_weight: Array,
    finance_weight: Array,
    customer_commitment: Array,
    stream_ranks: StreamRanks,
) -> Array:
    """Weigh the streams into one demand, never below what customers have committed to take.

        consensus = max(sum of weight x stream / sum of weights, customer commitment)

    Only streams that say something count; where none of them has a weight it is unconstrained demand. What people agree
    on is laid over it as changes.

    Args:
        unconstrained_demand: The statistical stream with promotions, launches and intelligence [units].
        sales_forecast: What sales believes [units]; NaN where it has no opinion; so the other streams.
        marketing_forecast: What marketing believes [units].
        customer_forecast: What customers say they will take [units].
        finance_forecast: What finance counts on [units].
        statistical_weight: Weight of unconstrained demand [0 to 1].
        sales_weight: Weight of sales [0 to 1].
        marketing_weight: Weight of marketing [0 to 1].
        customer_weight: Weight of the customers [0 to 1].
        finance_weight: Weight of finance [0 to 1].
        customer_commitment: What customers are bound to take and we to deliver [units]; NaN where nothing is.
        stream_ranks: Which streams are heard first.

    Example:
        >>> one, none = np.ones((1, 1)), np.full((1, 1), np.nan)
        >>> consensus_demand(one * 100, one * 140, none, none, none, one, one, one, one, one, none, StreamRanks())
        array([[120.]])
        >>> consensus_demand(one * 100, none, none, none, none, one, one, one, one, one, one * 130, StreamRanks())
        array([[130.]])
    """
    opinions = (sales_forecast, marketing_forecast, customer_forecast, finance_forecast)
    agreed = unconstrained_demand
    if not all(is_silent(stream) for stream in opinions):
        weights = (statistical_weight, sales_weight, marketing_weight, customer_weight, finance_weight)
        weighed = weigh_streams((unconstrained_demand, *opinions), weights, stream_ranks.ranks)
        agreed = np.where(np.isfinite(weighed), weighed, unconstrained_demand)
    return keep_commitments(agreed, customer_commitment)


def keep_commitments(demand: Array, customer_commitment: Array) -> Array:
    """Raise demand to what customers have committed to take; where they have not, it stays.

        max(demand, customer commitment)

    Example:
        >>> keep_commitments(np.array([[100.0, 100.0]]), np.array([[130.0, np.nan]]))
        array([[130., 100.]])
    """
    if is_silent(customer_commitment):
        return demand
    return np.fmax(demand, customer_commitment)


def commitment_shortfall(customer_commitment: Array, constrained_demand: Array) -> Array:
    """Units of the customers' commitments that supply does not deliver.

        shortfall = max(customer commitment - constrained demand, 0)

    Example:
        >>> commitment_shortfall(np.array([[100.0, np.nan]]), np.array([[80.0, 50.0]]))
        array([[20.,  0.]])
    """
    if is_silent(customer_commitment):
        return uniform_block(constrained_demand.shape, 0.0)
    return np.maximum(np.nan_to_num(customer_commitment - constrained_demand), 0.0)


def commitment_penalty_cost(commitment_shortfall: Array, commitment_penalty: Array) -> Array:
    """What missed commitments cost.

        penalty cost = commitment shortfall x penalty per unit

    Example:
        >>> commitment_penalty_cost(np.array([[20.0]]), np.array([[1.5]]))
        array([[30.]])
    """
    return commitment_shortfall if is_zero(commitment_shortfall) else commitment_shortfall * commitment_penalty
