"""Merge, promote and rebase: pages and API, with the same rules as every change."""

import json
from datetime import UTC, date, datetime

import pytest

from steelyard.web.audit.models import Entry
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
F0, F1 = {"product_family": "F0"}, {"product_family": "F1"}


@pytest.fixture
def rival(site):
    """A second branch that changed the same family as `promo`, and another thing besides."""
    made = site.scenario("base").branch("rival", **DANA)
    made.change("consensus_demand", set=500, scope=F1, reason="correction", **DANA)
    made.change("consensus_demand", percent=3, scope=F0, reason="promotion", **DANA)
    return made


def test_the_page_shows_what_has_to_be_decided(site, rival, client_of):
    page = client_of("demand_planner").get("/scenarios/merge/?into=promo&from=rival").content.decode()
    assert "1 to decide" in page
    assert "1 without conflict" in page
    assert page.count('name="choice-') == 1
    assert "from the base" not in page  # what was made in rival is its own


def test_what_a_branch_has_from_its_own_base_is_named_so(site, rival, client_of):
    rival.branch("deeper", **DANA).change("consensus_demand", percent=1, scope=F1, reason="promotion", **DANA)
    page = client_of("demand_planner").get("/scenarios/merge/?into=promo&from=deeper").content.decode()
    assert "2 without conflict" in page
    assert page.count("from the base") == 1


def test_a_merge_is_made_with_its_choice_and_stands_in_the_trail(site, rival, client_of):
    conflict = rival.own_changes[0].id
    client = client_of("demand_planner")
    answer = client.post(
        "/scenarios/merge/?into=promo&from=rival", {f"choice-{conflict}": "theirs", "revision": "1"}, follow=True
    )
    assert b"2 changes of rival merged into promo" in answer.content
    promo = site.scenario("promo")
    assert [change.enabled for change in promo.own_changes] == [False, True, True]
    entry = Entry.objects.get(action="scenario.merge")
    assert (entry.subject, entry.detail["from"], entry.detail["changes"]) == ("promo", "rival", 2)
    assert "merged:" in client.get("/scenario/promo/").content.decode()


def test_nothing_is_merged_while_a_conflict_is_open_or_somebody_was_faster(site, rival, client_of):
    client, promo = client_of("demand_planner"), site.scenario("promo")
    address = "/scenarios/merge/?into=promo&from=rival"
    assert b"not settled" in client.post(address, {"revision": "1"}, follow=True).content
    choice = {f"choice-{rival.own_changes[0].id}": "ours"}
    assert b"has moved" in client.post(address, {**choice, "revision": "0"}, follow=True).content
    assert len(promo.own_changes) == 1


def test_who_may_not_make_a_change_may_not_merge_it(site, rival, client_of):
    rival.change("price", percent=2, scope=F0, reason="price_change", **DANA)
    choice = {f"choice-{rival.own_changes[0].id}": "ours", "revision": "1"}
    answer = client_of("sales").post("/scenarios/merge/?into=promo&from=rival", choice, follow=True)
    assert b"does not include" in answer.content
    assert len(site.scenario("promo").own_changes) == 1


def test_a_branch_is_promoted(site, client_of):
    answer = client_of("demand_planner").post("/scenario/promo/promote/", follow=True)
    assert b"are those of base now" in answer.content
    assert [change.author for change in site.scenario("base").own_changes] == ["dana", "sam"]
    assert site.scenario("promo").record.archived


def test_a_scenario_is_taken_to_another_extract(site, client_of):
    later = site.add_extract(company(items=5, customers=3, as_of=date(2026, 1, 31)), at=AT)
    client = client_of("sop_lead")
    address = f"/scenario/promo/rebase/?extract={later.digest}"
    assert "applies" in client.get(address).content.decode()
    answer = client.post(address, {"name": "promo in february"}, follow=True)
    assert b"stands on the other extract" in answer.content
    assert site.scenario("promo in february").extract == later.digest


def test_empty_states_tell_what_to_do(site, client_of):
    client = client_of("demand_planner")
    assert "Choose two scenarios" in client.get("/scenarios/merge/").content.decode()
    assert "No other extract" in client.get("/scenario/base/rebase/").content.decode()
    assert "promote" in client.get("/scenarios/merge/?into=base&from=promo").content.decode()


def test_the_api_previews_merges_promotes_and_rebases(site, rival, client_of):
    client = client_of("demand_planner")

    def call(method: str, address: str, **sent: object) -> dict:
        answer = getattr(client, method)(address, json.dumps(sent) if sent else None, content_type="application/json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    told = client.get("/api/scenarios/promo/merge?other=rival").json()
    assert (len(told["takes"]), len(told["conflicts"])) == (1, 1)
    assert client.get("/api/scenarios/promo/difference?against=rival").json()["base"] == "base"
    refused = client.post("/api/scenarios/promo/merge", json.dumps({"other": "rival"}), content_type="application/json")
    assert refused.status_code == 422 or refused.status_code == 400
    assert call("post", "/api/scenarios/promo/merge", other="rival", otherwise="both")["revision"] == 2
    assert call("post", "/api/scenarios/promo/promote", sure=True)["name"] == "base"
    assert client.get("/api/scenarios/base/rebase").json()["changes"]
    made = call("post", "/api/scenarios/base/rebase", name="again")
    assert made["changes"] == 4
