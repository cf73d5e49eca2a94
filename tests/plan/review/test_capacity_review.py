"""Capacity review: load, what stands behind it, what holds the plan back."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from steelyard.errors import NotFound
from steelyard.grid.block import join
from steelyard.plan.review.capacity import CapacityView, load_by_source, work_on
from steelyard.plan.review.pricing import PricedPlan
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def tight(shared_workspace):
    """The small company with half its hours."""
    hours = [{"resource_id": "LINE", "available": 20.0 * 6 * 3}]
    kept = shared_workspace.add_extract(company(items=6, customers=3, replace={"resource_capacity": hours}), at=AT)
    made = shared_workspace.create_scenario("tight", extract=kept.digest, actor="dana", at=AT, horizon=12)
    return made.plan()


def test_load_and_past_due_are_the_hours_of_planned_receipts(tight):
    view = CapacityView(tight)
    made = join(tight.blocks("planned_receipts"))[:, _made(tight)]
    assert view.load.sum() + view.past_due.sum() == pytest.approx(0.5 * made.sum())
    assert (view.load[0] + view.past_due) == pytest.approx(join(tight.blocks("capacity_load"))[0])


def test_the_frame_has_a_row_for_each_resource_and_period(tight):
    frame = CapacityView(tight).frame
    assert frame.height == 12
    assert frame["overload"].to_list() == pytest.approx(
        np.maximum(frame["asked"].to_numpy() - frame["available"].to_numpy(), 0).tolist()
    )


def test_work_on_a_resource_adds_up_to_its_load(tight):
    view = CapacityView(tight)
    for t, period in enumerate(view.periods):
        assert work_on(tight, "LINE", period)["hours"].sum() == pytest.approx(view.load[t, 0])
    with pytest.raises(NotFound, match="LATHE"):
        work_on(tight, "LATHE")


def test_load_by_source_is_half_an_hour_of_demand(tight):
    found = load_by_source(tight, "LINE")
    assert found["total"].sum() == pytest.approx(0.5 * tight.value("independent_demand"))
    assert found["total"].is_sorted(descending=True)


def test_the_short_line_is_the_bottleneck_and_a_block_is_worth_no_more_than_its_price(tight):
    (line,) = PricedPlan(tight).bottlenecks()
    assert line.resource == "LINE"
    assert line.more is not None
    assert 0 < line.more.planned_again <= line.more.at_price * 1.001


def test_late_units_name_what_gates_them(tight):
    found = PricedPlan(tight).shortages(most=40)
    assert [one.money for one in found] == sorted((one.money for one in found), reverse=True)
    assert {one.gated_by for one in found if one.gate.kind == "resource"} == {"LINE"}
    assert any(one.gate.kind == "resource" for one in found)


def test_a_shortage_stands_once_at_its_worst_period_end(tight):
    found = PricedPlan(tight).shortages(most=40)
    places = [(one.item, one.location) for one in found]
    assert len(places) == len(set(places))
    backlog = tight.frame(["backlog"], by=["item", "location"])
    for one in found:
        of = backlog.filter(pl.col("item") == one.item, pl.col("location") == one.location)
        assert one.units == pytest.approx(of["backlog"].max())
        waits = dict(of.select("period", "backlog").iter_rows())
        run = [label for label in tight.horizon.labels if one.since <= label <= one.period]
        assert all(waits[label] > 1e-6 for label in run)
        before = [label for label in tight.horizon.labels if label < one.since]
        assert not before or waits[before[-1]] <= 1e-6


def _made(plan):
    return (plan.series("planned_receipts").members["location"] == "P1").to_numpy() & (
        plan.series("planned_receipts").members["item"] != "COMP"
    ).to_numpy()
