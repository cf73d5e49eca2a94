"""Waterfalls of the book: where the axis begins, also for a course that falls below zero."""

from typing import Any, cast

from steelyard.web.book.content import Chart, ChartSeries
from steelyard.web.book.pictures import picture
from steelyard.web.book.waterfall import axis_floor


def waterfall(*values: float) -> Chart:
    names = ("Budget", *(f"Step {n}" for n in range(len(values) - 2)), "Plan")
    return Chart("", names, (ChartSeries("", values),), "waterfall")


def test_small_steps_on_high_totals_begin_above_zero() -> None:
    chart = waterfall(100.0, -4.0, 96.0)
    option = cast("Any", picture(chart))
    assert axis_floor(chart) == option["yAxis"]["min"] == 84.0


def test_steps_that_are_large_beside_the_totals_begin_at_zero() -> None:
    assert axis_floor(waterfall(10.0, -6.0, 4.0)) == 0.0


def test_a_course_below_zero_keeps_what_lies_there_on_the_axis() -> None:
    """A floor at zero would cut a loss off."""
    chart = waterfall(10.0, -25.0, -15.0)
    option = cast("Any", picture(chart))
    assert axis_floor(chart) is None
    assert "min" not in option["yAxis"]
    assert min(value for one in option["series"] for value in one["data"]) == -15.0
