"""Scenarios: branches follow their base, people's changes are kept or refused as a whole."""

from datetime import UTC, date, datetime

import pytest

from steelyard.errors import ChangeInvalid, NameTaken, NotFound, ScenarioClosed, SpreadImpossible, StaleRevision
from steelyard.plan.change import Change
from steelyard.plan.life_operation import AddRow
from steelyard.plan.operation import Add, Assume, Percent, SetMasterData, SetParameter
from steelyard.plan.replay import compare_replay
from steelyard.plan.validation import ChangesInvalid
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
F0 = {"product_family": "F0"}


def test_a_branch_without_change_equals_its_base(base):
    branch = base.branch("same", **DANA)
    assert branch.digest == base.digest
    assert branch.plan().values is base.plan().values


def test_a_change_moves_the_plan_and_only_the_plan_of_its_scenario(base):
    before = base.plan().value("consensus_demand", scope=F0)
    branch = base.branch("promo", **DANA)
    branch.change("consensus_demand", percent=10, scope=F0, reason="promotion", **DANA)
    assert branch.plan().value("consensus_demand", scope=F0) == pytest.approx(before * 1.1)
    assert base.plan().value("consensus_demand", scope=F0) == before
    assert branch.plan().value("revenue", periods="2026-02") > base.plan().value("revenue", periods="2026-02")


def test_a_change_of_the_base_shines_through(base):
    branch = base.branch("promo", **DANA)
    branch.change("consensus_demand", percent=10, scope=F0, **DANA)
    base.change("consensus_demand", percent=5, scope=F0, **DANA)
    assert [change.operation.percent for change in branch.changes] == [5, 10]


def test_incremental_equals_full_bit_for_bit(workspace, base):
    base.plan()
    base.change("consensus_demand", add=25, scope=F0, periods=("2026-02", "2026-04"), **DANA)
    base.change("price", percent=-3, scope={"item": "I1"}, **DANA)
    base.change("safety_stock", set=10, scope={"item": "I2"}, **DANA)
    incremental = base.plan()
    fresh = workspace.calculator.fresh_plan("base", base.extract, base.parameters, base.changes)
    published = base.publish(**DANA)
    assert compare_replay(published, fresh, workspace.plans.store).same
    assert incremental.digest == fresh.digest


def test_undo_then_redo_is_identity(base):
    base.change("consensus_demand", add=25, scope=F0, **DANA)
    digest, value = base.digest, base.plan().value("revenue")
    base.undo(**DANA)
    assert base.digest != digest
    base.redo(**DANA)
    assert (base.digest, base.plan().value("revenue")) == (digest, value)


def test_undo_touches_only_what_its_actor_did(base):
    base.change("consensus_demand", add=25, scope=F0, **DANA)
    base.change("consensus_demand", add=1, scope=F0, actor="omar", at=AT)
    assert base.can_undo("dana")
    base.undo(**DANA)
    assert [change.author for change in base.changes] == ["omar"]
    assert base.can_redo("dana")
    assert not base.can_undo("dana")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"measure": "consensus_deman"}, "consensus_demand"),
        ({"measure": "revenue"}, "consensus_demand"),
        ({"scope": {"product_family": "F9"}}, "F0"),
        ({"scope": {"family": "F0"}}, "product_family"),
        ({"scope": {"item": "I0", "product_family": "F1"}}, "loosen"),
        ({"periods": ("2031-01", "2031-02")}, "2026"),
        ({"periods": ("2026-05", "2026-02")}, "earlier"),
        ({"factors": {"C9": 1.0}, "factor_level": "customer", "spread": "factor"}, "C0"),
    ],
)
def test_a_change_that_does_not_fit_says_what_would(base, asked, hint):
    measure = asked.pop("measure", "consensus_demand")
    with pytest.raises(ChangeInvalid, match=hint):
        base.change(measure, add=5, **{"scope": F0, **asked}, **DANA)
    assert base.revision == 0


def test_a_change_does_exactly_one_thing(base):
    with pytest.raises(ChangeInvalid, match="one thing"):
        base.change("consensus_demand", add=5, percent=3, **DANA)
    with pytest.raises(ChangeInvalid, match="one thing"):
        base.change("consensus_demand", **DANA)


