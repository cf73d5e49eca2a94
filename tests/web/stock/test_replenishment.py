"""Replenishment: pages, files, the interface, and what is taken over into a scenario."""

import pytest

from steelyard.errors import ChangeInvalid
from steelyard.plan.review.policies import COMPARED, policy_sheet
from steelyard.web.stock.asked import Ask
from steelyard.web.stock.replenishment import planned_levels
from tests.web.conftest import AT

PLACE = {"item": "I0", "location": "D1"}
PAGES = {
    "policies/": "Policies side by side",
    "policies/?item=I0&location=D1&order_cost=150": "Try levels of your own",
    "policies/?item=I0&location=D1&rule=reorder_point&lot=40&order_cost=150": "of demand from stock",
    "lots/?order_cost=150": "Cheapest lots of each item-location",
    "lots/?item=I0&location=D1&order_cost=150": "Wagner-Whitin",
    "discounts/": "price_break",
    "joint/?shared_cost=200": "Joint orders",
    "last-buys/?item=I0&location=D1&last=2026-06": "shall be there in all",
    "chain/": "Places of customers",
    "chain/?item=I0&location=D1": "Safety stock by stage",
}


@pytest.mark.parametrize(("address", "shown"), PAGES.items())
def test_every_page_shows_what_it_is_for(site, client_of, address, shown):
    answer = client_of("supply_planner").get(f"/stock/base/{address}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert shown in page
    assert ">nan" not in page
    assert ">None" not in page


def test_rules_say_what_was_promised_and_what_the_plan_itself_keeps(site, client_of):
    client = client_of("supply_planner")
    plan = site.scenario("base").plan()
    levels = planned_levels(policy_sheet(plan), plan.series("planned_receipts").row_of_key["I0", "D1"])
    page = client.get("/stock/base/policies/", {**PLACE, "order_cost": "150"}).content.decode()
    assert "chance of no shortage in an order cycle" in page
    assert (
        f"reorder at {levels.first['reorder_point']:,.0f}, up to {levels.first['order_up_to']:,.0f}; in the mean"
        in page
    )
    assert f"in the mean of its periods safety stock {levels.mean['safety_stock']:,.0f}," in page
    chain = client.get("/stock/base/chain/", PLACE).content.decode()
    assert "Now, mean of the plan" in chain
    listed = client.get("/stock/base/policies/?order_cost=150").content.decode()
    assert listed.index("Promise %") < listed.index("Kept %") < listed.index("Served %")


@pytest.mark.parametrize("sheet", ["policies", "lots", "discounts", "joint", "last_buys"])
def test_files_hold_all_rows(site, client_of, sheet):
    client = client_of("supply_planner")
    answer = client.get(f"/stock/base/sheet/{sheet}.xlsx?order_cost=100&shared_cost=100")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert client.get("/stock/base/sheet/luck.xlsx").status_code == 404


def test_bad_questions_are_told_not_thrown(site, client_of):
    client = client_of("supply_planner")
    assert client.get("/stock/base/policies/?item=I0&location=MOON").status_code == 404
    for address in ("lots/?order_cost=much", "policies/?order_cost=-5", "last-buys/?salvage=100"):
        assert client.get(f"/stock/base/{address}").status_code in (400, 422)
    tried = client.get("/stock/base/policies/", {**PLACE, "rule": "min_max", "reorder_point": "900000"})
    assert tried.status_code == 200
    assert "is below the reorder point" in tried.content.decode()
    assert "No customer asks there" in client.get("/stock/base/chain/?item=COMP&location=P1").content.decode()
    buy = client.get("/stock/base/last-buys/?item=I0").content.decode()
    assert "one item at one place" in buy


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("policy", {**PLACE, "rule": "best (s, Q)", "order_cost": "150"}),
        ("policy", {**PLACE, "rule": "buffer"}),
        ("lots", {**PLACE, "rule": "silver_meal", "order_cost": "300"}),
        ("lots", {"order_cost": "300"}),
        ("last_buy", {**PLACE, "last": "2026-06"}),
    ],
)
def test_what_is_taken_is_one_entry_that_one_undo_takes_back(site, client_of, kind, given):
    client, before = client_of("supply_planner"), site.scenario("base").plan()
    revision = site.scenario("base").revision
    answer = client.post("/stock/base/take/", {**given, "kind": kind, "revision": revision, "note": "try"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    changed = site.scenario("base")
    assert all("try" in change.note for change in changed.events[-1].changes)
    assert changed.plan().digest != before.digest
    assert client.post("/stock/base/take/", {**given, "kind": kind, "revision": revision}).status_code == 409
    changed.undo("supply_planner", AT)
    assert site.scenario("base").plan().digest == before.digest


def test_who_may_not_edit_stock_sees_no_button_and_is_refused(site, client_of):
    client = client_of("demand_planner")
    page = client.get("/stock/base/policies/", {**PLACE, "order_cost": "150"})
    assert page.status_code == 200
    assert "/stock/base/take/" not in page.content.decode()
    assert client.post("/stock/base/take/", {**PLACE, "kind": "policy", "rule": "min_max"}).status_code == 403


def test_who_sees_no_costs_is_not_led_here_and_refused(site, client_of):
    client = client_of("sales")
    for address in ("/stock/base/", "/stock/base/place/?item=I0&location=D1"):
        page = client.get(address)
        assert page.status_code == 200
        assert "/stock/base/policies/" not in page.content.decode()
    for address in PAGES:
        assert client.get(f"/stock/base/{address}").status_code == 403
    for name in ("policies", "policies/best", "lots", "discounts", "joint", "last-buys"):
        assert client.get(f"/api/stock/base/{name}").status_code == 403
    for name in ("policies/simulate", "chain", "last-buy"):
        assert client.get(f"/api/stock/base/{name}", PLACE).status_code == 403
    assert client.get("/stock/base/sheet/policies.xlsx").status_code == 403


def test_the_interface_says_the_same(site, client_of):
    client, sheet = client_of("supply_planner"), policy_sheet(site.scenario("base").plan(), order_cost=150.0)
    rows = client.get("/api/stock/base/policies", {**PLACE, "order_cost": 150}).json()["rows"]
    assert {row["rule"] for row in rows} > set(COMPARED)
    mine = {row["rule"]: row["cost"] for row in sheet.of_place("I0", "D1").iter_rows(named=True)}
    assert {row["rule"]: row["cost"] for row in rows} == pytest.approx(mine)
    best = client.get("/api/stock/base/policies/best?order_cost=150&count=2").json()
    assert best["found"] == sheet.best.height
    tried = client.get("/api/stock/base/policies/simulate", {**PLACE, "rule": "order_up_to", "courses": 50}).json()
    assert tried["fill_rate"]["mean"] == pytest.approx(tried["expected_fill_rate"], abs=0.03)
    assert client.get("/api/stock/base/policies/simulate", {**PLACE, "courses": 0}).status_code == 422
    lots = client.get("/api/stock/base/lots", {**PLACE, "order_cost": 300}).json()["rows"]
    assert min(lots, key=lambda row: row["cost"])["rule"] == "wagner_whitin"
    assert client.get("/api/stock/base/discounts").json() == {"found": 0, "rows": []}
    assert client.get("/api/stock/base/joint?shared_cost=100").json()["found"] == 0
    buy = client.get("/api/stock/base/last-buy", {**PLACE, "last": "2026-06", "salvage": 0.5}).json()
    assert buy["level"] == pytest.approx(buy["quantity"] + buy["available"])
    chain = client.get("/api/stock/base/chain", PLACE).json()
    assert chain["simulated"]["mean"] == pytest.approx(chain["cost"], rel=0.02)
    assert client.get("/api/stock/base/last-buys").status_code == 200
    assert client.get("/api/stock/base/chain?item=COMP&location=P1").status_code == 422


def test_the_interface_takes_lots_over(site, client_of):
    client = client_of("supply_planner")
    given = {"kind": "lots", **PLACE, "rule": "wagner_whitin", "order_cost": 300.0}
    told = client.post("/api/stock/base/take", given, content_type="application/json").json()
    assert told["changes"] >= 1
    assert client.post("/api/stock/base/take", {"kind": "luck"}, content_type="application/json").status_code == 422
    nothing = {"kind": "discount", **PLACE}
    assert client.post("/api/stock/base/take", nothing, content_type="application/json").status_code == 404


@pytest.mark.parametrize("given", [{"order_cost": "nan"}, {"salvage": "-1"}, {"lot": "many"}])
def test_numbers_that_are_none_are_refused(given):
    with pytest.raises(ChangeInvalid):
        Ask.of(given)


def test_a_service_finds_the_least_budget(site, client_of):
    client = client_of("supply_planner")
    page = client.get("/stock/base/?service=97").content.decode()
    assert "97.0 %</strong> of demand from stock" in page
    found = client.get("/api/stock/base/budget?service=0.97").json()
    assert found["fill_rate"] == pytest.approx(0.97, abs=1e-4)
    less = client.get("/api/stock/base/budget", {"amount": 0.99 * found["value"]}).json()
    assert less["fill_rate"] < 0.97
    assert client.get("/stock/base/?service=100").status_code in (400, 422)
    assert client.get("/api/stock/base/budget").status_code == 422


def test_the_network_is_simulated_by_the_interface(site, client_of):
    found = client_of("supply_planner").get("/api/stock/base/network/check?days=200&courses=5&count=5").json()
    assert len(found["stages"]) == 5
    assert all(0.5 < one["kept"] <= 1 for one in found["stages"])
