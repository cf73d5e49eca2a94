"""Forecast of a panel in auto mode."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.demand.answers import ask_series
from steelyard.demand.forecast import forecast_series
from steelyard.demand.panel import PanelForecast, forecast_panel
from steelyard.demand.parameters import AUTO_PARAMETERS
from steelyard.demand.trial import origins
from steelyard.errors import ModelError
from steelyard.grid.block import Array
from tests.demand.histories import mixed, seasonal


def panel(*, series: int = 60) -> Array:
    return np.concatenate([seasonal(periods=60, series=series), mixed(periods=60)], axis=1)


def forecast(history: Array, period: int = 12, horizon: int = 6) -> PanelForecast:
    return forecast_panel(history, period=period, horizon=horizon)


any_panel = st.integers(0, 40).flatmap(
    lambda periods: arrays(
        np.float64,
        (periods, 4),
        elements=st.one_of(st.floats(0, 1e6), st.just(0.0), st.just(float("nan")), st.floats(-100, 0)),
    )
)


@settings(max_examples=30, deadline=None)
@given(any_panel, st.sampled_from((1, 4, 12)), st.integers(0, 8))
def test_any_panel_gives_finite_quantiles_in_order_that_are_not_negative(
    history: Array, period: int, horizon: int
) -> None:
    made = forecast(history, period, horizon)
    assert made.quantiles.shape == (7, horizon, 4)
    assert np.isfinite(made.quantiles).all()
    assert np.isfinite(made.forecast.mean).all()
    assert (made.quantiles >= 0).all()
    assert (made.forecast.mean >= 0).all()
    assert (np.diff(made.quantiles, axis=0) >= 0).all()


def test_any_part_with_the_pool_of_the_whole_gives_the_bits_of_the_whole() -> None:
    history = panel()
    whole = forecast(history)
    for size in (1, 25):
        for at in range(0, history.shape[1], size):
            part = forecast_panel(history[:, at : at + size], period=12, horizon=6, pool=whole.pool)
            assert np.array_equal(part.forecast.mean, whole.forecast.mean[:, at : at + size])
            assert np.array_equal(part.quantiles, whole.quantiles[:, :, at : at + size])


def test_the_order_of_series_does_not_matter() -> None:
    history = panel()
    order = np.random.default_rng(3).permutation(history.shape[1])
    turned, plain = forecast(history[:, order]), forecast(history)
    assert np.array_equal(turned.forecast.mean, plain.forecast.mean[:, order])
    assert np.array_equal(turned.quantiles, plain.quantiles[:, :, order])


def test_a_repeat_gives_the_same_bits() -> None:
    assert np.array_equal(forecast(panel()).quantiles, forecast(panel()).quantiles)


def test_routes_without_members_are_those_of_fast_mode() -> None:
    history = panel(series=2)
    auto, fast = forecast(history).forecast, forecast_series(history, period=12, horizon=6)
    other = np.array([name != "regular" for name in fast.route_names()])
    assert auto.route_names() == fast.route_names()
    assert np.array_equal(auto.mean[:, other], fast.mean[:, other])


def test_intervals_cover_noise_as_often_as_they_say() -> None:
    history = np.random.default_rng(5).normal(1000, 50, (72, 400))
    made = forecast(history[:60], horizon=12)
    for share in (0.8, 0.95):
        low, high = made.interval(share)
        inside = (history[60:] >= low) & (history[60:] <= high)
        assert abs(inside.mean() - share) < 0.04


def test_intermittent_series_get_whole_units() -> None:
    made = forecast(panel())
    rare = np.array(made.forecast.route_names()) == "intermittent"
    assert rare.any()
    assert np.array_equal(made.quantiles[:, :, rare], np.round(made.quantiles[:, :, rare]))


def test_a_series_that_is_not_sold_has_no_spread_and_one_that_stopped_may_come_back() -> None:
    history = panel()
    active = np.ones((6, history.shape[1]), dtype=bool)
    active[3:, 0] = False
    made = forecast_panel(history, period=12, horizon=6, active=active)
    assert (made.quantiles[:, 3:, 0] == 0).all()
    assert (made.quantiles[-1, :3, 0] > 0).all()
    ended = np.array(made.forecast.route_names()) == "ended"
    assert (made.forecast.mean[:, ended] == 0).all()
    assert (made.quantiles[:4, :, ended] == 0).all()


def test_a_series_known_only_up_to_some_periods_ago_is_forecast_from_there() -> None:
    history = seasonal(periods=60, series=30)
    late = np.concatenate([history[:57], np.full((3, 30), np.nan)])
    full = forecast_panel(history[:57], period=12, horizon=6)
    assert np.allclose(forecast(late).forecast.mean[:3], full.forecast.mean[3:], rtol=0.2)


def test_the_reason_names_the_members_by_weight() -> None:
    reason = forecast(panel()).forecast.reason(0)
    shares = [int(word.rstrip("%")) for word in reason.replace(";", " ").split() if word.endswith("%")]
    assert len(shares) == 6
    assert shares == sorted(shares, reverse=True)
    assert abs(sum(shares) - 100) <= 3


def test_a_seasonal_panel_beats_the_seasonal_naive_in_backtest() -> None:
    error = forecast(seasonal(periods=72, series=40)).backtest_error
    assert np.nanmean(error) < 0.9


def test_a_pool_of_another_forecast_is_refused() -> None:
    pool = forecast(panel()).pool
    with pytest.raises(ModelError, match="pool"):
        forecast_panel(panel(), period=12, horizon=7, pool=pool)
    with pytest.raises(ModelError, match="pool"):
        forecast_panel(panel(), period=12, horizon=6, levels=(0.5,), pool=pool)


@pytest.mark.parametrize("levels", [(), (0.5, 0.1), (0.0, 0.5), (0.5, 1.0)])
def test_levels_must_ascend_between_0_and_1(levels: tuple[float, ...]) -> None:
    with pytest.raises(ModelError, match="levels"):
        forecast_panel(panel(), period=12, horizon=6, levels=levels)


def test_an_interval_that_was_not_asked_for_says_which_levels_it_needs() -> None:
    with pytest.raises(ModelError, match=r"0\.05"):
        forecast(panel()).interval(0.9)


def test_young_series_of_very_uneven_size_get_no_trend() -> None:
    history = np.full((60, 2), np.nan)
    history[-18:, 0] = np.random.default_rng(3).lognormal(2, 1.2, 18)
    history[-18:, 1] = np.random.default_rng(3).normal(100, 10, 18)
    assert forecast(history).forecast.route_names() == ("intermittent", "young")
    assert forecast_series(history, period=12, horizon=6).route_names() == ("young", "young")


def test_a_scaled_history_gives_scaled_forecasts_and_quantiles() -> None:
    history = seasonal(periods=60, series=30)
    plain, scaled = forecast(history), forecast(history * 64.0)
    assert np.allclose(scaled.forecast.mean, plain.forecast.mean * 64.0, rtol=1e-9, atol=1e-4)
    assert np.allclose(scaled.quantiles, plain.quantiles * 64.0, rtol=1e-9, atol=1e-3)


def test_errors_over_a_lead_time_are_those_of_demand_the_forecast_had_not_seen() -> None:
    rng = np.random.default_rng(8)
    history = 100.0 + rng.normal(0, 5, (60, 400)).cumsum(axis=0) * 0.5 + rng.normal(0, 5, (60, 400))
    made = forecast_panel(history[:54], period=12, horizon=6)
    for lead in (1, 3, 6):
        missed = (history[54 : 54 + lead] - made.forecast.mean[:lead]).sum(axis=0)
        band = 1.645 * np.sqrt(lead) * made.error_over(np.full(400, lead))
        assert 0.85 <= (np.abs(missed) <= band).mean() <= 0.95


def test_packed_answers_come_back_bit_for_bit() -> None:
    history = seasonal(periods=48)
    answers = ask_series(history, period=12, horizon=6, parameters=AUTO_PARAMETERS, voices=True, back=origins(12, 6))
    packed = answers.pack()
    again = answers.unpack(packed[[3, 1]])
    for entry in fields(answers):
        left, right = getattr(again, entry.name), getattr(answers, entry.name)[..., [3, 1]]
        assert np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
        assert left.dtype == right.dtype
