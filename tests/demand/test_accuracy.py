"""Forecast accuracy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steelyard.demand.accuracy import bias, mape, mase, measure_accuracy, naive_forecast, rmsse, value_added, wmape
from tests.demand.histories import seasonal


def test_a_perfect_forecast_has_no_error() -> None:
    demand = seasonal()
    measured = measure_accuracy(demand, demand, demand, period=12)
    for name in ("wmape", "mape", "bias", "mase", "rmsse"):
        assert (getattr(measured, name) == 0).all()


def test_ratios_without_a_base_are_unknown() -> None:
    nothing = np.zeros((3, 1))
    assert np.isnan(wmape(nothing, nothing)[0])
    assert np.isnan(mape(nothing, nothing)[0])
    assert np.isnan(mase(nothing, nothing, nothing, 12)[0])


def test_periods_unknown_on_either_side_do_not_count() -> None:
    demand, forecast = np.array([[10.0], [np.nan], [10.0]]), np.array([[11.0], [5.0], [np.nan]])
    assert np.isclose(wmape(demand, forecast)[0], 0.1)
    assert np.isclose(bias(demand, forecast)[0], 0.1)


@given(st.floats(0.01, 100))
def test_scaled_errors_do_not_depend_on_the_unit(factor: float) -> None:
    history, demand, forecast = seasonal(), seasonal(periods=6, seed=2), seasonal(periods=6, seed=3)
    assert np.allclose(
        mase(demand * factor, forecast * factor, history * factor, 12), mase(demand, forecast, history, 12)
    )
    assert np.allclose(rmsse(demand * factor, forecast * factor, history * factor), rmsse(demand, forecast, history))


def test_value_added_is_positive_when_the_step_helped() -> None:
    demand = np.array([[100.0, 100.0]])
    added = value_added(demand, np.array([[80.0, 95.0]]), np.array([[95.0, 80.0]]))
    assert np.allclose(added, [0.15, -0.15])


def test_the_naive_forecast_repeats_the_last_season_or_else_the_last_period() -> None:
    history = np.array([[1.0, np.nan], [2.0, np.nan], [3.0, 7.0]])
    assert naive_forecast(history, 4, period=3).T.tolist() == [[1, 2, 3, 1], [7, 7, 7, 7]]
    assert naive_forecast(np.zeros((0, 1)), 2).tolist() == [[0.0], [0.0]]
