"""Intermittent: the median of eight smoothing members for demand that comes in few periods.

Members: simple smoothing, moving averages, TSB (Teunter, Syntetos and Babai 2011), and SBA (Syntetos and
Boylan 2005). No member wins everywhere; their median is near the best on every set tried. Classic Croston is left out
for its known bias upwards.
"""

from dataclasses import replace

import numpy as np

from steelyard.demand.methods.seasonal_form import deseasonalise, reseasonalise
from steelyard.demand.ordered_sum import ordered_sum
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.plugins import ForecastBatch, MemberForecast, forecast_methods

SES = np.array([0.1, 0.2, 0.3])
"""Weights of simple smoothing."""

TSB = np.array([[0.1, 0.1], [0.1, 0.2]])
"""Weights of demand size and of the chance of demand."""

SBA = np.array([0.1])
"""Weights of demand size and interval."""

FIRST = 12
"""Periods from which the states start."""


class Intermittent:
    """Median of smoothing members: flat, or in the season of the batch where all demand is positive."""

    name = "intermittent"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast a batch of any length."""
        plain = batch if not batch.multiplicative else replace(batch, values=deseasonalise(batch))
        members = np.concatenate([_smoothing(plain), _averages(plain)], axis=1)
        said = np.median(members, axis=1)
        past = np.where(np.arange(len(batch.values))[:, None] > batch.start, said[:-1], np.nan)
        flat = MemberForecast(np.repeat(said[-1:], batch.horizon, axis=0), past)
        return reseasonalise(batch, flat) if batch.multiplicative else flat


def _smoothing(batch: ForecastBatch) -> Array:
    """Forecasts of the smoothing members known before each row, and after the last: row x member x series."""
    values, start = batch.values, batch.start
    level, size, chance, interval, waited = _first_states(values, start)
    rows = []
    for t in range(len(values)):
        rows.append(_members(level, size, chance, interval))
        inside, demand = t >= start, (t >= start) & (values[t] != 0)
        level += np.where(inside, SES[:, None] * (values[t] - level), 0.0)
        rate = np.concatenate([TSB[:, :1], SBA[:, None]])
        size += np.where(demand, rate * (values[t] - size), 0.0)
        chance += np.where(inside, TSB[:, 1:] * (demand - chance), 0.0)
        interval += np.where(demand, SBA[:, None] * (waited - interval), 0.0)
        waited = np.where(demand, 1.0, waited + inside)
    rows.append(_members(level, size, chance, interval))
    return np.stack(rows)


def _members(level: Array, size: Array, chance: Array, interval: Array) -> Array:
    tsb = size[: len(TSB)] * chance
    sba = (1.0 - SBA[:, None] / 2) * size[len(TSB) :] / interval
    return np.concatenate([level, tsb, sba])


def _first_states(values: Array, start: IntArray) -> tuple[Array, Array, Array, Array, Array]:
    """Start from the mean, the mean size and the share of demand periods of the first year."""
    offset = np.arange(len(values))[:, None] - start
    inside = (offset >= 0) & (offset < FIRST)
    total = ordered_sum(np.where(inside, values, 0.0))
    demands, length = (inside & (values != 0)).sum(axis=0), inside.sum(axis=0)
    size, chance = total / demands, demands / length
    states = (total / length, len(SES)), (size, len(TSB) + len(SBA)), (chance, len(TSB)), (1.0 / chance, len(SBA))
    level, sizes, chances, intervals = (np.repeat(state[None], k, axis=0) for state, k in states)
    return level, sizes, chances, intervals, np.ones(values.shape[1])


def _averages(batch: ForecastBatch) -> Array:
    """Means over the last half season and the last season: row x member x series."""
    values = batch.values
    running = np.concatenate([np.zeros((1, values.shape[1])), np.add.accumulate(values, axis=0)])
    ends = np.arange(len(values) + 1)[:, None]
    spans = (max(batch.period // 2, 4), max(batch.period, 8))
    return np.stack([_mean_of_last(running, ends, batch.start, span) for span in spans], axis=1)


def _mean_of_last(running: Array, ends: IntArray, start: IntArray, span: int) -> Array:
    begins = np.minimum(np.maximum(ends - span, start), ends)
    total = running - np.take_along_axis(running, begins, axis=0)
    count = ends - begins
    empty: BoolArray = count == 0
    return np.where(empty, 0.0, total / np.where(empty, 1, count))


forecast_methods.add(Intermittent.name, Intermittent())
