"""Rough-cut ways and past hours: overall factors, bill of resources, resource profile, and what was demonstrated."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from steelyard.errors import NotFound
from steelyard.grid.block import join
from steelyard.plan.change import Change
from steelyard.plan.life_operation import AddRow
from steelyard.plan.operation import SetMasterData
from steelyard.plan.review.capacity import CapacityView
from steelyard.plan.review.past_hours import demonstrated_capacity, hours_of_orders
from steelyard.plan.review.rough_cut_ways import ROUGH_CUT_WAYS, master_schedule, rough_cut, rough_cut_way
from tests.company import CENTRES, LINE, PLANT, _bought, _resource, _routing, _sources, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
OVEN = "OVEN"


def order(number: int, item: str, quantity: float, received: date, place: str = PLANT, kind: str = "production"):
    return {
        "order_id": f"W{number}", "line_id": "1", "order_type": kind, "item_id": item, "location_id": place,
        "quantity_open": 0.0, "quantity_received": quantity, "due_date": received, "received_date": received,
        "status": "closed",
    }  # fmt: skip


ORDERS = [
    order(1, "I0", 100.0, date(2025, 11, 5)),
    order(2, "I1", 50.0, date(2025, 11, 20)),
    order(3, "I0", 20.0, date(2025, 12, 31)),
    order(4, "I1", 9999.0, date(2019, 12, 31)),
]


def planned(shared_workspace, name: str, **replace):
    """A company of two items, I0 on the line alone, I1 on the line and the oven, and a truck to one centre."""
    oven = {**_resource(), "resource_id": OVEN}
    truck = {**_resource(), "resource_id": "TRUCK", "resource_type": "transport", "capacity_unit": "units_per_period"}
    moves = [source for n in range(2) for source in _sources(f"I{n}")]
    tables = {
        "resource": [_resource(), oven, truck],
        "resource_capacity": [{"resource_id": each, "available": 60.0} for each in (LINE, OVEN, "TRUCK")],
        "routing": [
            {**_routing("I0"), "offset_days": 93}, _routing("I1"),
            {**_routing("I1"), "operation_no": "20", "resource_id": OVEN, "hours_per_unit": 2.0},
        ],
        "source": [{**one, "carrier_id": "TRUCK"} if one["location_id"] == CENTRES[0] else one for one in moves]
        + [_bought()],
        **replace,
    }  # fmt: skip
    kept = shared_workspace.add_extract(company(items=2, replace=tables), at=AT)
    return shared_workspace.create_scenario(name, extract=kept.digest, actor="dana", at=AT, horizon=6).plan()


@pytest.fixture(scope="module")
def plan(shared_workspace):
    return planned(shared_workspace, "ways", supply_order=ORDERS)


def test_the_master_schedule_is_what_is_received_for_customers(plan):
    schedule, receipts = master_schedule(plan), join(plan.blocks("planned_receipts"))
    members = plan.series("planned_receipts").members
    sold = members["location"].is_in(CENTRES).to_numpy()
    assert schedule[:, sold] == pytest.approx(receipts[:, sold])
    assert not schedule[:, ~sold].any()


def test_the_bill_of_resources_loads_where_it_is_received_all_levels_at_once(plan):
    found, schedule = rough_cut(plan, "bill_of_resources"), master_schedule(plan)
    item = plan.series("planned_receipts").members["item"].to_numpy()
    of = {name: schedule[:, item == name].sum(axis=1) for name in ("I0", "I1")}
    assert found.load[:, 0] == pytest.approx(0.5 * (of["I0"] + of["I1"]))
    assert found.load[:, 1] == pytest.approx(2.0 * of["I1"])
    assert not found.past_due.any()


def test_the_resource_profile_alone_knows_offsets_and_past_due_work(plan):
    profile = rough_cut(plan, "resource_profile")
    assert profile.past_due[0] > 0
    assert CapacityView(plan).load == pytest.approx(profile.load)


def test_overall_factors_split_the_hours_of_each_period_by_past_shares(plan):
    found, bill = rough_cut(plan, "overall_factors"), rough_cut(plan, "bill_of_resources")
    assert found.shares is not None
    assert found.shares.basis == "closed orders"
    line, oven = 0.5 * (100 + 50 + 20), 2.0 * 50
    expected = np.array([line, oven]) / (line + oven)
    assert found.shares.share[:2] == pytest.approx(expected)
    total = bill.load[:, :2].sum(axis=1)
    assert found.load[:, :2] == pytest.approx(total[:, None] * expected)


def test_a_carrier_has_no_share_of_hours_and_is_loaded_by_the_bill(plan):
    found, bill = rough_cut(plan, "overall_factors"), rough_cut(plan, "bill_of_resources")
    assert found.shares is not None
    assert found.shares.share[2] == 0
    assert found.load[:, 2] == pytest.approx(bill.load[:, 2])
    assert bill.load[:, 2].sum() > 0


def test_past_sales_stand_in_where_no_order_tells(shared_workspace):
    found = rough_cut(planned(shared_workspace, "sales only"), "overall_factors").shares
    assert found is not None
    assert (found.basis, found.periods) == ("sales", 12)
    made = planned(shared_workspace, "sales again")
    sold = join(made.blocks("demand_history"))[-12:].sum(axis=0)
    item = made.series("demand_history").members["item"].to_numpy()
    line, oven = 0.5 * sold.sum(), 2.0 * sold[item == "I1"].sum()
    assert found.share[:2] == pytest.approx([line / (line + oven), oven / (line + oven)])


def test_demonstrated_capacity_is_the_mean_of_standard_hours_received(plan):
    found = demonstrated_capacity(plan)
    assert found.basis == ("closed orders", "closed orders", "")
    assert found.mean[:2] == pytest.approx([(75.0 + 10.0) / 2, 100.0 / 2])
    assert found.best[:2] == pytest.approx([75.0, 100.0])
    assert np.isnan(found.mean[2])


def test_recorded_hours_go_before_closed_orders(shared_workspace):
    worked = [
        {"resource_id": LINE, "period_id": "2025-11", "hours_worked": 90.0, "hours_earned": 60.0},
        {"resource_id": LINE, "period_id": "2025-12", "hours_worked": 30.0},
        {"resource_id": OVEN, "period_id": "2025-Q4", "hours_worked": 92.0},
        {"resource_id": OVEN, "period_id": "2026-01", "hours_worked": 9999.0},
    ]
    made = planned(shared_workspace, "recorded", supply_order=ORDERS, resource_history=worked)
    seen, shares = demonstrated_capacity(made), rough_cut(made, "overall_factors").shares
    assert seen.basis == ("hours worked", "hours worked", "")
    assert seen.mean[:2] == pytest.approx([(0 + 60.0 + 30.0) / 3, 92.0 / 3])
    assert shares is not None
    assert (shares.basis, shares.periods) == ("hours worked", 3)
    assert shares.share[:2] == pytest.approx([120.0 / 212.0, 92.0 / 212.0])


def test_units_that_a_carrier_brought_demonstrate_what_it_can(shared_workspace):
    brought = order(9, "I0", 30.0, date(2025, 12, 1), CENTRES[0], "transfer")
    made = planned(shared_workspace, "moved", supply_order=[brought])
    assert hours_of_orders(made)[-1].tolist() == [0.0, 0.0, 30.0]


def test_kinds_of_capacity_stand_side_by_side_in_the_unit_of_each_resource(shared_workspace):
    line = {**_resource(), "utilisation": 0.9, "efficiency": 0.8}
    heavy = {"resource_id": "TRUCK", "location_id": PLANT, "resource_type": "transport"}
    made = planned(
        shared_workspace, "kinds", supply_order=ORDERS,
        resource=[line, {**_resource(), "resource_id": OVEN}, {**heavy, "capacity_unit": "volume_per_period"}],
    )  # fmt: skip
    rows = {row["resource"]: row for row in CapacityView(made).kinds.to_dicts()}
    assert (rows[LINE]["offered"], rows[LINE]["rated"]) == pytest.approx((60.0, 60.0 * 0.72))
    assert rows[LINE]["demonstrated"] == pytest.approx(42.5)
    assert (rows["TRUCK"]["unit"], rows["TRUCK"]["demonstrated"]) == ("m³", None)


def test_the_view_follows_the_way(plan):
    for way in ROUGH_CUT_WAYS:
        view = CapacityView(plan, way)
        assert view.frame["asked"].sum() == pytest.approx(rough_cut(plan, way).load.sum())
    with pytest.raises(NotFound, match="resource_profile"):
        rough_cut_way("by feeling")


def test_a_branch_may_add_a_holiday_and_another_utilisation(shared_workspace):
    tables = {
        "resource": [{**_resource(), "calendar_id": "PLANT"}],
        "resource_capacity": [{"resource_id": LINE, "shifts": 2.0, "hours_per_shift": 8.0}],
        "working_calendar": [{"calendar_id": "PLANT"}],
    }
    kept = shared_workspace.add_extract(company(items=2, replace=tables), at=AT)
    base = shared_workspace.create_scenario("worked", extract=kept.digest, actor="dana", at=AT, horizon=2)
    branch = base.branch("shut a week", actor="luis", at=AT)
    week = {"calendar_id": "PLANT", "start_date": "2026-02-02", "end_date": "2026-02-06"}
    branch.append(Change(AddRow("calendar_exception", week), author="luis", at=AT, reason="supply_constraint"))
    branch.append(
        Change(SetMasterData("resource", {"resource_id": LINE}, "utilisation", 0.5), author="luis", at=AT)
    )  # fmt: skip
    before, after = (CapacityView(one.plan()) for one in (base, branch))
    assert before.available[:, 0].tolist() == [16.0 * 22, 16.0 * 20]
    assert after.available[:, 0].tolist() == [8.0 * 22, 8.0 * 15]
    (row,) = after.kinds.to_dicts()
    assert (row["utilisation"], row["offered"]) == (0.5, pytest.approx(16.0 * (22 + 15) / 2))
