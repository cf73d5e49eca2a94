"""Forecast methods, each against a plain loop over one series, and the register they come from."""

from itertools import product
from types import ModuleType

import numpy as np
import pytest

from steelyard.demand.forecast import forecast_series
from steelyard.demand.methods import (
    complex_season,
    complex_smoothing,
    damped_growth,
    damped_trend,
    forecast_methods,
    holt_winters,
    intermittent,
    theta,
)
from steelyard.demand.methods.grid_weight import weigh_grid
from steelyard.demand.ordered_sum import whole_power
from steelyard.demand.parameters import AUTO_METHODS, ForecastParameters
from steelyard.errors import ModelError
from steelyard.plugins import ForecastBatch, MemberForecast, Register
from tests.demand.histories import seasonal


def batch(values: np.ndarray, *, start: np.ndarray | None = None, period: int = 1, horizon: int = 4) -> ForecastBatch:
    count = values.shape[1]
    first = np.zeros(count, dtype=np.int64) if start is None else start
    return ForecastBatch(values, first, np.ones((period, count)), period, horizon, True, False)


def theta_by_hand(y: np.ndarray, alpha: float, pull: float, horizon: int) -> tuple[float, list[float]]:
    """The model's recursions as printed in the paper, for one series and one pair of parameters."""
    level, mean, slope, intercept, errors = y[0], y[0], 0.0, y[0], 0.0
    for n in range(1, len(y)):
        line = (1 - alpha) ** n * intercept + (1 - (1 - alpha) ** (n + 1)) / alpha * slope
        if n >= theta.WARM_UP:
            errors += (y[n] - level - pull * line) ** 2
        level = alpha * y[n] + (1 - alpha) * level
        slope = ((n - 1) * slope + 6 / (n + 1) * (y[n] - mean)) / (n + 2)
        mean = (n * mean + y[n]) / (n + 1)
        intercept = mean - (n + 2) / 2 * slope
    ahead = []
    for n in range(len(y), len(y) + horizon):
        line = (1 - alpha) ** n * intercept + (1 - (1 - alpha) ** (n + 1)) / alpha * slope
        ahead.append(level + pull * line)
        level = alpha * ahead[-1] + (1 - alpha) * level
    return errors, ahead


def test_theta_is_the_weighted_mean_of_its_four_best_points() -> None:
    y = np.random.default_rng(1).lognormal(0, 0.3, 40)
    points = [theta_by_hand(y, a, 1 - 1 / k, 4) for k, a in product(theta.THETAS, theta.ALPHAS)]
    order = np.argsort([error for error, _ in points])[:4]
    weights = np.array([points[i][0] ** (-(40 - theta.WARM_UP) / 2) for i in order])
    expected = weights @ np.array([points[i][1] for i in order]) / weights.sum()
    said = forecast_methods.get("theta").forecast(batch(y[:, None]))
    assert np.allclose(said.mean[:, 0], expected, rtol=1e-6)


def holt_by_hand(y: np.ndarray, alpha: float, beta: float, damping: float, horizon: int) -> tuple[float, list[float]]:
    level, trend, errors = y[0], 0.0, 0.0
    for actual in y:
        expected = level + damping * trend
        errors += (actual - expected) ** 2
        level = expected + alpha * (actual - expected)
        trend = damping * trend + alpha * beta * (actual - expected)
    damped = np.cumsum(damping ** np.arange(1, horizon + 1))
    return errors, list(level + damped * trend)


