"""The plan on a page: charts without functions, key figures, exceptions."""

import json
from dataclasses import replace
from datetime import date
from math import isfinite
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from steelyard.kpi.registry import INDICATORS
from steelyard.plan.kpi.targets import published_before
from steelyard.web.scorecard.evidence import Evidence
from steelyard.web.scorecard.exceptions import budget_gaps, exceptions, unchecked
from steelyard.web.scorecard.kpis import judged, kpi_cards
from steelyard.web.scorecard.selectors import ahead, plan_page
from steelyard.web.ui.figures import number
from tests.company import company


@pytest.fixture
def plan(site):
    return site.scenario("base").plan()


def test_charts_are_plain_json_without_markup_or_functions(plan):
    page = plan_page(plan, "USD")
    assert {chart.key for chart in page.charts} >= {"revenue", "demand", "inventory", "families", "capacity"}
    for chart in page.charts:
        text = json.dumps(chart.option, allow_nan=False)
        assert "function" not in text
        assert "<" not in text


def test_the_revenue_chart_holds_the_numbers_of_the_plan(plan):
    chart = next(chart for chart in plan_page(plan, "USD").charts if chart.key == "revenue")
    bars = next(series for series in chart.option["series"] if series["name"] == "Plan")["data"]
    scale = plan.value("revenue") / sum(value or 0 for value in bars)
    assert scale == pytest.approx(1000, rel=0.01) or scale == pytest.approx(1e6, rel=0.01)


def test_cards_are_the_kpis_of_the_plan_and_every_kpi_is_shown_once(plan):
    large, others = kpi_cards(judged(plan), "USD")
    assert len(large) == 6
    assert sorted(card.name for card in (*large, *others)) == sorted(INDICATORS)
    shown = {card.name: card for card in (*large, *others)}
    for kpi in plan.kpis():
        if kpi.unit == "percent" and isfinite(kpi.value):
            assert shown[kpi.name].value == number(kpi.value, 1)


def test_a_kpi_that_nobody_knows_yet_gives_its_card_to_the_next(plan):
    large, others = kpi_cards(judged(plan), "USD")
    assert "forecast_accuracy" not in {card.name for card in large}
    unknown = next(card for card in others if card.name == "forecast_accuracy")
    assert (unknown.value, unknown.badge) == ("–", "")


def test_every_card_explains_itself(plan):
    large, others = kpi_cards(judged(plan), "USD")
    for card in (*large, *others):
        assert card.definition == INDICATORS[card.name].definition
        assert card.behaviour
        assert card.formula
        assert card.kind.startswith(("leading", "lagging"))


def test_revenue_is_judged_by_its_distance_from_the_budget(plan):
    found = [replace(k, value=-7.2, standing="act") if k.name == "revenue_vs_budget" else k for k in judged(plan)]
    revenue = kpi_cards(found, "USD")[0][0]
    assert (revenue.name, revenue.delta, revenue.verdict, revenue.state) == ("revenue", "−7.2 %", "bad", "alert")
    without = [replace(k, value=float("nan")) if k.name == "revenue_vs_budget" else k for k in judged(plan)]
    assert kpi_cards(without, "USD")[0][0].against == "no budget"


def test_accuracy_is_measured_against_the_plan_published_on_the_extract_before(site):
    base = site.scenario("base")
    base.publish(actor="ines", at=base.record.at)
    assert published_before(site, base.plan()) is None
    later = company(items=6, customers=3, as_of=date(2026, 1, 31))
    site.add_extract(later, at=base.record.at, actor="ines")
    plan = site.create_scenario("february", extract=later.digest, horizon=12, actor="ines", at=base.record.at).plan()
    known = {kpi.name: kpi.value for kpi in judged(plan)}
    assert isfinite(known["forecast_accuracy"])
    assert isfinite(known["plan_stability"])


def test_exceptions_come_with_most_money_first_and_lead_into_the_worksheet(plan, client_of):
    found = exceptions(plan, ahead(plan))
    assert [one.money for one in found] == sorted((one.money for one in found), reverse=True)
    client = client_of("executive")
    for one in found:
        page = client.get("/worksheet/base/", one.view)
        assert page.status_code == 200
        assert b"message is-alert" not in page.content
        assert client.get("/api/worksheet/base/window", one.view).status_code == 200


