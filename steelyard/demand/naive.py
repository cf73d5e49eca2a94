"""Naive forecast: the last season again, which every forecast that costs work must beat."""

import numpy as np

from steelyard.demand.accuracy import naive_forecast as repeat_last
from steelyard.grid.block import Array


def naive_forecast(demand_history: Array, life_history: Array, active: Array, season: int) -> Array:
    """Repeat the demand of the last season; where a whole one is not known, that of the last period.

        naive forecast[t] = demand history[t - season]

    Source: Hyndman and Athanasopoulos 2021, Forecasting: Principles and Practice, 5.2 (seasonal naive method).

    Args:
        demand_history: Demand as it was asked for, period x series [units].
        life_history: 1 inside the active life of a series, 0 outside, period x series.
        active: Share of each planned period in which the item may be sold, period x series.
        season: Periods in a season.

    Returns:
        What doing nothing would say, period x series [units].

    Example:
        >>> past = np.array([[1.0], [2.0], [3.0]])
        >>> naive_forecast(past, np.ones((3, 1)), np.array([[1.0], [1.0], [0.5]]), 2)[:, 0]
        array([2., 3., 1.])
    """
    known = np.where(life_history > 0, demand_history, np.nan)
    return np.maximum(repeat_last(known, len(active), season), 0.0) * active
