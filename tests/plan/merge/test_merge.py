"""Merge: what two scenarios did apart comes together, or is a conflict that somebody settles."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from steelyard.data.extract import sealed
from steelyard.errors import ChangeInvalid, PlanError, ScenarioClosed, SpreadImpossible, StaleRevision
from steelyard.plan.change import Change
from steelyard.plan.merge.rebase import propose_rebase, rebase_scenario
from steelyard.plan.merge.scenarios import (
    common_base,
    compare_scenarios,
    merge_scenarios,
    promote,
    propose_scenario_merge,
)
from steelyard.plan.operation import Percent, SetMasterData, SetParameter
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA, SAM = {"actor": "dana", "at": AT}, {"actor": "sam", "at": AT}
F0, F1 = {"product_family": "F0"}, {"product_family": "F1"}


@pytest.fixture
def pair(base):
    return base.branch("ours", **DANA), base.branch("theirs", **SAM)


def test_changes_that_do_not_meet_come_together(workspace, pair):
    ours, theirs = pair
    ours.change("consensus_demand", percent=10, scope=F0, **DANA)
    theirs.change("consensus_demand", percent=-5, scope=F1, **SAM)
    merge_scenarios(workspace, ours, theirs, **DANA)
    assert [(c.author, c.operation.percent) for c in ours.own_changes] == [("dana", 10), ("sam", -5)]
    either = workspace.scenario("base").plan()
    for family, scenario in ((F0, ours), (F1, theirs)):
        moved = ours.plan().value("consensus_demand", scope=family)
        assert moved == scenario.plan().value("consensus_demand", scope=family)
        assert moved != either.value("consensus_demand", scope=family)


def test_merging_again_finds_nothing_new(workspace, pair):
    ours, theirs = pair
    theirs.change("consensus_demand", percent=-5, scope=F1, **SAM)
    merge_scenarios(workspace, ours, theirs, **DANA)
    proposal = propose_scenario_merge(workspace, ours, theirs)
    assert proposal.is_empty
    assert len(proposal.known) == 1
    with pytest.raises(PlanError, match="nothing to take over"):
        merge_scenarios(workspace, ours, theirs, **DANA)


def test_a_merge_is_one_event_and_one_undo(workspace, pair):
    ours, theirs = pair
    digest = ours.digest
    theirs.change("consensus_demand", percent=-5, scope=F1, **SAM)
    theirs.change("price", percent=2, scope=F0, **SAM)
    event = merge_scenarios(workspace, ours, theirs, **DANA)
    assert (event.kind, len(event.changes), ours.revision) == ("merge", 2, 1)
    ours.undo(**DANA)
    assert ours.digest == digest


def test_what_meets_is_a_conflict_with_its_cells(workspace, pair):
    ours, theirs = pair
    ours.change("consensus_demand", set=900, scope=F0, periods=("2026-02", "2026-04"), **DANA)
    theirs.change("consensus_demand", percent=5, scope={"item": "I0"}, periods=("2026-04", "2026-06"), **SAM)
    proposal = propose_scenario_merge(workspace, ours, theirs)
    (conflict,) = proposal.conflicts
    assert (conflict.theirs.author, [c.author for c in conflict.ours]) == ("sam", ["dana"])
    assert conflict.cells == 3  # one month of the item's three customers
    assert proposal.takes == ()


@pytest.mark.parametrize(("choice", "standing"), [("ours", ["dana"]), ("theirs", ["sam"]), ("both", ["dana", "sam"])])
def test_a_conflict_is_settled_as_chosen(workspace, pair, choice, standing):
    ours, theirs = pair
    ours.change("consensus_demand", set=900, scope=F0, **DANA)
    theirs.change("consensus_demand", percent=5, scope=F0, **SAM)
    theirs.change("price", percent=1, scope=F1, **SAM)
    (conflict,) = propose_scenario_merge(workspace, ours, theirs).conflicts
    merge_scenarios(workspace, ours, theirs, choices={conflict.theirs.id: choice}, **DANA)
    stands = [c.author for c in ours.own_changes if c.enabled and c.measure == "consensus_demand"]
    assert stands == standing
    assert [c.author for c in ours.own_changes if c.measure == "price"] == ["sam"]


def test_an_open_conflict_stops_the_merge(workspace, pair):
    ours, theirs = pair
    ours.change("price", set=9, scope=F0, **DANA)
    theirs.change("price", set=8, scope=F0, **SAM)
    before = ours.digest
    with pytest.raises(ChangeInvalid, match="1 conflicts are not settled"):
        merge_scenarios(workspace, ours, theirs, **DANA)
    with pytest.raises(ChangeInvalid, match="no such conflict"):
        merge_scenarios(workspace, ours, theirs, choices={"9.9.9": "ours"}, **DANA)
    assert ours.digest == before


def test_additions_stand_together_and_so_do_percentages(workspace, pair):
    ours, theirs = pair
    for scenario, who in ((ours, DANA), (theirs, SAM)):
        scenario.change("consensus_demand", add=10, scope=F0, **who)
        scenario.change("price", percent=2, scope=F0, **who)
    assert propose_scenario_merge(workspace, ours, theirs).conflicts == ()


def test_parameters_and_master_data_conflict_by_name_and_row(workspace, pair, base):
    ours, theirs = pair
    lead = {"table": "source", "column": "lead_time_days"}
    for scenario, who, days in ((ours, DANA, 20.0), (theirs, SAM, 30.0)):
        scenario.append(
            _change(SetParameter("service_level_a", 0.9 + days / 1000), **who),
            _change(SetMasterData(key={"source_id": "buy-component"}, value=days, **lead), **who),
        )
    found = propose_scenario_merge(workspace, ours, theirs)
    assert [conflict.theirs.kind for conflict in found.conflicts] == ["parameter", "master_data"]
    assert found.takes == ()


def test_a_merge_that_would_not_hold_together_keeps_nothing(workspace, pair):
    ours, theirs = pair
    ours.change("consensus_demand", lock=True, scope=F0, **DANA)
    theirs.change("consensus_demand", set=1, scope={"product_family": ("F0",)}, **SAM)
    before = ours.digest
    with pytest.raises(SpreadImpossible):
        merge_scenarios(workspace, ours, theirs, otherwise="both", **DANA)
    assert ours.digest == before


def test_a_scenario_is_not_merged_with_its_own_line(workspace, pair, base):
    ours, theirs = pair
    with pytest.raises(PlanError, match="promote"):
        merge_scenarios(workspace, base, theirs, **DANA)
    with pytest.raises(PlanError, match="has its changes already"):
        merge_scenarios(workspace, theirs, base, **DANA)
    with pytest.raises(PlanError, match="itself"):
        merge_scenarios(workspace, ours, ours, **DANA)


def test_somebody_faster_stops_the_merge(workspace, pair):
    ours, theirs = pair
    theirs.change("price", percent=1, scope=F1, **SAM)
    ours.change("price", percent=1, scope=F0, **DANA)
    with pytest.raises(StaleRevision):
        merge_scenarios(workspace, ours, theirs, expected_revision=0, **DANA)


def test_promoting_moves_the_changes_to_the_base_and_counts_them_once(workspace, base):
    branch = base.branch("promo", **SAM)
    branch.change("consensus_demand", percent=5, scope=F0, **SAM)
    wanted = branch.plan().value("consensus_demand")
    promote(workspace, branch, **DANA)
    assert base.plan().value("consensus_demand") == wanted
    assert [c.author for c in base.own_changes] == ["sam"]
    assert branch.record.archived


def test_a_branch_of_a_locked_base_is_not_promoted(workspace, base):
    branch = base.branch("promo", **SAM)
    branch.change("consensus_demand", percent=5, scope=F0, **SAM)
    base.close(**DANA)
    with pytest.raises(ScenarioClosed):
        promote(workspace, branch, **DANA)
    assert not branch.record.archived


def test_the_difference_names_what_each_side_did(base, pair):
    ours, theirs = pair
    ours.change("price", percent=1, scope=F0, **DANA)
    theirs.change("price", percent=2, scope=F0, **SAM)
    found = compare_scenarios(ours, theirs)
    assert found.base == "base"
    assert [c.author for c in found.ours.added] == ["dana"]
    assert [c.author for c in found.theirs.added] == ["sam"]
    assert common_base(ours, theirs).name == "base"
    assert compare_scenarios(ours, ours).is_empty


def test_scenarios_of_different_companies_are_refused(workspace, base):
    other = workspace.add_extract(sealed(replace(company(items=6, customers=3), company="Other Company")), at=AT)
    stranger = workspace.create_scenario("stranger", extract=other.digest, **SAM)
    with pytest.raises(PlanError, match="different companies"):
        propose_scenario_merge(workspace, base, stranger)


def test_rebasing_says_what_becomes_of_each_change(workspace, base):
    base.change("consensus_demand", percent=5, scope=F0, **DANA)
    base.change("consensus_demand", percent=6, scope=F0, periods="2026-01", **DANA)
    base.change("consensus_demand", percent=7, scope={"item": "I5"}, **DANA)
    base.change("consensus_demand", percent=8, scope=F1, expires=date(2026, 1, 15), **DANA)
    base.change("consensus_demand", percent=9, scope=F1, periods=("2026-01", "2026-03"), **DANA)
    base.append(_change(SetMasterData("item", {"item_id": "I5"}, "status", "active"), **DANA))
    later = workspace.add_extract(company(items=5, customers=3, as_of=date(2026, 1, 31)), at=AT)
    fates = [line.fate for line in propose_rebase(workspace, base, later.digest)]
    assert fates == ["applies", "past", "vanished", "expired", "partly", "conflicts"]
    moved, _ = rebase_scenario(workspace, base, "february", extract=later.digest, **DANA)
    assert [c.operation.percent for c in moved.own_changes] == [5, 9]
    assert moved.plan().horizon.labels[0] == "2026-02"


def test_a_change_that_no_longer_holds_together_is_named(workspace, base):
    base.change("consensus_demand", set=50, scope={"item": "I0"}, periods=("2026-01", "2026-03"), **DANA)
    base.change("consensus_demand", lock=True, scope=F0, periods=("2026-02", "2026-03"), **DANA)
    base.change("consensus_demand", set=1300, scope=F0, periods=("2026-01", "2026-03"), **DANA)
    later = workspace.add_extract(company(items=6, customers=3, as_of=date(2026, 1, 31)), at=AT)
    fates = [line.fate for line in propose_rebase(workspace, base, later.digest)]
    assert fates == ["partly", "applies", "conflicts"]


def _change(operation, actor, at):
    return Change(operation, author=actor, at=at)


def test_percent_stays_percent_after_a_merge(workspace, pair):
    ours, theirs = pair
    theirs.change("consensus_demand", percent=5, scope=F0, **SAM)
    merge_scenarios(workspace, ours, theirs, **DANA)
    assert isinstance(ours.own_changes[0].operation, Percent)
