"""Intelligence: entries kept, at work in scenarios, scored against plans without them, weighing their source."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.plan.intelligence.entry import IntelligenceEntry
from steelyard.plan.intelligence.use import drop_entry, state_of, use_entry
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.archive import MONTHS, archive_copy, moment

AT = moment(date(2025, 12, 31), 5)
HEARD = IntelligenceEntry(
    "distributor", "Northern Trade", "members fill their shelves", {"product_family": "F0"}, ("2026-01", "2026-02"),
    2.0, 6.0, 10.0, 0.8, "letter", "sam", None, "sam", AT,
)  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with archive_copy(tmp_path_factory, tmp_path / "small") as opened:
        yield opened


@pytest.fixture
def base(workspace: Workspace) -> Scenario:
    return workspace.scenario("base")


def counts(workspace: Workspace, scenario: Scenario, entry: IntelligenceEntry) -> bool:
    return state_of(scenario, entry.id, workspace.records.intelligence.uses())


def test_entries_are_kept_whole(workspace: Workspace) -> None:
    kept = workspace.records.intelligence.add(replace(HEARD, valid_until=date(2026, 3, 1)))
    assert workspace.records.intelligence.entry(kept.id) == kept
    assert workspace.records.intelligence.withdraw(kept.id).withdrawn
    assert workspace.records.intelligence.entries(withdrawn=False) == ()
    with pytest.raises(NotFound):
        workspace.records.intelligence.entry(99)


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 7.0}, {"high": 5.0}, {"confidence": 1.2}, {"confidence": float("nan")}, {"likely": float("inf")},
        {"kind": "rumour"}, {"source": " "}, {"statement": ""}, {"periods": ("2026-02", "2026-01")}, {"low": -120.0},
    ],
)  # fmt: skip
def test_an_entry_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ChangeInvalid) as refusal:
        replace(HEARD, **wrong)  # type: ignore[arg-type]
    assert refusal.value.mend


def test_an_assumption_lifts_demand_by_likely_effect_times_weight(workspace: Workspace, base: Scenario) -> None:
    entry = workspace.records.intelligence.add(HEARD)
    before = base.plan()
    assert use_entry(workspace, entry, base, weight=0.5, actor="sam", at=AT)
    after = base.plan()
    inside = {"scope": {"product_family": "F0"}, "periods": "2026-01"}
    assert after.value("unconstrained_demand", **inside) == pytest.approx(
        1.03 * before.value("unconstrained_demand", **inside)
    )
    assert after.value("intelligence_effect", periods="2026-03") == 0
    assert after.value("intelligence_effect", scope={"product_family": "F1"}) == 0
    assert not use_entry(workspace, entry, base, weight=0.5, actor="sam", at=AT)


def test_entries_add_up(workspace: Workspace, base: Scenario) -> None:
    for likely in (6.0, -2.0):
        entry = workspace.records.intelligence.add(replace(HEARD, low=-5.0, likely=likely))
        use_entry(workspace, entry, base, weight=1.0, actor="sam", at=AT)
    assert base.plan().value("intelligence_percent", scope={"item": "I0"}, periods="2026-01") == pytest.approx(4.0)


def test_an_entry_is_switched_in_each_scenario_alone(workspace: Workspace, base: Scenario) -> None:
    entry = workspace.records.intelligence.add(HEARD)
    use_entry(workspace, entry, base, weight=1.0, actor="sam", at=AT)
    branch = base.branch("careful", actor="dana", at=AT)
    assert counts(workspace, branch, entry)
    assert drop_entry(workspace, entry, branch, actor="dana", at=AT)
    assert not counts(workspace, branch, entry)
    assert counts(workspace, base, entry)
    assert np.abs(branch.plan().value("intelligence_effect")) < 1e-9 < base.plan().value("intelligence_effect")
    assert use_entry(workspace, entry, branch, weight=1.0, actor="dana", at=AT)
    assert counts(workspace, branch, entry)
    assert branch.plan().value("intelligence_effect") == base.plan().value("intelligence_effect")
    drop_entry(workspace, entry, base, actor="sam", at=AT)
    assert not counts(workspace, base, entry)
    use_entry(workspace, entry, base, weight=1.0, actor="sam", at=AT)
    assert len(workspace.records.intelligence.uses(entry=entry.id)) == 2, "switching back makes no third change"


def test_what_was_withdrawn_or_has_run_out_is_not_used(workspace: Workspace, base: Scenario) -> None:
    old = workspace.records.intelligence.add(replace(HEARD, valid_until=date(2025, 12, 30)))
    with pytest.raises(ChangeInvalid, match="run out"):
        use_entry(workspace, old, base, weight=1.0, actor="sam", at=AT)
    kept = workspace.records.intelligence.add(HEARD)
    with pytest.raises(ChangeInvalid, match="withdrawn"):
        use_entry(workspace, workspace.records.intelligence.withdraw(kept.id), base, weight=1.0, actor="sam", at=AT)


def test_what_is_over_is_refused_and_what_has_begun_counts_on(workspace: Workspace, base: Scenario) -> None:
    over = workspace.records.intelligence.add(replace(HEARD, periods=("2025-10", "2025-11")))
    with pytest.raises(ChangeInvalid, match="not ahead") as refusal:
        use_entry(workspace, over, base, weight=1.0, actor="sam", at=AT)
    assert "2026-01" in (refusal.value.mend or "")
    begun = workspace.records.intelligence.add(replace(HEARD, periods=("2025-12", "2026-01")))
    assert use_entry(workspace, begun, base, weight=1.0, actor="sam", at=AT)
    assert base.plan().value("intelligence_effect", periods="2026-01") > 0
    assert base.plan().value("intelligence_effect", periods="2026-02") == 0


def test_an_entry_is_held_against_the_plan_without_it(workspace: Workspace, base: Scenario) -> None:
    then = MONTHS[1]
    scope = {"item": "I2"}
    entry = workspace.records.intelligence.add(
        replace(HEARD, scope=scope, periods=("2025-11", "2025-12"), at=moment(then, 2))
    )
    month = workspace.scenario("2025-10")
    without = month.plan().value("consensus_demand", scope=scope, periods=("2025-11", "2025-12"))
    use_entry(workspace, entry, month, weight=1.0, actor="sam", at=moment(then, 3))
    month.publish(actor="ines", at=moment(then, 25))
    measuring = Measuring(workspace, base.plan())
    (outcome,) = measuring.outcomes()
    came = base.plan().value("demand_history", scope=scope, periods=("2025-11", "2025-12"))
    assert (outcome.version, outcome.used, outcome.periods, outcome.complete) == ("2025-11", True, 2, True)
    assert (outcome.actual, outcome.without) == (came, pytest.approx(without))
    assert outcome.realised == pytest.approx(100 * (came / without - 1))


def test_entries_that_nobody_used_are_scored_too_and_those_to_come_are_not(
    workspace: Workspace, base: Scenario
) -> None:
    book = workspace.records.intelligence
    past = book.add(replace(HEARD, periods=("2025-12", "2025-12"), at=moment(MONTHS[2], 2)))
    running = book.add(replace(HEARD, source="Panel", periods=("2025-12", "2026-02"), at=moment(MONTHS[2], 2)))
    book.add(HEARD)
    outcomes = {outcome.entry.id: outcome for outcome in Measuring(workspace, base.plan()).outcomes()}
    assert set(outcomes) == {past.id, running.id}
    assert outcomes[past.id].complete
    assert not outcomes[past.id].used
    assert not outcomes[running.id].complete
    sources = Measuring(workspace, base.plan()).sources()
    assert sources["Northern Trade"].outcomes == 1
    assert (sources["Panel"].outcomes, sources["Panel"].weight) == (0, 1.0)


def test_a_scope_nobody_knows_today_is_not_scored(workspace: Workspace, base: Scenario) -> None:
    workspace.records.intelligence.add(replace(HEARD, scope={"item": "I4"}, periods=("2025-12", "2025-12")))
    assert Measuring(workspace, base.plan()).outcomes() == ()