def test_of_several_changes_all_or_none_are_kept(base):
    good = Change(Add(5), "consensus_demand", F0, author="dana", at=AT)
    wrong = [Change(Add(5), "price", {"item": name}, author="dana", at=AT) for name in ("X1", "X2")]
    with pytest.raises(ChangesInvalid) as caught:
        base.append(good, *wrong)
    assert len(caught.value.faults) == 2
    assert base.changes == ()


def test_a_stale_revision_is_refused_with_the_others_change(base):
    base.change("consensus_demand", add=5, scope=F0, actor="omar", at=AT)
    with pytest.raises(StaleRevision) as caught:
        base.change("consensus_demand", add=7, scope=F0, expected_revision=0, **DANA)
    assert caught.value.change.author == "omar"


def test_a_total_that_locked_cells_forbid_is_not_kept(base):
    base.change("consensus_demand", lock=True, scope=F0, **DANA)
    with pytest.raises(SpreadImpossible):
        base.change("consensus_demand", set=1, scope=F0, periods="2026-02", **DANA)
    assert len(base.changes) == 1
    base.plan()


def test_a_change_that_no_longer_fits_is_named_with_its_scenario_and_can_be_switched_off(base):
    branch = base.branch("low", **DANA)
    low = branch.change("consensus_demand", set=1, scope=F0, periods="2026-02", **DANA)
    base.change("consensus_demand", lock=True, scope=F0, **DANA)
    with pytest.raises(SpreadImpossible) as caught:
        branch.plan()
    assert caught.value.where.startswith(f"scenario low, change {low.id}: ")
    assert caught.value.mend.endswith("switch the change off")
    branch.switch(low.id, on=False, **DANA)
    assert branch.plan().value("revenue") == base.plan().value("revenue")


def test_master_data_and_parameters_change_the_plan(base):
    before = base.plan()
    slower = SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", 60)
    safer = SetParameter("service_level_c", 0.99)
    branch = base.branch("what if", **DANA)
    branch.append(Change(slower, author="dana", at=AT), Change(safer, author="dana", at=AT))
    after = branch.plan()
    assert after.value("safety_stock") > before.value("safety_stock")
    assert base.plan().values is before.values


