"""Combination: weights of the members."""

import numpy as np

from steelyard.demand.combination import mean_errors, member_weights, pooled_errors
from steelyard.demand.trial import Trial


def trial(rows: list[int], error: list[list[float]]) -> Trial:
    """A trial of one lead whose scaled errors are as given, member x series."""
    said = np.array(error)[:, None, :]
    count = len(rows)
    return Trial(1, np.array(rows), np.zeros((1, count)), said, np.ones(count), np.ones(count))


def test_weights_fall_with_the_square_of_the_error_on_the_panel_and_on_the_series() -> None:
    errors = np.array([[1.0, 2.0, np.nan], [1.0, 1.0, np.nan]])
    weights = member_weights(errors, [1.0, 2.0])
    assert np.allclose(weights[0], [0.8, 0.5, 0.8], atol=1e-6)
    assert np.allclose(weights.sum(axis=0), 1.0)


def test_members_without_any_trial_count_the_same() -> None:
    nothing = np.full((3, 2), np.nan)
    assert np.allclose(member_weights(nothing, pooled_errors(nothing)), 1 / 3)


def test_a_perfect_member_takes_nearly_all_and_perfect_members_share() -> None:
    weights = member_weights(np.array([[0.0, 0.0], [1.0, 0.0]]), [1.0, 1.0])
    assert weights[0, 0] > 0.999
    assert weights[0, 1] == 0.5


def test_errors_are_averaged_over_the_origins_a_series_was_tried_at() -> None:
    found = mean_errors([trial([0, 1], [[1.0, 2.0]]), trial([1], [[4.0]])], 1, 3)
    assert np.array_equal(found, [[1.0, 3.0, np.nan]], equal_nan=True)


def test_one_broken_period_cannot_decide_alone() -> None:
    assert trial([0], [[1e9], [3.0]]).error[:, 0].tolist() == [10.0, 3.0]


def test_the_order_of_series_does_not_change_the_pooled_error() -> None:
    errors = np.random.default_rng(2).lognormal(0, 3, (6, 1001))
    assert np.array_equal(pooled_errors(errors), pooled_errors(errors[:, ::-1]))
