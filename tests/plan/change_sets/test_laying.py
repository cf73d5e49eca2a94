"""Change sets: recorded once, laid anywhere, as one step that can be taken back; all of it or nothing."""

from datetime import UTC, datetime

import pytest

from steelyard.errors import ChangeInvalid, NotAllowed, NotFound, ScenarioClosed
from steelyard.plan.change import Change
from steelyard.plan.change_sets.change_set import ChangeSet
from steelyard.plan.change_sets.laying import SetDoesNotFit, fit_set, lay_set, record_set
from steelyard.plan.operation import Percent, SetMasterData
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA, LUIS = {"actor": "dana", "at": AT}, {"actor": "luis", "at": AT}
F0 = {"product_family": "F0"}


@pytest.fixture
def strike(workspace, base):
    """A strike at the port: less capacity, longer lead time, less demand."""
    source = base.branch("strike", **DANA)
    source.change("consensus_demand", percent=-15, scope=F0, periods=("2026-02", "2026-03"), note="port shut", **DANA)
    longer = SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", 45)
    source.append(Change(longer, author="dana", at=AT))
    return record_set(workspace, source, "strike at the port", note="two months", **DANA)


def test_a_set_laid_gives_the_plan_it_was_recorded_from(workspace, base, strike):
    other = base.branch("other", **LUIS)
    lay_set(workspace, other, strike, **LUIS)
    assert other.plan().value("revenue") == workspace.scenario("strike").plan().value("revenue")
    assert {change.author for change in other.own_changes} == {"luis"}
    assert other.own_changes[0].note == "change set strike at the port: port shut"


def test_a_set_is_one_step_that_can_be_taken_back(workspace, base, strike):
    other = base.branch("other", **LUIS)
    before = other.digest
    lay_set(workspace, other, strike, **LUIS)
    assert len(other.events) == 1
    other.undo("luis", AT)
    assert other.digest == before


def test_only_chosen_changes_are_recorded_and_switched_off_ones_are_not(workspace, base):
    base.change("consensus_demand", percent=5, **DANA)
    kept = base.change("price", percent=2, **DANA)
    base.switch(base.own_changes[0].id, on=False, **DANA)
    assert [c.measure for c in record_set(workspace, base, "a", **DANA).changes] == ["price"]
    assert len(record_set(workspace, base, "b", only=[kept.id], **DANA).changes) == 1
    with pytest.raises(ChangeInvalid, match="no such change"):
        record_set(workspace, base, "c", only=["9.9.9"], **DANA)


def test_the_same_name_again_makes_the_next_version(workspace, base, strike):
    again = record_set(workspace, workspace.scenario("strike"), "strike at the port", **LUIS)
    assert (strike.version, again.version) == (1, 2)
    assert workspace.records.change_sets.find("strike at the port").actor == "luis"
    assert len(workspace.records.change_sets.history("strike at the port")) == 2


def test_a_set_moves_in_time_and_to_other_members(workspace, base, strike):
    other = base.branch("later", **LUIS)
    lay_set(workspace, other, strike, shift=3, scope={"product_family": ("F1",)}, **LUIS)
    cells, table = other.own_changes
    assert cells.periods == ("2026-05", "2026-06")
    assert dict(cells.scope) == {"product_family": ("F1",)}
    assert table.operation == strike.changes[1].operation


def test_a_set_shifted_out_of_the_plan_is_refused_whole(workspace, base, strike):
    other = base.branch("later", **LUIS)
    with pytest.raises(SetDoesNotFit, match="lies outside the plan"):
        lay_set(workspace, other, strike, shift=60, **LUIS)
    assert other.revision == 0


def test_a_change_on_an_item_that_has_vanished_is_named_and_nothing_is_laid(workspace, base):
    base.change("consensus_demand", percent=-15, scope={"item": "I5"}, **DANA)
    base.change("price", percent=1, **DANA)
    found = record_set(workspace, base, "without I5", **DANA)
    smaller = workspace.add_extract(company(items=4, customers=3), at=AT)
    other = workspace.create_scenario("small", extract=smaller.digest, horizon=12, **DANA)
    assert [change.measure for change, _ in fit_set(workspace, other, found).faults] == ["consensus_demand"]
    with pytest.raises(SetDoesNotFit, match="I5"):
        lay_set(workspace, other, found, **LUIS)
    assert other.own_changes == ()


def test_what_the_actor_may_not_change_is_refused_whole(workspace, base, strike):
    def permit(change):
        if change.kind == "master_data":
            raise NotAllowed("Your role does not edit supply", mend="ask the supply planner")

    other = base.branch("other", **LUIS)
    with pytest.raises(NotAllowed):
        lay_set(workspace, other, strike, permit=permit, **LUIS)
    assert other.revision == 0


def test_a_locked_scenario_takes_no_set(workspace, base, strike):
    base.close(**DANA)
    with pytest.raises(ScenarioClosed):
        lay_set(workspace, base, strike, **LUIS)


def test_a_withdrawn_set_is_no_longer_offered(workspace, strike):
    workspace.records.change_sets.withdraw(strike)
    assert workspace.records.change_sets.sets() == ()
    with pytest.raises(NotFound, match="strike"):
        workspace.records.change_sets.find("strike at the port")


@pytest.mark.parametrize("name", ["", "a/b", "x" * 81, "<b>"])
def test_names_that_addresses_do_not_take_are_refused(name):
    with pytest.raises(ChangeInvalid, match="no name"):
        ChangeSet(name, (Change(Percent(1), "price", at=AT),))
