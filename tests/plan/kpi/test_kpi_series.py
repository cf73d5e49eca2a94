"""KPI series and alerts: period by period as the measures say, judged against what came."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from steelyard.kpi.alert import AlertRule
from steelyard.kpi.target import Target
from steelyard.plan.kpi.alerts import find_breaches, members_of
from steelyard.plan.kpi.past import PastFigures
from steelyard.plan.kpi.series import BY_PERIOD, kpi_series
from steelyard.plan.kpi.targets import joined_targets
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.measuring.archive import open_archive
from steelyard.plan.measuring.segment import item_segments
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}


@pytest.fixture
def archive(workspace, base):
    november = workspace.add_extract(company(items=6, customers=3, periods=23, as_of=date(2025, 11, 30)), at=AT)
    workspace.create_scenario("november", extract=november.digest, horizon=12, **DANA).publish(**DANA)
    return open_archive(workspace, base.plan())


def test_a_rule_looks_at_each_class_of_items(base):
    """The items of a class have to be the items of the rule: classes are no level of the demand."""
    plan = base.plan()
    rule = AlertRule("Service of a class", "fill_rate", limit=101.0, level="abc")
    found = find_breaches(plan, [rule])
    classes = {name: part["item"].to_list() for (name,), part in item_segments(plan).frame.group_by(["abc"])}
    assert {one.member for one in found} == set(classes)
    for one in found:
        figures = figures_of(plan, None, {"item": tuple(classes[one.member])})
        assert one.value == pytest.approx(kpi_value("fill_rate", figures))
    assert [one.member for one in find_breaches(plan, [replace(rule, member="A")])] == ["A"]


def test_every_period_ties_to_the_measures(base):
    plan = base.plan()
    first = plan.horizon.labels[0]
    revenue = dict(kpi_series(plan, "revenue").plan)
    assert sum(revenue.values()) == pytest.approx(plan.value("revenue"))
    stock = dict(kpi_series(plan, "inventory_value").plan)
    assert stock[first] == pytest.approx(plan.value("inventory_value", periods=first))
    margin = dict(kpi_series(plan, "gross_margin_percent").plan)
    assert margin[first] == pytest.approx(100 * plan.value("gross_margin_percent", periods=first))


@pytest.mark.parametrize("name", sorted(BY_PERIOD))
def test_a_kpi_by_period_speaks_of_planned_periods_only(base, name):
    plan = base.plan()
    assert {label for label, _ in kpi_series(plan, name).plan} <= set(plan.horizon.labels)


def test_fill_rates_of_periods_weigh_to_that_of_the_horizon(base):
    plan = base.plan()
    by_period = dict(kpi_series(plan, "fill_rate").plan)
    due = {label: plan.value("independent_demand", periods=label) for label in plan.horizon.labels}
    whole = next(kpi.value for kpi in plan.kpis() if kpi.name == "fill_rate")
    assert sum(by_period[p] * due[p] for p in by_period) / sum(due.values()) == pytest.approx(whole)


def test_the_past_knows_what_came_and_what_had_been_said(base, archive):
    plan = base.plan()
    series = kpi_series(plan, "revenue", archive=archive)
    assert series.said[0][0] == "2025-12"
    assert dict(series.actual)["2025-12"] == pytest.approx(plan.value("revenue_history", periods="2025-12"))
    accuracy = kpi_series(plan, "forecast_accuracy", archive=archive).actual
    judged = next(k.value for k in plan.kpis(previous=archive.versions[0].plan) if k.name == "forecast_accuracy")
    assert accuracy == (("2025-12", pytest.approx(judged)),)
    assert [period for period, _ in kpi_series(plan, "inventory_value", archive=archive).actual] == [
        "2025-11",
        "2025-12",
    ]


def test_lines_shipped_on_their_day_in_full_are_on_time_in_full(base):
    plan = base.plan()
    assert {value for _, value in kpi_series(plan, "otif").actual} == {100.0}
    sums = PastFigures(plan, {}).by_period["2025-12"]
    assert sums["due"] == pytest.approx(plan.value("demand_history", periods="2025-12"))
    family = PastFigures(plan, {"product_family": ("F0",)}).by_period["2025-12"]
    asked = {"product_family": ("F0",)}
    assert family["due"] == pytest.approx(plan.value("demand_history", periods="2025-12", scope=asked))


def test_rules_look_at_members_one_by_one(base):
    plan = base.plan()
    assert members_of(plan, "product_family") == ("F0", "F1")
    assert members_of(plan, "planet") == ()
    rule = AlertRule("Margin", "gross_margin_percent", level="product_family")
    demanding = Target("gross_margin_percent", 99.0, 0.0, "product_family", "F1")
    modest = Target("gross_margin_percent", -99.0, 0.0)
    found = find_breaches(plan, [rule], targets=[demanding, modest])
    assert [(one.member, one.place) for one in found] == [("F1", "gross_margin_percent@product_family=F1")]


def test_what_people_agree_on_holds_before_what_the_extract_states():
    stated = [Target("fill_rate", 95.0), Target("otif", 90.0)]
    joined = joined_targets(stated, [Target("fill_rate", 97.0, 1.0)])
    assert [(one.kpi, one.target) for one in joined] == [("fill_rate", 97.0), ("otif", 90.0)]
