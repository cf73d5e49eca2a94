"""Seasons: found, shrunk, refuted and lent."""

import numpy as np
import pytest

from steelyard.demand.season import centred_average, find_season, pooled_profile, row_phases
from tests.demand.histories import seasonal

PATTERN = np.array([0.6, 0.7, 0.9, 1.0, 1.2, 1.4, 1.5, 1.3, 1.1, 0.9, 0.7, 0.7])


def test_phases_count_back_from_the_end() -> None:
    assert row_phases(7, 3).tolist() == [2, 0, 1, 2, 0, 1, 2]
    assert row_phases(3, 12).tolist() == [9, 10, 11]


@pytest.mark.parametrize("periods", [30, 36, 41, 60])
def test_indices_of_a_clean_season_are_its_pattern(periods: int) -> None:
    history = 100 * PATTERN[(np.arange(periods) - periods) % 12][:, None]
    season = find_season(history, np.array([0]), 12, multiplicative=True)
    assert season.proven[0]
    assert np.allclose(season.indices[:, 0], PATTERN / PATTERN.mean(), rtol=1e-9)


def test_additive_indices_add_up_to_nothing() -> None:
    history = 10 + np.tile(PATTERN, 4)[:, None]
    season = find_season(history, np.array([0]), 12, multiplicative=False)
    assert np.isclose(season.indices.sum(), 0, atol=1e-12)
    assert np.allclose(season.indices[:, 0], PATTERN - PATTERN.mean())


def test_noise_is_rarely_taken_for_a_season() -> None:
    noise = np.random.default_rng(2).lognormal(5, 0.3, (48, 1000))
    season = find_season(noise, np.zeros(1000, dtype=np.int64), 12, multiplicative=True)
    assert season.proven.mean() < 0.03


def test_noisy_indices_are_shrunk_towards_no_season() -> None:
    rng = np.random.default_rng(2)
    clean, noisy = (100 * np.tile(PATTERN, 4)[:, None] * np.exp(rng.normal(0, s, (48, 200))) for s in (0.02, 0.5))
    start = np.zeros(200, dtype=np.int64)
    spreads = [find_season(values, start, 12, multiplicative=True).indices.std() for values in (clean, noisy)]
    raw = noisy[6:-6] / centred_average(noisy, 12)
    means = np.stack([raw[(np.arange(36) + 6) % 12 == k].mean(axis=0) for k in range(12)])
    assert abs(spreads[0] - PATTERN.std()) < 0.01
    assert spreads[1] < means.std()


def test_a_step_that_came_twice_at_the_same_phase_is_refuted_by_the_last_season() -> None:
    steps = np.repeat([10.0, 30.0, 90.0], 12)[:, None] * np.exp(np.random.default_rng(1).normal(0, 0.1, (36, 1)))
    assert not find_season(steps, np.array([0]), 12, multiplicative=True).proven[0]


@pytest.mark.parametrize("periods", [0, 1, 12, 29])
def test_too_few_seasons_prove_nothing(periods: int) -> None:
    season = find_season(seasonal(periods=periods, series=2), np.zeros(2, dtype=np.int64), 12, multiplicative=True)
    assert not season.proven.any()
    assert (season.indices == 1).all()


def test_a_family_lends_the_season_its_members_are_too_young_to_show() -> None:
    history = 50 * np.tile(PATTERN, 4)[:, None] * np.ones(6)
    history[:40, 3:] = np.nan
    profile = pooled_profile(history, np.array([0, 0, 0, 0, 1, 1]), 2, 12)
    assert np.allclose(profile[:, 0], PATTERN / PATTERN.mean(), rtol=0.05)
    assert np.isnan(profile[:, 1]).all()
