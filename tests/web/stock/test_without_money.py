"""The inventory review for who sees no costs: units, nothing that moves with costs, and never a zero for money."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from steelyard.plan.review.stock import KINDS, stock_review
from steelyard.plan.sight import Sight, seen, with_money

MONEY_CALLS = ("kinds", "curve", "budget?amount=1000", "network", "network/check")


def test_kinds_are_chosen_by_their_order_and_not_by_what_things_cost(site):
    plan = site.scenario("base").plan()
    by_units, by_money = stock_review(plan, by_money=False), stock_review(plan)
    found = {row["kind"]: row["units"] for row in by_units.table.sort("units").to_dicts()}
    assert all(units > 0 for kind, units in found.items() if kind != "fine")
    rank = {kind: n for n, kind in enumerate(KINDS)}
    keys = ["item", "location"]
    both = by_units.table.join(by_money.table, on=keys, suffix="_money", maintain_order="left")
    assert all(rank[one] <= rank[other] for one, other in both.select("kind", "kind_money").iter_rows())


def test_units_of_a_kind_are_those_that_everybody_sees(site, client_of):
    def rows(role: str) -> dict[tuple[str, ...], float]:
        told = client_of(role).get("/api/stock/base/places?count=1000").json()["rows"]
        return {(row["item"], row["location"], row["kind"]): row["units"] for row in told}

    sales, planner = rows("sales"), rows("supply_planner")
    assert len(sales) == len(planner)
    shared = sales.keys() & planner.keys()
    assert shared
    assert {key: sales[key] for key in shared} == {key: planner[key] for key in shared}


def test_no_money_is_handed_out_and_rows_do_not_tell_its_order(site, client_of):
    rows = client_of("sales").get("/api/stock/base/places?count=1000").json()["rows"]
    assert {row["money"] for row in rows} == {None}
    assert {row["stock_value"] for row in rows} == {None}
    same = [row["units"] for row in rows if row["kind"] == rows[0]["kind"]]
    assert same == sorted(same, reverse=True)


def test_the_page_says_what_is_not_shown_and_claims_no_zero(site, client_of):
    page = client_of("sales").get("/stock/base/?budget=1000").content.decode()
    assert "made of money, which your role does not see" in page
    assert "Spend a stock budget" not in page
    assert "stock-curve" not in page
    assert "<strong>0</strong>" not in page
    assert "/stock/base/network/" not in page
    assert "Spend a stock budget" in client_of("supply_planner").get("/stock/base/").content.decode()


@pytest.mark.parametrize("call", MONEY_CALLS)
def test_what_is_weighed_by_money_is_refused(site, client_of, call):
    answer = client_of("sales").get(f"/api/stock/base/{call}")
    assert answer.status_code == 403
    assert "your role does not see" in answer.content.decode()


def test_the_network_page_and_the_file_of_a_budget_are_refused(site, client_of):
    for path in ("/stock/base/network/", "/stock/base/budget.xlsx?budget=1000"):
        assert client_of("sales").get(path).status_code == 403


def test_the_sheet_holds_no_column_of_money(site, client_of):
    def columns(role: str) -> set[str]:
        answer = client_of(role).get("/stock/base/export.xlsx")
        with ZipFile(BytesIO(answer.content)) as book:
            words = book.read("xl/sharedStrings.xml").decode()
        return {name for name in ("item", "units", "money", "stock_value", "safety_stock") if f">{name}<" in words}

    gone = columns("supply_planner") - columns("sales")
    assert gone == {"money", "stock_value"}
    assert "units" in columns("sales")


def test_a_plan_with_its_money_again_is_the_whole_plan_of_the_same_rows(site):
    plan = site.scenario("base").plan()
    hidden = seen(plan, Sight(hidden=frozenset({"cost"})))
    assert "inventory_value" not in hidden.measures
    shown = with_money(hidden)
    assert shown.value("inventory_value") == plan.value("inventory_value")
    assert shown.digest != hidden.digest
    assert with_money(plan) is plan
