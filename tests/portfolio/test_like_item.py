"""What like-items say."""

import numpy as np

from steelyard.portfolio.like_item import continued, full_volume, scaled_to_volume


def test_like_item_that_ended_within_its_first_season_tells_its_mean() -> None:
    sold = np.array([[0.0], [6.0], [0.0]])
    assert continued(sold, np.array([[False], [True], [False]]), 12)[:, 0].tolist() == [0.0, 6.0, 6.0]


def test_two_like_items_add_up_by_weight() -> None:
    full = full_volume(
        np.array([[10.0, 100.0]]), np.array([0, 1]), np.array([0, 0]), np.array([0.5, 0.1]), np.array([0, 0]), 1
    )
    assert full.tolist() == [[15.0]]


def test_volume_without_any_demand_is_shared_equally() -> None:
    scaled = scaled_to_volume(np.zeros((2, 2)), np.array([0, 0]), np.array([10.0]), slice(0, 2))
    assert scaled.tolist() == [[5.0, 5.0], [5.0, 5.0]]


def test_launch_without_a_volume_keeps_what_its_like_items_say() -> None:
    full = np.array([[1.0, 2.0]])
    assert scaled_to_volume(full, np.array([0, 1]), np.array([np.nan, 8.0]), slice(0, 1)).tolist() == [[1.0, 8.0]]
