"""KPI pages: scorecards, targets by slice, rules, cases followed across months, the tree, the own record, Excel."""

import io
import json
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from steelyard.errors import EntryMoved, KpiInvalid, NotAllowed
from steelyard.kpi.alert import AlertRule
from steelyard.kpi.registry import INDICATORS
from steelyard.web.governance.selectors import seen_at
from steelyard.web.notices.models import Notice
from steelyard.web.scorecard import case_selectors, kpi_selectors, services
from steelyard.web.scorecard.inputs_asked import inputs_asked
from tests.company import company

AT = datetime(2026, 2, 5, 9, tzinfo=UTC)
PAGES = ("/kpis/", "/kpis/?for=role:supply_planner", "/kpis/?for=forum:executive_sop", "/kpis/tree/", "/kpis/cases/",
         "/kpis/own/", *(f"/kpis/{name}/" for name in INDICATORS))  # fmt: skip
DEMANDING = AlertRule("Margin is never enough", "gross_margin_percent", limit=99.0, level="product_family")


@pytest.fixture
def lead(person):
    person("finance")
    return person("sop_lead")


@pytest.fixture
def looked(site, lead):
    services.rule_put(DEMANDING, user=lead)
    return services.alerts_evaluate("base", actor="sop_lead")


def put(client: Client, path: str, body: dict[str, object]):
    return client.put(path, json.dumps(body), content_type="application/json")


def numbers_of(outcome, kpi: str) -> list[int]:
    return [one.number for one in case_selectors.cases_open() if one.kpi == kpi and one.number in outcome.opened]


def next_month(site) -> None:
    january = site.add_extract(company(items=6, customers=3, periods=25, as_of=date(2026, 1, 31)), at=AT)
    site.create_scenario("february", extract=january.digest, actor="dana", at=AT, horizon=12)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_shown(looked, client_of, path):
    assert client_of("sales").get(path).status_code == 200


def test_a_page_without_a_plan_says_so(db, client_of, settings, tmp_path):
    from steelyard.plan.workspace import Workspace

    settings.COMPANY_FOLDER = tmp_path / "empty"
    Workspace.create(settings.COMPANY_FOLDER, company="Empty").close()
    assert "No plan yet" in client_of("sales").get("/kpis/").content.decode()


def test_a_scorecard_holds_what_a_role_owns_and_a_forum_looks_at(site):
    owned = {line.name for line in kpi_selectors.kpi_lines("base", role="finance")}
    assert owned == {name for name, one in INDICATORS.items() if one.owner == "finance"}
    assert all("pre_sop" in line.forums for line in kpi_selectors.kpi_lines("base", forum="pre_sop"))


def test_a_target_of_a_family_judges_that_family(site, lead, client_of):
    services.target_set("gross_margin_percent", 99.0, user=lead, level="product_family", member="F1", tolerance=0.0)
    found = {
        one.member: one.standing for one in kpi_selectors.slice_lines("base", "gross_margin_percent", "product_family")
    }
    assert found["F1"] == "act"
    assert found["F0"] == "good"
    inside = kpi_selectors.kpi_lines("base", scope={"product_family": ("F1",)})
    assert next(line.target for line in inside if line.name == "gross_margin_percent") == 99.0
    client_of("sop_lead").post("/kpis/gross_margin_percent/target/", {"level": "product_family", "member": "F1"})
    lines = kpi_selectors.slice_lines("base", "gross_margin_percent", "product_family")
    assert {one.standing for one in lines} == {"good"}


@pytest.mark.parametrize("wrong", [{"level": "product_family"}, {"target": "many"}, {"target": "1", "tolerance": "-1"}])
def test_a_target_that_makes_no_sense_is_refused(site, client_of, wrong):
    answer = client_of("sop_lead").post("/kpis/fill_rate/target/", {"target": "95"} | wrong)
    assert answer.status_code == 422


def test_a_case_is_opened_told_and_followed_into_the_next_month(site, lead, looked):
    numbers = numbers_of(looked, "gross_margin_percent")
    assert len(numbers) == 2
    told = Notice.objects.get(recipient="finance")
    assert told.text.startswith("2 new cases are yours, the largest first. ")
    assert (told.url, told.state) == ("/kpis/cases/?mine=1", "new")
    again = services.alerts_evaluate("base", actor="sop_lead")
    assert again.opened == ()
    next_month(site)
    later = services.alerts_evaluate("february", actor="sop_lead")
    assert set(numbers) <= set(later.followed)
    line = case_selectors.case(numbers[0])
    assert line.months_in_a_row == 2
    assert "second month in a row" in line.text
    assert [one.cycle for one in line.sightings] == ["2026-01", "2026-02"]
    assert line in case_selectors.seen_before()


