"""Methods of other packages behind the door of the built-in ones; those not installed are refused in words."""

from importlib.util import find_spec

import numpy as np
import pytest

from steelyard.demand.forecast import forecast_series
from steelyard.demand.parameters import ForecastParameters
from steelyard.demand.peers.one_by_one import Answer, OneByOne
from steelyard.errors import ModelError
from steelyard.grid.block import Array
from steelyard.plugins import ForecastBatch, forecast_methods
from tests.demand.histories import mixed, seasonal

PEERS = {
    "statsforecast_dot": "statsforecast",
    "statsforecast_ces": "statsforecast",
    "statsforecast_ets": "statsforecast",
    "statsforecast_mstl": "statsforecast",
    "statsforecast_arima": "statsforecast",
    "lightgbm": "lightgbm",
}


def batch(values: Array, period: int = 12) -> ForecastBatch:
    """One batch of series of full length without a season."""
    start, indices = np.zeros(values.shape[1], dtype=np.int64), np.ones((period, values.shape[1]))
    return ForecastBatch(values, start, indices, period, 6, multiplicative=True, seasonal=False)


def last_value(demand: Array, _season: int, horizon: int) -> Answer:
    """A model that repeats the last value."""
    return np.full(horizon, demand[-1]), np.concatenate([[np.nan], demand[:-1]])


def fails(demand: Array, _season: int, horizon: int) -> Answer:
    """A model that cannot."""
    raise ValueError("no")


def test_each_series_is_asked_about_by_itself() -> None:
    values = seasonal(periods=30)
    made = OneByOne("last", last_value).forecast(batch(values))
    assert np.array_equal(made.mean, np.repeat(values[-1:], 6, axis=0))
    assert np.array_equal(made.fitted[1:], values[:-1])


@pytest.mark.parametrize("values", [np.full((30, 1), 3.0), np.array([[1.0], [2.0], [6.0]])])
def test_where_a_model_fails_or_is_not_asked_the_mean_stands_in(values: Array) -> None:
    made = OneByOne("fails", fails).forecast(batch(values))
    assert np.allclose(made.mean, values.mean())


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_forecasts_any_series_and_repeats_itself(name: str) -> None:
    if find_spec(PEERS[name]) is None:
        pytest.skip(f"the extra {PEERS[name]} is not installed")
    history = np.concatenate([seasonal(periods=48, series=2), mixed()], axis=1)
    knobs = ForecastParameters(methods=(name,))
    made = [forecast_series(history, period=12, horizon=6, parameters=knobs) for _ in range(2)]
    assert np.isfinite(made[0].mean).all()
    assert (made[0].mean >= 0).all()
    assert np.array_equal(made[0].mean, made[1].mean)
    alone = forecast_series(history[:, :1], period=12, horizon=6, parameters=knobs)
    assert np.array_equal(alone.mean[:, 0], made[0].mean[:, 0])


@pytest.mark.parametrize("name", ["statsforecast_dot", "lightgbm"])
def test_a_peer_that_is_not_installed_says_how_to_install_it(name: str) -> None:
    if find_spec(PEERS[name]) is not None:
        pytest.skip(f"the extra {PEERS[name]} is installed")
    if name not in forecast_methods.names():
        pytest.skip("the entry points of this environment are older than the project")
    with pytest.raises(ModelError, match=r"steelyard\[") as refused:
        forecast_methods.get(name)
    assert "not installed" in str(refused.value)
