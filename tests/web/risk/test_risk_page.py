"""Risk pages and API: registers, tornado, futures, the three views."""

import json
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from steelyard.web.accounts.models import MoneyOfRole
from steelyard.web.audit.models import Entry
from steelyard.web.risk import selectors

GIVEN = {"statement": "Prices hold", "measure": "price", "low": "-4", "likely": "0", "high": "3", "owner": "sam"}


@pytest.fixture
def planner(site, client_of):
    """A signed-in planner who has entered an assumption and a risk."""
    client = client_of("sop_lead")
    client.post("/risk/assume/", GIVEN)
    dealer = {"statement": "A dealer leaves", "measure": "consensus_demand", "level": "customer", "member": "C0"}
    client.post(
        "/risk/new/",
        {**dealer, "low": "-90", "likely": "-60", "high": "-20", "kind": "risk", "probability": "30"},
    )
    return client


def test_empty_registers_tell_what_to_do(site, client_of):
    page = client_of("sop_lead").get("/risk/base/").content.decode()
    assert "No assumption yet" in page
    assert "No risk or opportunity yet" in page
    assert "No assumption with a range counts yet" in client_of("sop_lead").get("/risk/tornado/").content.decode()


def test_the_page_names_its_scenario_and_the_door_leads_there(site, client_of):
    client = client_of("sop_lead")
    assert client.get("/risk/").url == "/risk/base/"
    page = client.get("/risk/promo/").content.decode()
    assert "What scenario promo rests on" in page
    assert 'href="/risk/base/"' in page  # the other scenarios of the top bar, on this page
    assert client.get("/risk/").url == "/risk/promo/"
    assert client.get("/risk/nowhere/").status_code == 404


def test_entries_stand_in_the_registers_and_in_the_trail(planner):
    page = planner.get("/risk/base/").content.decode()
    assert "Prices hold" in page
    assert "A dealer leaves" in page
    assert {entry.action for entry in Entry.objects.filter(action__contains=".add")} >= {"assumption.add", "risk.add"}


def test_an_assumption_is_validated_and_a_risk_happens(planner):
    planner.post("/risk/assumption/1/judge/", {"status": "validated"})
    planner.post("/risk/risk/1/judge/", {"status": "happened"})
    view = selectors.register_view("base")
    assert view.assumptions[0].status == "validated"
    assert view.risks[0].entry.happened
    assert view.brier == pytest.approx(0.49)


def test_the_tornado_and_the_futures_are_parts_of_the_page(planner):
    tornado = planner.get("/risk/tornado/?measure=revenue").content.decode()
    assert "data-chart" in tornado
    futures = planner.get("/risk/futures/?outcome=revenue").content.decode()
    assert futures.count("data-chart") == 2
    assert "Chance to reach the budget" in futures
    assert "1 open risk" in futures
    assert "1 assumption drawn within its range" in futures
    assert "Fill rate is counted as in the plan" in futures


def test_every_kpi_is_told_in_many_futures_or_said_why_not(planner):
    page = planner.get("/risk/futures/kpis/?kpi=days_of_supply").content.decode()
    assert "Days of supply by period" in page
    assert page.count("data-chart") == 1
    assert "Chance to reach the target" in page
    assert "Not told: capacity utilisation; supply is decided" in page
    assert "nan" not in page.lower().replace("finance", "")


def test_the_load_of_resources_is_a_map_of_percentiles_or_chances(planner):
    for show, words in (("p90", "P90 of the futures"), ("chance", "Chance in percent"), ("odd", "P90 of the futures")):
        page = planner.get(f"/risk/futures/load/?show={show}").content.decode()
        assert words in page
        assert "LINE" in page


def test_a_range_out_of_order_is_told_on_the_form(planner):
    answer = planner.post("/risk/assume/", {**GIVEN, "low": "9"})
    assert b"out of order" in answer.content
    answer = planner.post("/risk/assume/", {**GIVEN, "level": "customer", "member": "C99"})
    assert b"C99" in answer.content
    assert len(selectors.register_view("base").assumptions) == 1


