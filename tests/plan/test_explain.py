"""Explanation: formula, inputs at the same scope, changes by whom, rows of the extract."""

from datetime import UTC, datetime

import pytest

from steelyard.errors import NotFound

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
I0 = {"item": "I0"}


def test_revenue_is_explained_by_units_and_price(base):
    explanation = base.plan().explain("revenue", scope=I0, periods="2026-02")
    inputs = {value.name: value for value in explanation.inputs}
    assert set(inputs) == {"constrained_demand", "price"}
    assert explanation.value == pytest.approx(inputs["constrained_demand"].value * inputs["price"].value)
    assert inputs["constrained_demand"].calculated
    assert not inputs["price"].calculated
    assert explanation.calculated_by.endswith("margin.revenue")
    assert "price" in explanation.formula
    assert "Args:" not in explanation.formula


def test_history_stands_on_its_order_lines(base):
    plan = base.plan()
    scope = {"item": "I0", "location": "D1"}
    explanation = plan.explain("demand_history", scope=scope, periods="2025-02")
    lines = explanation.rows["sales_line"]
    assert lines["quantity"].sum() == explanation.value
    assert {"_source", "_source_row"} <= set(lines.columns)
    assert explanation.calculated_by == "extract"


@pytest.mark.parametrize(
    ("measure", "table", "column"),
    [("open_orders", "open_order", "quantity_open"), ("opening_inventory", "inventory", "on_hand_qty")],
)
def test_inputs_stand_on_their_rows(base, measure, table, column):
    plan = base.plan()
    for scope in ({}, I0, {"location": "D1"}, {"product_family": "F1"}):
        rows = plan.explain(measure, scope=scope).rows[table]
        total = 0.0 if rows.is_empty() else rows[column].sum()
        assert total == pytest.approx(plan.value(measure, scope=scope))


def test_a_budget_stands_on_the_rows_of_its_family_and_period(base):
    plan = base.plan()
    rows = plan.extract_rows("budget_revenue", scope={"product_family": "F0"}, periods=("2026-03", "2026-04"))["budget"]
    assert rows["family"].unique().to_list() == ["F0"]
    assert rows["period_id"].to_list() == ["2026-03", "2026-04"]
    wanted = plan.value("budget_revenue", scope={"product_family": "F0"}, periods=("2026-03", "2026-04"))
    assert rows["amount"].sum() == pytest.approx(wanted)


def test_a_forecast_stands_on_the_whole_history_of_its_series(base):
    lines = base.plan().explain("statistical_forecast", scope=I0, periods="2026-02").rows["sales_line"]
    assert set(lines["item_id"]) == {"I0"}
    assert lines["order_date"].dt.year().unique().sort().to_list() == [2024, 2025]


def test_changes_that_moved_the_number_are_named_with_their_effect(base):
    before = base.plan().value("revenue", scope=I0)
    base.change("consensus_demand", percent=10, scope=I0, reason="promotion", **DANA)
    base.change("price", percent=-5, scope=I0, actor="omar", at=AT, reason="price_change")
    base.change("price", percent=50, scope={"item": "I3"}, **DANA)
    explanation = base.plan().explain("revenue", scope=I0)
    assert [effect.change.author for effect in explanation.changes] == ["dana", "omar"]
    assert before + sum(effect.effect for effect in explanation.changes) == pytest.approx(explanation.value)


def test_a_ratio_names_its_parts(base):
    explanation = base.plan().explain("utilisation", periods="2026-03")
    assert [value.name for value in explanation.inputs] == ["capacity_load", "capacity_available"]
    assert "/" in explanation.formula


def test_every_measure_of_a_plan_can_be_explained(base):
    plan = base.plan()
    for measure in plan.measures:
        explanation = plan.explain(measure)
        assert explanation.formula
        assert all(explanation.rows[table].height >= 0 for table in explanation.rows)


def test_an_unknown_measure_is_named(base):
    with pytest.raises(NotFound):
        base.plan().explain("profit")
