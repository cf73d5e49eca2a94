"""Capacity review: load, what stands behind it, what holds the plan back."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from steelyard.errors import NotFound
from steelyard.grid.block import join
from steelyard.plan.review.capacity import CapacityView, load_by_source, work_on
from steelyard.plan.review.pricing import PricedPlan
from steelyard.web.capacity.selectors import load_map, resource_chart, resource_lines
from tests.company import PLANT, company

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


@pytest.fixture(scope="module")
def stored(shared_workspace):
    """The small company with a store at its plant that is too small."""
    store = {"resource_id": "STORE", "location_id": PLANT, "resource_type": "storage"}
    line = {
        "resource_id": "LINE",
        "location_id": PLANT,
        "resource_type": "machine",
        "capacity_unit": "hours_per_period",
    }
    tables = {
        "resource": [line, {**store, "capacity_unit": "units_per_period"}],
        "resource_capacity": [{"resource_id": "LINE", "available": 720.0}, {"resource_id": "STORE", "available": 50.0}],
    }
    kept = shared_workspace.add_extract(company(items=6, customers=3, replace=tables), at=AT)
    made = shared_workspace.create_scenario("stored", extract=kept.digest, actor="dana", at=AT, horizon=12)
    return made.plan()


def test_the_load_of_a_store_is_its_stock(stored):
    view, number = CapacityView(stored), 1
    here = (stored.series("projected_inventory").members["location"] == PLANT).to_numpy()
    stock = join(stored.blocks("projected_inventory"))[:, here].sum(axis=1)
    assert view.resources[number] == "STORE"
    assert view.planned[:, number] == pytest.approx(stock)
    assert stock.max() > 0
    last = view.load[-1, number]
    come = sum(join(stored.blocks(name))[:, here].sum() for name in ("scheduled_receipts", "planned_receipts"))
    begun = join(stored.blocks("opening_inventory"))[here].sum()
    assert last == pytest.approx(begun + come - join(stored.blocks("gross_requirement"))[:, here].sum())
    assert view.slack[:, number] == pytest.approx(view.available[:, number] - view.load[:, number])
    assert view.frame.filter(pl.col("resource") == "STORE")["overload"].max() > 0


def test_behind_a_store_stands_what_lies_in_it(stored):
    view = CapacityView(stored)
    for t, period in enumerate(view.periods):
        assert work_on(stored, "STORE", period)["hours"].sum() == pytest.approx(view.load[t, 1])
        assert work_on(stored, "STORE", period, planned=True)["hours"].sum() == pytest.approx(view.planned[t, 1])
    assert set(work_on(stored, "STORE")["location"]) == {PLANT}
    assert load_by_source(stored, "STORE")["total"].sum() == pytest.approx(view.load[:, 1].sum())


def test_a_store_is_counted_by_its_highest_stock_and_shown_in_units(stored):
    view = CapacityView(stored)
    (line,) = [each for each in resource_lines(view) if each.name == "STORE"]
    assert (line.available, line.asked) == (50.0, pytest.approx(view.load[:, 1].max()))
    assert line.overload == pytest.approx(view.load[:, 1].max() - 50.0)
    assert line.worst > 1
    drawn = load_map(view)["series"][0]["data"]
    assert max(cell["value"][2] for cell in drawn) == round(100 * view.load[:, 1].max() / 50.0)
    assert "Room there is" in str(resource_chart(stored, view, "STORE"))
    assert "Room there is" not in str(resource_chart(stored, view, "LINE"))


def _made(plan):
    return (plan.series("planned_receipts").members["location"] == "P1").to_numpy() & (
        plan.series("planned_receipts").members["item"] != "COMP"
    ).to_numpy()
