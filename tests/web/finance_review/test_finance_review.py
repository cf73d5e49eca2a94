"""Finance review pages and API: statement, bridge, earners, cash, budget, actions; money stays behind its door."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.errors import ChangeInvalid, EntryMoved, ScenarioClosed
from steelyard.plan.money.action import GapAction
from steelyard.plan.uncertainty.effect import Effect
from steelyard.web.audit.models import Entry
from steelyard.web.finance_review import services
from tests.web.conftest import AT

ACTION = {
    "statement": "Raise the price of I1", "owner": "sam", "due": "2030-03-01", "value": "500", "measure": "price",
    "against": "finance_forecast", "percent": "5", "level": "item", "member": "I1",
}  # fmt: skip
PARTS = ("statement", "bridge", "earners", "capital", "budget", "actions")


@pytest.fixture
def fiona(site, client_of):
    """The signed-in finance partner."""
    return client_of("finance")


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_page_loads(fiona, part):
    page = fiona.get("/finance/").content.decode()
    assert f"/finance/{part}/" in page
    answer = fiona.get(f"/finance/{part}/")
    assert answer.status_code == 200
    assert "is-alert" not in answer.content.decode() or part in ("actions", "budget")


def test_the_statement_shows_versions_and_says_what_is_missing(fiona):
    page = fiona.get("/finance/statement/?version=plan&against=last_plan&time=month").content.decode()
    assert "Operating profit" in page
    assert "No plan has been published yet" in page
    wrong = fiona.get("/finance/statement/?version=dream").content.decode()
    assert "There is no version" in wrong


def test_a_bridge_without_shared_periods_says_why(fiona):
    page = fiona.get("/finance/bridge/?before=actual&after=plan").content.decode()
    assert "no period in common" in page


def test_an_action_is_entered_counted_on_and_taken_out(fiona, client_of):
    assert fiona.post("/finance/actions/new/", ACTION).status_code == 302
    assert "Raise the price of I1" in fiona.get("/finance/actions/").content.decode()
    fiona.post("/finance/actions/1/plan/", {})
    told = fiona.get("/api/finance/base/actions").json()
    assert (told[0]["in_plan"], told[0]["status"]) == (True, "proposed")
    assert told[0]["against"] == "finance_forecast"
    fiona.post("/finance/actions/1/judge/", {"status": "dropped"})
    told = fiona.get("/api/finance/base/actions").json()
    assert (told[0]["in_plan"], told[0]["status"]) == (False, "dropped")
    assert {"gap_action.add", "gap_action.judge"} <= {entry.action for entry in Entry.objects.all()}


def test_executives_enter_no_actions(site, client_of):
    assert client_of("executive").post("/finance/actions/new/", ACTION).status_code == 403


def test_the_interface_answers_as_the_page(fiona):
    statement = fiona.get("/api/finance/base/statement?version=plan&time=quarter").json()
    assert {line["key"] for line in statement["lines"]} >= {"revenue", "operating_profit", "cash_flow"}
    bridge = fiona.get("/api/finance/base/bridge?before=budget&after=plan").json()
    cents = round(100 * float(bridge["start"])) + sum(round(100 * float(v)) for v in bridge["effects"].values())
    assert cents == round(100 * float(bridge["end"]))
    assert fiona.get("/api/finance/base/profitability?by=customer").status_code == 200
    assert fiona.get("/api/finance/base/profitability?by=moon").status_code in (400, 404, 422)
    assert fiona.get("/api/finance/base/budget").json()["versions"][0]["version"] == "budget"
    assert fiona.get("/api/finance/base/option/base?outlay=10").json()["net_present_value"] == pytest.approx(-10.0)


def test_the_workbook_holds_tables_and_pictures(fiona):
    answer = fiona.get("/finance/finance.xlsx")
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    sheets = book.read("xl/workbook.xml").decode()
    assert all(f'name="{name}"' in sheets for name in ("Statement", "Bridge", "By family", "By customer"))
    assert sum(name.startswith("xl/charts/chart") for name in book.namelist()) == 2


def test_who_does_not_see_costs_sees_no_finance(site, client_of):
    client = client_of("sales")
    page = client.get("/finance/").content.decode()
    if "does not see costs" in page:
        assert client.get("/api/finance/base/statement").status_code == 403
        assert "does not see costs" in client.get("/finance/statement/").content.decode()


def test_charts_are_plain_json(fiona):
    page = fiona.get("/finance/earners/?level=item").content.decode()
    option = page.split('data-option="')[1].split('"')[0].replace("&quot;", '"').replace("&#x27;", "'")
    assert json.loads(option)["series"][0]["type"] == "treemap"


def test_actions_of_a_branch_stay_there_and_those_of_the_base_shine_through(site, fiona):
    entry = GapAction(
        "Lower freight", "sam", date(2030, 1, 1), 9.0, Effect("unit_cost", {}), "base", actor="sam", at=AT
    )
    for scenario in ("base", "promo"):
        site.records.gap_actions.add(replace(entry, scenario=scenario, statement=f"Lower freight of {scenario}"))
    told = {name: fiona.get(f"/api/finance/{name}/actions").json() for name in ("base", "promo")}
    assert [one["statement"] for one in told["base"]] == ["Lower freight of base"]
    assert [one["statement"] for one in told["promo"]] == ["Lower freight of base", "Lower freight of promo"]


def test_of_two_who_count_on_an_action_at_once_one_wins(site, fiona, person, monkeypatch):
    """The second has read the action before the first laid it: its change is laid once, and the second is told."""
    fiona.post("/finance/actions/new/", ACTION)
    before, known = len(site.scenario("base").own_changes), services.change_of

    def meanwhile(*given, **named):
        monkeypatch.setattr(services, "change_of", known)
        services.action_count_on(1, user=person("finance"))
        return known(*given, **named)

    monkeypatch.setattr(services, "change_of", meanwhile)
    with pytest.raises(EntryMoved, match="Somebody was faster"):
        services.action_count_on(1, user=person("finance"))
    assert len(site.scenario("base").own_changes) == before + 1
    entry = site.records.gap_actions.entry(1)
    assert (entry.in_plan, bool(entry.change)) == (True, True)


def test_who_clicks_while_the_change_is_being_laid_is_told(site, fiona, person, monkeypatch):
    fiona.post("/finance/actions/new/", ACTION)
    before, known, told = len(site.scenario("base").own_changes), services.changes_append, []

    def slowly(*given, **named):
        try:
            services.action_count_on(1, user=person("finance"))
        except ChangeInvalid as fault:
            told.append(str(fault))
        return known(*given, **named)

    monkeypatch.setattr(services, "changes_append", slowly)
    services.action_count_on(1, user=person("finance"))
    assert "in the plan already" in told[0]
    assert len(site.scenario("base").own_changes) == before + 1


def test_an_action_whose_change_is_refused_is_not_counted_on(site, fiona, person):
    fiona.post("/finance/actions/new/", ACTION)
    site.scenario("base").close(actor="sam", at=AT)
    with pytest.raises(ScenarioClosed):
        services.action_count_on(1, user=person("finance"))
    assert not site.records.gap_actions.entry(1).in_plan


def test_a_budget_is_loaded_on_the_page_and_by_rest_by_who_plans_money(site, client_of):
    client = client_of("finance")
    assert "Load a budget from a file" in client.get("/finance/budget/?scenario=base").content.decode()
    text = b"period_id,family,amount\n2026-Q1,F0,900\n2026-Q9,F0,5\n"
    sent = {"file": SimpleUploadedFile("budget.csv", text), "version": "budget", "name": "budgeted", "note": "board"}
    page = client.post("/finance/budget/upload/", sent, follow=True).content.decode()
    assert "there is no period 2026-Q9" in page
    plan = site.scenario("budgeted").plan()
    assert plan.value("budget_revenue", periods=("2026-01", "2026-03")) == pytest.approx(900.0)
    assert site.scenario("base").plan().value("budget_revenue") != plan.value("budget_revenue")
    answer = client.post(
        "/api/finance/base/budget", {"file": SimpleUploadedFile("b.csv", text), "name": "by rest", "version": "budget"}
    )
    assert answer.status_code == 202, answer.content
    assert site.scenario("by rest").plan().value("budget_revenue") == plan.value("budget_revenue")


@pytest.mark.parametrize("wrong", [{"name": "base"}, {"version": "dream"}])
def test_a_budget_that_cannot_be_loaded_is_refused(site, client_of, wrong):
    sent = {"file": SimpleUploadedFile("b.csv", b"period_id,amount\n2026-01,5\n"), "name": "new", "version": "budget"}
    answer = client_of("finance").post("/api/finance/base/budget", {**sent, **wrong})
    assert answer.status_code in (400, 409, 422)
    assert len(site.extracts()) == 1
    other = client_of("demand_planner").post("/api/finance/base/budget", sent)
    assert other.status_code == 403


def test_the_page_asks_whether_its_scenario_has_moved(site, fiona):
    page = fiona.get("/finance/").content.decode()
    token = page.split("/scenarios/watch/?token=")[1].split('"')[0]
    assert "stale" not in fiona.get(f"/scenarios/watch/?token={token}").content.decode()
    site.scenario("base").change("price", percent=2, actor="fiona", at=AT)
    assert "stale" in fiona.get(f"/scenarios/watch/?token={token}").content.decode()
