"""Pages of scenarios and published plans."""

import io
import re
from datetime import date

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from steelyard.errors import ChangeInvalid, NotAllowed
from steelyard.web.audit.models import Entry
from steelyard.web.scenarios import services
from tests.company import company
from tests.web.conftest import AT

HEAD = {"HTTP_REFERER": "http://testserver/scenario/base/"}


def test_scenarios_show_as_a_tree(site, client_of):
    page = client_of("executive").get("/scenarios/").content.decode()
    assert page.index(">base</a>") < page.index(">promo</a>")
    assert "tree-1" in page


def test_a_planner_branches_and_the_trail_knows(site, client_of):
    answer = client_of("demand_planner").post("/scenario/promo/branch/", {"name": "promo deep", "note": "twice"})
    assert answer["Location"] == "/scenario/promo%20deep/"
    assert site.scenario("promo deep").base.name == "promo"
    entry = Entry.objects.get(action="scenario.branch")
    assert (entry.actor, entry.subject, entry.detail) == ("demand_planner", "promo deep", {"base": "promo"})


def test_an_executive_does_not_branch(site, client_of):
    answer = client_of("executive").post("/scenario/base/branch/", {"name": "mine"}, follow=True, **HEAD)
    assert b"does not include: branch" in answer.content
    assert len(site.scenarios()) == 2


@pytest.mark.parametrize("name", ["a/b", "x?", "", "  ", "n" * 61, "<b>", ".."])
def test_names_that_addresses_do_not_take_are_refused(site, client_of, name):
    client_of("demand_planner").post("/scenario/base/branch/", {"name": name}, **HEAD)
    assert len(site.scenarios()) == 2


def test_a_name_that_is_taken_is_told_in_words(site, client_of):
    answer = client_of("demand_planner").post("/scenario/base/branch/", {"name": "promo"}, follow=True, **HEAD)
    assert answer.status_code == 200
    assert b"promo" in answer.content
    assert b"is-alert" in answer.content


def test_a_long_name_and_a_hostile_note_are_shown_as_text(site, client_of):
    asked = {"name": "w" * 60, "note": "<script>alert(1)</script>"}
    page = client_of("demand_planner").post("/scenario/base/branch/", asked, follow=True).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_only_the_author_or_the_lead_puts_a_scenario_away(site, client_of):
    client_of("finance").post("/scenario/promo/archive/", **HEAD)
    assert not site.scenario("promo").record.archived
    client_of("sop_lead").post("/scenario/promo/archive/")
    assert site.scenario("promo").record.archived
    client_of("sop_lead").post("/scenario/promo/archive/", {"restore": "1"})
    assert not site.scenario("promo").record.archived


def test_a_change_is_switched_off_and_on(site, client_of):
    change = site.scenario("promo").own_changes[0].id
    client = client_of("sales")
    client.post(f"/scenario/promo/change/{change}/", {"on": "0"})
    assert not site.scenario("promo").own_changes[0].enabled
    assert b"Switch on" in client.get("/scenario/promo/").content
    client.post(f"/scenario/promo/change/{change}/", {"on": "1"})
    assert site.scenario("promo").own_changes[0].enabled


def test_finance_does_not_switch_a_change_of_demand(site, client_of):
    change = site.scenario("promo").own_changes[0].id
    client_of("finance").post(f"/scenario/promo/change/{change}/", {"on": "0"}, **HEAD)
    assert site.scenario("promo").own_changes[0].enabled


def test_compare_shows_totals_families_cells_and_changes(site, client_of):
    page = client_of("executive").get("/scenarios/compare/?with=base&with=promo").content.decode()
    assert "Consensus demand +10 %" in page
    assert '"family-chart"' in page
    delta = site.scenario("promo").plan().value("demand_plan") - site.scenario("base").plan().value("demand_plan")
    assert f"+{delta:,.0f}" in page


def test_compare_with_a_published_plan(site, client_of):
    published = site.scenario("base").publish(actor="ines", at=site.scenario("base").record.at)
    page = client_of("executive").get(f"/scenarios/compare/?with=plan:{published.id}&with=promo")
    assert page.status_code == 200
    assert b"Largest differences" in page.content


def test_publishing_asks_for_confirmation(site, client_of):
    client = client_of("sop_lead")
    assert b"What will be published" in client.get("/scenario/base/publish/").content
    client.post("/scenario/base/publish/", {"revision": "1", "note": "agreed"})
    assert site.published() == ()
    answer = client.post("/scenario/base/publish/", {"revision": "1", "note": "agreed", "sure": "on"})
    assert answer["Location"] == f"/published/{site.published()[0].id}/"
    assert site.published()[0].note == "agreed"


