"""Robust choice: which option holds up best when nobody knows the future."""

from typing import NamedTuple

import numpy as np

from steelyard.grid.block import Array, IntArray


class Regret(NamedTuple):
    """What each choice would make us sorry for."""

    table: Array
    """Best outcome of the future less the outcome of the option, option x future."""
    worst: Array
    """Largest regret by option."""
    expected: Array
    """Mean regret by option, weighted by the probabilities of the futures."""
    best_worst: int
    """Option with the smallest largest regret (Savage 1951)."""
    best_expected: int
    """Option with the smallest expected regret."""


class Swing(NamedTuple):
    """The bars of a tornado, largest first."""

    driver: IntArray
    """Place of the driver in the lists given."""
    low: Array
    """Outcome with the driver low, less the base."""
    high: Array
    """Outcome with the driver high, less the base."""


def regret(outcomes: Array, probability: Array | None = None) -> Regret:
    """Regret of options over futures.

    Args:
        outcomes: More is better, option x future.
        probability: Of each future; the same for all if not given.

    Example:
        >>> regret(np.array([[10.0, 0.0], [6.0, 5.0]])).worst
        array([5., 4.])
    """
    table = outcomes.max(axis=0) - outcomes
    weight = np.full(outcomes.shape[1], 1 / outcomes.shape[1]) if probability is None else probability
    worst, expected = table.max(axis=1), table @ weight
    return Regret(table, worst, expected, int(np.argmin(worst)), int(np.argmin(expected)))


def rank_swings(base: float, low: Array, high: Array) -> Swing:
    """Order drivers by how far they move an outcome between their low and their high value.

    Example:
        >>> rank_swings(10.0, np.array([9.0, 4.0]), np.array([11.0, 12.0])).driver
        array([1, 0])
    """
    width = np.maximum.reduce([np.abs(high - low), np.abs(high - base), np.abs(low - base)])
    order = np.argsort(-width, kind="stable")
    return Swing(order, low[order] - base, high[order] - base)
