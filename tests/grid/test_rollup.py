"""Roll-up: sums by group and by time, ratios of sums."""

import numpy as np

from steelyard.grid.rollup import divide, roll_up_time


def test_stock_rolls_up_as_the_last():
    values = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert roll_up_time(values, np.array([0, 0, 1, 1]), 2, "last").ravel().tolist() == [2.0, 4.0]
    assert roll_up_time(values, np.array([0, 0, 1, 1]), 2, "mean").ravel().tolist() == [1.5, 3.5]
    assert roll_up_time(values, np.array([0, 0, 1, 1]), 2, "sum").ravel().tolist() == [3.0, 7.0]


def test_ratio_without_base_is_unknown():
    assert np.isnan(divide(np.array([1.0]), np.array([0.0]))[0])
