"""Seasonal form: taking the season out of a batch before a method runs and putting it back after."""

import numpy as np

from steelyard.demand.ordered_sum import ordered_sum
from steelyard.demand.season import row_phases
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, MemberForecast


def deseasonalise(batch: ForecastBatch) -> Array:
    """Take the season out of the values."""
    if not batch.seasonal:
        return batch.values
    season = batch.indices[row_phases(len(batch.values), batch.period)]
    return batch.values / season if batch.multiplicative else _inside(batch, batch.values - season)


def reseasonalise(batch: ForecastBatch, plain: MemberForecast) -> MemberForecast:
    """Put the season back into what a method said about the deseasonalised values."""
    if not batch.seasonal:
        return plain
    past = batch.indices[row_phases(len(batch.values), batch.period)]
    future = batch.indices[np.arange(batch.horizon) % batch.period]
    if batch.multiplicative:
        return MemberForecast(plain.mean * future, plain.fitted * past)
    return MemberForecast(plain.mean + future, plain.fitted + past)


def first_level(batch: ForecastBatch) -> Array:
    """Average the first season of each series, deseasonalised: where smoothing starts."""
    values, periods = deseasonalise(batch), len(batch.values)
    length = np.minimum(max(batch.period, 1), periods - batch.start)
    offset = np.arange(periods)[:, None] - batch.start
    total = ordered_sum(np.where((offset >= 0) & (offset < length), values, 0.0))
    return np.asarray(total / length, dtype=np.float64)


def first_season(batch: ForecastBatch, level: Array) -> Array:
    """Season to start from as differences to the level, phase x series, whatever form the indices have."""
    if not batch.seasonal:
        return np.zeros_like(batch.indices)
    return (batch.indices - 1.0) * level if batch.multiplicative else batch.indices


def _inside(batch: ForecastBatch, values: Array) -> Array:
    return np.where(np.arange(len(values))[:, None] >= batch.start, values, 0.0)
