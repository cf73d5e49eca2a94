"""Preparation of history, medians and ordered sums."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from steelyard.demand.median import known_median, moving_median
from steelyard.demand.ordered_sum import ordered_mean, ordered_sum
from steelyard.demand.preparation import prepare_history
from steelyard.grid.block import Array
from tests.demand.histories import mixed

numbers = arrays(np.float64, (9, 4), elements=st.floats(-1e3, 1e3))


def test_leading_zeros_are_before_the_launch() -> None:
    prepared = prepare_history(np.array([[0.0], [0.0], [5.0], [0.0]]))
    assert prepared.start[0] == 2
    assert prepared.length[0] == 2


def test_gaps_are_filled_by_a_straight_line_and_counted() -> None:
    prepared = prepare_history(np.array([[2.0], [np.nan], [np.inf], [8.0]]))
    assert prepared.values[:, 0].tolist() == [2.0, 4.0, 6.0, 8.0]
    assert prepared.filled[0] == 2


def test_what_was_never_known_has_no_length() -> None:
    prepared = prepare_history(mixed())
    assert prepared.length[8] == 0
    assert prepared.known[8] == 0


def test_an_empty_history_is_prepared_too() -> None:
    assert prepare_history(np.zeros((0, 3))).length.tolist() == [0, 0, 0]


@given(numbers)
def test_the_sum_of_a_series_does_not_depend_on_its_neighbours(values: Array) -> None:
    alone = np.concatenate([ordered_sum(values[:, [i]]) for i in range(4)])
    assert np.array_equal(ordered_sum(values), alone)


@given(numbers, arrays(np.bool_, (9, 4)))
def test_known_medians_and_means_leave_the_unknown_out(values: Array, known: np.ndarray) -> None:
    for i in range(4):
        inside = values[known[:, i], i]
        if inside.size:
            assert np.isclose(known_median(values, known)[i], np.median(inside))
            assert np.isclose(ordered_mean(values, known)[i], inside.mean())
        else:
            assert np.isnan(known_median(values, known)[i])


@given(numbers, arrays(np.bool_, (9, 4)), st.integers(0, 10))
def test_a_moving_median_is_the_median_of_each_window(values: Array, known: np.ndarray, reach: int) -> None:
    found = moving_median(values, known, reach)
    for t in range(9):
        window = slice(max(t - reach, 0), t + reach + 1)
        assert np.array_equal(found[t], known_median(values[window], known[window]), equal_nan=True)


def test_a_moving_median_looks_both_ways() -> None:
    values = np.array([1.0, 9, 2, 3, 50])[:, None]
    assert moving_median(values, np.ones((5, 1), dtype=bool), 1)[:, 0].tolist() == [5.0, 2.0, 3.0, 3.0, 26.5]
