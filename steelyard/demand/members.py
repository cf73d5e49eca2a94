"""Members: what every method says by itself about series of one kind, held within reason before they are combined."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.demand.methods import forecast_methods
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.grid.block import Array, IntArray
from steelyard.plugins import ForecastBatch, MemberForecast


@dataclass(frozen=True)
class Members:
    """Forecasts of several methods for one batch."""

    mean: Array
    """Forecast, member x horizon x series; clipped, finite."""
    fitted: Array
    """One-step-ahead forecast, member x period x series; NaN where there was nothing to go by."""

    def weigh(self, weights: Array) -> MemberForecast:
        """Combine by weights, member x series, that sum to 1.

        What is fitted to the past is the plain mean: weights learnt from these periods would flatter the error.
        """
        return MemberForecast(ordered_sum(weights[:, None, :] * self.mean), self.plain_fit())

    def plain_fit(self) -> Array:
        """One-step forecast of the plain mean of the members, period x series."""
        return ordered_sum(self.fitted) / len(self.fitted)


def ask_members(batch: ForecastBatch, names: Sequence[str]) -> Members:
    """Ask every method; what it says is clipped, so that one wild member cannot carry the others away.

    Args:
        batch: Series of one kind.
        names: Methods by name.
    """
    said = [forecast_methods.get(name).forecast(batch) for name in names]
    mean = np.stack([clip_forecast(one.mean, batch.values, batch.start) for one in said])
    return Members(mean, np.stack([one.fitted for one in said]))


def clip_forecast(mean: Array, values: Array, start: IntArray) -> Array:
    """Keep forecasts between zero and the highest demand plus twice its range; not finite becomes the last value.

    Args:
        mean: Forecast, horizon x series.
        values: Demand, period x series.
        start: First row of each series.

    Example:
        >>> clip_forecast(np.array([[-1.0], [99.0]]), np.array([[1.0], [3.0]]), np.array([0]))
        array([[0.],
               [7.]])
    """
    outside = np.arange(len(values))[:, None] < start
    high = np.where(outside, -np.inf, values).max(axis=0, initial=-np.inf)
    low = np.where(outside, np.inf, values).min(axis=0, initial=np.inf)
    known = np.isfinite(high)
    top = np.where(known, high + 2.0 * (np.where(known, high, 0.0) - np.where(known, low, 0.0)), np.inf)
    last = values[-1] if len(values) else np.zeros(values.shape[1])
    return np.clip(np.where(np.isfinite(mean), mean, last), 0.0, np.maximum(top, 0.0))
