"""Measures of the demand area."""

from steelyard.demand.measures import MEASURES


def test_measures_are_named_once_and_belong_to_the_area() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)
    assert {measure.area for measure in MEASURES} <= {"demand", "finance"}


def test_the_consensus_is_what_people_edit() -> None:
    editable = {measure.name: measure.spread_basis for measure in MEASURES if measure.editable}
    assert editable["consensus_demand"] == "unconstrained_demand"
    assert {"statistical_forecast", "history_correction"} <= set(editable)
    assert not {"demand_history", "unconstrained_demand", "demand_plan", "forecast_high_95"} & set(editable)
