"""Roll-up: sums by group and by time, ratios of sums."""

import numpy as np

from steelyard.grid.block import cut
from steelyard.grid.rollup import divide, roll_up_time, scatter_add, sum_series

RNG = np.random.default_rng(3)


def test_blocks_sum_as_the_whole_does():
    values, codes = RNG.random((6, 40)), np.sort(RNG.integers(0, 5, 40))
    blocks = cut(values, ((0, 13), (13, 14), (14, 40)))
    assert np.allclose(sum_series(blocks, codes, 5), scatter_add(values, codes, 5), rtol=1e-14)


def test_unsorted_rows_sum_alike():
    values, codes = RNG.random((6, 40)), RNG.integers(0, 5, 40)
    assert np.array_equal(sum_series(cut(values, ((0, 40),)), codes, 5), scatter_add(values, codes, 5))


def test_stock_rolls_up_as_the_last():
    values = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert roll_up_time(values, np.array([0, 0, 1, 1]), 2, "last").ravel().tolist() == [2.0, 4.0]
    assert roll_up_time(values, np.array([0, 0, 1, 1]), 2, "mean").ravel().tolist() == [1.5, 3.5]
    assert roll_up_time(values, np.array([0, 0, 1, 1]), 2, "sum").ravel().tolist() == [3.0, 7.0]


def test_ratio_without_base_is_unknown():
    assert np.isnan(divide(np.array([1.0]), np.array([0.0]))[0])
