"""The archive: published plans as forecasts, matched by key with what came, said when series vanish or appear."""

from collections.abc import Iterator

import numpy as np
import pytest

from steelyard.demand.consensus import keep_commitments
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import join
from steelyard.plan.measuring.advice import advise, person_records
from steelyard.plan.measuring.archive import Archive, open_archive
from steelyard.plan.measuring.demand_replay import BEFORE_CHANGES, consensus_with, consensus_without
from steelyard.plan.measuring.grade import OverrideKind, grade_overrides, kind_of_change
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.record import ForecastRecord, forecast_record
from steelyard.plan.measuring.score import alarms, score, scores_by_group, scores_by_lag, scores_by_stream
from steelyard.plan.measuring.stream_steps import heard_one_by_one
from steelyard.plan.measuring.value_added import staircase
from steelyard.plan.measuring.version_table import version_table
from steelyard.plan.measuring.weights import propose_weights, weight_changes
from steelyard.plan.workspace import Workspace
from tests.archive import GONE, MONTHS, NEW, NOW, archive_copy, judgements, moment


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with archive_copy(tmp_path_factory, tmp_path_factory.mktemp("archive") / "small") as opened:
        yield opened


@pytest.fixture(scope="module")
def archive(workspace: Workspace) -> Archive:
    return open_archive(workspace, workspace.scenario("base").plan())


@pytest.fixture(scope="module")
def record(archive: Archive) -> ForecastRecord:
    return forecast_record(archive)


def test_every_month_has_one_version_and_its_lags(archive: Archive, record: ForecastRecord) -> None:
    assert archive.labels == ("2025-10", "2025-11", "2025-12")
    assert list(zip(record.version.tolist(), record.lag.tolist(), record.target, strict=True)) == [
        (0, 0, "2025-10"), (0, 1, "2025-11"), (0, 2, "2025-12"),
        (1, 0, "2025-11"), (1, 1, "2025-12"),
        (2, 0, "2025-12"),
    ]  # fmt: skip


def test_of_two_plans_of_one_month_the_last_one_counts(tmp_path, tmp_path_factory) -> None:
    with archive_copy(tmp_path_factory, tmp_path / "again") as workspace:
        month = workspace.scenario("2025-11")
        month.change("consensus_demand", percent=1, actor="dana", at=workspace.published()[-1].at)
        again = month.publish(actor="ines", at=workspace.published()[-1].at.replace(hour=20))
        archive = open_archive(workspace, workspace.scenario("base").plan())
        assert len(archive.versions) == 3
        assert archive.version("2025-12").id == again.id


def test_forecast_and_demand_are_those_of_plan_and_history(archive: Archive, record: ForecastRecord) -> None:
    rows = record.where(item="I2", location="D1")
    first = archive.versions[0].plan
    scope = {"item": "I2", "location": "D1"}
    assert record.said["consensus"][0, rows] == pytest.approx(
        first.value("consensus_demand", scope=scope, periods="2025-10")
    )
    assert record.actual[0, rows] == archive.now.value("demand_history", scope=scope, periods="2025-10")


def test_what_vanished_cannot_be_graded_and_is_said(record: ForecastRecord) -> None:
    rows = record.where(item=GONE)
    assert np.isnan(record.actual[:, rows]).all()
    count, units = record.vanished["2025-10"]
    assert count == rows.size
    assert units > 0


def test_what_appeared_was_forecast_as_zero_and_is_said(record: ForecastRecord) -> None:
    rows = record.where(item=NEW)
    assert (record.said["consensus"][:, rows] == 0).all()
    assert record.actual[-1, rows].sum() == record.appeared["2025-12"][1] > 0


def test_roll_up_to_one_total_keeps_the_units(archive: Archive, record: ForecastRecord) -> None:
    total = forecast_record(archive, by=())
    known = record.where()
    assert total.said["consensus"][:, 0] == pytest.approx(record.said["consensus"][:, known].sum(axis=1))


def test_all_changes_laid_on_again_give_the_published_consensus(archive: Archive) -> None:
    for version in archive.versions:
        again = consensus_with(version.plan, version.plan.changes)
        assert np.array_equal(again, join(version.plan.blocks("consensus_demand")))