def test_value_unit_and_links_of_an_assumption_are_kept_and_shown(planner):
    further = {"value": "9500", "unit": "USD/t", "linked": ["unit_cost"], "statement": "Copper holds"}
    planner.post("/risk/assume/", {**GIVEN, **further})
    entry = selectors.register_view("base").assumptions[-1].entry
    assert (entry.value, entry.unit, entry.linked) == (9500.0, "USD/t", ("unit_cost",))
    page = planner.get("/risk/base/").content.decode()
    assert "9,500.00 USD/t" in page.replace("\u202f", ",").replace("\u2009", ",").replace("\xa0", " ")


def test_what_came_is_noted_and_the_owner_graded(planner):
    assert (
        "no percentage"
        in planner.post(
            "/risk/assumption/1/judge/", {"status": "proposed", "outcome": "much"}, follow=True
        ).content.decode()
    )
    planner.post("/risk/assumption/1/judge/", {"status": "proposed", "outcome": "-2,5 %"})
    line = selectors.register_view("base").assumptions[0]
    assert line.entry.outcome == -2.5
    assert line.owner.inside == 1.0
    assert "too early to say" in planner.get("/risk/base/").content.decode()


def test_a_risk_says_what_it_is_expected_to_do_and_whether_the_plan_counts_on_it(site, planner):
    line = selectors.register_view("base").risks[0]
    asked = site.scenario("base").plan().value("consensus_demand", scope={"customer": "C0"})
    assert line.expected.expected == pytest.approx(0.3 * asked * line.entry.effect.mean / 100)
    assert "beside it" in planner.get("/risk/base/").content.decode()


