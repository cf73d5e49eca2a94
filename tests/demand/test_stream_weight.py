"""Stream weights: inverse to squared errors, drawn towards equal while a stream has said little."""

import pytest

from steelyard.demand.stream_weight import StreamError, error_ratio, weights_by_error


def test_bates_and_granger_1969_weigh_two_forecasts_by_inverse_squared_error():
    weights = weights_by_error({"sales": StreamError(40, 25.0, 100.0)}, prior=0.0)
    total = sum(weights.values())
    assert weights["sales"] / total == pytest.approx(100 / 125)
    assert weights["statistical"] / total == pytest.approx(25 / 125)


def test_a_stream_that_errs_more_counts_less_and_none_counts_more_than_one():
    weights = weights_by_error({"sales": StreamError(500, 400.0, 100.0), "customer": StreamError(500, 100.0, 100.0)})
    assert weights["statistical"] == weights["customer"] == 1.0
    assert 0 < weights["sales"] < 0.3


def test_one_lucky_month_moves_a_weight_less_than_a_year():
    assert error_ratio(StreamError(1, 0.0, 100.0)) > 0.9 > error_ratio(StreamError(12, 0.0, 100.0))


def test_a_stream_that_missed_where_statistics_were_perfect_is_not_heard():
    assert weights_by_error({"sales": StreamError(3, 9.0, 0.0)}) == {"statistical": 1.0, "sales": 0.0}