def test_what_was_told_of_several_cases_is_put_away_once_each_has_its_cause_and_action(site, lead, looked):
    first, second = numbers_of(looked, "gross_margin_percent")
    services.case_write(first, user=lead, cause="Steel is dear.", action="Raise prices.", due=None, owner="finance")
    assert Notice.objects.get(recipient="finance").state == "new"
    services.case_close(second, user=lead, outcome="It was a typing error.")
    assert Notice.objects.get(recipient="finance").state == "closed"


def test_cases_may_be_those_of_the_reader_only(site, lead, looked, client_of):
    number = numbers_of(looked, "gross_margin_percent")[0]
    assert f"/kpis/cases/{number}/" in client_of("finance").get("/kpis/cases/?mine=1").content.decode()
    assert f"/kpis/cases/{number}/" not in client_of("sop_lead").get("/kpis/cases/?mine=1").content.decode()


def test_what_is_gone_is_said_and_stays_open_until_somebody_closes_it(site, lead, looked, person):
    number = numbers_of(looked, "gross_margin_percent")[0]
    services.rule_remove(DEMANDING.name, user=lead)
    next_month(site)
    assert number in services.alerts_evaluate("february", actor="sop_lead").gone
    assert case_selectors.case(number).gone
    with pytest.raises(KpiInvalid):
        services.case_close(number, user=lead, outcome=" ")
    services.case_close(number, user=person("finance"), outcome="Prices were raised; the margin is back.")
    assert case_selectors.case(number).state == "closed"
    assert number not in [one.number for one in case_selectors.cases_open()]


def test_a_closed_trouble_that_comes_again_is_a_new_case(site, lead, looked):
    for number in numbers_of(looked, "gross_margin_percent"):
        services.case_close(number, user=lead, outcome="Done.")
    assert len(services.alerts_evaluate("base", actor="sop_lead").opened) == 2


def test_a_case_is_written_by_its_owner_and_of_two_one_is_told(site, lead, looked, person):
    number = numbers_of(looked, "gross_margin_percent")[0]
    told = {"cause": "Mix", "action": "Raise prices", "due": date(2026, 3, 1)}
    with pytest.raises(NotAllowed):
        services.case_write(number, user=person("sales"), **told)
    services.case_write(number, user=person("finance"), expected=1, **told)
    assert case_selectors.case(number).state == "followed"
    with pytest.raises(EntryMoved):
        services.case_write(number, user=lead, expected=1, **told)


def test_the_case_page_writes_and_closes(site, lead, looked, client_of):
    number, client = numbers_of(looked, "gross_margin_percent")[0], client_of("sop_lead")
    given = {"cause": "<b>Mix</b>", "action": "Prices", "owner": "finance", "due": "2026-03-01", "revision": "1"}
    assert client.post(f"/kpis/cases/{number}/", given).status_code == 302
    page = client.get(f"/kpis/cases/{number}/").content.decode()
    assert "&lt;b&gt;Mix" in page
    assert "somebody else meanwhile" in client.post(f"/kpis/cases/{number}/", given).content.decode()
    assert "cannot be read" in client.post(f"/kpis/cases/{number}/", given | {"due": "soon"}).content.decode()
    closed = client.post(f"/kpis/cases/{number}/", {"close": "1", "outcome": "Done.", "revision": "2"})
    assert closed.status_code == 302
    assert "Done." in client.get("/kpis/cases/").content.decode()


def test_only_who_governs_looks_and_rules(site, client_of):
    assert client_of("sales").post("/kpis/look/").status_code == 403
    assert client_of("sop_lead").post("/kpis/look/").status_code == 302
    given = {"name": "Stock", "kpi": "inventory_turns", "of": "whole", "worse": "act", "limit": "2", "periods": "1"}
    assert client_of("sales").post("/kpis/rule/", given).status_code == 403
    assert client_of("sop_lead").post("/kpis/rule/", given).status_code == 302
    assert "Stock" in client_of("sop_lead").get("/kpis/cases/").content.decode()


