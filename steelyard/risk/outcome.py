"""Outcome: what many futures say: percentiles, chances, value at risk, each with how sure it is."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, BoolArray

LEVELS = (0.1, 0.5, 0.9)
"""P10, P50 and P90."""


class Percentiles(NamedTuple):
    """Percentiles over the draws and their standard errors, level x period (or level alone)."""

    value: Array
    error: Array


class Chance(NamedTuple):
    """A share of the draws and its standard error."""

    value: float
    error: float


def percentiles(draws: Array, levels: tuple[float, ...] = LEVELS) -> Percentiles:
    """Percentiles along the first axis.

    The standard error comes from the order statistics one binomial deviation below and above the rank (Woodruff 1952),
    so that it holds for any distribution.

    Args:
        draws: Outcomes, draw x anything.
        levels: Shares of the draws below the percentile, 0 to 1.

    Example:
        >>> percentiles(np.arange(101.0)).value
        array([10., 50., 90.])
    """
    count = draws.shape[0]
    level = np.asarray(levels)
    step = np.sqrt(level * (1 - level) / count)
    low, high = (np.quantile(draws, np.clip(level + sign * step, 0, 1), axis=0) for sign in (-1, 1))
    return Percentiles(np.quantile(draws, level, axis=0), np.asarray((high - low) / 2))


def chance(happens: BoolArray) -> Chance:
    """Share of the draws in which something happens.

    Example:
        >>> chance(np.array([True, False, True, False]))
        Chance(value=0.5, error=0.25)
    """
    share = float(np.mean(happens))
    return Chance(share, float(np.sqrt(share * (1 - share) / happens.shape[0])))


def value_at_risk(draws: Array, *, level: float = 0.95) -> float:
    """How far the bad end lies below the mean: mean less the percentile 1 - level [unit of the draws].

    Example:
        >>> round(value_at_risk(np.arange(101.0), level=0.9), 6)
        40.0
    """
    return float(draws.mean() - np.quantile(draws, 1 - level))


def expected_shortfall(draws: Array, *, level: float = 0.95) -> float:
    """Mean of the draws at or below the percentile 1 - level [unit of the draws].

    Example:
        >>> expected_shortfall(np.arange(100.0), level=0.9)
        4.5
    """
    cut = np.quantile(draws, 1 - level)
    return float(draws[draws <= cut].mean())


def controlled_mean(draws: Array, control: Array, expected: float) -> Chance:
    """Mean of the draws, sharpened by an outcome whose mean is known (control variate).

    Args:
        draws: Outcomes by draw.
        control: Another outcome of the same draws.
        expected: Its true mean.
    """
    spread = float(np.var(control))
    weight = float(np.cov(draws, control)[0, 1]) / spread if spread > 0 else 0.0
    held = draws - weight * (control - expected)
    return Chance(float(held.mean()), float(held.std(ddof=1) / np.sqrt(draws.size)))
