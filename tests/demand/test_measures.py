"""Measures of the demand area."""

from steelyard.demand.measures import MEASURES


def test_measures_are_named_once_and_belong_to_the_area() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)
    assert {measure.area for measure in MEASURES} == {"demand"}


def test_the_consensus_is_what_people_edit() -> None:
    editable = {measure.name: measure.spread_basis for measure in MEASURES if measure.editable}
    assert editable == {"consensus_demand": "unconstrained_demand"}
