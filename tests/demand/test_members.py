"""Members: clipped, then combined by weights."""

import numpy as np

from steelyard.demand.members import Members, ask_members, clip_forecast
from steelyard.plugins import ForecastBatch
from tests.demand.histories import seasonal


def test_forecasts_stay_between_zero_and_twice_the_range_above_the_highest_demand() -> None:
    values, start = np.array([[9.0, 1.0], [2.0, 3.0]]), np.array([1, 0])
    said = clip_forecast(np.array([[-5.0, 99.0], [np.nan, np.inf]]), values, start)
    assert said.tolist() == [[0.0, 7.0], [2.0, 3.0]]


def test_members_are_weighed_series_by_series_and_fitted_by_their_plain_mean() -> None:
    mean = np.array([[[2.0, 2.0]], [[6.0, 6.0]]])
    said = Members(mean, mean).weigh(np.array([[1.0, 0.25], [0.0, 0.75]]))
    assert said.mean.tolist() == [[2.0, 5.0]]
    assert said.fitted.tolist() == [[4.0, 4.0]]


def test_every_member_answers_in_the_order_of_its_name() -> None:
    values = seasonal(periods=36, series=3) / 100
    indices = np.ones((12, 3))
    batch = ForecastBatch(values, np.zeros(3, dtype=np.int64), indices, 12, 5, True, False)
    both = ask_members(batch, ("theta", "complex_season"))
    assert both.mean.shape == (2, 5, 3)
    assert np.array_equal(both.mean[1], ask_members(batch, ("complex_season",)).mean[0])
