"""The statistical forecast: routes, reasons and laws that hold for any history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.demand.forecast import Forecast, forecast_series
from steelyard.demand.parameters import ForecastParameters
from steelyard.errors import ModelError
from steelyard.grid.block import Array
from tests.demand.histories import mixed, seasonal

PERIODS = (1, 4, 12, 13, 52)

any_history = st.integers(0, 40).flatmap(
    lambda periods: arrays(
        np.float64,
        (periods, 3),
        elements=st.one_of(
            st.floats(0, 1e6), st.just(0.0), st.just(float("nan")), st.floats(-100, 0), st.just(float("inf"))
        ),
    )
)


def forecast(history: Array, period: int = 12, horizon: int = 6) -> Forecast:
    return forecast_series(history, period=period, horizon=horizon)


def same_forecast(left: Forecast, right: Forecast) -> bool:
    return bool(
        np.array_equal(left.mean, right.mean)
        and np.array_equal(left.error_std, right.error_std)
        and np.array_equal(left.route, right.route)
    )


def test_every_kind_of_series_takes_its_own_route() -> None:
    assert forecast(mixed()).route_names() == (
        "regular", "regular", "intermittent", "young", "short", "short",
        "regular", "all_zero", "no_history", "ended", "regular", "regular",
    )  # fmt: skip


def test_every_route_says_why_in_one_sentence() -> None:
    made = forecast(mixed())
    reasons = [made.reason(i) for i in range(12)]
    assert reasons[0].startswith("regular: ")
    assert "50% Theta, 50% Holt-Winters" in reasons[0]
    assert "season of its own" in reasons[0]
    assert "3 gaps filled" in reasons[10]
    assert "never any demand" in reasons[7]


@settings(max_examples=120)
@given(any_history, st.sampled_from(PERIODS), st.integers(0, 15))
def test_any_history_gives_a_finite_forecast_that_is_not_negative(history: Array, period: int, horizon: int) -> None:
    made = forecast_series(history, period=period, horizon=horizon)
    assert made.mean.shape == (horizon, 3)
    assert np.isfinite(made.mean).all()
    assert (made.mean >= 0).all()
    assert np.isfinite(made.error_std).all()
    assert (made.error_std >= 0).all()
    assert all(made.reason(i) for i in range(3))


@settings(max_examples=40)
@given(any_history, st.sampled_from(PERIODS))
def test_a_series_is_forecast_as_if_it_were_alone(history: Array, period: int) -> None:
    together = forecast(np.concatenate([seasonal(periods=len(history), series=2), history], axis=1), period)
    alone = [forecast(history[:, [i]], period) for i in range(3)]
    assert np.array_equal(together.mean[:, 2:], np.concatenate([one.mean for one in alone], axis=1))
    assert np.array_equal(together.error_std[2:], np.concatenate([one.error_std for one in alone]))


@settings(max_examples=40)
@given(any_history, st.sampled_from(PERIODS), st.integers(1, 30))
def test_padding_before_the_first_demand_changes_nothing(history: Array, period: int, rows: int) -> None:
    padded = np.concatenate([np.full((rows, 3), np.nan), history])
    assert same_forecast(forecast(padded, period), forecast(history, period))


@settings(max_examples=40)
@given(any_history, st.integers(-8, 8))
def test_a_scaled_history_gives_a_scaled_forecast(history: Array, power: int) -> None:
    factor = 2.0**power
    scaled, plain = forecast(history * factor), forecast(history)
    assert np.allclose(scaled.mean, plain.mean * factor, rtol=1e-12, atol=1e-6 * max(factor, 1.0))


def test_a_repeat_gives_the_same_bits() -> None:
    assert same_forecast(forecast(mixed()), forecast(mixed()))


def test_blocks_of_any_size_give_the_same_bits() -> None:
    history = np.concatenate([seasonal(series=300), mixed(periods=60)], axis=1)
    whole = forecast(history)
    for size in (1, 7, 100):
        parts = [forecast(history[:, at : at + size]).mean for at in range(0, history.shape[1], size)]
        assert np.array_equal(np.concatenate(parts, axis=1), whole.mean)


def test_the_order_of_series_does_not_matter() -> None:
    history = np.concatenate([seasonal(series=40), mixed(periods=60)], axis=1)
    order = np.random.default_rng(3).permutation(history.shape[1])
    assert np.array_equal(forecast(history[:, order]).mean, forecast(history).mean[:, order])


@pytest.mark.parametrize("period", PERIODS)
def test_constant_demand_goes_on(period: int) -> None:
    made = forecast(np.full((60, 1), 7.0), period)
    assert np.allclose(made.mean, 7.0, atol=1e-6)
    assert made.error_std[0] == 0


def test_a_season_without_noise_is_repeated() -> None:
    pattern = np.array([80.0, 90, 100, 110, 120, 130, 120, 110, 100, 90, 80, 70])
    made = forecast_series(np.tile(pattern, 5)[:, None], period=12, horizon=12)
    assert made.seasonal[0]
    assert np.allclose(made.mean[:, 0], pattern, rtol=0.02)


def test_three_years_are_enough_to_see_a_season() -> None:
    made = forecast(seasonal(periods=36, series=20))
    assert made.seasonal.mean() > 0.9


def test_a_steady_trend_goes_on_but_is_damped() -> None:
    made = forecast_series(np.arange(10.0, 70.0)[:, None], period=12, horizon=6)
    assert 69 < made.mean[0, 0] <= 71
    assert made.mean[5, 0] > made.mean[0, 0]
    assert made.mean[5, 0] < 77


def test_a_series_known_only_up_to_some_periods_ago_is_forecast_from_there() -> None:
    history = seasonal(periods=60, series=3, noise=0.02)
    late = np.concatenate([history[:57], np.full((3, 3), np.nan)])
    full = forecast_series(history[:57], period=12, horizon=9)
    assert np.array_equal(forecast_series(late, period=12, horizon=6).mean, full.mean[3:])


def test_an_item_that_ends_has_no_forecast_after_its_end() -> None:
    active = np.ones((6, 2), dtype=bool)
    active[2:, 1] = False
    made = forecast_series(seasonal(series=2), period=12, horizon=6, active=active)
    assert (made.mean[2:, 1] == 0).all()
    assert (made.mean[:2, 1] > 0).all()
    assert (made.mean[:, 0] > 0).all()


def test_a_young_series_borrows_the_season_of_its_family() -> None:
    profile = np.linspace(0.5, 1.5, 12)[:, None]
    history = np.full((48, 1), np.nan)
    history[-8:, 0] = 100 * profile[-8:, 0]
    made = forecast_series(history, period=12, horizon=12, profile=profile)
    assert made.borrowed[0]
    assert np.allclose(made.mean[:, 0], 100 * profile[:, 0], rtol=0.01)


def test_a_new_series_leans_on_its_prior_level_and_less_so_with_age() -> None:
    history = np.full((12, 3), np.nan)
    history[-1:, 1] = 10.0
    history[-9:, 2] = 10.0
    made = forecast_series(history, period=12, horizon=1, prior_level=np.full(3, 50.0))
    assert made.mean[0].tolist() == [50.0, 40.0, 20.0]


def test_too_few_errors_to_measure_are_assumed_and_said_so() -> None:
    made = forecast(np.array([[10.0], [10.0]]))
    assert not made.error_measured[0]
    assert made.error_std[0] == 5.0


def test_the_error_of_pure_noise_is_its_standard_deviation() -> None:
    history = np.random.default_rng(5).normal(1000, 50, (96, 200))
    assert np.allclose(np.median(forecast(history).error_std), 50, rtol=0.12)


def test_demand_that_stopped_is_not_forecast() -> None:
    made = forecast(mixed())
    assert (made.mean[:, 9] == 0).all()


def test_methods_are_chosen_by_name() -> None:
    only = forecast_series(seasonal(), period=12, horizon=3, parameters=ForecastParameters(methods=("theta",)))
    assert "100% Theta" in only.reason(0)
    with pytest.raises(ModelError, match="'theta'"):
        forecast_series(seasonal(), period=12, horizon=3, parameters=ForecastParameters(methods=("thetas",)))


@pytest.mark.parametrize(
    "wrong", [{"period": 0}, {"horizon": -1}, {"profile": np.ones((3, 8))}, {"active": np.ones((2, 8), dtype=bool)}]
)
def test_what_does_not_fit_is_refused_with_its_shape(wrong: dict[str, object]) -> None:
    given_values: dict[str, object] = {"period": 12, "horizon": 6, **wrong}
    with pytest.raises(ModelError):
        forecast_series(seasonal(), **given_values)  # type: ignore[arg-type]


def test_parameters_out_of_range_are_refused() -> None:
    with pytest.raises(ModelError):
        ForecastParameters(adi_limit=0.5)
    with pytest.raises(ModelError):
        ForecastParameters(methods=())


def test_a_neighbour_known_only_up_to_long_ago_does_not_change_an_assumed_error() -> None:
    history = np.full((37, 2), np.nan)
    history[0, 0] = 5.0
    history[-6:, 1] = [1.0, 0, 0, 0, 0, 1]
    assert forecast(history).error_std[1] == forecast(history[:, [1]]).error_std[0]
