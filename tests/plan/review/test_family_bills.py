"""Family bills: hours of a unit by the plan's own mix, and what more of a family would load."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from steelyard.errors import NotFound, PlanError, UnknownPeriod
from steelyard.grid.block import join
from steelyard.plan.review.family_bills import FamilyBills, FamilyQuantity, load_in_sum, load_of_quantity
from tests.company import LINE, PLANT, _resource, _routing, company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOURS = {"I0": 0.5, "I1": 1.0, "I2": 2.0, "I3": 0.25}


@pytest.fixture(scope="module")
def scenario(shared_workspace):
    """Two families of two items each that take different hours of one line; a store stands beside it."""
    store = {**_resource(), "resource_id": "STORE", "resource_type": "storage", "capacity_unit": "units_per_period"}
    tables = {
        "routing": [{**_routing(item), "hours_per_unit": hours} for item, hours in HOURS.items()],
        "resource": [_resource(), store],
        "resource_capacity": [{"resource_id": LINE, "available": 300.0}, {"resource_id": "STORE", "available": 50.0}],
    }
    kept = shared_workspace.add_extract(company(items=4, replace=tables), at=AT)
    return shared_workspace.create_scenario("families", extract=kept.digest, actor="dana", at=AT, horizon=6)


@pytest.fixture(scope="module")
def bills(scenario):
    return FamilyBills(scenario.plan())


def asked(plan, item: str) -> np.ndarray:
    rows = (plan.series("independent_demand").members["item"] == item).to_numpy()
    return join(plan.blocks("independent_demand"))[:, rows].sum(axis=1)


def test_a_unit_of_a_family_takes_the_hours_of_its_items_by_their_part(bills):
    first, third = asked(bills.plan, "I0"), asked(bills.plan, "I2")
    expected = (0.5 * first + 2.0 * third) / (first + third)
    rows = bills.frame.filter(pl.col("member") == "F0")
    assert rows["resource"].unique().to_list() == [LINE]
    assert rows["per_unit"].to_list() == pytest.approx(expected.tolist())
    assert rows["quantity"].to_list() == pytest.approx((first + third).tolist())
    assert np.ptp(expected) > 0


def test_parts_without_customers_and_stores_have_no_bill(bills):
    assert bills.members == ("F0", "F1")
    assert bills.resources == (LINE,)


def test_another_mix_is_another_bill(scenario):
    branch = scenario.branch("more of the long one", actor="dana", at=AT)
    branch.change("consensus_demand", percent=100, scope={"item": "I2"}, actor="dana", at=AT)
    before, after = (FamilyBills(one.plan()).mean.filter(pl.col("member") == "F0") for one in (scenario, branch))
    assert after["per_unit"][0] > 1.1 * before["per_unit"][0]
    assert before["least"][0] <= before["per_unit"][0] <= before["most"][0]


def test_ten_percent_more_of_a_family_adds_ten_percent_of_its_hours(bills):
    load = load_of_quantity(bills, FamilyQuantity("F0", percent=10.0))
    hours = bills.frame.filter(pl.col("member") == "F0")["hours"]
    assert load["more"].to_list() == pytest.approx((0.1 * hours).to_list())
    over = np.maximum(load["asked"].to_numpy() + load["more"].to_numpy() - 300.0, 0.0)
    assert load["overload"].to_list() == pytest.approx(over.tolist())
    assert (load["overload"] > load["overload_before"]).any()


def test_units_in_some_periods_load_those_periods_only(bills):
    labels = bills.plan.horizon.labels
    load = load_of_quantity(bills, FamilyQuantity("F1", units=40.0, first=labels[1], last=labels[2]))
    assert load["quantity"].to_list() == [0.0, 40.0, 40.0, 0.0, 0.0, 0.0]
    per_unit = bills.frame.filter(pl.col("member") == "F1")["per_unit"].to_list()
    assert load["more"].to_list()[1:3] == pytest.approx([40.0 * per_unit[1], 40.0 * per_unit[2]])
    (line,) = load_in_sum(load).to_dicts()
    assert line["more"] == pytest.approx(sum(load["more"]))
    share = (load["asked"] + load["more"]) / load["available"]
    assert (line["worst"], line["when"]) == (pytest.approx(share.max()), load["period"][share.arg_max()])


def test_less_of_a_family_frees_hours(bills):
    load = load_of_quantity(bills, FamilyQuantity("F0", percent=-50.0))
    assert load["more"].max() < 0
    assert load["overload"].sum() < load["overload_before"].sum()


def test_what_cannot_be_asked_is_said(bills):
    with pytest.raises(NotFound, match="use one of F0, F1"):
        load_of_quantity(bills, FamilyQuantity("Parts", percent=10.0))
    with pytest.raises(PlanError, match="percent or units"):
        load_of_quantity(bills, FamilyQuantity("F0"))
    for amount in (float("nan"), float("inf")):
        with pytest.raises(PlanError, match="finite"):
            load_of_quantity(bills, FamilyQuantity("F0", percent=amount))
    for less in (FamilyQuantity("F0", percent=-101.0), FamilyQuantity("F0", units=-1e9)):
        with pytest.raises(PlanError, match="than the plan asks for"):
            load_of_quantity(bills, less)
    with pytest.raises(UnknownPeriod):
        load_of_quantity(bills, FamilyQuantity("F0", percent=1.0, first="1999-01"))


def test_items_of_one_place_may_have_bills_too(bills):
    items = FamilyBills(bills.plan, "item").mean
    assert dict(items.select("member", "per_unit").iter_rows()) == pytest.approx(HOURS)
    assert PLANT not in items["resource"].to_list()