@pytest.mark.parametrize(
    ("operation", "hint"),
    [
        (SetParameter("horizn", 3), "horizon"),
        (SetParameter("horizon", 999), "260"),
        (SetMasterData("sourc", {"source_id": "x"}, "lead_time_days", 3), "source"),
        (SetMasterData("source", {"source_id": "x"}, "lead_time_days", 3), "no row"),
        (SetMasterData("source", {"source_id": "make-I0"}, "lead_tim_days", 3), "lead_time_days"),
        (SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", "soon"), "soon"),
        (SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", -3), "zero or more"),
        (SetMasterData("source", {"source_id": "make-I0"}, "source_type", "borrow"), "make, buy"),
        (SetMasterData("source", {"source_id": "make-I0"}, "item_id", "NOBODY"), "no item 'NOBODY'"),
        (AddRow("source", {"source_id": "x", "item_id": "I0", "location_id": "NOWHERE"}), "NOWHERE"),
    ],
)
def test_unknown_parameters_and_master_data_are_refused(base, operation, hint):
    with pytest.raises(ChangeInvalid, match=hint):
        base.append(Change(operation, author="dana", at=AT))


def test_an_assumption_is_kept_and_moves_no_number(base):
    before = base.plan().value("revenue")
    base.append(Change(Assume("The dollar stays at 1.10", 1.10, 1.05, 1.15, "USD/EUR"), author="dana", at=AT))
    assert base.plan().value("revenue") == before
    assert base.changes[0].kind == "assumption"


def test_a_change_that_is_off_does_not_count(base):
    before = base.plan().value("revenue")
    kept = base.change("consensus_demand", percent=50, **DANA)
    base.switch(kept.id, on=False, **DANA)
    assert base.plan().value("revenue") == before


def test_a_change_that_would_never_count_is_refused_with_the_day(base):
    with pytest.raises(ChangeInvalid, match=r"expire on 2025-12-31 and never count: the plan stands on 2025-12-31"):
        base.change("consensus_demand", percent=5, expires=date(2025, 12, 31), **DANA)
    assert not base.changes
    base.change("consensus_demand", percent=5, expires=date(2026, 1, 1), **DANA)
    assert base.changes[0].expires == date(2026, 1, 1)


@pytest.mark.parametrize("asked", [{"percent": 5}, {"formula": "*1.2"}, {"set": 5}, {"add": 5}])
def test_an_override_of_locked_cells_only_is_refused_and_not_kept(base, asked):
    base.change("consensus_demand", lock=True, scope={"product_family": "F0"}, periods=("2026-02", "2026-04"), **DANA)
    here = {"scope": {"product_family": "F0"}, **DANA}
    with pytest.raises(SpreadImpossible, match=r"All cells of Consensus demand here are locked.*unlock a cell"):
        base.change("consensus_demand", **asked, periods=("2026-02", "2026-03"), **here)
    assert len(base.changes) == 1
    base.change("consensus_demand", percent=5, periods=("2026-04", "2026-05"), **here)
    base.change("consensus_demand", lock=False, periods="2026-02", **here)
    base.change("consensus_demand", percent=5, periods=("2026-02", "2026-03"), **here)
    assert len(base.changes) == 4


def test_names_are_unique_and_archived_scenarios_are_put_away(workspace, base):
    with pytest.raises(NameTaken):
        base.branch("base", **DANA)
    base.archive(**DANA)
    assert workspace.scenarios() == ()
    assert [s.name for s in workspace.scenarios(archived=True)] == ["base"]
    with pytest.raises(ScenarioClosed):
        base.change("consensus_demand", percent=1, **DANA)
    base.restore(**DANA)
    base.close(**DANA)
    with pytest.raises(ScenarioClosed):
        base.undo(**DANA)
    base.reopen(**DANA)
    base.rename("plan of record", **DANA)
    assert workspace.scenario("plan of record").number == base.number


def test_unknown_scenarios_and_extracts_are_answered_with_near_ones(workspace, base):
    with pytest.raises(NotFound, match="base"):
        workspace.scenario("bas")
    with pytest.raises(NotFound):
        workspace.create_scenario("other", extract="f" * 64, **DANA)
    with pytest.raises(ChangeInvalid, match="horizon"):
        workspace.create_scenario("other", horizo=3, **DANA)


def test_changes_survive_reopening_the_workspace(workspace, base):
    from steelyard.plan.workspace import Workspace

    base.append(Change(Percent(8), "consensus_demand", F0, author="dana", at=AT))
    digest = base.digest
    with Workspace.open(workspace.folder) as again:
        assert again.scenario("base").digest == digest
        again.scenario("base").undo(**DANA)
    assert base.changes == ()


def test_changes_whose_members_or_periods_are_gone_are_told(workspace, base):
    base.append(
        Change(Percent(5), "consensus_demand", {"item": "I5"}, author="dana", at=AT),
        Change(Percent(5), "consensus_demand", {"item": "I0"}, ("2026-01", "2026-02"), author="dana", at=AT),
        Change(Percent(5), "consensus_demand", {"item": "I1"}, author="dana", at=AT),
    )
    later = workspace.add_extract(company(items=4, customers=3, as_of=date(2026, 2, 28), periods=26), at=AT)
    plan = workspace.calculator.plan("later", later.digest, base.parameters, base.changes)
    told = [(change.scope["item"], reason) for change, reason in plan.idle_changes]
    assert told == [
        (("I5",), "none of its members is in the plan any more"),
        (("I0",), "its periods lie outside the plan"),
    ]
    assert base.plan().idle_changes == ()


@pytest.mark.parametrize("wrong", [{"set": -5}, {"percent": -150}, {"add": -10_000_000}])
def test_demand_cannot_be_taken_below_zero(base, wrong):
    before = base.plan().value("consensus_demand")
    with pytest.raises(ChangeInvalid, match="below zero"):
        base.change("consensus_demand", **wrong, scope={"product_family": "F0"}, actor="dana", reason="other", at=AT)
    assert base.plan().value("consensus_demand") == before
    assert base.changes == ()


def test_a_change_that_was_possible_stops_at_zero_when_its_base_has_fallen(base):
    scope, dana = {"product_family": "F0"}, {"actor": "dana", "at": AT}
    base.change("consensus_demand", percent=-50, scope=scope, reason="other", **dana)
    halved = base.changes[0].id
    base.switch(halved, on=False, **dana)
    total = base.plan().value("consensus_demand", scope=scope)
    base.change("consensus_demand", add=-0.9 * total, scope=scope, reason="other", **dana)
    base.switch(halved, on=True, **dana)
    assert base.plan().value("consensus_demand", scope=scope) == 0
