"""Backtests."""

import numpy as np
import pytest

from steelyard.demand.backtest import backtest_series
from steelyard.demand.forecast import forecast_series
from steelyard.errors import ModelError
from tests.demand.histories import mixed, seasonal


def test_a_backtest_says_what_the_forecast_would_have_said_then() -> None:
    history = seasonal()
    test = backtest_series(history, period=12, horizon=3, back=(4, 9))
    assert np.array_equal(test.forecast[1], forecast_series(history[:-9], period=12, horizon=3).mean)
    assert np.array_equal(test.demand[1], history[-9:-6])


def test_the_future_cannot_change_a_backtest() -> None:
    history = seasonal()
    changed = history.copy()
    changed[-4:] *= 7
    tests = [backtest_series(values, period=12, horizon=3, back=(4,)).forecast for values in (history, changed)]
    assert np.array_equal(*tests)


def test_periods_after_history_are_not_judged() -> None:
    test = backtest_series(mixed(), period=12, horizon=5, back=(2,))
    assert np.isnan(test.demand[0, 2:]).all()
    assert np.isnan(test.error_by_lead()[2:]).all()


def test_a_seasonal_series_gains_over_the_naive_forecast() -> None:
    test = backtest_series(seasonal(series=40), period=12, horizon=6, back=(6, 9, 12))
    assert test.value_added().mean() > 0
    assert (test.wmape() < 0.3).all()


def test_a_borrowed_season_keeps_its_phase_at_every_origin() -> None:
    profile = np.linspace(0.5, 1.5, 12)[:, None]
    history = np.full((48, 1), np.nan)
    history[-11:, 0] = 100 * profile[-11:, 0]
    test = backtest_series(history, period=12, horizon=2, back=(2, 3), profile=profile)
    assert (test.wmape() < 0.01).all()


@pytest.mark.parametrize(("horizon", "back"), [(0, (1,)), (3, ()), (3, (0,)), (3, (99,))])
def test_origins_outside_history_are_refused(horizon: int, back: tuple[int, ...]) -> None:
    with pytest.raises(ModelError):
        backtest_series(seasonal(), period=12, horizon=horizon, back=back)
