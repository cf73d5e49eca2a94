"""Statsforecast: models of the package of that name; needs the extra `steelyard[statsforecast]`.

They are slower than the built-in methods by one to three orders of magnitude and no better on the sets tried, but they
err differently, so an average with them may pay for the few items that carry most of the money.
"""

import warnings
from typing import Protocol, cast

import numpy as np
from statsforecast.models import MSTL, AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta

from steelyard.demand.peers.one_by_one import Answer, OneByOne
from steelyard.grid.block import Array


class _Model(Protocol):
    def forecast(self, y: Array, h: int, *, fitted: bool) -> dict[str, Array]: ...


def _ask(model: object, demand: Array, horizon: int) -> Answer:
    with warnings.catch_warnings():  # a search that did not settle still answers; a wild answer is clipped later
        warnings.simplefilter("ignore", UserWarning)
        told = cast(_Model, model).forecast(y=demand, h=horizon, fitted=True)
    return np.asarray(told["mean"], dtype=np.float64), np.asarray(told["fitted"], dtype=np.float64)


def _theta(demand: Array, season: int, horizon: int) -> Answer:
    return _ask(DynamicOptimizedTheta(season_length=season), demand, horizon)


def _complex(demand: Array, season: int, horizon: int) -> Answer:
    return _ask(AutoCES(season_length=season), demand, horizon)


def _smoothing(demand: Array, season: int, horizon: int) -> Answer:
    return _ask(AutoETS(season_length=season, damped=True), demand, horizon)


def _decomposition(demand: Array, season: int, horizon: int) -> Answer:
    trend = DynamicOptimizedTheta(season_length=1)
    model = MSTL(season_length=season, trend_forecaster=trend) if season > 1 else trend
    return _ask(model, demand, horizon)


def _arima(demand: Array, season: int, horizon: int) -> Answer:
    return _ask(AutoARIMA(season_length=season, approximation=True), demand, horizon)


DOT = OneByOne("statsforecast_dot", _theta)
"""Dynamic optimised Theta."""
CES = OneByOne("statsforecast_ces", _complex)
"""Complex exponential smoothing."""
ETS = OneByOne("statsforecast_ets", _smoothing)
"""Exponential smoothing with a damped trend, its form chosen by AICc."""
MSTL_DOT = OneByOne("statsforecast_mstl", _decomposition)
"""Seasonal and trend decomposition, its trend forecast by Theta."""
ARIMA = OneByOne("statsforecast_arima", _arima)
"""ARIMA, its orders chosen by AICc."""
