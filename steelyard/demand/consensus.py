"""Consensus: from what customers would take to what supply is asked to serve."""

import numpy as np

from steelyard.grid.block import Array


def unconstrained_demand(statistical_forecast: Array, promotion_uplift: Array, intelligence_effect: Array) -> Array:
    """Add planned promotions and market intelligence to the statistical forecast; never below zero.

        unconstrained = max(statistical forecast + promotion uplift + intelligence effect, 0)

    Args:
        statistical_forecast: Baseline, period x series [units].
        promotion_uplift: Units promotions add, period x series [units]; negative where they take away.
        intelligence_effect: Units that market intelligence adds or takes away, period x series [units].

    Example:
        >>> unconstrained_demand(np.array([[100.0]]), np.array([[20.0]]), np.array([[-6.0]]))
        array([[114.]])
    """
    return np.maximum(statistical_forecast + promotion_uplift + intelligence_effect, 0.0)


def consensus_demand(unconstrained_demand: Array) -> Array:
    """Start the consensus from unconstrained demand; what people agree on is laid over it as changes.

    Example:
        >>> consensus_demand(np.array([[120.0]]))
        array([[120.]])
    """
    return unconstrained_demand


def demand_plan(consensus_demand: Array, open_orders: Array) -> Array:
    """Let open orders consume the consensus within their period; orders beyond it come on top.

        demand plan = max(consensus demand, open orders)

    Args:
        consensus_demand: Agreed demand, period x series [units].
        open_orders: Orders due and not shipped, period x series [units].

    Example:
        >>> demand_plan(np.array([[120.0, 120.0]]), np.array([[90.0, 150.0]]))
        array([[120., 150.]])
    """
    return np.maximum(consensus_demand, open_orders)


def weigh_streams(streams: Array, weights: Array) -> Array:
    """Combine demand streams (statistical, sales, marketing, customer) by weight; a stream that is silent has no vote.

    Args:
        streams: Numbers, stream x period x series [units]; NaN where a stream says nothing.
        weights: Weight of each stream [>= 0].

    Returns:
        Weighted mean, period x series [units]; NaN where no stream with weight speaks.

    Example:
        >>> weigh_streams(np.array([[[100.0]], [[140.0]], [[np.nan]]]), np.array([3.0, 1.0, 5.0]))
        array([[110.]])
    """
    total, votes = np.zeros(streams.shape[1:]), np.zeros(streams.shape[1:])
    for stream, weight in zip(streams, weights.tolist(), strict=True):
        speaks = np.isfinite(stream)
        total += np.where(speaks, weight * np.where(speaks, stream, 0.0), 0.0)
        votes += np.where(speaks, weight, 0.0)
    mean: Array = np.divide(total, votes, out=np.full(total.shape, np.nan), where=votes > 0)
    return mean
