"""What is said about a forecast: one sentence, the weights, the interval of a sum."""

import numpy as np
import pytest

from steelyard.errors import UnknownMember
from steelyard.plan.forecasting.view import (
    ending_words,
    forecast_sentence,
    forecast_view,
    interval_of_sum,
    notes_of,
    season_trend,
    view_payload,
)
from steelyard.plan.plan import Plan
from steelyard.plan.workspace import Workspace


@pytest.fixture
def plan(shared_workspace: Workspace) -> Plan:
    """The base plan of a small company."""
    return shared_workspace.scenario("base").plan()


def test_the_view_of_everything_holds_the_forecast_of_the_plan(plan: Plan) -> None:
    view = forecast_view(plan)
    assert view.mean.sum() == pytest.approx(plan.value("statistical_forecast"))
    assert len(view.periods) == len(plan.horizon.labels)
    assert sum(view.routes.values()) >= len(view.units)
    assert sum(view.shares.values()) == pytest.approx(1.0)


def test_intervals_of_a_sum_are_in_order_and_narrower_than_the_sum_of_the_ends(plan: Plan) -> None:
    view = forecast_view(plan)
    assert (view.low_95 <= view.low_80).all()
    assert (view.high_80 <= view.high_95).all()
    assert view.high_80.sum() <= plan.value("forecast_high_80") + 1e-6
    assert view.low_80.sum() >= plan.value("forecast_low_80") - 1e-6


def test_the_interval_of_one_series_is_its_own(plan: Plan) -> None:
    rows = plan.inputs.series["demand"].select({})[:1]
    low, high = interval_of_sum(plan, notes_of(plan), rows, ("forecast_low_80", "forecast_high_80"))
    assert low == pytest.approx(plan.blocks("forecast_low_80")[0][:, 0])
    assert high == pytest.approx(plan.blocks("forecast_high_80")[0][:, 0])


def test_a_forecast_that_ends_says_so() -> None:
    labels = ("2027-01", "2027-02", "2027-03")
    assert ending_words(np.array([5.0, 0.0, 0.0]), labels) == ", nothing after 2027-01"
    assert ending_words(np.array([5.0, 0.0, 1.0]), labels) == ""
    assert ending_words(np.zeros(3), labels) == ""


def test_one_item_location_is_told_with_its_methods(plan: Plan) -> None:
    series = plan.inputs.series["demand"].members
    scope = {"item": series["item"][0], "location": series["location"][0]}
    sentence = forecast_sentence(plan, scope)
    assert "%" in sentence
    assert sentence == forecast_view(plan, scope).sentence


def test_an_unknown_member_has_no_sentence_and_no_view(plan: Plan) -> None:
    assert forecast_sentence(plan, {"item": "nothing like it"}) == ""
    with pytest.raises(UnknownMember):
        forecast_view(plan, {"item": "nothing like it"})


def test_explaining_a_forecast_says_how_it_came_about(plan: Plan) -> None:
    assert plan.explain("statistical_forecast").reason == forecast_sentence(plan)
    assert plan.explain("forecast_high_80").reason
    assert not plan.explain("demand_plan").reason


def test_a_view_is_spelled_in_plain_values(plan: Plan) -> None:
    spelled = view_payload(forecast_view(plan))
    assert spelled["mode"] == "fast"
    assert isinstance(spelled["mean"], list)


def test_no_trend_is_claimed_without_a_past() -> None:
    assert season_trend(np.zeros(24), np.ones(6), 12) is None
    assert season_trend(np.ones(6), np.ones(6), 12) is None


def test_weights_by_volume_are_those_of_the_single_forecasts(plan: Plan) -> None:
    notes = notes_of(plan)
    units = np.arange(notes.forecast.route.size)
    volume = notes.forecast.mean.sum(axis=0)
    told = notes.forecast.shares_by_volume(units, volume)
    for name, share in told.items():
        single = [notes.forecast.method_shares(unit).get(name, 0.0) for unit in units.tolist()]
        assert share == pytest.approx(float((np.array(single) * volume).sum() / volume.sum()))
