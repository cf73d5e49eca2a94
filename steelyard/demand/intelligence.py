"""Intelligence: what people heard of the market, as a percentage on demand that stands apart from the forecast."""

from functools import lru_cache

import numpy as np

from steelyard.grid.block import Array, freeze


def no_intelligence(active: Array) -> Array:
    """Start without intelligence; each entry that is used adds its percentage as a change.

    intelligence percent = sum of the effects of the entries in use

    Args:
        active: Share of each planned period in which the item may be sold, period x series.

    Example:
        >>> no_intelligence(np.ones((1, 2)))
        array([[0., 0.]])
    """
    return _nothing(*active.shape)


def intelligence_effect(statistical_forecast: Array, promotion_uplift: Array, intelligence_percent: Array) -> Array:
    """What market intelligence adds to demand; never takes away more than there is.

        intelligence effect = max(statistical forecast + promotion uplift, 0) x max(intelligence percent, -100) / 100

    Args:
        statistical_forecast: Baseline, period x series [units].
        promotion_uplift: Units promotions add, period x series [units].
        intelligence_percent: Sum of the effects of the entries in use, period x series [percent].

    Example:
        >>> intelligence_effect(np.array([[200.0, 200.0]]), np.zeros((1, 2)), np.array([[5.0, -150.0]]))
        array([[  10., -200.]])
    """
    if not intelligence_percent.any():
        return _nothing(*intelligence_percent.shape)
    demand_without = np.maximum(statistical_forecast + promotion_uplift, 0.0)
    effect: Array = demand_without * (np.maximum(intelligence_percent, -100.0) / 100.0)
    return effect


@lru_cache(maxsize=64)
def _nothing(periods: int, series: int) -> Array:
    """Zeros of a shape, one block for all that have it."""
    return freeze(np.zeros((periods, series)))
