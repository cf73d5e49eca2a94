"""Lag error: errors that move together need more stock, rolling deviations forget."""

import numpy as np
import pytest

from steelyard.errors import ModelError
from steelyard.inventory.lag_error import (
    error_of_interval,
    recent_error,
    rolling_deviation,
    smoothed_deviation,
    smoothed_error,
)


def test_errors_that_move_together_count_more_than_their_root() -> None:
    chance = np.random.default_rng(0)
    own = chance.standard_normal((5000, 4, 1))
    together = np.repeat(chance.standard_normal((5000, 1, 1)), 4, axis=1)
    four = np.array([4.0])
    assert np.isclose(error_of_interval(own, four), 2.0, rtol=0.05)
    assert np.isclose(error_of_interval(together, four), 4.0, rtol=0.05)
    assert np.isclose(error_of_interval(together, np.array([1.5])), 1.5, rtol=0.05)


def test_unknown_errors_are_left_out_and_lags_that_are_missing_refused() -> None:
    errors = np.array([[[3.0], [np.nan]], [[5.0], [1.0]]])
    assert error_of_interval(errors, np.array([2.0])).tolist() == [6]
    assert np.isclose(error_of_interval(errors, np.array([1.0])), np.sqrt(17))
    with pytest.raises(ModelError, match="2 lags"):
        error_of_interval(errors, np.array([3.0]))


def test_a_rolling_deviation_forgets() -> None:
    errors = np.concatenate([np.full((10, 1), 9.0), np.full((10, 1), 1.0)])
    found = rolling_deviation(errors, window=5)
    assert np.isnan(found[1, 0])
    assert found[9, 0] == 9
    assert np.isclose(found[-1, 0], 1)
    assert smoothed_deviation(errors)[-1, 0] < smoothed_deviation(errors)[9, 0]


def test_recent_errors_count_beside_all_after_learning() -> None:
    errors = np.concatenate((np.full((4, 1), 90.0), np.tile([[3.0], [-3.0]], (7, 1)), np.tile([[6.0], [-6.0]], (3, 1))))
    factor = recent_error(errors, window=6, season=4)
    assert factor == pytest.approx([6.0 / np.sqrt((14 * 9 + 6 * 36) / 20)])


def test_recent_errors_say_nothing_where_too_few_are_known() -> None:
    errors = np.full((24, 3), np.nan)
    errors[-5:, 0], errors[:12, 1], errors[:, 2] = 4.0, 4.0, 0.0
    assert recent_error(errors, window=6, season=12).tolist() == [1.0, 1.0, 1.0]


def test_a_window_as_long_as_history_changes_nothing() -> None:
    errors = np.random.default_rng(4).normal(size=(48, 5))
    assert recent_error(errors, window=48, season=12) == pytest.approx(np.ones(5))


def test_smoothed_errors_follow_the_newest_and_keep_silent_where_too_few_are_known() -> None:
    calm = np.random.default_rng(7).normal(size=(200, 1))
    wild = calm.copy()
    wild[-6:] *= 5.0
    steady, moved = (smoothed_error(each, weight=0.3, season=12)[0] for each in (calm, wild))
    assert 0.5 < steady < 1.6
    assert moved > 2.0 * steady
    few = np.full((24, 2), np.nan)
    few[-4:, 0], few[:, 1] = 4.0, 0.0
    assert smoothed_error(few, weight=0.3, season=12).tolist() == [1.0, 1.0]
