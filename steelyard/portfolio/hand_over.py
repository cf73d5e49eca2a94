"""Hand-over: from what like-items promised to what the launch itself has shown, by Bayesian shrinkage."""

import numpy as np

from steelyard.grid.block import Array


def hand_over_weight(actuals: Array, prior_periods: float, settled_after: float) -> Array:
    """Weight of the statistical forecast of an item with so many actuals.

        weight = n / (n + k (1 - n / N)),   1 from N actuals on

    This is the shrinkage of a normal mean with a prior worth k observations (Gelman et al., Bayesian Data Analysis,
    2.5), whose prior itself is let go evenly until the item is settled, so that no step is left.

    Args:
        actuals: Periods of own sales, by series [periods].
        prior_periods: Actuals that count as much as the like-items, k [periods, > 0].
        settled_after: Actuals after which the launch is history like any other, N [periods, > 0].

    Returns:
        Weight [0..1], rising with the actuals.

    Example:
        >>> hand_over_weight(np.array([0.0, 6.0, 24.0]), 6.0, 24.0).round(3)
        array([0.   , 0.571, 1.   ])
    """
    left = np.clip(1.0 - actuals / settled_after, 0.0, 1.0)
    total = actuals + prior_periods * left
    return np.divide(actuals, total, out=np.zeros_like(total), where=total > 0)


def shown_level(sold: Array, promised: Array, actuals: Array, prior_periods: float) -> Array:
    """How the launch does against its curve, shrunk towards 1 while there are few actuals.

        level = (k m + sold) / (k m + promised),   m = promised / n

    This is the posterior mean of a Poisson rate with a gamma prior of mean 1 that is worth k periods.

    Args:
        sold: Units sold since the launch, by launch.
        promised: Units the curve promised for the same periods, by launch.
        actuals: How many periods these are, by launch.
        prior_periods: Periods the prior is worth, k.

    Returns:
        Factor on the curve, by launch [ratio]; 1 without actuals.

    Example:
        >>> shown_level(np.array([150.0]), np.array([100.0]), np.array([2.0]), 2.0)
        array([1.25])
    """
    prior = prior_periods * np.divide(promised, actuals, out=np.zeros_like(promised), where=actuals > 0)
    base = prior + promised
    return np.divide(prior + sold, base, out=np.ones_like(base), where=base > 0)
