"""Corrections of history."""

import numpy as np
import pytest

from steelyard.demand.cleansing import SPIKE, SUGGESTED, find_spikes, impute_stockouts
from tests.demand.histories import mixed, seasonal


def test_a_spike_is_found_and_corrected_to_what_is_usual_in_season() -> None:
    history = seasonal(noise=0.03)
    spiked = history.copy()
    spiked[50, 2] *= 3
    found = find_spikes(spiked, period=12)
    assert list(zip(found.period, found.series, strict=True)) == [(50, 2)]
    assert found.original[0] == spiked[50, 2]
    assert abs(found.corrected[0] / history[50, 2] - 1) < 0.15


def test_history_itself_stays_as_it_came() -> None:
    history = seasonal()
    history[50, 2] *= 5
    before = history.copy()
    cleaned = find_spikes(history, period=12).apply(history)
    assert np.array_equal(history, before)
    assert cleaned[50, 2] < history[50, 2]
    assert np.count_nonzero(cleaned != history) == 1


def test_suggestions_go_further_than_corrections() -> None:
    history = seasonal(series=200, noise=0.3)
    assert find_spikes(history, period=12, limit=SUGGESTED).period.size >= find_spikes(history, period=12).period.size
    assert SPIKE > SUGGESTED


def test_ordinary_noise_is_left_alone() -> None:
    found = find_spikes(seasonal(series=500, noise=0.15), period=12)
    assert found.period.size < 0.002 * 500 * 60


@pytest.mark.parametrize("period", [1, 4, 12, 52])
def test_any_kind_of_series_is_taken_without_fault(period: int) -> None:
    found = find_spikes(mixed(), period=period)
    assert np.isfinite(found.corrected).all()
    assert (found.corrected >= 0).all()
    assert not set(found.series.tolist()) & {2, 7, 8}


def test_stock_outs_are_raised_and_never_lowered() -> None:
    history = seasonal(noise=0.05)
    short, flagged = history.copy(), np.zeros(history.shape, dtype=bool)
    flagged[52:54, :4] = True
    short[52:54, :3] *= 0.3
    short[52:54, 3] *= 2.0
    found = impute_stockouts(short, flagged, period=12)
    assert set(found.series.tolist()) == {0, 1, 2}
    assert (found.corrected > found.original).all()
    assert np.allclose(found.corrected, history[found.period, found.series], rtol=0.25)