def test_holt_winters_without_a_season_is_damped_holt() -> None:
    y = np.random.default_rng(1).lognormal(0, 0.3, 30)
    grid = product(holt_winters.ALPHAS, holt_winters.BETAS, holt_winters.DAMPINGS)
    points = [holt_by_hand(y, *point, 4) for point in grid]
    order = np.argsort([error for error, _ in points], kind="stable")[:4]
    weights = np.array([points[i][0] ** (-30 / 2) for i in order])
    expected = weights @ np.array([points[i][1] for i in order]) / weights.sum()
    said = forecast_methods.get("holt_winters").forecast(batch(y[:, None]))
    assert np.allclose(said.mean[:, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("name", [*AUTO_METHODS, "intermittent", "short"])
def test_one_step_forecasts_know_nothing_of_the_period_they_forecast(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one grid point there is no choice that the last period could sway."""
    monkeypatch.setattr(theta, "ALPHAS", np.array([0.3]))
    monkeypatch.setattr(theta, "THETAS", np.array([2.0]))
    for axis, value in {"ALPHAS": 0.3, "BETAS": 0.1, "DAMPINGS": 0.9}.items():
        for module in (holt_winters, damped_trend, damped_growth):
            monkeypatch.setattr(module, axis, (value,))
    for module in (complex_smoothing, complex_season):
        monkeypatch.setattr(module, "REALS", (1.3,))
        monkeypatch.setattr(module, "IMAGINARIES", (0.97,))
    plain = np.random.default_rng(1).lognormal(0, 0.3, (30, 2))
    changed = plain.copy()
    changed[-1] *= 9.0
    said = [forecast_methods.get(name).forecast(batch(values)).fitted for values in (plain, changed)]
    assert np.array_equal(said[0], said[1], equal_nan=True)


@pytest.mark.parametrize("name", [*AUTO_METHODS, "intermittent", "short"])
@pytest.mark.parametrize("periods", [1, 2, 3, 5])
def test_every_method_answers_on_the_shortest_series(name: str, periods: int) -> None:
    said = forecast_methods.get(name).forecast(batch(np.full((periods, 2), 2.0)))
    assert said.mean.shape == (4, 2)
    assert np.allclose(said.mean, 2.0)


Point = tuple[float, list[float]]


def growth_by_hand(y: np.ndarray, alpha: float, beta: float, damping: float, horizon: int) -> Point:
    level, rate, errors, ahead = max(y[0], damped_growth.LEAST), 0.0, 0.0, []
    for actual in y:
        expected = level * (1 + damping * rate)
        errors += (actual - expected) ** 2
        level = max(expected + alpha * (actual - expected), damped_growth.LEAST)
        rate = np.clip(damping * rate + alpha * beta * (actual - expected) / level, -0.2, 0.2)
    for _ in range(horizon):
        rate *= damping
        level *= 1 + rate
        ahead.append(level)
    return errors, ahead


def complex_by_hand(y: np.ndarray, real: float, imaginary: float, horizon: int) -> Point:
    """The recursions as printed in the paper, for one series without a season."""
    level, hidden, errors, ahead = y[0], y[0] / real, 0.0, []
    for t in range(len(y) + horizon):
        error = y[t] - level if t < len(y) else 0.0
        if t >= len(y):
            ahead.append(level)
        errors += error**2
        level, hidden = (
            level - (1 - imaginary) * hidden + (real - imaginary) * error,
            level + (1 - real) * hidden + (real + imaginary) * error,
        )
    return errors, ahead


def mean_of_best(points: list[Point], periods: int) -> np.ndarray:
    order = np.argsort([error for error, _ in points], kind="stable")[:4]
    weights = np.array([points[i][0] ** (-periods / 2) for i in order])
    total: np.ndarray = weights @ np.array([points[i][1] for i in order]) / weights.sum()
    return total


def test_damped_trend_without_a_season_is_damped_holt() -> None:
    y = np.random.default_rng(1).lognormal(0, 0.3, 30)
    grid = product(damped_trend.ALPHAS, damped_trend.BETAS, damped_trend.DAMPINGS)
    said = forecast_methods.get("damped_trend").forecast(batch(y[:, None]))
    assert np.allclose(said.mean[:, 0], mean_of_best([holt_by_hand(y, *point, 4) for point in grid], 30), rtol=1e-6)


def test_damped_growth_follows_its_recursions() -> None:
    y = np.random.default_rng(1).lognormal(0, 0.3, 30)
    grid = product(damped_growth.ALPHAS, damped_growth.BETAS, damped_growth.DAMPINGS)
    said = forecast_methods.get("damped_growth").forecast(batch(y[:, None]))
    assert np.allclose(said.mean[:, 0], mean_of_best([growth_by_hand(y, *point, 4) for point in grid], 30), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "module"), [("complex_smoothing", complex_smoothing), ("complex_season", complex_season)]
)
def test_complex_members_without_a_season_follow_the_recursions_of_the_paper(name: str, module: ModuleType) -> None:
    y = np.random.default_rng(1).lognormal(0, 0.3, 30)
    points = [complex_by_hand(y, *point, 4) for point in product(module.REALS, module.IMAGINARIES)]
    said = forecast_methods.get(name).forecast(batch(y[:, None]))
    assert np.allclose(said.mean[:, 0], mean_of_best(points, 30), rtol=1e-6)


@pytest.mark.parametrize("name", AUTO_METHODS)
def test_members_carry_a_clear_season_on(name: str) -> None:
    pattern = np.array([80.0, 90, 100, 110, 120, 130, 120, 110, 100, 90, 80, 70])
    knobs = ForecastParameters(methods=(name,))
    made = forecast_series(np.tile(pattern, 6)[:, None], period=12, horizon=12, parameters=knobs)
    assert np.allclose(made.mean[:, 0], pattern, rtol=0.03)


def test_tsb_and_sba_follow_their_recursions() -> None:
    y = np.array([0.0, 0, 4, 0, 0, 2, 0, 6, 0, 0, 0, 3, 0, 0])
    y = y[2:]
    rows = intermittent._smoothing(batch(y[:, None]))[-1, :, 0]
    size, chance = y[y > 0].mean(), (y > 0).mean()
    for value in y:
        size += 0.1 * (value - size) if value > 0 else 0.0
        chance += 0.1 * ((value > 0) - chance)
    assert np.isclose(rows[len(intermittent.SES)], size * chance)
    size, interval, waited = y[y > 0].mean(), 1 / (y > 0).mean(), 1
    for value in y:
        if value > 0:
            size, interval, waited = size + 0.1 * (value - size), interval + 0.1 * (waited - interval), 1
        else:
            waited += 1
    assert np.isclose(rows[-1], 0.95 * size / interval)


def test_grid_weights_prefer_the_smaller_error_and_sum_to_one() -> None:
    errors = np.random.default_rng(1).uniform(1, 2, (20, 5))
    chosen, weights = weigh_grid(errors, np.full(5, 30))
    assert np.allclose(weights.sum(axis=0), 1)
    assert (np.diff(weights, axis=0) <= 0).all()
    assert np.array_equal(chosen[0], errors.argmin(axis=0))


def test_grid_points_that_went_wild_are_never_chosen() -> None:
    errors = np.array([[np.inf], [1.0], [np.nan], [2.0], [3.0], [4.0]])
    assert set(weigh_grid(errors, np.array([10]))[0][:, 0].tolist()) == {1, 3, 4, 5}


def test_whole_powers_equal_powers() -> None:
    base, exponent = np.random.default_rng(1).uniform(0.5, 1, 50), np.arange(50)
    assert np.allclose(whole_power(base, exponent), base**exponent, rtol=1e-12)


class Last:
    name = "last"

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        shifted = np.concatenate([np.full((1, batch.values.shape[1]), np.nan), batch.values[:-1]])
        return MemberForecast(np.repeat(batch.values[-1:], batch.horizon, axis=0), shifted)


def test_a_method_of_ones_own_enters_by_the_same_door() -> None:
    register: Register[Last] = Register("forecast method", "steelyard.test_methods")
    register.add("last", Last())
    assert register.names() == ("last",)
    assert register.get("last").forecast(batch(seasonal())).mean.shape == (4, 8)
    with pytest.raises(ModelError, match="two forecast methods"):
        register.add("last", Last())
    with pytest.raises(ModelError, match="use 'last'"):
        register.get("lst")


def test_built_in_methods_are_registered() -> None:
    assert set(forecast_methods.names()) >= {*AUTO_METHODS, "intermittent", "short"}