def test_who_waits_counts_at_the_worst_period_end_though_it_is_served_later(site):
    base = site.scenario("base")
    first, second = base.plan().horizon.labels[:2]
    at, why = base.record.at, "supply_constraint"
    base.change("capacity_available", set=0.0, periods=(first, second), actor="luis", reason=why, at=at)
    plan = base.plan()
    window = (first, plan.horizon.labels[-1])
    worst = dict(plan.frame(["backlog"], by=["item"]).group_by("item").agg(pl.col("backlog").max()).iter_rows())
    price = dict(plan.frame(["price"], by=["item"], time="all").select("item", "price").iter_rows())
    told = {one.subject: one for one in exceptions(plan, window, top=100) if one.kind == "shortage"}
    assert told
    for item, one in told.items():
        assert one.money == pytest.approx(worst[item] * price[item])
        assert number(worst[item]) in one.text
    at_the_end = plan.frame(["backlog"], by=["item"]).filter(pl.col("period") == window[1])
    assert set(at_the_end.filter(pl.col("backlog") == 0)["item"]) & set(told)


def test_the_page_names_scenario_and_window(site, client_of):
    page = client_of("executive").get("/plan/promo/").content.decode()
    assert "Scenario promo, Jan 2026 to Dec 2026, money in USD" in page


def test_the_page_shows_a_dozen_indicators(site, client_of):
    page = client_of("executive").get("/plan/base/").content.decode()
    assert page.count('class="menu is-start kpi-menu"') == 6
    assert page.count('<th scope="row"') == len(INDICATORS) - 6 >= 6
    assert "What it makes people do" in page


@pytest.fixture
def bare(site):
    """A scenario whose extract lacks stock, costs, budget and capacity."""
    nothing = dict.fromkeys(("inventory", "item_cost", "budget", "resource_capacity"), ())
    lean = company(items=6, customers=3, replace=nothing)
    costless = lean.tables["source"].with_columns(unit_price=pl.lit(None, dtype=pl.Float64))
    lean = replace(lean, tables={**lean.tables, "source": costless})
    at = site.scenario("base").record.at
    site.add_extract(lean, at=at, actor="ines")
    return site.create_scenario("bare", extract=lean.digest, horizon=12, actor="ines", at=at)


def test_what_the_data_does_not_support_is_not_shown_as_a_number(bare, client_of):
    page = client_of("executive").get("/plan/bare/").content.decode()
    assert "not enough data: deliver table inventory" in page
    assert "deliver tables inventory and item_cost" in page
    assert "Not enough data: deliver table resource_capacity." in page
    assert 'data-chart="chart-inventory"' not in page
    assert "Demand is served, stock is used" not in page
    assert "Not checked: demand not served" in page
    assert "against the budget" not in page


def test_a_budget_that_ends_before_the_plan_is_told():
    late = Evidence(frozenset(), (), ("2014-07", "2014-08"))
    assert late.budget_words == "the budget does not reach into the planned periods"
    part = Evidence(frozenset(), ("2014-07",), ("2014-07", "2014-08"))
    assert part.budget_words.endswith("up to Jul 2014")
    assert unchecked(late, ("2014-07", "2014-08")) == [f"families below budget ({late.budget_words})"]


def test_only_budgeted_periods_count_in_a_gap_to_the_budget():
    """Two months sold 100 each, one of them budgeted at 120: a shortfall of 20, not 80 more than the budget."""
    labels = ("2026-01", "2026-02")
    told = {"period": labels, "product_family": ["F0", "F0"], "revenue": [100.0, 100.0], "budget_revenue": [120.0, 0.0]}
    plan = SimpleNamespace(
        horizon=SimpleNamespace(labels=labels),
        totals=lambda name: (labels, np.array([[120.0], [0.0]])),
        frame=lambda names, **asked: pl.DataFrame(told),
    )
    (gap,) = budget_gaps(plan, labels)
    assert (gap.subject, gap.money, gap.text) == ("F0", 20.0, "17 % below budget")
