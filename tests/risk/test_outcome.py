"""Outcome: percentiles and chances with honest errors, regret, tornado."""

import numpy as np
import pytest

from steelyard.risk.outcome import chance, controlled_mean, expected_shortfall, percentiles, value_at_risk
from steelyard.risk.robust import rank_swings, regret


def test_the_error_of_a_percentile_is_that_of_repeated_experiments():
    rng = np.random.default_rng(5)
    medians = [np.median(rng.normal(size=400)) for _ in range(600)]
    told = percentiles(rng.normal(size=400), (0.5,)).error[0]
    assert told == pytest.approx(np.std(medians), rel=0.25)


def test_percentiles_go_along_the_draws():
    found = percentiles(np.random.default_rng(1).normal(size=(500, 6)))
    assert found.value.shape == found.error.shape == (3, 6)
    assert (np.diff(found.value, axis=0) > 0).all()


def test_chance_and_its_error():
    assert chance(np.zeros(10, bool)) == (0.0, 0.0)
    found = chance(np.arange(100) < 20)
    assert found.value == 0.2
    assert found.error == pytest.approx(0.04)


def test_value_at_risk_of_a_normal_is_its_quantile():
    draws = np.random.default_rng(2).normal(100, 10, 200_000)
    assert value_at_risk(draws) == pytest.approx(16.45, abs=0.2)
    assert expected_shortfall(draws) == pytest.approx(100 - 20.63, abs=0.3)


def test_a_control_with_known_mean_sharpens():
    rng = np.random.default_rng(4)
    control = rng.normal(size=2000)
    draws = 3 + 2 * control + 0.1 * rng.normal(size=2000)
    found = controlled_mean(draws, control, 0.0)
    assert found.value == pytest.approx(3, abs=5 * found.error)
    assert found.error < 0.1 * draws.std() / np.sqrt(2000)


def test_regret_of_savage():
    """Three acts over three states: the middle one is never the best and never far from it."""
    outcomes = np.array([[12.0, 0.0, 3.0], [9.0, 6.0, 6.0], [0.0, 9.0, 8.0]])
    found = regret(outcomes)
    assert found.worst.tolist() == [9.0, 3.0, 12.0]
    assert found.best_worst == 1
    assert regret(outcomes, np.array([0.0, 1.0, 0.0])).best_expected == 2


def test_tornado_bars_keep_their_signs():
    found = rank_swings(100.0, np.array([99.0, 130.0, 90.0]), np.array([101.0, 95.0, 125.0]))
    assert found.driver.tolist() == [1, 2, 0]
    assert found.low.tolist() == [30.0, -10.0, -1.0]
    assert found.high.tolist() == [-5.0, 25.0, 1.0]
