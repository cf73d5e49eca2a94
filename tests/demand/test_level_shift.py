"""Demand that moves to another level and stays there."""

import numpy as np

from steelyard.demand.level_shift import find_level_shifts, level_shift
from tests.demand.histories import mixed, seasonal


def moved(history: np.ndarray, on: bool = True) -> np.ndarray:
    none = np.zeros(history.shape)
    return level_shift(history, none, none + 1, none, none + 1, 12, on)


def test_a_shift_is_found_where_it_happened() -> None:
    history = seasonal(noise=0.04)
    history[40:, 2] *= 2.5
    found = find_level_shifts(history, period=12)
    assert (found.series.tolist(), found.period.tolist()) == ([2], [40])
    assert abs(found.ratio[0] - 2.5) < 0.4


def test_history_before_it_is_moved_to_the_level_after_it() -> None:
    history = seasonal(noise=0.04)
    shifted = history.copy()
    shifted[40:, 2] *= 2.5
    step = moved(shifted)
    assert not step[40:].any()
    assert np.flatnonzero(step.any(axis=0)).tolist() == [2]
    assert np.allclose((shifted + step)[:40, 2] / history[:40, 2], 2.5, rtol=0.2)


def test_it_can_be_switched_off() -> None:
    history = seasonal(noise=0.04)
    history[40:] *= 3
    assert moved(history).any()
    assert not moved(history, on=False).any()


def test_a_slope_or_a_season_is_no_shift() -> None:
    slope = np.linspace(10, 100, 60)[:, None] * np.ones((1, 3))
    assert not moved(slope).any()
    assert not moved(seasonal(noise=0.1, series=200)).any()


def test_a_spike_is_no_shift() -> None:
    history = seasonal(noise=0.04)
    history[40:42, 1] *= 5
    assert not moved(history).any()


def test_any_kind_of_series_is_taken_without_fault() -> None:
    for period in (1, 4, 12, 52):
        assert np.isfinite(moved(np.nan_to_num(mixed()))).all(), period
    assert not moved(np.ones((5, 2))).any()