def test_what_only_records_know_is_observed(site, lead):
    services.kpi_observe("cycle_on_time", "2026-01", 80.0, source="cycle 2026-01", actor="cycles")
    services.kpi_observe("cycle_on_time", "2026-01", 83.0, source="cycle 2026-01", actor="cycles")
    line = next(one for one in kpi_selectors.kpi_lines("base") if one.name == "cycle_on_time")
    assert (line.value, line.standing) == (83.0, "watch")
    assert kpi_selectors.kpi_series("base", "cycle_on_time").actual == (("2026-01", 83.0),)
    with pytest.raises(KpiInvalid):
        services.kpi_observe("fill_rate", "2026-01", 99.0, source="hope", actor="cycles")


def test_one_has_seen_ones_own_record(site, client_of):
    client = client_of("sales")
    assert "My own record" in client.get("/kpis/own/").content.decode()
    assert list(seen_at("own record 2026-01")) == ["sales"]
    assert "Everybody" not in client.get("/kpis/own/").content.decode()
    assert "Everybody" in client_of("sop_lead").get("/kpis/own/").content.decode()
    assert inputs_asked("2026-11", ("sales",)) == {"sales": date(2026, 11, 10)}, "no calendar knows the month"


def test_the_workbook_holds_values_periods_and_slices(site, client_of):
    book = CalamineWorkbook.from_filelike(io.BytesIO(client_of("sales").get("/kpis/kpis.xlsx").content))
    assert book.sheet_names[:3] == ["Scorecard", "Periods", "Families"]
    rows = book.get_sheet_by_name("Scorecard").to_python()
    assert [row[0] for row in rows[1:]] == [one.label for one in INDICATORS.values()]


def test_the_api_reads_and_writes(site, lead, client_of):
    client = client_of("sop_lead")
    assert len(client.get("/api/kpis/registry").json()) == len(INDICATORS)
    assert client.get("/api/kpis/of/base?forum=executive_sop").json()[0]["name"] == "forecast_accuracy"
    assert client.get("/api/kpis/of/base?scope=product_family:F0").status_code == 200
    assert client.get("/api/kpis/of/base?scope=product_family:F9").status_code in (404, 422)
    series = client.get("/api/kpis/of/base/fill_rate").json()
    assert (len(series["plan"]), series["target"]) == (12, 95.0)
    assert client.get("/api/kpis/of/base/speed").status_code == 404
    assert len(client.get("/api/kpis/of/base/fill_rate/by/product_family").json()) == 2
    assert put(client, "/api/kpis/targets", {"kpi": "fill_rate", "target": 99.5, "tolerance": 0.1}).status_code == 204
    assert client.get("/api/kpis/of/base/fill_rate").json()["target"] == 99.5
    assert put(client, "/api/kpis/rules", {"name": "R", "kpi": "gross_margin_percent", "limit": 99}).status_code == 204
    look = client.post("/api/kpis/look/base").json()
    assert look["opened"]
    number = next(one["number"] for one in client.get("/api/kpis/cases").json() if one["kpi"] == "gross_margin_percent")
    assert put(client, f"/api/kpis/cases/{number}", {"cause": "c", "action": "a"}).json()["state"] == "followed"
    closed = client.post(f"/api/kpis/cases/{number}/close", '{"outcome": "o"}', content_type="application/json")
    assert closed.json()["state"] == "closed"
    assert client.delete("/api/kpis/rules?name=R").status_code == 204
    assert client.get("/api/kpis/cases/99999").status_code == 404


def test_a_target_that_is_a_ceiling_says_so(site):
    lines = {one.name: one for one in kpi_selectors.kpi_lines("base")}
    assert lines["capacity_utilisation"].target_text.startswith("at most ")
    assert not lines["fill_rate"].target_text.startswith("at most")


@pytest.mark.parametrize("typed", [{"limit": "nan"}, {"limit": "inf"}, {"periods": "nan"}, {"periods": "1e999"}])
def test_a_rule_whose_limit_or_periods_are_no_number_is_told_so(client_of, site, typed) -> None:
    given = {"name": "Stock", "kpi": "inventory_turns", "of": "whole", "worse": "act", "limit": "2", "periods": "1"}
    page = client_of("sop_lead").post("/kpis/rule/", given | typed, follow=True).content.decode()
    assert "no number" in page
