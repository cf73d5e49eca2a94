"""Forecast accuracy as printed in textbooks and papers."""

import numpy as np

from steelyard.demand.accuracy import bias, mape, mase, rmsse, tracking_signal, wmape


def test_tracking_signal_of_chase_jacobs_aquilano() -> None:
    """Operations Management for Competitive Advantage, forecasting: six months forecast at 1,000 units each.

    Running sum of errors 220, mean absolute deviation 66.7, tracking signal 3.3.
    """
    demand = np.array([950.0, 1070, 1100, 960, 1090, 1050])[:, None]
    forecast = np.full((6, 1), 1000.0)
    assert np.abs(demand - forecast).sum() == 400
    assert np.round(tracking_signal(demand, forecast), 1)[0] == 3.3


def test_mase_below_one_beats_the_naive_forecast_of_the_history() -> None:
    """Hyndman and Koehler 2006: the error is scaled by the in-sample mean absolute error of the naive forecast."""
    history = np.array([10.0, 12, 9, 13])[:, None]
    naive_error = (2 + 3 + 4) / 3
    assert np.isclose(mase(np.array([[14.0]]), np.array([[12.0]]), history, 1)[0], 2 / naive_error)


def test_seasonal_mase_scales_by_the_seasonal_naive_error() -> None:
    history = np.array([10.0, 20, 12, 26])[:, None]
    assert np.isclose(mase(np.array([[14.0]]), np.array([[12.0]]), history, 2)[0], 2 / 4)


def test_rmsse_of_the_m5_competition() -> None:
    """Makridakis, Spiliotis and Assimakopoulos 2022: mean square error by that of the one-step naive forecast."""
    history = np.array([0.0, 2, 1, 4])[:, None]
    demand, forecast = np.array([[3.0], [1.0]]), np.array([[2.0], [3.0]])
    assert np.isclose(rmsse(demand, forecast, history)[0], np.sqrt(((1 + 4) / 2) / ((4 + 1 + 9) / 3)))


def test_wmape_weighs_by_volume_where_mape_does_not() -> None:
    """Kolassa and Schütz 2007: one miss on a small item dominates MAPE and hardly moves the weighted form."""
    demand, forecast = np.array([[100.0], [1.0]]), np.array([[100.0], [3.0]])
    assert mape(demand, forecast)[0] == 1.0
    assert np.isclose(wmape(demand, forecast)[0], 2 / 101)
    assert np.isclose(bias(demand, forecast)[0], 2 / 101)
