"""Comparison of plans: what it shows first, by quarter, and what it does not colour."""

import pytest

from steelyard.plan.compare import compare
from steelyard.plan.compare_book import comparison_sheets
from steelyard.plan.kpi.compared import indicator_values
from steelyard.web.scenarios.compare_view import kpi_line
from steelyard.web.scenarios.comparison import comparison
from steelyard.web.scenarios.indicator_rows import row_of


def test_fill_rate_overload_and_peak_load_stand_in_the_headlines(site):
    rows = {row.measure: row for row in comparison(["base", "promo"]).kpis}
    told = {kpi.name: kpi.value for kpi in site.scenario("promo").plan().kpis()}
    assert rows["fill_rate"].values[1] == pytest.approx(told["fill_rate"] / 100)
    assert rows["overload_hours"].values[1] == pytest.approx(told["overload_hours"])
    peak = site.scenario("promo").plan().frame("utilisation", by=["resource"])["utilisation"].max()
    assert rows["peak_load"].values[1] == pytest.approx(peak)


def test_indicators_count_the_periods_that_all_plans_have(site):
    record = site.scenario("base").record
    site.create_scenario("short", actor="sam", at=record.at, horizon=6)
    held = comparison(["base", "short"])
    rows, whole = {row.measure: row for row in held.kpis}, site.scenario("base").plan()
    assert held.periods == (whole.horizon.labels[0], whole.horizon.labels[5])
    for name, value in indicator_values(whole, periods=held.periods).items():
        assert rows[name].values[0] == pytest.approx(value)
    assert rows["fill_rate"].values[0] != pytest.approx(indicator_values(whole)["fill_rate"])
    assert rows["fill_rate"].values[1] == pytest.approx(indicator_values(site.scenario("short").plan())["fill_rate"])


def test_the_workbook_tells_the_numbers_of_the_page_and_their_currency(site):
    plans = site.scenario("base").plan(), site.scenario("promo").plan()
    sheet = comparison_sheets(compare(*plans), measure="revenue", currency="USD")["Headline"]
    assert sheet["measure"].to_list() == [row.measure for row in comparison(["base", "promo"]).kpis]
    assert "money" not in sheet["unit"].to_list()
    assert sheet.filter(measure="revenue")["unit"].item() == "USD"
    page = {row.measure: row for row in comparison(["base", "promo"]).kpis}["fill_rate"]
    assert sheet.filter(measure="fill_rate").select("base", "promo").row(0) == pytest.approx(page.values)


def test_the_first_measure_that_differs_is_shown(site):
    assert comparison(["base", "promo"]).measure == "revenue"
    twin = site.scenario("base").branch("twin", actor="sam", at=site.scenario("base").record.at)
    twin.change("capacity_available", percent=-50, actor="sam", at=twin.record.at, reason="supply_constraint")
    held = comparison(["base", "twin"])
    assert held.measure not in ("consensus_demand", "demand_plan")
    assert comparison(["base", "promo"], measure="consensus_demand").measure == "consensus_demand"


def test_quarters_add_up_to_the_whole(site):
    held = comparison(["base", "promo"], measure="revenue")
    total = next(row for row in held.kpis if row.measure == "revenue")
    assert len(held.quarters) == 4
    assert sum(row.deltas[0][0] for row in held.quarters) == pytest.approx(total.deltas[0][0])


@pytest.mark.parametrize(
    ("unit", "values", "verdict"),
    [
        ("money", [1e6, 1e6 + 400], ""),
        ("money", [1e6, 1e6 + 600], "good"),
        ("money", [0.0, 600.0], "good"),
        ("ratio", [0.9, 0.9004], ""),
        ("ratio", [0.9, 0.8], "bad"),
    ],
)
def test_rounding_is_not_coloured(unit, values, verdict):
    name = "revenue" if unit == "money" else "fill_rate"
    delta = kpi_line(row_of(name, name, unit, values)).deltas[0]
    assert (delta.verdict, delta.direction == "flat") == (verdict, not verdict)


def test_the_page_shows_quarters(site, client_of):
    page = client_of("executive").get("/scenarios/compare/?with=base&with=promo").content.decode()
    assert "Difference by quarter" in page
    assert "Revenue, USD." in page
    assert "Fill rate" in page
