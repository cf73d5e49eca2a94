"""Numbers of a plan: one roll-up, whichever way one asks."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from steelyard.errors import NotFound, UnknownMember, UnknownPeriod
from steelyard.grid.block import join
from steelyard.plan.plan import Plan

FAMILY = ["product_family"]


@pytest.fixture(scope="module")
def plan(shared_workspace) -> Plan:
    return shared_workspace.scenario("base").plan()


def test_a_total_is_the_sum_of_all_cells(plan):
    assert plan.value("revenue") == pytest.approx(join(plan.blocks("revenue")).sum())


def test_groups_sum_to_the_total_at_every_level(plan):
    for levels in (FAMILY, ["item"], ["channel"], ["item", "customer"], ["location", "product_family"]):
        frame = plan.frame("revenue", by=levels, time="all")
        assert frame["revenue"].sum() == pytest.approx(plan.value("revenue"))


def test_quarters_sum_to_the_year(plan):
    quarters = plan.frame("revenue", time="quarter")
    assert quarters["period"].to_list() == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert quarters["revenue"].sum() == pytest.approx(plan.value("revenue"))


def test_a_stock_is_that_of_the_last_period(plan):
    assert plan.value("projected_inventory") == plan.value("projected_inventory", periods="2026-12")


def test_a_ratio_is_a_ratio_of_totals(plan):
    ratio = plan.value("utilisation")
    assert ratio == pytest.approx(plan.value("capacity_load") / plan.value("capacity_available"))


def test_a_scope_is_the_row_of_its_group(plan):
    frame = plan.frame(["revenue", "demand_plan"], by=FAMILY, time="quarter")
    row = frame.row(by_predicate=(pl.col("product_family") == "F1") & (pl.col("period") == "2026-Q2"), named=True)
    scope, periods = {"product_family": "F1"}, ("2026-04", "2026-06")
    assert plan.value("revenue", scope=scope, periods=periods) == pytest.approx(row["revenue"])
    scoped = plan.frame(["revenue", "demand_plan"], by=FAMILY, time="quarter", scope=scope)
    assert_frame_equal(scoped, frame.filter(pl.col("product_family") == "F1"))


def test_measures_of_several_grains_and_spans_share_a_frame(plan):
    frame = plan.frame(["demand_history", "demand_plan", "projected_inventory"], by=["item"], time="quarter")
    past, future = frame.filter(item="I0", period="2025-Q4"), frame.filter(item="I0", period="2026-Q1")
    assert past["demand_history"][0] > 0
    assert past["demand_plan"][0] is None
    assert future["demand_history"][0] is None
    component = frame.filter(item="COMP", period="2026-Q1")
    assert component["demand_plan"][0] is None
    assert component["projected_inventory"][0] is not None
    assert frame.filter(item="I0")["period"].to_list() == [
        f"{y}-Q{q}" for y in (2024, 2025, 2026) for q in (1, 2, 3, 4)
    ]


def test_totals_give_arrays(plan):
    labels, sums = plan.totals("revenue", FAMILY)
    assert labels["product_family"].to_list() == ["F0", "F1"]
    assert sums.shape == (12, 2)
    labels, sums = plan.totals("revenue", FAMILY, scope={"item": "I1"})
    assert labels["product_family"].to_list() == ["F1"]
    assert np.isfinite(sums).all()


def test_what_is_not_there_is_named(plan):
    with pytest.raises(NotFound, match="revenue"):
        plan.value("revenu")
    with pytest.raises(UnknownMember, match="F1"):
        plan.value("revenue", scope={"product_family": "F11"})
    with pytest.raises(UnknownMember, match="levels are"):
        plan.value("projected_inventory", scope={"customer": "C0"})
    with pytest.raises(UnknownPeriod):
        plan.value("revenue", periods="2031-01")
    with pytest.raises(UnknownPeriod):
        plan.frame("revenue", time="decade")