def test_a_risk_that_no_future_could_draw_is_refused_when_entered(planner):
    effect = {"measure": "constrained_demand", "low": -20, "likely": -10, "high": 0}
    sent = json.dumps({"statement": "Cut", "effect": effect, "probability": 0.2})
    answer = planner.post("/api/risk/base/risks", sent, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert "cannot be drawn" in answer.content.decode()
    assert len(selectors.register_view("base").risks) == 1


def test_three_views_are_made_and_compared(site, planner):
    answer = planner.post("/risk/ranges/", follow=True)
    assert b"base: optimistic" in answer.content
    assert {one.name for one in site.scenarios()} >= {"base: optimistic", "base: most likely", "base: pessimistic"}
    assert b"already a scenario" in planner.post("/risk/ranges/", follow=True).content


def test_who_only_looks_does_not_enter(planner, client_of):
    executive = client_of("executive")
    assert executive.get("/risk/base/").status_code == 200
    assert executive.get("/risk/assume/").status_code == 403
    executive.post("/risk/assumption/1/judge/", {"status": "rejected"})
    assert selectors.register_view("base").assumptions[0].status == "proposed"


def test_the_registers_are_sent_as_a_workbook_that_says_on_what_it_stands(site, planner):
    sent = planner.get("/risk/registers.xlsx").content
    told = dict(CalamineWorkbook.from_filelike(BytesIO(sent)).get_sheet_by_name("Stands on").to_python())
    assert told["Plan digest"] == site.scenario("base").digest
    book = CalamineWorkbook.from_filelike(BytesIO(sent))
    assert book.sheet_names[:7] == ["Tornado", "Futures", "Every KPI", "KPIs not told", "Fan", "Budget", "Load"]
    assert book.get_sheet_by_name("Tornado").to_python()[1][0] == "Prices hold"
    with ZipFile(BytesIO(sent)) as parts:
        assert sum(name.startswith("xl/charts/chart") for name in parts.namelist()) == 2


def test_pages_of_risk_balance_and_executives_ask_whether_they_still_hold(site, planner):
    for page in ("/risk/base/", "/balance/base/", "/executive/base/"):
        assert b"/scenarios/watch/" in planner.get(page).content, page


def test_the_api_does_the_same(site, planner):
    def post(address: str, **sent: object) -> dict:
        answer = planner.post(address, json.dumps(sent), content_type="application/json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    effect = {"measure": "unit_cost", "low": 0, "likely": 2, "high": 9}
    made = post("/api/risk/base/assumptions", statement="Steel stays cheap", effect=effect)
    assert made == {"id": 2, "status": "proposed"}
    assert post("/api/risk/assumption/2/judge", status="validated", outcome=3.0)["status"] == "validated"
    told = planner.get("/api/risk/base").json()
    assert [row["Outcome %"] for row in told["assumptions"]] == [None, 3.0]
    assert {bar["statement"] for bar in planner.get("/api/risk/base/tornado").json()["bars"]} == {
        "Prices hold", "Steel stays cheap",
    }  # fmt: skip
    futures = planner.get("/api/risk/base/futures?draws=50").json()
    assert futures["draws"] == 50
    assert len(futures["fans"]["revenue"]["rows"]) == 12
    assert futures["kpi_by_period"] is None
    assert {row[0] for row in futures["kpis"]["rows"]} > {"fill_rate", "days_of_supply", "margin_vs_budget"}
    assert {one["kpi"] for one in futures["kpis_not_drawn"]} > {"otif", "attendance"}
    assert {"resource", "period", "p50", "p90", "chance"} <= set(futures["load"]["columns"])
    by_period = planner.get("/api/risk/base/futures?draws=50&kpi=fill_rate&assumptions=false").json()
    assert len(by_period["kpi_by_period"]["rows"]) == 12
    assert by_period["assumptions"] == []
    odd = planner.get("/api/risk/base/futures?draws=5&kpi=otif")
    assert odd.status_code == 404
    assert "what is over" in odd.json()["detail"]
    refused = planner.post(
        "/api/risk/base/risks", json.dumps({"statement": "x", "effect": effect, "probability": 2}),
        content_type="application/json",
    )  # fmt: skip
    assert refused.status_code < 500
    assert b"0 to 1" in refused.content


def test_drivers_and_sweep_are_parts_of_the_page(planner):
    assert "data-chart" in planner.get("/risk/drivers/?outcome=service").content.decode()
    form = planner.get("/risk/sweep/").content.decode()
    assert "Sweep" in form
    swept = planner.get("/risk/sweep/?measure=consensus_demand&low=-10&high=10&steps=3&watch=revenue").content.decode()
    assert "data-chart" in swept
    assert "cannot be made" in planner.get("/risk/sweep/?measure=price&steps=99").content.decode()
    for typed in ("low=much", "low=nan", "steps=nan", "steps=1e999"):
        assert "no number" in planner.get(f"/risk/sweep/?measure=price&{typed}").content.decode()


def test_risks_stand_in_money_in_or_beside_the_plan(planner):
    part = planner.get("/risk/expected/").content.decode()
    assert "A dealer leaves" in part
    assert "Beside the plan" in part
    planner.post("/risk/risk/1/count/", {"in_plan": "yes"})
    assert selectors.register_view("base").risks[0].entry.in_plan
    assert "Take out of the plan" in planner.get("/risk/expected/").content.decode()


def test_a_signpost_is_set_read_and_closed(planner):
    given = {"statement": "Demand runs away", "measure": "consensus_demand", "side": "above", "threshold": "1",
             "scenario": "promo"}  # fmt: skip
    assert planner.post("/risk/signposts/new/", given).status_code == 302
    part = planner.get("/risk/signposts/").content.decode()
    assert "crossed" in part
    assert "/scenario/promo/" in part or "promo" in part
    assert b"moon" in planner.post("/risk/signposts/new/", {**given, "scenario": "moon"}).content
    told = planner.get("/api/risk/base/signposts").json()
    assert told["signposts"][0]["crossed"]
    planner.post("/risk/signposts/1/close/")
    assert "No signpost yet" in planner.get("/risk/signposts/").content.decode()


def test_the_api_tells_drivers_and_sweeps(planner):
    drivers = planner.get("/api/risk/base/drivers").json()
    assert drivers["bars"][0]["low"] is not None
    body = {"effect": {"measure": "price", "low": -5, "likely": 0, "high": 5}, "steps": 3, "watch": "revenue"}
    swept = planner.post("/api/risk/base/sweep", json.dumps(body), content_type="application/json").json()
    assert len(swept["values"]) == 3
    assert planner.get("/api/risk/base/expected").json()["lines"]


def test_a_correlation_is_entered_and_a_group_that_cannot_be_is_told_with_a_way_out(site, client_of):
    client = client_of("sop_lead")
    dealer = {
        "measure": "consensus_demand", "low": "-9", "likely": "-6", "high": "-2", "kind": "risk", "probability": "30",
        "group": "harbour",
    }  # fmt: skip
    assert 'name="correlation"' in client.get("/risk/new/").content.decode()
    client.post("/risk/new/", {**dealer, "statement": "Strike", "correlation": "0.9"})
    assert selectors.register_view("base").risks[0].entry.correlation == 0.9
    client.post("/risk/new/", {**dealer, "statement": "Flood"})
    assert selectors.register_view("base").risks[1].entry.correlation == 0.5
    answer = client.post("/risk/new/", {**dealer, "statement": "Calm", "correlation": "1.4"})
    assert b"less than or equal to 1" in answer.content
    given = {"statement": "Fire", "probability": 0.2, "group": "coast", "correlation": 1.0,
             "effect": {"measure": "consensus_demand", "low": -9, "likely": -6, "high": -2}}  # fmt: skip
    assert client.post("/api/risk/base/risks", given, content_type="application/json").status_code == 201
    told = [
        client.post("/risk/new/", {**dealer, "group": "coast", "statement": name, "correlation": "0"}).content
        for name in "ABCDE"
    ]
    assert [b"not positive semi-definite" in page for page in told] == [False, False, False, False, True]
    assert len(selectors.register_view("base").risks) == 7, "the one that contradicts is not kept"


def test_the_robust_choice_is_a_part_of_the_page_and_of_the_interface(planner):
    offered = planner.get("/risk/robust/").content.decode()
    assert 'value="base" checked' in offered
    assert "data-chart" not in offered
    alone = planner.get("/risk/robust/?scenario=base").content.decode()
    assert "1 scenario cannot be held against each other" in alone
    planner.post("/scenario/base/branch/", {"name": "dear", "note": ""})
    page = planner.get("/risk/robust/?scenario=base&scenario=dear").content.decode()
    assert "data-chart" in page
    assert "Prices hold: -4 %" in page
    assert "A dealer leaves: happens" in page
    told = planner.get("/api/risk/base/regret?against=dear&measure=revenue").json()
    assert told["scenarios"] == ["base", "dear"]
    assert told["futures"][0] == "as planned"
    assert told["largest"] == [0.0, 0.0]
    assert planner.get("/api/risk/base/regret?against=nowhere").status_code == 404


def test_who_does_not_see_costs_reads_risk_in_revenue(planner, client_of):
    MoneyOfRole.objects.create(role="sales", money="sales")
    sales = client_of("sales")
    tornado = sales.get("/risk/tornado/").content.decode()
    assert "data-chart" in tornado
    assert "Gross margin" not in tornado
    futures = sales.get("/risk/futures/").content.decode()
    assert "Revenue" in futures
    assert "nan" not in futures
    assert not {"Gross margin", "Operating profit", "Cash flow", "Inventory value"} & set(
        futures.replace("<", ">").split(">")
    )
    assert "Revenue if it happens" in sales.get("/risk/expected/").content.decode()
    assert "Gross margin" not in sales.get("/risk/robust/").content.decode()
    book = CalamineWorkbook.from_filelike(BytesIO(sales.get("/risk/registers.xlsx").content))
    assert book.get_sheet_by_name("Fan").to_python()[1][-1] == "Revenue"


def test_scenarios_that_plan_the_same_are_called_as_they_were_asked_for(planner):
    for name in ("twin", "triplet"):
        planner.post("/scenario/base/branch/", {"name": name, "note": ""})
        told = planner.get(f"/api/risk/base/regret?against={name}&measure=revenue").json()
        assert told["scenarios"] == ["base", name]


def test_the_page_is_about_the_scenario_in_its_address(site, client_of):
    site.scenario("base").branch("hail", actor="dana", at=datetime(2026, 1, 5, tzinfo=UTC))
    client = client_of("sop_lead")
    assert "What scenario hail rests on" in client.get("/risk/hail/").content.decode()
    assert "What scenario base rests on" in client.get("/risk/?scenario=base", follow=True).content.decode()
