"""Promotions ahead and behind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.demand.promotion import (
    Promotions,
    baseline_history,
    day_share,
    measure_uplift,
    promotion_effect,
    promotion_uplift,
    take_out_promotions,
)
from steelyard.errors import ModelError


def test_a_promotion_counts_for_the_days_it_runs() -> None:
    days = np.array([0, 31, 59]), np.array([30, 58, 89])
    share = day_share(np.array([15]), np.array([58]), *days)
    assert np.allclose(share, [[16 / 31, 1.0, 0.0]])


def test_a_promotion_reaches_its_scope_only() -> None:
    promotion = Promotions(np.array([[0.5, 0.0]]), np.array([0.4]), (np.array([1]),))
    assert np.allclose(promotion_effect(promotion, 3), [[0, 0.2, 0], [0, 0, 0]])


def test_no_promotion_adds_nothing() -> None:
    assert (promotion_effect(Promotions(np.zeros((0, 4)), np.zeros(0), ()), 2) == 0).all()


def test_an_uplift_below_minus_one_is_refused_with_its_number() -> None:
    with pytest.raises(ModelError, match="promotion number 2"):
        Promotions(np.ones((2, 1)), np.array([0.1, -1.5]), (np.array([0]), np.array([0])))


@given(st.floats(0, 1e6), st.floats(-1, 5))
def test_uplift_never_takes_more_than_the_baseline(baseline: float, effect: float) -> None:
    uplift = promotion_uplift(np.array([[baseline]]), np.array([[effect]]))
    assert uplift[0, 0] >= -baseline


def test_the_baseline_behind_a_promotion_is_what_was_usual() -> None:
    history = np.array([10.0, 12, 11, 40, 10, 12])[:, None]
    promoted = np.zeros((6, 1), dtype=bool)
    promoted[3] = True
    found = take_out_promotions(history, promoted)
    assert found.baseline[3, 0] == 11
    assert found.lift[3, 0] == 29
    assert np.array_equal(found.baseline + found.lift, history)


def test_a_known_effect_is_divided_out() -> None:
    found = take_out_promotions(
        np.array([[30.0], [10.0]]), np.array([[True], [False]]), effect=np.array([[0.5], [0.0]])
    )
    assert found.baseline[:, 0].tolist() == [20.0, 10.0]


def test_a_promotion_is_not_blamed_for_a_dip() -> None:
    found = take_out_promotions(np.array([[4.0], [10.0]]), np.array([[True], [False]]))
    assert found.lift.sum() == 0


def test_a_series_always_on_promotion_stays_as_it_is() -> None:
    history = np.array([[4.0], [10.0]])
    assert np.array_equal(take_out_promotions(history, np.ones((2, 1), dtype=bool)).baseline, history)


def test_the_time_before_the_launch_does_not_pull_the_baseline_down() -> None:
    history = np.array([[0.0], [0.0], [0.0], [30.0], [20.0], [20.0]])
    life, promoted = np.array([[0.0], [0], [0], [1], [1], [1]]), np.array([[0.0], [0], [0], [1], [0], [0]])
    none = np.zeros((6, 1))
    baseline, uplift = baseline_history(history, none, none, life, promoted, none, none + 1)
    assert baseline[:, 0].tolist() == [0, 0, 0, 20, 20, 20]
    assert uplift[:, 0].tolist() == [0, 0, 0, 10, 0, 0]


def test_the_baseline_stands_on_all_that_was_joined_and_moved_without_what_drivers_did() -> None:
    one, none = np.ones((4, 1)), np.zeros((4, 1))
    baseline, uplift = baseline_history(10 * one, 5 * one, -3 * one, one, none, none, 1.5 * one)
    assert np.allclose(baseline, 8.0)
    assert np.allclose(uplift, 4.0)


def test_measured_uplift_leans_on_the_prior_until_there_is_experience() -> None:
    history = np.full((20, 2), 10.0)
    promoted = np.zeros((20, 2), dtype=bool)
    promoted[[3, 7, 11, 15], 0] = True
    history[promoted] = 20.0
    uplift = measure_uplift(take_out_promotions(history, promoted), promoted, prior=0.2)
    assert np.allclose(uplift, [0.6, 0.2])
