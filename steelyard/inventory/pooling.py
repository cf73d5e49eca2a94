"""Pooling: what keeping stock together saves, places or items whose demands do not move as one."""

from typing import NamedTuple

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array


class Pooling(NamedTuple):
    """Safety stock apart and together."""

    apart: float
    """Sum of the safety stocks of all places [units]."""
    together: float
    """Safety stock of one place that serves them all [units]."""

    @property
    def saved(self) -> float:
        """Units saved."""
        return self.apart - self.together


def pool_safety_stock(
    deviation: Array, factor: float, *, correlation: float | Array = 0.0, pooled_lead_time_ratio: float = 1.0
) -> Pooling:
    """Safety stock of places apart and of one that serves them all.

    Args:
        deviation: Standard deviation of demand over the protection interval, by place [units].
        factor: Safety factor.
        correlation: Of each pair, or a matrix of all pairs.
        pooled_lead_time_ratio: Protection interval of the one place as a ratio to that of the many.

    Raises:
        ModelError: The correlation lets the variance of the sum fall below zero.

    Source: Eppen 1979; Chopra & Meindl, Supply Chain Management, impact of aggregation on safety inventory.

    Example:
        >>> pooling = pool_safety_stock(np.full(4, 7.0711), 1.2816, correlation=0.2)
        >>> round(pooling.apart, 1), round(pooling.together, 1)
        (36.2, 22.9)
    """
    together = np.sqrt(_pooled_variance(deviation, correlation) * pooled_lead_time_ratio)
    return Pooling(float(factor * deviation.sum()), float(factor * together))


def square_root_law(stock: float, places_before: int, places_after: int) -> float:
    """Safety stock after the number of places changes, if all are alike and independent: stock x sqrt(after / before).

    Source: Maister 1976.

    Example:
        >>> square_root_law(100.0, 4, 1)
        50.0
    """
    return float(stock * np.sqrt(places_after / places_before))


def _pooled_variance(deviation: Array, correlation: float | Array) -> float:
    if np.ndim(correlation) == 0:
        own, total = float(np.square(deviation).sum()), float(deviation.sum())
        variance = own + float(correlation) * (total * total - own)
    else:
        variance = float(deviation @ np.asarray(correlation) @ deviation)
    if variance < -1e-9 * float(np.square(deviation).sum()):
        raise ModelError("So many demands cannot correlate like this", mend="give a correlation matrix that exists")
    return max(variance, 0.0)
