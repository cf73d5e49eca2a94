"""How demand answers to price and features."""

import numpy as np
import pytest

from steelyard.demand.driver import driver_effect, measure_response
from steelyard.errors import ModelError

RANDOM = np.random.default_rng(5)
PERIODS, SERIES = 104, 40
PRICE = np.log(RANDOM.choice([1.0, 0.9, 0.75], (PERIODS, SERIES), p=[0.6, 0.2, 0.2]))
FEATURE = (RANDOM.random((PERIODS, SERIES)) < 0.2).astype(float)
DRIVERS = np.stack([PRICE, FEATURE])
GROUP = np.arange(SERIES) // 20


def demand(noise: float = 0.1, elasticity: float = -2.0, feature: float = 0.5) -> np.ndarray:
    season = 0.2 * np.sin(2 * np.pi * np.arange(PERIODS) / 52)[:, None]
    level = RANDOM.uniform(2, 6, SERIES) + 0.002 * np.arange(PERIODS)[:, None] + season
    return np.exp(level + elasticity * PRICE + feature * FEATURE + RANDOM.normal(0, noise, PRICE.shape))


def test_the_response_is_found_behind_level_slope_and_season() -> None:
    found = measure_response(demand(), DRIVERS, GROUP, 2, period=52)
    assert np.allclose(found.pooled, [[-2, -2], [0.5, 0.5]], atol=0.1)
    assert (np.abs(found.pooled - [[-2, -2], [0.5, 0.5]]) < 4 * found.error).all()


def test_without_an_answer_there_is_no_response() -> None:
    found = measure_response(demand(elasticity=0.0, feature=0.0), DRIVERS, GROUP, 2, period=52)
    assert (np.abs(found.pooled) < 0.06).all()


def test_a_series_leans_on_its_group_until_it_has_experience() -> None:
    history = demand(noise=0.3)
    history[:, 0] = np.exp(3 - 3.5 * PRICE[:, 0] + 0.5 * FEATURE[:, 0])
    own = measure_response(history, DRIVERS, GROUP, 2, period=52, prior_periods=26).own[0]
    leaning = measure_response(history, DRIVERS, GROUP, 2, period=52, prior_periods=10_000).own[0]
    assert own[0] < leaning[0] < -1.8
    assert abs(leaning[0] - leaning[1]) < 0.1


def test_a_shock_that_hits_all_at_once_is_not_evidence() -> None:
    """All prices rise once, in the period in which all demand falls: that is one observation and not twenty."""
    level = np.where(np.arange(30) < 15, 0.0, -0.02)[:, None] + RANDOM.normal(0, 0.2, (30, 1))
    history = np.exp(4 + level + RANDOM.normal(0, 0.01, (30, 20)))
    price = np.where(np.arange(30) < 15, 0.0, 0.03)[:, None] * np.ones((1, 20))
    shared = measure_response(history, price[None], np.zeros(20, np.int64), 1).error[0, 0]
    apart = measure_response(np.exp(4 + RANDOM.normal(0, 0.2, (30, 20))), price[None], np.zeros(20, np.int64), 1)
    assert shared > 2.5 * apart.error[0, 0]


def test_periods_without_demand_or_price_say_nothing() -> None:
    history = demand(noise=0.01)
    with_gaps, drivers = history.copy(), DRIVERS.copy()
    with_gaps[::7] = 0.0
    drivers[0, ::5] = np.nan
    found = measure_response(with_gaps, drivers, GROUP, 2, period=52)
    assert np.allclose(found.pooled[0], -2, atol=0.05)


def test_a_driver_that_never_moves_has_no_response() -> None:
    found = measure_response(demand(), np.stack([PRICE, np.zeros(PRICE.shape)]), GROUP, 2)
    assert not found.pooled[1].any()
    assert np.isinf(found.error[1]).all()


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(ModelError, match="differ in shape"):
        measure_response(demand(), DRIVERS[:, :-1], GROUP, 2)


def test_a_planned_price_moves_demand_by_its_elasticity() -> None:
    forecast, none, one = np.full((2, 2), 100.0), np.zeros((2, 2)), np.ones((2, 2))
    price = np.array([[10.0, 10.0], [11.0, 0.0]])
    effect = driver_effect(forecast, none, price, np.full(2, 10.0), np.full(2, -2.0), one)
    assert np.allclose(effect, [[0, 0], [100 * (1.1**-2 - 1), 0]])
    assert not driver_effect(forecast, none, price, np.full(2, 10.0), np.zeros(2), one).any()


def test_a_price_that_moved_once_in_two_periods_is_no_evidence() -> None:
    history, price = np.full((24, 2), np.nan), np.zeros((24, 2))
    history[:2] = [[5.0, 6.0], [9.0, 6.0]]
    price[1] = -0.1
    found = measure_response(history, price[None], np.array([0, 1]), 3, period=12)
    assert np.isinf(found.error).all()
    assert not found.own.any()
