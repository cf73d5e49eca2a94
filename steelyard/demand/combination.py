"""Combination: how loudly each member speaks for each series, by what it got right on the panel and on the series.

Members are combined, never picked: the best of yesterday is rarely the best of tomorrow, and errors of different kinds
cancel (Timmermann 2006, Handbook of Economic Forecasting 1; measured on every set tried).
"""

from collections.abc import Iterable, Sequence
from math import fsum

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.trial import Trial
from steelyard.grid.block import Array

DUST = 1e-9
"""Scaled error below which members count as equally perfect."""


def mean_errors(trials: Iterable[Trial], members: int, series: int) -> Array:
    """Average the scaled errors of each series over the origins it was tried at, member x series; NaN where nowhere."""
    total, count = np.zeros((members, series)), np.zeros(series)
    for trial in trials:
        error = trial.error
        known = np.isfinite(error).all(axis=0)
        total[:, trial.rows[known]] += error[:, known]
        count[trial.rows[known]] += 1
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def pooled_errors(errors: Array) -> Array:
    """Average the errors of each member over the panel; one where nothing is known.

    The sum is exactly rounded, so the order in which series stand does not matter, not even in the last bit.
    """
    known = np.isfinite(errors).all(axis=0)
    if not known.any():
        return np.ones(len(errors))
    return np.array([fsum(row[known]) / int(known.sum()) for row in errors])


def member_weights(errors: Array, pooled: Sequence[float] | Array) -> Array:
    """Weigh the members of each series.

        weight = prior x (error on the panel / least of the members) ** -2 x (error on the series / mean of the members) ** -2

    The prior is the same for all members. A series that could not be tried is weighed by the panel alone.

    Args:
        errors: Scaled error of each member on each series, member x series; NaN where it could not be tried.
        pooled: Scaled error of each member on the panel.

    Returns:
        Weights, member x series; each series sums to 1.

    Example:
        >>> member_weights(np.array([[1.0, np.nan], [2.0, np.nan]]), [1.0, 1.0])
        array([[0.8, 0.5],
               [0.2, 0.5]])
    """  # noqa: E501 - the formula is one line
    panel = (np.asarray(pooled) + DUST)[:, None]
    known = np.isfinite(errors).all(axis=0)
    own = np.where(known, errors, 0.0) + DUST
    ratio = np.where(known, own / (ordered_sum(own) / len(own)), 1.0) * (panel / panel.min())
    weight = 1.0 / (ratio * ratio)
    return np.asarray(weight / ordered_sum(weight))
