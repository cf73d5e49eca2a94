"""Pages that know whether they still hold."""

import json
from io import BytesIO
from urllib.parse import quote
from zipfile import ZipFile

import pytest

from steelyard.errors import PlanError
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Risk
from steelyard.web.scenarios.stale import footing_now, stale_line, stands_on, watch_token, watched_lines
from tests.web.conftest import AT

DANA = {"actor": "dana"}


def change(site, name="base"):
    scenario = site.scenario(name)
    scenario.change("consensus_demand", percent=3, actor="luis", at=scenario.record.at)


def test_a_page_that_nobody_overtook_asks_again_and_says_nothing(site, client_of):
    answer = client_of("finance").get("/scenarios/watch/", {"token": watch_token(["base", "promo"])})
    assert b"every 60s" in answer.content
    assert b"stale" not in answer.content


def test_a_page_that_was_overtaken_says_by_what(site, client_of):
    token = watch_token(["promo"])
    change(site)
    answer = client_of("finance").get("/scenarios/watch/", {"token": token})
    assert b"1 change in base by luis" in answer.content


def test_a_token_from_elsewhere_is_refused(site, client_of):
    assert client_of("finance").get("/scenarios/watch/", {"token": "made up"}).status_code == 400
    with pytest.raises(PlanError, match="load it again"):
        watched_lines("made up")


def test_a_kept_answer_says_whether_it_still_holds(site):
    kept = footing_now("promo").to_json()
    assert not stale_line(kept).is_stale
    change(site, "promo")
    assert stale_line(kept).moves == ("1 change in promo by luis",)


def test_by_the_api(site, client_of):
    client = client_of("finance")
    kept = client.get("/api/scenarios/base/footing").json()
    address = "/api/scenarios/base/stale"
    assert client.post(address, kept, content_type="application/json").json() == {"stale": False, "moves": []}
    change(site)
    told = client.post(address, kept, content_type="application/json").json()
    assert told == {"stale": True, "moves": ["1 change in base by luis"]}
    assert client.post(address, {"name": "base"}, content_type="application/json").status_code == 422


def test_a_published_plan_says_that_its_scenario_went_on(site, client_of):
    published = site.scenario("base").publish(actor="ines", at=site.scenario("base").record.at)
    page = client_of("executive").get(f"/published/{published.id}/")
    assert b"up to date" in page.content
    change(site)
    assert b"1 change in base by luis" in client_of("executive").get(f"/published/{published.id}/").content


def test_a_comparison_is_watched_and_taken_to_a_spreadsheet(site, client_of):
    client = client_of("finance")
    assert b"/scenarios/watch/" in client.get("/scenarios/compare/?with=base&with=promo").content
    book = client.get("/scenarios/compare/export/?with=base&with=promo&measure=revenue")
    assert book["Content-Type"].startswith("application/vnd.openxmlformats")
    with ZipFile(BytesIO(book.content)) as parts:
        assert "xl/charts/chart1.xml" in parts.namelist()
        assert b"Why promo" in parts.read("xl/workbook.xml")


def test_scenarios_whose_long_names_begin_alike_have_each_its_chain_in_the_workbook(site, client_of):
    names = [f"a second shift on the fullest line, {when}" for when in ("in winter", "in summer")]
    for percent, name in enumerate(names, start=3):
        branch = site.scenario("base").branch(name, actor="luis", at=AT)
        branch.change("consensus_demand", percent=percent, actor="luis", at=AT)
    asked = "&".join(f"with={quote(name)}" for name in names)
    book = client_of("finance").get(f"/scenarios/compare/export/?with=base&{asked}&measure=revenue")
    with ZipFile(BytesIO(book.content)) as parts:
        assert parts.read("xl/workbook.xml").count(b'name="Why ') == 2


def test_the_registers_beside_a_plan_are_watched_too(site):
    token = watch_token(["base"], registers=["register of risks"])
    assert watched_lines(token) == []
    effect = Effect("consensus_demand", {}, None, -9, -5, -1)
    site.records.registers.risks.add(Risk("A dealer leaves", "sam", 0.3, effect, actor="sam"))
    assert [line.moves for line in watched_lines(token)] == [("the register of risks has moved",)]


def test_a_workbook_says_on_what_it_stands_and_can_be_asked(site):
    told = dict(stands_on("base")["Stands on"].iter_rows())
    assert told["Plan digest"] == site.scenario("base").digest
    assert told["Revision"] == str(site.scenario("base").record.revision)
    kept = json.loads(told["Footing to ask with (footing.json)"])
    assert not stale_line(kept).is_stale
    change(site)
    assert stale_line(kept).moves == ("1 change in base by luis",)
