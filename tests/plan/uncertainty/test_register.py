"""Registers: entries with owner, range and status, every version kept; ranges become scenarios in one step."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from steelyard.errors import ChangeInvalid, NameTaken, NotFound, PlanError, StaleRevision
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.ranges import make_range_scenarios
from steelyard.plan.uncertainty.register import Assumption, Risk, brier_score

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
F0 = {"product_family": "F0"}
GROWTH = Assumption(
    "Road grows with the new shops", "sam", Effect("consensus_demand", F0, None, -10, 5, 12), **DANA, source="sales"
)
STRIKE = Risk(
    "The port is on strike",
    "ines",
    0.2,
    Effect("constrained_receipts", {}, ("2026-02", "2026-03"), -50, -40, 0),
    **DANA,
)


def test_entries_come_back_as_they_were_kept(workspace):
    kept = workspace.records.registers.assumptions.add(GROWTH)
    risk = workspace.records.registers.risks.add(STRIKE)
    assert workspace.records.registers.assumptions.entries() == (kept,) == (replace(GROWTH, id=1),)
    assert workspace.records.registers.risks.entry(1) == risk


def test_every_version_of_an_entry_is_kept(workspace):
    register = workspace.records.registers.assumptions
    kept = register.add(GROWTH)
    later = replace(kept, status="validated", actor="ines", outcome=7.5, valid_until=date(2026, 12, 31))
    register.revise(later, expected_version=1)
    assert register.history(1) == (kept, later)
    assert register.entries() == (later,)
    with pytest.raises(StaleRevision):
        register.revise(kept, expected_version=1)
    with pytest.raises(NotFound, match="no assumption 9"):
        register.revise(replace(kept, id=9))


def test_an_assumption_that_has_run_out_no_longer_counts():
    one = replace(GROWTH, valid_until=date(2026, 3, 31))
    assert one.counts_on(date(2026, 3, 31))
    assert one.status_on(date(2026, 4, 1)) == "expired"
    assert not replace(GROWTH, status="rejected").counts_on(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: replace(GROWTH, statement=" "), "statement is empty"),
        (lambda: replace(GROWTH, owner=""), "no owner"),
        (lambda: replace(STRIKE, probability=1.2), "probability is 1.2"),
        (lambda: Effect("price", {}, None, 5, 1, 9), "out of order"),
        (lambda: Effect("price", {}, None, -150, 1, 9), "out of bounds"),
        (lambda: Effect("price", {}, ("2026-03", "2026-02")), "run backwards"),
        (lambda: replace(STRIKE, kind="danger"), "no kind"),
    ],
)
def test_what_does_not_make_sense_is_refused(make, words):
    with pytest.raises(ChangeInvalid, match=words):
        make()


def test_three_scenarios_are_made_of_the_ranges(workspace, base):
    cost = replace(GROWTH, statement="Steel", effect=Effect("unit_cost", {}, None, -5, 0, 10))
    made = make_range_scenarios(workspace, base, [GROWTH, cost, replace(GROWTH, status="rejected")], **DANA)
    laid = {view: [change.operation.percent for change in one.own_changes] for view, one in made.items()}
    assert laid == {"optimistic": [12, -5], "most likely": [5, 0], "pessimistic": [-10, 10]}
    margin = [made[view].plan().value("gross_margin") for view in ("pessimistic", "most likely", "optimistic")]
    assert margin == sorted(margin)
    with pytest.raises(NameTaken):
        make_range_scenarios(workspace, base, [GROWTH], **DANA)


def test_nothing_is_made_where_an_assumption_does_not_fit(workspace, base):
    wrong = replace(GROWTH, effect=Effect("consensus_demand", {"product_family": "Roads"}))
    with pytest.raises(ChangeInvalid, match="Roads"):
        make_range_scenarios(workspace, base, [wrong], **DANA)
    with pytest.raises(PlanError, match="No assumption counts"):
        make_range_scenarios(workspace, base, [], **DANA)
    assert [one.name for one in workspace.scenarios()] == ["base"]


def test_the_brier_score_of_known_risks():
    came = replace(STRIKE, status="happened")
    assert brier_score((STRIKE,)) is None
    assert brier_score((came, replace(STRIKE, status="did not happen"))) == pytest.approx((0.64 + 0.04) / 2)
