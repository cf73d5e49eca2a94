"""Pages and services of change sets."""

import pytest

from steelyard.errors import NotAllowed, NotFound
from steelyard.web.accounts.models import SeenSlice
from steelyard.web.audit.models import Entry
from steelyard.web.scenarios import change_set_services as sets

HEAD = {"HTTP_REFERER": "http://testserver/scenario/promo/"}


@pytest.fixture
def spring(site, person):
    return sets.set_record("promo", "spring", user=person("demand_planner"), note="the usual lift")


def test_the_list_begins_empty_and_says_how_to_begin(site, client_of):
    assert b"No change set yet" in client_of("sales").get("/scenarios/change-sets/").content


def test_ticked_changes_are_kept_from_the_page_of_a_scenario(site, client_of):
    change = site.scenario("promo").own_changes[0].id
    client = client_of("demand_planner")
    answer = client.post("/scenario/promo/record/", {"name": "spring", "change": change, "note": "lift"})
    assert answer["Location"] == "/scenarios/change-sets/spring/"
    page = client.get("/scenarios/change-sets/").content.decode()
    assert "spring" in page
    assert "recorded from promo" in client.get("/scenarios/change-sets/spring/").content.decode()


def test_a_set_is_looked_at_before_it_is_laid(site, spring, client_of):
    client = client_of("demand_planner")
    page = client.get("/scenarios/change-sets/spring/", {"scenario": "base", "shift": "2"}).content.decode()
    assert "As it would be laid on base" in page
    assert site.scenario("base").revision == 1
    form = {"scenario": "base", "shift": "0", "scope": "", "revision": "1"}
    answer = client.post("/scenarios/change-sets/spring/", form)
    assert answer["Location"].startswith("/scenario/base/")
    assert site.scenario("base").own_changes[-1].author == "demand_planner"
    assert Entry.objects.filter(action="change_set.lay", subject="base").exists()


def test_what_does_not_fit_is_told_and_nothing_is_laid(site, spring, client_of):
    page = client_of("demand_planner").get(
        "/scenarios/change-sets/spring/", {"scenario": "base", "scope": "product_family:Nowhere"}
    )
    assert "do not fit base" in page.content.decode()
    answer = client_of("demand_planner").post(
        "/scenarios/change-sets/spring/", {"scenario": "base", "scope": "product_family:Nowhere", "revision": "1"}
    )
    assert "Nowhere" in answer.content.decode()
    assert site.scenario("base").revision == 1


def test_who_may_not_edit_lays_nothing(site, spring, person):
    with pytest.raises(NotAllowed):
        sets.set_lay("base", "spring", user=person("supply_planner"))
    assert site.scenario("base").revision == 1


def test_only_its_author_and_the_lead_take_a_set_off_the_list(site, spring, person):
    with pytest.raises(NotAllowed, match="somebody else"):
        sets.set_withdraw("spring", user=person("sales"))
    sets.set_withdraw("spring", user=person("sop_lead"))
    with pytest.raises(NotFound):
        sets.set_view("spring")


def test_by_the_api(site, spring, client_of):
    client = client_of("demand_planner")
    assert [one["name"] for one in client.get("/api/change-sets/").json()] == ["spring"]
    body = {"scenario": "base", "shift": 1}
    answer = client.post("/api/change-sets/spring/lay", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["changes"]) == 1


def test_who_sees_a_part_reads_no_sets_of_the_whole(site, spring, person, client_of):
    SeenSlice.objects.create(user=person("finance"), scope={"product_family": ["F0"]})
    client = client_of("finance")
    assert b"spring" not in client.get("/scenarios/change-sets/").content
    assert client.get("/scenarios/change-sets/spring/").status_code == 403
    assert client.get("/api/change-sets/spring").status_code == 403
