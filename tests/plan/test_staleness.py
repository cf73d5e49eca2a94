"""Staleness: an answer knows whether its inputs have moved, and says which."""

import json
from datetime import UTC, date, datetime

import pytest

from steelyard.errors import PlanError
from steelyard.plan.staleness import Footing, footing_of, footing_of_published, staleness
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA, LUIS = {"actor": "dana", "at": AT}, {"actor": "luis", "at": AT}


def test_an_answer_of_now_is_fresh(workspace, base):
    found = staleness(workspace, footing_of(base, at=AT))
    assert not found.is_stale
    assert found.words == ""


def test_changes_since_are_told_with_their_authors(workspace, base):
    kept = footing_of(base, at=AT)
    base.change("consensus_demand", percent=5, **LUIS)
    base.change("price", percent=1, **LUIS)
    base.change("price", percent=1, **DANA)
    assert staleness(workspace, kept).words == "Stale: 3 changes in base by luis, dana"


def test_a_change_of_the_base_makes_an_answer_of_its_branch_stale(workspace, base):
    kept = footing_of(base.branch("promo", **DANA), at=AT)
    base.change("consensus_demand", percent=5, **LUIS)
    assert staleness(workspace, kept).words == "Stale: 1 change in base by luis"


def test_a_change_and_its_undo_leave_an_answer_fresh(workspace, base):
    kept = footing_of(base, at=AT)
    base.change("consensus_demand", percent=5, **LUIS)
    base.undo(**LUIS)
    assert not staleness(workspace, kept).is_stale


def test_names_notes_and_locks_move_no_number(workspace, base):
    kept = footing_of(base, at=AT)
    base.annotate("for the board", **DANA)
    base.rename("main", **DANA)
    base.close(**DANA)
    assert not staleness(workspace, kept).is_stale


def test_a_newer_extract_makes_an_answer_stale_and_an_older_one_does_not(workspace, base):
    kept = footing_of(base, at=AT)
    workspace.add_extract(company(as_of=date(2025, 11, 30)), at=AT)
    assert not staleness(workspace, kept).is_stale
    workspace.add_extract(company(as_of=date(2026, 1, 31), periods=25), at=AT)
    assert staleness(workspace, kept).words == "Stale: a newer extract, of 2026-01-31"


def test_what_went_in_beside_the_plan_counts_too(workspace, base):
    kept = footing_of(base, at=AT, beside={"register of risks": "one"})
    assert not staleness(workspace, kept, beside={"register of risks": "one"}).is_stale
    assert "the register of risks has moved" in staleness(workspace, kept, beside={"register of risks": "two"}).words


def test_a_published_plan_says_that_its_scenario_went_on(workspace, base):
    kept = footing_of_published(workspace, base.publish(**DANA))
    assert not staleness(workspace, kept).is_stale
    base.change("price", percent=1, **LUIS)
    assert staleness(workspace, kept).words == "Stale: 1 change in base by luis"


def test_a_footing_is_read_back_as_it_was_kept(base):
    kept = footing_of(base, at=AT, beside={"register of risks": "one"})
    assert Footing.from_json(json.loads(json.dumps(kept.to_json()))) == kept
    with pytest.raises(PlanError, match="no footing"):
        Footing.from_json({"name": "base"})
