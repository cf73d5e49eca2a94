"""Inventory review: the page, one item-location, files and the interface."""

import json
from dataclasses import replace

import pytest

from steelyard.errors import ChangeInvalid
from steelyard.plan.review.multi_echelon import place_plan
from steelyard.plan.review.stock import stock_review
from steelyard.web.stock import selectors
from steelyard.web.stock.selectors import Asked, chosen_rows, review_page
from tests.web.conftest import AT


@pytest.fixture
def plan(site):
    return site.scenario("base").plan()


def test_pictures_are_plain_json_without_markup_or_functions(plan):
    page = review_page(plan, Asked(budget=1000.0), "USD")
    for picture in (page.kinds, page.curve, page.worst):
        text = json.dumps(picture, allow_nan=False)
        assert "function" not in text
        assert "<" not in text


def test_bars_of_kinds_add_up_to_the_inventory_value(plan):
    frame = stock_review(plan).kinds_over_time()
    on_hand = frame["safety"] + frame["cycle"] + frame["anticipation"]
    assert on_hand.to_list() == pytest.approx(plan.frame("inventory_value")["inventory_value"].to_list())


def test_a_budget_of_todays_value_serves_no_less_than_today(plan):
    review = stock_review(plan)
    today = review.today()
    assert review.spend(today.value).fill_rate >= today.fill_rate - 1e-9
    assert review.spend(today.value).value <= today.value * (1 + 1e-6)


def test_more_budget_serves_more(plan):
    review = stock_review(plan)
    served = [review.spend(share * review.today().value).fill_rate for share in (0.0, 0.5, 1.0, 2.0)]
    assert served == sorted(served)
    assert served[-1] > served[0]


def test_rows_come_by_money_and_a_filter_leaves_only_its_kind(plan):
    review = stock_review(plan)
    money = chosen_rows(review, Asked())["money"].to_list()
    assert money == sorted(money, reverse=True)
    for kind in review.table["kind"].unique():
        assert set(chosen_rows(review, Asked(kind=kind))["kind"]) == {kind}
    assert set(chosen_rows(review, Asked(text="i0"))["item"]) == {"I0"}


@pytest.mark.parametrize("given", [{"budget": "much"}, {"budget": "-5"}, {"budget": "nan"}, {"kind": "lost"}])
def test_what_makes_no_sense_is_refused(given):
    with pytest.raises(ChangeInvalid):
        Asked.of(given)


def test_the_page_shows_places_and_leads_to_each(site, client_of):
    client = client_of("supply_planner")
    page = client.get("/stock/base/?budget=2,000").content.decode()
    assert "Inventory review" in page
    assert "/stock/base/place/?item=" in page
    assert "of demand from stock" in page
    place = client.get("/stock/base/place/", {"item": "I0", "location": "D1"})
    assert place.status_code == 200
    assert "safety stock" in place.content.decode()


def test_an_unknown_place_and_a_bad_budget_are_told_not_thrown(site, client_of):
    client = client_of("supply_planner")
    assert client.get("/stock/base/place/", {"item": "I0", "location": "MOON"}).status_code == 404
    assert client.get("/stock/base/?budget=lots").status_code in (400, 422)
    assert client.get("/stock/nowhere/").status_code == 404


def test_the_way_in_leads_to_the_scenario_looked_at_last(site, client_of):
    assert client_of("supply_planner").get("/stock/").headers["Location"] == "/stock/base/"


def test_files_hold_the_rows(site, client_of):
    client = client_of("supply_planner")
    for address in ("/stock/base/export.xlsx", "/stock/base/budget.xlsx?budget=1000"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.content[:2] == b"PK"


def test_the_interface_says_the_same(site, client_of, plan):
    client = client_of("supply_planner")
    review = stock_review(plan)
    places = client.get("/api/stock/base/places?count=5").json()
    assert places["found"] == review.table.height
    assert len(places["rows"]) == 5
    assert len(client.get("/api/stock/base/kinds").json()) == plan.horizon.size
    curve = client.get("/api/stock/base/curve").json()
    assert curve["today"]["value"] == pytest.approx(review.today().value)
    spent = client.get("/api/stock/base/budget?amount=1000").json()
    assert spent["fill_rate"] == pytest.approx(review.spend(1000.0).fill_rate)
    assert len(client.get("/api/stock/base/course?item=I0&location=D1").json()) == plan.horizon.size
    assert client.get("/api/stock/base/course?item=I0&location=MOON").status_code == 404
    assert client.get("/api/stock/base/budget?amount=-1").status_code == 422


def test_the_interface_places_stock_in_the_network(site, client_of):
    network = client_of("supply_planner").get("/api/stock/base/network?count=3").json()
    assert len(network["stages"]) == 3
    assert network["cost"] <= network["cost_alone"]
    for plan in ("service", "service_alone"):
        assert 0.5 < network[plan] <= 1
    assert network["service_reached"] <= network["service"]


def test_the_network_page_says_what_placing_together_saves(site, client_of):
    page = client_of("supply_planner").get("/stock/base/network/").content.decode()
    assert "Stock in the network" in page
    assert "at no less service" in page
    assert "multi_echelon" in page
    assert "/stock/base/place/?item=" in page


def test_a_saving_at_less_service_says_so(site, client_of, monkeypatch):
    placed = place_plan(site.scenario("base").plan())
    less = replace(placed.plan, safety_stock=placed.plan.safety_stock * 0.5, stage_cost=placed.plan.stage_cost * 0.5)
    monkeypatch.setattr(selectors, "placement_of", lambda plan: replace(placed, plan=less))
    page = client_of("supply_planner").get("/stock/base/network/").content.decode()
    assert "points less service: not alike" in page
    assert "at no less service" not in page


def test_one_click_takes_a_budget_over_and_one_undo_takes_it_back(site, client_of):
    client = client_of("supply_planner")
    before = site.scenario("base").plan()
    page = client.get("/stock/base/?budget=400").content.decode()
    assert "Take over into the scenario" in page
    given = {"kind": "budget", "budget": "400", "note": "cash", "revision": site.scenario("base").revision}
    assert client.post("/stock/base/adopt/", given).headers["Location"] == "/stock/base/"
    changed = site.scenario("base")
    assert {change.note for change in changed.events[-1].changes} == {"Stock budget 400: cash"}
    assert changed.plan().value("safety_stock") < before.value("safety_stock")
    assert client.post("/stock/base/adopt/", given).status_code == 409
    changed.undo("supply_planner", AT)
    assert site.scenario("base").plan().digest == before.digest


def test_the_interface_takes_the_network_over(site, client_of):
    client = client_of("supply_planner")
    address, given = "/api/stock/base/adopt", {"kind": "network", "note": "pool"}
    told = client.post(address, given, content_type="application/json").json()
    assert told["changes"] == len(site.scenario("base").events[-1].changes) > 0
    assert client.post(address, {"kind": "budget"}, content_type="application/json").status_code in (400, 422)
    assert client.post(address, {"kind": "luck"}, content_type="application/json").status_code == 422


def test_who_may_not_edit_stock_sees_no_button_and_is_refused(site, client_of):
    client = client_of("sales")
    assert "Take over" not in client.get("/stock/base/?budget=400").content.decode()
    assert client.post("/stock/base/adopt/", {"kind": "budget", "budget": "400"}).status_code == 403
