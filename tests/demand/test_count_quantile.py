"""Count quantiles."""

import numpy as np
import pytest
from scipy.stats import nbinom

from steelyard.demand.count_quantile import count_quantile, lead_time_quantiles, silent_mean
from steelyard.errors import ModelError


@pytest.mark.parametrize("level", [0.025, 0.5, 0.9, 0.95, 0.999])
def test_quantiles_are_those_of_the_negative_binomial(level: float) -> None:
    mean = np.array([0.05, 0.7, 3.0, 40.0, 900.0])
    variance = mean * np.array([1.1, 1.5, 4.0, 2.0, 30.0])
    expected = nbinom.ppf(level, mean**2 / (variance - mean), mean / variance)
    assert np.array_equal(count_quantile(mean, variance, level), expected)


def test_nothing_expected_needs_nothing() -> None:
    assert count_quantile(np.zeros(1), np.ones(1), 0.99)[0] == 0


def test_a_variance_below_the_mean_is_raised_to_it() -> None:
    mean = np.array([4.0])
    assert count_quantile(mean, np.array([0.1]), 0.95) == count_quantile(mean, np.array([np.nan]), 0.95)


def test_quantiles_over_a_lead_time_are_reached_as_often_as_they_say() -> None:
    rng = np.random.default_rng(9)
    demand = rng.negative_binomial(0.4, 0.4 / 1.6, (63, 3000)).astype(float)
    high = lead_time_quantiles(demand[:60], np.full(3000, 3.6), (0.8, 0.95), lead=3)
    reached = (demand[60:].sum(axis=0) <= high).mean(axis=1)
    assert np.allclose(reached, [0.8, 0.95], atol=0.04)


def test_the_time_before_the_first_demand_says_nothing() -> None:
    late = np.concatenate([np.zeros((40, 1)), np.array([[3.0], [0.0], [5.0], [1.0], [4.0], [2.0]])])
    levels = (0.5, 0.95)
    assert np.array_equal(
        lead_time_quantiles(late, np.array([6.0]), levels, lead=2),
        lead_time_quantiles(late[40:], np.array([6.0]), levels, lead=2),
    )


def test_the_longer_the_silence_the_less_is_expected() -> None:
    history = np.zeros((20, 3))
    history[[4, 14], [0, 1]] = 8.0
    assert silent_mean(history).tolist() == [0.5, 8 / 6, 0.0]
    assert silent_mean(np.zeros((0, 2))).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("lead", "levels"), [(0, (0.5,)), (1, (1.0,)), (1, (0.0, 0.5))])
def test_lead_times_and_levels_out_of_range_are_refused(lead: int, levels: tuple[float, ...]) -> None:
    with pytest.raises(ModelError):
        lead_time_quantiles(np.ones((4, 1)), np.ones(1), levels, lead=lead)
