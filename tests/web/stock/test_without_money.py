"""The inventory review for who sees no costs: units and kinds as everybody sees them, and never a zero for money."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from steelyard.plan.sight import Sight, seen, with_money

MONEY_CALLS = ("kinds", "curve", "budget?amount=1000", "network", "network/check")


@pytest.fixture
def kinds(client_of):
    def of(role: str) -> dict[tuple[str, str], tuple[str, float]]:
        rows = client_of(role).get("/api/stock/base/places?count=1000").json()["rows"]
        return {(row["item"], row["location"]): (row["kind"], row["units"]) for row in rows}

    return of


def test_kinds_and_units_are_those_that_everybody_sees(site, kinds):
    assert kinds("sales") == kinds("supply_planner")
    assert kinds("sales")


def test_no_money_is_handed_out_and_rows_do_not_tell_its_order(site, client_of):
    rows = client_of("sales").get("/api/stock/base/places?count=1000").json()["rows"]
    assert {row["money"] for row in rows} == {None}
    assert {row["stock_value"] for row in rows} == {None}
    same = [row["units"] for row in rows if row["kind"] == rows[0]["kind"]]
    assert same == sorted(same, reverse=True)


def test_the_page_says_what_is_not_shown_and_claims_no_zero(site, client_of):
    page = client_of("sales").get("/stock/base/?budget=1000").content.decode()
    assert "money, which your role does not see" in page
    assert "Spend a stock budget" not in page
    assert "stock-curve" not in page
    assert "<strong>0</strong>" not in page
    assert "/stock/base/network/" not in page
    assert "Spend a stock budget" in client_of("supply_planner").get("/stock/base/").content.decode()


def test_service_of_the_targets_is_that_of_everybody(site, client_of):
    def told(role: str) -> str:
        page = client_of(role).get("/stock/base/").content.decode()
        return page.split("Targets would serve")[1].split("<strong>")[1].split("<")[0]

    assert told("sales") == told("supply_planner")


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
