"""Correction: what is wrong with past demand, cell by cell, so that it can be seen, changed and taken back."""

import numpy as np

from steelyard.demand.cleansing import SPIKE, SUGGESTED, Corrections, find_spikes, impute_stockouts
from steelyard.grid.block import Array, BoolArray, uniform_block


def automatic_correction(
    demand_history: Array,
    own_life_history: Array,
    stockout_flag: Array,
    promotion_flag: Array,
    past_driver_factor: Array,
    season: int,
) -> tuple[Array, Array, Array]:
    """Raise flagged stock-outs, then bring spikes back to what is usual in season; promoted periods are left alone.

        lost sales estimate  = usual demand - demand history           where stock was out and less than usual was sold
        automatic correction = lost sales estimate, or usual demand - demand history of a spike (z > 6)
        suggested correction = usual demand - demand history of a doubtful period (4 < z <= 6), not applied

    Args:
        demand_history: Demand, period x series [units].
        own_life_history: 1 inside the active life of a series, 0 outside, period x series.
        stockout_flag: 1 where stock ran out, else 0, period x series.
        promotion_flag: 1 where a promotion ran, else 0, period x series.
        past_driver_factor: What prices and series from outside did, period x series [ratio]; no period is odd for it.
        season: Periods in a season.

    Returns:
        Automatic correction, suggested correction and lost sales estimate, period x series [units].

    Example:
        >>> history = np.array([[10.0, 11, 9, 10, 60, 10, 11, 9, 10, 10]]).T
        >>> none = np.zeros(history.shape)
        >>> automatic_correction(history, none + 1, none, none, none + 1, 1)[0][4]
        array([-50.])
    """
    history = np.where(own_life_history > 0, demand_history, np.nan) / past_driver_factor
    lost = _lost_sales(history, stockout_flag > 0, season)
    sound = np.where(promotion_flag > 0, np.nan, history + lost)
    spikes = find_spikes(sound, period=season, limit=SUGGESTED)
    certain = spikes.distance > SPIKE
    correction = lost + _differences(spikes, certain, lost.shape)
    suggested = _differences(spikes, ~certain, lost.shape)
    correction, suggested, lost = (np.round(part * past_driver_factor, 6) for part in (correction, suggested, lost))
    return correction, suggested, lost


def _lost_sales(history: Array, flagged: BoolArray, season: int) -> Array:
    """Units not sold for want of stock; only series with a flag are looked at."""
    rows = np.flatnonzero(flagged.any(axis=0))
    if not rows.size:
        return uniform_block(history.shape, 0.0)
    found = impute_stockouts(history[:, rows], flagged[:, rows], period=season)
    lost = np.zeros(history.shape)
    lost[found.period, rows[found.series]] = found.corrected - found.original
    return lost


def _differences(found: Corrections, chosen: BoolArray, shape: tuple[int, ...]) -> Array:
    if not chosen.any():
        return uniform_block(shape, 0.0)
    change = np.zeros(shape)
    change[found.period[chosen], found.series[chosen]] = (found.corrected - found.original)[chosen]
    return change


def history_correction(automatic_correction: Array) -> Array:
    """Start from the automatic correction; what people change or take back (0) is laid over it as changes.

    Example:
        >>> history_correction(np.array([[-50.0]]))
        array([[-50.]])
    """
    return automatic_correction


def cleaned_demand(demand_history: Array, history_correction: Array) -> Array:
    """Demand history with its corrections; never below zero.

        cleaned demand = max(demand history + history correction, 0)

    Example:
        >>> cleaned_demand(np.array([[60.0, 10.0]]), np.array([[-50.0, 0.0]]))
        array([[10., 10.]])
    """
    if not history_correction.any():
        return demand_history
    return np.maximum(demand_history + history_correction, 0.0)
