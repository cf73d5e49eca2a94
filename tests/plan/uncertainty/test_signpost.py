"""Signposts: kept with every version, and read on a plan."""

from dataclasses import replace

import pytest

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.plan.scenario import Scenario
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.expected import expected_value
from steelyard.plan.uncertainty.register import Risk
from steelyard.plan.uncertainty.signpost import Signpost
from steelyard.plan.uncertainty.signpost_reading import read_signposts
from steelyard.plan.workspace import Workspace
from tests.plan.conftest import AT


def post(**given: object) -> Signpost:
    usual = {"statement": "Demand runs away", "owner": "dana", "measure": "demand_plan", "side": "above",
             "threshold": 1.0, "scenario": "second line", "actor": "dana", "at": AT}  # fmt: skip
    return Signpost(**{**usual, **given})  # type: ignore[arg-type]


def test_a_threshold_that_is_crossed_says_when(base: Scenario) -> None:
    plan = base.plan()
    values = plan.frame(["demand_plan"])["demand_plan"].to_list()
    limit = sorted(values)[-2]
    (state,) = read_signposts(plan, [post(threshold=limit)])
    assert state.crossed
    assert state.value == pytest.approx(max(values))
    assert state.period == plan.horizon.labels[values.index(max(values))]


def test_what_is_not_crossed_shows_what_comes_nearest(base: Scenario) -> None:
    plan = base.plan()
    values = plan.frame(["demand_plan"])["demand_plan"].to_list()
    (state,) = read_signposts(plan, [post(threshold=10 * max(values))])
    assert not state.crossed
    assert state.value == pytest.approx(max(values))
    assert read_signposts(plan, [post(closed=True)]) == ()


def test_what_a_plan_does_not_know_is_told(base: Scenario) -> None:
    (state,) = read_signposts(base.plan(), [post(measure="moonlight")])
    assert "moonlight" in state.fault


def test_every_version_is_kept(workspace: Workspace) -> None:
    records = workspace.records.registers.signposts
    kept = records.add(post(scope={"product_family": "F0"}, periods=("2026-01", "2026-03")))
    assert records.entry(kept.id) == kept
    records.revise(replace(kept, closed=True))
    assert records.entries()[0].closed
    with pytest.raises(NotFound, match="signpost 9"):
        records.entry(9)


@pytest.mark.parametrize("wrong", [{"side": "beside"}, {"scenario": " "}, {"threshold": float("nan")}, {"owner": ""}])
def test_a_signpost_that_says_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ChangeInvalid):
        post(**wrong)


def test_expected_value_is_probability_times_impact(base: Scenario) -> None:
    effect = Effect("consensus_demand", {}, None, -10.0, -10.0, -10.0)
    risks = [Risk("A dealer leaves", "sam", 0.3, effect), Risk("Counted", "sam", 0.5, effect, in_plan=True)]
    found = expected_value(base.plan(), risks, "revenue")
    by_statement = {one.risk.statement: one for one in found.lines}
    assert by_statement["A dealer leaves"].impact is not None
    assert by_statement["A dealer leaves"].impact < 0
    assert found.beside == pytest.approx(0.3 * by_statement["A dealer leaves"].impact)
    assert found.in_plan == pytest.approx(0.5 * (by_statement["Counted"].impact or 0.0))


def test_a_risk_on_calculated_receipts_is_played_through_the_stock(base: Scenario) -> None:
    plan = base.plan()
    gone = Risk("Nothing comes", "sam", 0.4, Effect("constrained_receipts", {}, None, -100.0, -100.0, -100.0))
    (line,) = expected_value(plan, [gone], "revenue").lines
    receipts = plan.value("scheduled_receipts") + plan.value("constrained_receipts")
    assert receipts > 0
    assert line.impact is not None
    assert -plan.value("revenue") <= line.impact < -0.2 * plan.value("revenue")
    assert line.expected == pytest.approx(0.4 * line.impact)
    assert expected_value(plan, [gone], "shipments").lines[0].impact is None
