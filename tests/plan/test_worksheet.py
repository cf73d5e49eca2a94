"""Worksheet: a tree of rows, opened node by node, and the numbers of a window."""

import numpy as np
import pytest

from steelyard.plan.plan import Plan

LEVELS = ["product_family", "item", "location", "customer"]


@pytest.fixture(scope="module")
def plan(shared_workspace) -> Plan:
    return shared_workspace.scenario("base").plan()


def test_closed_it_shows_the_total(plan):
    sheet = plan.table(["revenue"], LEVELS)
    window = sheet.window()
    assert window.paths == ((),)
    assert window.children.tolist() == [2]
    assert np.nansum(window.values["revenue"]) == pytest.approx(plan.value("revenue"))


def test_nodes_stand_before_their_children(plan):
    sheet = plan.table(["revenue"], LEVELS, opened=[(), ("F0",), ("F0", "I2")])
    paths = sheet.window().paths
    assert paths[:4] == ((), ("F0",), ("F0", "I0"), ("F0", "I2"))
    assert paths[4][:2] == ("F0", "I2")
    assert ("F1",) in paths
    assert sheet.size == len(paths)


def test_a_node_is_open_only_below_open_nodes(plan):
    assert plan.table(["revenue"], LEVELS, opened=[("F0",)]).size == 1


def test_children_sum_to_their_parent(plan):
    sheet = plan.table(["revenue", "demand_history"], LEVELS, opened=4)
    window = sheet.window(0, 10_000)
    for measure in ("revenue", "demand_history"):
        values = window.values[measure]
        for depth in range(1, 5):
            assert np.nansum(values[window.depths == depth], axis=0) == pytest.approx(np.nansum(values[:1], axis=0))


def test_a_window_is_a_part_of_the_whole(plan):
    sheet = plan.table(["revenue", "projected_inventory"], LEVELS, opened=4)
    whole, part = sheet.window(0, 10_000), sheet.window(5, 7)
    assert part.paths == whole.paths[5:12]
    for measure in ("revenue", "projected_inventory"):
        np.testing.assert_allclose(part.values[measure], whole.values[measure][5:12])
    assert sheet.window(sheet.size, 10).paths == ()


def test_measures_of_other_grains_are_empty_where_they_have_no_rows(plan):
    sheet = plan.table(["demand_plan", "projected_inventory"], LEVELS, opened=4)
    window = sheet.window(0, 10_000)
    stock = window.values["projected_inventory"]
    assert np.isnan(stock[window.depths == 4]).all()
    assert np.isfinite(stock[window.depths == 2][:, -12:]).all()


def test_a_scope_leaves_other_rows_out(plan):
    sheet = plan.table(["revenue"], LEVELS, opened=4, scope={"customer": "C1"})
    window = sheet.window(0, 10_000)
    assert {path[-1] for path in window.paths if len(path) == 4} == {"C1"}
    assert np.nansum(window.values["revenue"][0]) == pytest.approx(plan.value("revenue", scope={"customer": "C1"}))


def test_levels_need_not_follow_the_order_of_rows(plan):
    sheet = plan.table(["revenue"], ["channel", "item"], opened=2)
    paths = sheet.window(0, 100).paths
    assert [path for path in paths if len(path) == 1] == [("retail",), ("online",)]
    assert list(paths).index(("online",)) == 1 + 1 + 6


def test_columns_follow_time_level_and_periods(plan):
    sheet = plan.table(
        ["demand_history", "demand_plan", "coverage"], LEVELS, time="quarter", periods=("2025-10", "2026-06")
    )
    assert sheet.columns == ("2025-Q4", "2026-Q1", "2026-Q2")
    values = sheet.window().values
    assert np.isnan(values["demand_history"][0]).tolist() == [False, True, True]
    assert np.isnan(values["demand_plan"][0]).tolist() == [True, False, False]
    assert np.isfinite(values["coverage"][0, 1:]).all()


def test_a_row_knows_its_scope_and_place(plan):
    sheet = plan.table(["revenue"], LEVELS, opened=2)
    window = sheet.window()
    row = sheet.find(("F1", "I1"))
    assert window.scope(row, sheet.levels) == {"product_family": "F1", "item": "I1"}
    assert sheet.find(("F1", "nothing")) == -1
