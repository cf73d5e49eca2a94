"""Forecasts of groups and their split to series."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from steelyard.demand.split import forecast_by_item, recent_shares, sum_by_group
from tests.demand.histories import mixed, seasonal

GROUP = np.array([0, 0, 1, 1, 1, 2, 2, 2])


def test_the_parts_add_up_to_the_group() -> None:
    made = forecast_by_item(seasonal(), GROUP, 3, period=12, horizon=6)
    assert np.allclose(sum_by_group(made.mean, GROUP, 3), made.group.mean, atol=1e-5)


def test_recent_demand_decides_the_split() -> None:
    history = np.full((36, 2), 10.0)
    history[-12:, 1] = 30.0
    made = forecast_by_item(history, np.array([0, 0]), 1, period=12, horizon=1)
    assert np.allclose(made.share[0], [0.25, 0.75])


def test_an_inactive_series_leaves_its_share_to_the_others() -> None:
    active = np.ones((2, 2), dtype=bool)
    active[1, 0] = False
    made = forecast_by_item(np.full((36, 2), 10.0), np.array([0, 0]), 1, period=12, horizon=2, active=active)
    assert made.mean.tolist() == [[10.0, 10.0], [0.0, 20.0]]


def test_no_demand_at_all_is_split_equally() -> None:
    share = recent_shares(np.zeros((5, 4)), np.zeros(4, dtype=np.int64), 1, np.ones((1, 4), dtype=bool), 12)
    assert share.tolist() == [[0.25, 0.25, 0.25, 0.25]]


def test_a_group_of_one_keeps_its_forecast_and_error() -> None:
    made = forecast_by_item(mixed(), np.arange(12), 12, period=12, horizon=4)
    assert np.allclose(made.mean, made.group.mean, atol=1e-6)
    assert np.allclose(made.error_by(np.arange(12), np.arange(12), 12)[:7], made.group.error_std[:7], atol=1e-5)


def test_the_error_of_a_place_gathers_variances() -> None:
    made = forecast_by_item(seasonal(), np.arange(8), 8, period=12, horizon=2)
    place = made.error_by(np.arange(8), GROUP, 3)
    assert np.isclose(place[0] ** 2, (made.group.error_std[:2] ** 2).sum(), rtol=1e-6)


@given(st.integers(1, 5))
def test_blocks_cut_at_groups_give_the_same_bits(cut: int) -> None:
    history = np.concatenate([seasonal(series=6), seasonal(series=6, seed=9)], axis=1)
    group = np.repeat(np.arange(6), 2)
    whole = forecast_by_item(history, group, 6, period=12, horizon=5)
    left = forecast_by_item(history[:, : 2 * cut], group[: 2 * cut], cut, period=12, horizon=5)
    assert np.array_equal(left.mean, whole.mean[:, : 2 * cut])


def test_an_unknown_period_stays_unknown_only_where_all_are() -> None:
    history = np.array([[np.nan, np.nan], [1.0, np.nan]])
    total = sum_by_group(history, np.array([0, 0]), 1)
    assert np.isnan(total[0, 0])
    assert total[1, 0] == 1.0
