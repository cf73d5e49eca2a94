"""Measuring of forecasts and of sources as printed in textbooks and papers."""

import numpy as np

from steelyard.demand.accuracy import mase, running_tracking_signal
from steelyard.demand.interval_score import interval_coverage, pinball
from steelyard.demand.track_record import brier_score, measure_track_record, source_weight
from steelyard.demand.version_change import version_change


def test_running_tracking_signal_of_carlsons_bakery() -> None:
    """Heizer, Render and Munson 2017, Operations Management, forecasting: six quarters of croissants.

    The book prints -1, -2, 0, -1, +0.5 and +2.5.
    """
    demand = np.array([90.0, 95, 115, 100, 125, 140])[:, None]
    forecast = np.array([100.0, 100, 100, 110, 110, 110])[:, None]
    signal = running_tracking_signal(demand, forecast)[:, 0]
    assert np.round(signal, 1).tolist() == [-1.0, -2.0, 0.0, -1.0, 0.5, 2.5]


def test_quantile_score_of_the_google_share() -> None:
    """Hyndman and Athanasopoulos 2021, 5.9: the 10 % quantile 744.54 for 758.88 scores 2 x 0.1 x 14.34 = 2.87."""
    assert round(2 * float(pinball(np.array([[758.88]]), np.array([[744.54]]), 0.1)[0]), 2) == 2.87


def test_pinball_at_the_median_is_half_the_absolute_error() -> None:
    """Koenker and Bassett 1978: the median is the quantile that absolute errors ask for."""
    demand, said = np.array([[4.0], [9.0], [2.0]]), np.array([[5.0], [5.0], [5.0]])
    assert pinball(demand, said, 0.5)[0] == np.abs(demand - said).mean() / 2


def test_coverage_of_an_interval_counts_its_ends() -> None:
    demand = np.array([[4.0], [8.0], [8.1], [np.nan]])
    low, high = np.full((4, 1), 4.0), np.full((4, 1), 8.0)
    assert np.isclose(interval_coverage(demand, low, high)[0], 2 / 3)


def test_brier_score_of_the_weather_forecast() -> None:
    """Brier 1950: certainty that comes true scores 0, certainty that fails 1, one half always 0.25."""
    assert brier_score(np.array([1.0]), np.array([True])) == 0.0
    assert brier_score(np.array([1.0]), np.array([False])) == 1.0
    assert brier_score(np.array([0.5, 0.5]), np.array([True, False])) == 0.25


def test_weight_is_a_slope_shrunk_towards_full_belief() -> None:
    """Efron and Morris 1975: few outcomes move belief little, many move it to what they show."""
    claim = np.full(4, 10.0)
    assert source_weight(claim, np.zeros(4)) == 0.5
    assert np.isclose(source_weight(np.full(400, 10.0), np.full(400, 5.0)), 0.5, atol=0.01)
    assert source_weight(claim, -5 * claim) == 0.0
    assert source_weight(claim[:1], -50 * claim[:1]) == 0.6  # one wild outcome is not the end of a source


def test_outcomes_that_are_not_known_yet_do_not_count() -> None:
    ten, sure = np.full(2, 10.0), np.full(2, 0.9)
    record = measure_track_record(ten, ten - 5, ten + 5, sure, np.array([9.0, np.nan]))
    assert (record.outcomes, record.hit_rate, record.mean_error) == (1, 1.0, 1.0)


def test_change_between_versions_is_symmetric() -> None:
    """Van Belle, Crevits and Verbeke 2023: 100 to 120 moves as much as 120 to 100."""
    one, other = np.array([[100.0]]), np.array([[120.0]])
    assert version_change(one, other)[0] == version_change(other, one)[0] == 20 / 110


def test_mase_of_a_forecast_that_repeats_the_last_season_is_one_on_its_own_history() -> None:
    """Hyndman and Koehler 2006: below one is better than seasonal naive in the sample."""
    history = np.array([10.0, 20, 12, 26, 11, 23])[:, None]
    assert mase(history[2:], history[:-2], history, 2)[0] == 1.0