def test_a_plan_without_a_change_is_the_plan_calculated_without_it(archive: Archive, workspace: Workspace) -> None:
    version = archive.versions[1]
    for change in version.plan.changes:
        kept = [other for other in version.plan.changes if other.id != change.id]
        fresh = workspace.calculator.fresh_plan("", version.published.extract, version.published.parameters, kept)
        quick = consensus_without(version.plan, {change.id})
        assert np.array_equal(quick, join(fresh.blocks("consensus_demand"))), change


def test_grades_hold_plan_against_plan_without(archive: Archive) -> None:
    grades = grade_overrides(archive)
    assert len(grades) == len(MONTHS) * len(judgements(MONTHS[0]))
    for grade in grades:
        assert grade.effect == grade.error_without - grade.error_with
        assert grade.helped == (grade.effect > 0)
    raised = next(grade for grade in grades if grade.change.author == "sam" and grade.change.operation.percent == 12)
    assert (raised.kind.direction, raised.kind.size) == ("up", "medium")


def test_people_are_the_sum_of_their_grades(archive: Archive) -> None:
    grades = grade_overrides(archive)
    people = {one.author: one for one in person_records(grades)}
    assert set(people) == {"sam", "fiona", "dana"}
    mine = [grade for grade in grades if grade.change.author == "sam"]
    assert people["sam"].n == len(mine) == 6
    assert people["sam"].effect == pytest.approx(sum(grade.effect for grade in mine))


def test_staircase_sums_exactly(record: ForecastRecord) -> None:
    for lag in (None, *record.lags):
        stairs = staircase(record, lag=lag)
        assert stairs.steps[0].name == "naive"
        assert stairs.steps[-1].name == "consensus"
        assert sum(step.effect for step in stairs.steps) == stairs.total
        assert stairs.steps[0].error - stairs.total == stairs.steps[-1].error


def test_staircase_of_segments_sums_to_that_of_all(record: ForecastRecord) -> None:
    parts = [staircase(record, groups=record.where(item=item)) for item in sorted(set(record.groups["item"]))]
    assert sum(part.total for part in parts) == staircase(record).total


def test_scores_are_those_of_the_formulas(record: ForecastRecord) -> None:
    rows = record.at_lag(0)
    demand, forecast = record.actual[rows], record.said["consensus"][rows]
    known = np.isfinite(demand)
    whole = score(record, lag=0)
    assert whole.wmape == pytest.approx(np.abs(demand - forecast)[known].sum() / demand[known].sum())
    assert whole.bias == pytest.approx((forecast - demand)[known].sum() / demand[known].sum())
    assert whole.cells == known.sum()
    assert set(scores_by_lag(record)["lag"]) == {0, 1, 2}
    assert "consensus" in scores_by_stream(record)["stream"].to_list()
    assert sum(scores_by_group(record, "item")["cells"]) == score(record).cells


def test_alarms_are_beyond_the_limit_and_ordered_by_money(record: ForecastRecord) -> None:
    found = alarms(record, limit=2.0, lag=0)
    assert all(abs(alarm.tracking_signal) > 2.0 for alarm in found)
    assert [alarm.money for alarm in found] == sorted((alarm.money for alarm in found), reverse=True)
    assert alarms(record, limit=3.0, lag=0) == []  # three periods cannot run off by more than three


def test_the_waterfall_says_what_each_version_said(archive: Archive) -> None:
    table = version_table(archive, scope={"item": "I2"})
    second = dict(zip(table.periods, table.rows[1].values, strict=True))
    assert second["2025-10"] is None
    assert second["2025-11"] == archive.versions[1].plan.value(
        "consensus_demand", scope={"item": "I2"}, periods="2025-11"
    )
    came = dict(zip(table.periods, table.actual, strict=True))
    assert came["2025-12"] == archive.now.value("demand_history", scope={"item": "I2"}, periods="2025-12")


def test_advice_widens_its_circle_and_says_so(archive: Archive) -> None:
    grades = grade_overrides(archive)
    like = next(grade.kind for grade in grades if grade.change.author == "sam")
    assert advise(grades, like, "sam").n >= 3
    other = advise(grades, OverrideKind("AX", "up", "medium"), "nobody")
    assert other.circle.startswith("Everybody")
    assert other.n > 0
    nothing = advise((), like, "sam")
    assert (nothing.n, nothing.verdict) == (0, "unknown")


