"""Effort: a plan begins from the known one from which least is expected to move."""

from steelyard.plan.change import Change
from steelyard.plan.effort import Effort
from steelyard.plan.inputs import PlanParameters, freeze_inputs
from steelyard.plan.operation import Percent
from steelyard.plan.run import Results, run_plan
from steelyard.plan.wiring import STANDARD
from tests.company import company

INPUTS = freeze_inputs(company(items=4, customers=2), PlanParameters(horizon=6))
DEMAND = Change(Percent(5.0), measure="consensus_demand", author="dana")
COST = Change(Percent(5.0), measure="unit_cost", author="fiona")


def planned(*changes: Change, previous: Results | None = None) -> Results:
    return run_plan(INPUTS, changes, wiring=STANDARD, previous=previous)


def test_nothing_is_expected_of_what_was_never_met() -> None:
    assert Effort().expected(planned(), INPUTS, (DEMAND,)) == 0


def test_demand_moves_more_than_cost() -> None:
    base, effort = planned(), Effort()
    for change in (DEMAND, COST):
        effort.learn(base, planned(change, previous=base))
    of_demand, of_cost = (effort.expected(base, INPUTS, (change,)) for change in (DEMAND, COST))
    assert of_demand > of_cost > 0
    assert effort.expected(base, INPUTS, (DEMAND, COST)) == of_demand + of_cost


def test_a_run_with_changes_of_several_measures_teaches_nothing() -> None:
    base, effort = planned(), Effort()
    effort.learn(base, planned(DEMAND, COST, previous=base))
    assert effort.expected(base, INPUTS, (DEMAND, COST)) == 0


def test_inputs_that_are_others_count_with_all_their_blocks() -> None:
    others = freeze_inputs(company(items=4, customers=2), PlanParameters(horizon=6, holding_rate=0.5), previous=INPUTS)
    moved = sum(others.values[name] is not INPUTS.values[name] for name in INPUTS.values)
    assert moved > 0
    assert Effort().expected(planned(), others, ()) == moved * INPUTS.block_count
