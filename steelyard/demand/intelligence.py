"""Intelligence: what people heard of the market, as a percentage on demand that stands apart from the forecast."""

import numpy as np

from steelyard.grid.block import Array, uniform_block


def no_intelligence(active: Array) -> Array:
    """Start without intelligence; each entry that is used adds its percentage as a change.

    intelligence percent = sum of the effects of the entries in use

    Args:
        active: Share of each planned period in which the item may be sold, period x series.

    Example:
        >>> no_intelligence(np.ones((1, 2)))
        array([[0., 0.]])
    """
    return uniform_block(active.shape, 0.0)


def intelligence_effect(
    statistical_forecast: Array,
    promotion_uplift: Array,
    driver_effect: Array,
    launch_forecast: Array,
    cannibalisation: Array,
    phase_out_effect: Array,
    intelligence_percent: Array,
) -> Array:
    """What market intelligence adds to all other demand; never takes away more than there is.

        intelligence effect = max(statistical forecast + promotion uplift + driver effect + launch forecast
                                  + cannibalisation + phase-out effect, 0) x max(intelligence percent, -100) / 100

    Args:
        statistical_forecast: Baseline, period x series [units].
        promotion_uplift: Units promotions add, period x series [units].
        driver_effect: Units that prices and series from outside add, period x series [units].
        launch_forecast: Units that launches add, period x series [units].
        cannibalisation: Units lost to launches, period x series [units, <= 0].
        phase_out_effect: Units lost by run-down, period x series [units, <= 0].
        intelligence_percent: Sum of the effects of the entries in use, period x series [percent].

    Example:
        >>> base, none = np.array([[200.0, 200.0]]), np.zeros((1, 2))
        >>> intelligence_effect(base, none, none, none, none, none, np.array([[5.0, -150.0]]))
        array([[  10., -200.]])
    """
    if not intelligence_percent.any():
        return uniform_block(intelligence_percent.shape, 0.0)
    demand = statistical_forecast + promotion_uplift + driver_effect
    demand_without = np.maximum(demand + launch_forecast + cannibalisation + phase_out_effect, 0.0)
    effect: Array = demand_without * (np.maximum(intelligence_percent, -100.0) / 100.0)
    return effect
