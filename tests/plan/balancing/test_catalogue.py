"""Levers, mix and taking on a small company that is short of hours."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.balancing.weights import Weights
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.plan.balancing.board import GapBoard
from steelyard.plan.balancing.catalogue import Catalogue, catalogue_of
from steelyard.plan.balancing.frames import lever_frame, mix_frame
from steelyard.plan.balancing.mix import best_mix
from steelyard.plan.balancing.program import LeverProgram
from steelyard.plan.balancing.standing_model import balance_base
from steelyard.plan.balancing.take import check_taken
from steelyard.plan.balancing.taking import SCHEDULE, changes_of_levers, changes_of_mix, read_shares
from steelyard.plan.balancing.terms import LeverTerms
from steelyard.plan.change import Change
from steelyard.plan.operation import SetParameter
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.company import LINE
from tests.plan.balancing.companies import AT, shortened

OVERTIME = f"overtime:{LINE}"


@pytest.fixture(scope="module")
def short(shared_workspace: Workspace) -> Scenario:
    return shortened(shared_workspace.scenario("base"))


@pytest.fixture(scope="module")
def catalogue(short: Scenario) -> Catalogue:
    return catalogue_of(short.plan())


def test_the_gap_is_demand_less_what_comes_in_time(short: Scenario) -> None:
    board = GapBoard(balance_base(short.plan()))
    assert board.units > 0
    assert np.allclose(board.cells.demand - board.cells.served, board.cells.gap)
    assert board.families["gap"].sum() == pytest.approx(board.units)
    assert board.cells.demand.sum() == pytest.approx(short.plan().value("independent_demand"))


def test_overtime_closes_units_and_costs_its_premium(catalogue: Catalogue) -> None:
    worth = catalogue.worth(OVERTIME)
    assert worth.closed > 0
    assert worth.gain > 0
    assert worth.used <= worth.lever.limit
    assert worth.per_unit == pytest.approx(worth.gain / worth.closed)


def test_a_lever_opened_alone_is_the_model_with_that_overtime(catalogue: Catalogue) -> None:
    """The columns beside the model do what the model itself does when its data say so."""
    base, worth = catalogue.base, catalogue.worth(OVERTIME)
    resources = base.bare.resources
    widened = replace(base.bare, resources=replace(resources, overtime=base.full.resources.overtime))
    other = LeverProgram(widened, [], base.cost)
    assert worth.gain == pytest.approx(catalogue.program.base_objective - other.base_objective, rel=1e-6)
    assert other.shut.units == pytest.approx(worth.outcome.units, rel=1e-6, abs=1e-3)


def test_the_mix_is_no_worse_than_its_best_lever_and_no_better_than_the_sum(catalogue: Catalogue) -> None:
    mix = best_mix(catalogue)
    assert mix.together.gain >= max(one.gain for one in catalogue.worths) - 1.0
    assert mix.together.gain == pytest.approx(sum(part.adds for part in mix.parts), rel=1e-6)
    assert mix.overlap == pytest.approx(mix.sum_alone - mix.together.gain)
    assert mix_frame(mix).height == len(mix.parts)


def test_weights_move_the_mix(catalogue: Catalogue) -> None:
    plain, served, calm = (best_mix(catalogue, one) for one in (None, Weights(service=10), Weights(stability=10)))
    assert served.together.units <= plain.together.units + 1e-6
    assert calm.together.gain <= plain.together.gain + 1e-6


def test_levers_are_changes_that_widen_the_plan(catalogue: Catalogue, short: Scenario) -> None:
    changes = changes_of_levers(catalogue, {OVERTIME: 1.0}, author="luis", at=AT)
    assert {change.measure for change in changes} == {"capacity_available", "lever_cost"}
    check = check_taken(short.plan(), changes)
    assert check.gap_after < check.gap_before
    assert check.gap_before == pytest.approx(GapBoard(catalogue.base).units)


def test_half_of_a_lever_is_half_of_its_hours(catalogue: Catalogue) -> None:
    whole, half = (changes_of_levers(catalogue, {OVERTIME: part}, author="luis", at=AT) for part in (1.0, 0.5))
    hours = [sum(change.operation.value for change in made) for made in (whole, half)]  # type: ignore[union-attr]
    assert hours[1] == pytest.approx(hours[0] / 2)


def test_what_does_not_fit_takes_nothing(catalogue: Catalogue) -> None:
    with pytest.raises(ChangeInvalid, match="beyond its limit"):
        changes_of_levers(catalogue, {OVERTIME: 50.0}, author="luis", at=AT)
    with pytest.raises(NotFound, match="no lever"):
        changes_of_levers(catalogue, {OVERTIME: 1.0, "overtime:MOON": 1.0}, author="luis", at=AT)
    with pytest.raises(ChangeInvalid, match="does not hold"):
        changes_of_mix(catalogue, best_mix(catalogue), author="luis", at=AT, keys=["overtime:MOON"])
    with pytest.raises(ChangeInvalid, match="no share"):
        read_shares(["a=much"])
    with pytest.raises(ChangeInvalid, match="twice"):
        read_shares(["a", "a=0.5"])


def test_the_mix_is_one_event_in_a_scenario(catalogue: Catalogue, short: Scenario) -> None:
    branch = short.branch("taken", actor="luis", at=AT)
    event = branch.append(*changes_of_mix(catalogue, best_mix(catalogue), author="luis", at=AT))
    assert event.revision == branch.revision
    assert GapBoard(balance_base(branch.plan())).units < GapBoard(catalogue.base).units
    branch.undo("luis", AT)
    assert branch.plan().digest == short.plan().digest


def test_planning_by_money_is_a_lever_of_its_own(catalogue: Catalogue) -> None:
    schedule = catalogue.schedule
    assert schedule is not None
    assert schedule.units_before == pytest.approx(GapBoard(catalogue.base).units)
    changes = changes_of_levers(catalogue, {SCHEDULE: 1.0}, author="luis", at=AT)
    assert changes[0].kind == "parameter"


def test_where_the_engine_weighs_money_only_what_goes_beyond_is_a_lever(shared_workspace: Workspace) -> None:
    found = catalogue_of(shortened(shared_workspace.scenario("base"), engine="exact").plan())
    assert found.schedule is None
    assert OVERTIME not in {one.key for one in found.program.levers}
    with pytest.raises(ChangeInvalid, match="already"):
        changes_of_levers(found, {SCHEDULE: 1.0}, author="luis", at=AT)


def test_prices_are_a_lever_where_demand_is_known_to_answer(short: Scenario) -> None:
    keys = {one.key for one in catalogue_of(short.plan(), LeverTerms(elasticity=-2.0)).program.levers}
    assert any(key.startswith("price:") for key in keys)
    assert not any(one.kind == "price" for one in catalogue_of(short.plan()).program.levers)


def test_the_agenda_is_ordered_by_value(catalogue: Catalogue) -> None:
    gains = lever_frame(catalogue)["gain"].to_list()
    assert gains == sorted(gains, reverse=True)
    assert {one.key for one in catalogue.idle}.isdisjoint({one.lever.key for one in catalogue.worths})


def test_terms_out_of_range_are_told() -> None:
    with pytest.raises(ChangeInvalid, match="shift_share"):
        LeverTerms(shift_share=-1)


def test_terms_are_settings_of_the_scenario_with_defaults_told_as_such(short: Scenario) -> None:
    """A change of a setting moves the lever; what nobody has set is the default."""
    branch = short.branch("slow to act", actor="dana", at=AT)
    branch.append(
        Change(SetParameter("lever_overtime_lead", 3.0), author="luis", at=AT, reason="supply_constraint"),
        Change(SetParameter("lever_shift_share", 0.0), author="luis", at=AT),
    )
    base = balance_base(branch.plan())
    told = {name: (value, usual) for name, value, usual in base.terms.told()}
    assert told["lever_overtime_lead"] == (3.0, False)
    assert told["lever_hire_lead"] == (2.0, True)
    levers = {one.key: one for one in Catalogue(base).program.levers}
    assert levers[OVERTIME].lead_periods == 3
    assert int(levers[OVERTIME].steps.period.min()) == 3
    assert not any(key.startswith("shift_in_time:") for key in levers)
    with pytest.raises(ChangeInvalid, match="lever_shift_share"):
        branch.append(Change(SetParameter("lever_shift_share", 1.5), author="luis", at=AT))


def test_overtime_that_the_engine_works_itself_is_no_lever(short: Scenario) -> None:
    branch = short.branch("works overtime", actor="dana", at=AT)
    branch.append(Change(SetParameter("overtime_by_priority", True), author="luis", at=AT))
    found = catalogue_of(branch.plan())
    assert OVERTIME not in {one.key for one in found.program.levers}
    assert found.base.bare.resources.overtime.any()
