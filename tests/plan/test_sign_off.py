"""Sign-off: who stands behind a slice, what makes it stale, what a closed slice refuses, and two people at once."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from steelyard.errors import AlreadySigned, NotFound, SliceClosed, StaleRevision, UnknownMember, UnknownPeriod
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAM = {"actor": "sam", "at": AT}
FIONA = {"actor": "fiona", "at": AT}
F0 = {"product_family": "F0"}
F1 = {"product_family": "F1"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def workspace(request, tmp_path: Path):
    url = "" if request.param == "sqlite" else request.getfixturevalue("database_url")
    with Workspace.create(tmp_path / "company", company="Bikes", database=url) as made:
        made.add_extract(company(items=4, customers=2), at=AT)
        yield made


@pytest.fixture
def base(workspace: Workspace) -> Scenario:
    return workspace.create_scenario("base", actor="dana", at=AT, horizon=12)


def lift(scenario: Scenario, percent: float = 10, measure: str = "consensus_demand", **where) -> None:
    scenario.change(measure, percent=percent, actor="dana", at=AT, reason="promotion", **where)


def states(scenario: Scenario) -> dict[str, str]:
    return {signed.sign_off.function: signed.state for signed in scenario.signed_slices()}


def test_a_signature_keeps_the_total_that_was_seen(base: Scenario) -> None:
    signed = base.sign("sales", scope=F0, note="agreed", **SAM)
    assert signed.value == pytest.approx(base.plan().value("consensus_demand", scope=F0))
    assert base.sign_offs == (signed,)
    assert states(base) == {"sales": "signed"}


def test_a_signature_is_stale_once_its_numbers_move_and_fresh_again_when_they_return(base: Scenario) -> None:
    base.sign("sales", scope=F0, **SAM)
    base.sign("finance", scope=F1, **FIONA)
    lift(base, scope=F0)
    assert states(base) == {"sales": "stale", "finance": "signed"}
    base.undo("dana", AT)
    assert states(base) == {"sales": "signed", "finance": "signed"}


def test_a_stream_moves_the_consensus_signature_above_it(base: Scenario) -> None:
    base.sign("sales", scope=F0, **SAM)
    lift(base, 20, "sales_forecast", scope=F0)
    assert states(base) == {"sales": "stale"}
    assert base.signed_slices()[0].moved > 0


def test_a_stale_signature_can_be_given_again(base: Scenario) -> None:
    base.sign("sales", scope=F0, **SAM)
    lift(base, scope=F0)
    again = base.sign("sales", scope=F0, **FIONA)
    assert (again.number, again.actor) == (2, "fiona")
    assert states(base) == {"sales": "signed"}


def test_the_same_numbers_are_signed_once(base: Scenario) -> None:
    base.sign("sales", scope=F0, **SAM)
    with pytest.raises(AlreadySigned, match="signed by sam for sales"):
        base.sign("sales", scope=F0, **FIONA)


def test_a_signature_of_numbers_that_have_moved_since_they_were_seen_is_refused(base: Scenario) -> None:
    seen = base.revision
    lift(base, scope=F0)
    with pytest.raises(StaleRevision):
        base.sign("sales", scope=F0, expected_revision=seen, **SAM)
    assert base.sign_offs == ()


def test_a_withdrawn_signature_no_longer_stands(base: Scenario) -> None:
    base.sign("sales", scope=F0, **SAM)
    base.sign("sales", scope=F0, act="withdrawn", note="customer called", **SAM)
    assert states(base) == {"sales": "withdrawn"}
    with pytest.raises(NotFound, match="not signed"):
        base.sign("sales", scope=F0, act="withdrawn", **SAM)


def test_a_closed_slice_says_who_closed_it_and_how_to_reopen(base: Scenario) -> None:
    base.sign("sales", scope=F0, act="closed", **SAM)
    with pytest.raises(SliceClosed, match=r"closed by sam for sales on 2026-01-05.*ask sam to reopen it"):
        lift(base, scope=F0)
    assert base.revision == 0


@pytest.mark.parametrize("measure", ["sales_forecast", "customer_commitment", "consensus_demand"])
def test_a_closed_consensus_refuses_what_it_is_made_of(base: Scenario, measure: str) -> None:
    base.sign("sales", scope=F0, periods=("2026-01", "2026-03"), act="closed", **SAM)
    with pytest.raises(SliceClosed):
        lift(base, measure=measure)
    lift(base, measure=measure, scope=F1)
    lift(base, measure=measure, scope=F0, periods=("2026-04", "2026-05"))


def test_a_closed_slice_lets_what_follows_from_it_change(base: Scenario) -> None:
    base.sign("sales", act="closed", **SAM)
    base.change("price", percent=2, actor="fiona", at=AT, reason="price_change")


def test_a_closed_slice_refuses_undo_and_switches(base: Scenario) -> None:
    lift(base, scope=F0)
    change = base.own_changes[0].id
    base.sign("sales", scope=F0, act="closed", **SAM)
    with pytest.raises(SliceClosed):
        base.undo("dana", AT)
    with pytest.raises(SliceClosed):
        base.switch(change, on=False, actor="dana", at=AT)
    base.sign("sales", scope=F0, act="reopened", **SAM)
    base.undo("dana", AT)
    assert base.changes == ()


def test_a_closed_slice_is_reopened_before_it_is_signed_anew(base: Scenario) -> None:
    base.sign("sales", scope=F0, act="closed", **SAM)
    with pytest.raises(SliceClosed, match="reopen it first"):
        base.sign("sales", scope=F0, **FIONA)
    base.sign("sales", scope=F0, act="reopened", **SAM)
    assert states(base) == {"sales": "reopened"}
    base.sign("sales", scope=F0, **FIONA)
    assert states(base) == {"sales": "signed"}


def test_a_branch_does_not_inherit_what_is_closed(base: Scenario) -> None:
    base.sign("sales", act="closed", **SAM)
    branch = base.branch("what-if", actor="dana", at=AT)
    lift(branch)
    assert branch.sign_offs == ()


def test_what_is_signed_must_be_there(base: Scenario) -> None:
    with pytest.raises(NotFound, match="no function 'sale'"):
        base.sign("sale", **SAM)
    with pytest.raises(NotFound, match="consensus_deman"):
        base.sign("sales", measure="consensus_deman", **SAM)
    with pytest.raises(UnknownMember):
        base.sign("sales", scope={"product_family": "F9"}, **SAM)
    with pytest.raises(UnknownPeriod):
        base.sign("sales", periods="2031-01", **SAM)


def test_of_two_people_who_sign_the_same_slice_at_once_one_is_told(base: Scenario) -> None:
    base.plan()
    ready, outcomes = threading.Barrier(8), []

    def sign(person: int) -> None:
        ready.wait()
        try:
            base.sign("sales", scope=F0, actor=f"p{person}", at=AT)
            outcomes.append("signed")
        except AlreadySigned:
            outcomes.append("told")

    threads = [threading.Thread(target=sign, args=(person,)) for person in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["signed"] + ["told"] * 7
    assert len(base.sign_offs) == 1


def test_closing_and_changing_at_once_leaves_no_change_behind_the_closing(base: Scenario) -> None:
    base.plan()
    ready = threading.Barrier(2)

    def close() -> None:
        ready.wait()
        for _ in range(20):
            try:
                base.sign("sales", scope=F0, act="closed", **SAM)
                break
            except StaleRevision:
                continue

    def change() -> None:
        ready.wait()
        for step in range(4):
            try:
                lift(base, 1 + step, scope=F0)
            except SliceClosed:
                return

    threads = [threading.Thread(target=close), threading.Thread(target=change)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(base) == {"sales": "closed"}