def test_a_change_that_is_not_saved_has_a_kind(archive: Archive) -> None:
    change = judgements(MONTHS[0])[0]
    later = type(change)(change.operation, change.measure, change.scope, ("2026-01", "2026-02"), "sam", change.at)
    kind = kind_of_change(archive.now, later)
    assert (kind.direction, kind.size) == ("up", "medium")
    assert kind.segment[0] in "ABC"


def test_without_a_period_that_is_over_there_is_nothing_to_grade(workspace: Workspace) -> None:
    early = workspace.scenario("2025-09").plan()
    with pytest.raises(NotFound, match="no published plan with a period that is over"):
        Measuring(workspace, early).record()


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The same months, in each of which sales and customers forecast a family, and customers are bound to take more."""
    with archive_copy(tmp_path_factory, tmp_path_factory.mktemp("spoken") / "small") as opened:
        for as_of in MONTHS:
            month, at = opened.scenario(f"{as_of:%Y-%m}"), moment(as_of, 21)
            month.change("sales_forecast", percent=12, scope={"product_family": "F0"}, actor="sam", at=at)
            month.change("customer_forecast", percent=-9, scope={"item": "I0"}, actor="sam", at=at)
            month.change("customer_commitment", percent=40, scope={"item": "I2"}, actor="sam", at=at)
            month.publish(actor="ines", at=moment(as_of, 22))
        yield open_archive(opened, opened.scenario("base").plan())


def test_each_stream_is_a_step_of_its_own_and_the_steps_add_up(spoken: Archive) -> None:
    stairs = staircase(forecast_record(spoken))
    steps = {step.name: step for step in stairs.steps}
    assert [name for name in steps if name.startswith("heard_")] == ["heard_customer", "heard_sales"]
    assert all(steps[name].moved for name in ("heard_customer", "heard_sales", "streams"))
    assert sum(step.effect for step in stairs.steps) == stairs.total


def test_with_every_stream_heard_only_commitments_are_left(spoken: Archive) -> None:
    for version in spoken.versions:
        periods = version.plan.horizon.size
        last = heard_one_by_one(version, periods)["heard_sales"]
        kept = keep_commitments(last, version.values("customer_commitment", periods))
        assert np.array_equal(kept, version.values(BEFORE_CHANGES, periods))
        assert not np.array_equal(kept, last)


def test_a_month_in_which_no_stream_spoke_has_no_such_step(record: ForecastRecord) -> None:
    assert not [name for name in record.said if name.startswith("heard_")]


def test_weights_follow_the_errors_of_each_stream_where_it_spoke(spoken: Archive) -> None:
    record = forecast_record(spoken)
    proposed = {one.stream: one for one in propose_weights(record, spoken.now)}
    said, base = record.said["customer_forecast"], record.said["intelligence"]
    own = np.isfinite(record.actual) & (said != base)
    error = np.square(said - record.actual)[own].mean()
    assert proposed["customer"].cells == own.sum() > 0
    assert proposed["customer"].error == pytest.approx(np.sqrt(error))
    assert max(proposed[name].proposed for name in ("statistical", "sales", "customer")) == 1.0
    assert proposed["marketing"].footing == "no record"
    assert (proposed["finance"].footing, proposed["finance"].proposed) == ("not heard", 0.0)


def test_weights_that_are_adopted_are_those_of_the_plan(spoken: Archive, tmp_path, tmp_path_factory) -> None:
    with archive_copy(tmp_path_factory, tmp_path / "weighed") as opened:
        base, scope = opened.scenario("base"), {"product_family": "F0"}
        proposed = propose_weights(forecast_record(spoken, scope=scope), spoken.now, scope=scope)
        changes = weight_changes(proposed, author="dana", at=moment(NOW, 3), scope=scope)
        base.append(*changes)
        for one in proposed:
            assert base.plan().value(f"{one.stream}_weight", scope=scope) == pytest.approx(one.proposed)
        assert base.plan().value("sales_weight", scope={"product_family": "F1"}) == 1.0
        assert all(change.note.startswith("Weighed by track record") for change in changes)


def test_without_a_stream_that_spoke_there_is_nothing_to_weigh(archive: Archive, record: ForecastRecord) -> None:
    proposed = propose_weights(record, archive.now)
    assert not any(one.moves for one in proposed)
    with pytest.raises(ChangeInvalid, match="proposes no other weights"):
        weight_changes(proposed, author="dana", at=moment(NOW, 3))