def test_what_moved_since_it_was_looked_at_is_not_published(site, client_of, person):
    base = site.scenario("base")
    base.change("consensus_demand", percent=1, actor="sam", at=base.record.at, reason="correction")
    asked = {"revision": "1", "note": "", "sure": "on"}
    head = {"HTTP_REFERER": "http://testserver/scenario/base/publish/"}
    answer = client_of("sop_lead").post("/scenario/base/publish/", asked, follow=True, **head)
    assert b"has moved from revision 1 to 2" in answer.content
    assert site.published() == ()


@pytest.mark.parametrize("role", ["demand_planner", "finance", "executive"])
def test_only_the_lead_publishes(site, person, role):
    with pytest.raises(NotAllowed):
        services.scenario_publish("base", user=person(role))


@pytest.fixture
def published(site):
    base = site.scenario("base")
    return base.publish(actor="ines", at=base.record.at, note="=cmd()")


def test_a_replay_runs_as_a_job_and_shows_on_the_plan(site, client_of, published):
    client = client_of("sop_lead")
    job = client.post(f"/published/{published.id}/replay/", follow=True)
    assert b"done" in job.content
    assert b"same bytes" in client.get(f"/published/{published.id}/").content
    assert b"same bytes" in client.get("/published/").content


@pytest.mark.parametrize("view", ["demand", "supply", "inventory", "capacity", "finance"])
def test_a_published_plan_is_exported(site, client_of, published, view):
    answer = client_of("executive").get(f"/published/{published.id}/{view}.csv")
    frame = pl.read_csv(io.BytesIO(answer.content))
    assert frame.height
    assert "attachment" in answer["Content-Disposition"]
    assert Entry.objects.filter(action="plan.export", subject=published.id).exists()


def test_a_workbook_holds_the_numbers_of_the_plan(site, client_of, published):
    answer = client_of("finance").get(f"/published/{published.id}/finance.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    column = next(n for n, name in enumerate(rows[0]) if str(name).lower().startswith("revenue [") or name == "revenue")
    told = sum(float(row[column]) for row in rows[1:] if row[column] != "")
    assert told == pytest.approx(site.numbers_of(published).value("revenue"))


def test_an_unknown_export_is_refused(site, client_of, published):
    assert client_of("finance").get(f"/published/{published.id}/secrets.csv").status_code == 422
    assert client_of("finance").get(f"/published/{published.id}/demand.exe").status_code == 422


def test_a_branch_starts_from_a_published_plan(site, client_of, published):
    answer = client_of("demand_planner").post(f"/published/{published.id}/branch/", {"name": "from plan"})
    assert answer["Location"] == "/scenario/from%20plan/"
    assert b"Branched from published plan" in client_of("executive").get("/scenario/from%20plan/").content


def test_the_scenario_in_the_top_bar_is_remembered(site, client_of):
    client = client_of("executive")
    client.get("/scenario/promo/")
    page = client.get("/jobs/").content.decode()
    assert re.search(r'scenario-chip is-scenario"[^>]*title="Scenario: promo"', page)
    assert client.get("/worksheet/")["Location"] == "/worksheet/promo/"


def test_a_published_plan_is_named_by_its_scenario_and_leads_on(site, client_of, published):
    client = client_of("demand_planner")
    page = client.get(f"/published/{published.id}/").content.decode()
    assert f"base, published {published.at:%-d %b %Y}" in page
    assert '<a href="/scenario/base/">base</a>' in page
    link = re.search(r'href="(/scenarios/compare/\?[^"]+)"', page).group(1).replace("&amp;", "&")
    compared = client.get(link).content.decode()
    assert "Headline numbers" in compared
    assert "Inventory value, at the end" in page
    assert "Inventory value, at the end" in compared
    assert '<optgroup label="Published plans">' in compared


def test_a_refusal_names_the_measure_as_people_read_it(site, client_of):
    base = site.scenario("base")
    with pytest.raises(ChangeInvalid) as refused:
        base.change("consensus_demand", set=-5, actor="dana", at=base.record.at, reason="correction")
    assert "Where: Consensus demand = -5 for everything" in str(refused.value)


def test_a_published_plan_is_compared_with_what_stands_on_the_newest_facts(site, client_of):
    site.scenario("base").branch("agreed", actor="ines", at=AT)
    published = site.scenario("agreed").publish(actor="ines", at=AT)
    address, client = f"/published/{published.id}/", client_of("sop_lead")
    assert "Compare with agreed" in client.get(address).content.decode(), (
        "on the same facts its own scenario goes first"
    )
    site.scenario("agreed").archive(actor="ines", at=AT)
    assert "Compare with base" in client.get(address).content.decode()
    newer = company(items=6, customers=3, as_of=date(2026, 1, 31))
    site.add_extract(newer, at=AT, actor="dana")
    site.create_scenario("february", actor="dana", at=AT, horizon=12)
    page = client.get(address).content.decode()
    assert "Compare with february" in page
    assert f"with=plan%3A{published.id}&amp;with=february" in page
