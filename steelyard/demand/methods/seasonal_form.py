"""Seasonal form: taking the season out of a batch before a method runs and putting it back after."""

import numpy as np

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


def _inside(batch: ForecastBatch, values: Array) -> Array:
    return np.where(np.arange(len(values))[:, None] >= batch.start, values, 0.0)
