"""The plan on a page: charts without functions, key figures, exceptions."""

import json

import pytest

from steelyard.web.scorecard.exceptions import exceptions
from steelyard.web.scorecard.kpis import kpi_cards
from steelyard.web.scorecard.selectors import ahead, plan_page


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


def test_there_are_six_key_figures(plan):
    cards = kpi_cards(plan, "USD")
    assert [card.label for card in cards] == [
        "Revenue", "Gross margin", "Inventory", "Demand served", "Highest load", "Consensus demand",
    ]  # fmt: skip
    assert all(card.value for card in cards)


def test_exceptions_come_with_most_money_first_and_lead_into_the_worksheet(plan, client_of):
    found = exceptions(plan, ahead(plan))
    assert [one.money for one in found] == sorted((one.money for one in found), reverse=True)
    client = client_of("executive")
    for one in found:
        page = client.get("/worksheet/base/", one.view)
        assert page.status_code == 200
        assert b"message is-alert" not in page.content
        assert client.get("/api/worksheet/base/window", one.view).status_code == 200


def test_the_page_names_scenario_and_window(site, client_of):
    page = client_of("executive").get("/plan/promo/").content.decode()
    assert "Scenario promo, 2026-01 to 2026-12, money in USD" in page
