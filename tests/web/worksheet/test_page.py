"""The worksheet's page: filter bar, saved views."""

import pytest

from steelyard.web.worksheet.models import SavedView


def test_the_grid_gets_the_view_of_the_address(site, client_of):
    page = client_of("sales").get("/worksheet/base/?levels=channel,customer&scope=channel:retail&time=quarter")
    text = page.content.decode()
    assert 'src="/api/worksheet/base"' in text
    assert 'levels="channel,customer"' in text
    assert 'scope="channel:retail"' in text
    assert 'time="quarter"' in text
    assert "read-only" not in text


def test_who_may_not_edit_gets_a_grid_to_read(site, client_of):
    assert b" read-only>" in client_of("executive").get("/worksheet/base/").content


def test_levels_from_the_form_are_joined(site, client_of):
    page = client_of("sales").get("/worksheet/base/?levels=channel&levels=item&levels=&measures=revenue&measures=price")
    assert b'levels="channel,item" measures="revenue,price"' in page.content


@pytest.mark.parametrize("query", ["scope=nonsense", "measures=nothing", "past=many"])
def test_a_view_that_cannot_be_read_says_so_and_shows_the_usual_one(site, client_of, query):
    page = client_of("sales").get(f"/worksheet/base/?{query}")
    assert page.status_code == 200
    assert b"message is-alert" in page.content


def test_a_filter_is_added_and_taken_away(site, client_of):
    client = client_of("sales")
    answer = client.post("/worksheet/base/filter/", {"levels": "item", "level": "channel", "member": "retail"})
    assert answer["Location"] == "/worksheet/base/?levels=item&scope=channel%3Aretail"
    assert b"Channel: retail" in client.get(answer["Location"]).content


def test_a_filter_by_name_means_all_whose_name_holds_it(site, client_of):
    client = client_of("sales")
    one = client.post("/worksheet/base/filter/", {"levels": "item", "level": "customer", "member": "customer 2"})
    assert one["Location"].endswith("scope=customer%3AC2")
    assert b"Customer: C2 Customer 2" in client.get(one["Location"]).content
    some = client.post("/worksheet/base/filter/", {"levels": "item", "level": "customer", "member": "Customer"})
    assert some["Location"].endswith("scope=customer%3AC0%7CC1%7CC2")


def test_a_filter_that_nothing_fits_says_so(site, client_of):
    client = client_of("sales")
    asked = {"level": "item", "member": "unheard of"}
    answer = client.post(
        "/worksheet/base/filter/", asked, follow=True, HTTP_REFERER="http://testserver/worksheet/base/"
    )
    assert b"Nothing is called" in answer.content


def test_members_are_suggested_by_code_and_by_name(site, client_of):
    named = client_of("sales").get("/worksheet/base/members/?level=item&member=item%203").content.decode()
    assert named.strip() == '<option value="I3">Item 3</option>'
    options = client_of("sales").get("/worksheet/base/members/?level=item&member=i1").content.decode()
    assert 'value="I1"' in options
    assert 'value="I2"' not in options
    assert client_of("sales").get("/worksheet/base/members/?level=planet").status_code == 422


def test_views_are_saved_shared_and_forgotten_by_their_owner(site, client_of):
    sales, finance = client_of("sales"), client_of("finance")
    sales.post("/worksheet/base/views/", {"levels": "item", "name": "Mine"})
    sales.post("/worksheet/base/views/", {"levels": "channel,item", "name": "For all", "shared": "1"})
    sales.post("/worksheet/base/views/", {"levels": "customer", "name": "Mine"})
    assert SavedView.objects.get(name="Mine").query == {"levels": "customer"}
    page = finance.get("/worksheet/base/").content.decode()
    assert "For all" in page
    assert "Mine" not in page
    shared = SavedView.objects.get(name="For all")
    finance.post(f"/worksheet/base/views/{shared.pk}/delete/", HTTP_REFERER="http://testserver/worksheet/base/")
    assert SavedView.objects.filter(pk=shared.pk).exists()
    sales.post(f"/worksheet/base/views/{shared.pk}/delete/")
    assert not SavedView.objects.filter(pk=shared.pk).exists()


def test_without_a_scenario_the_worksheet_leads_to_the_beginning(db, client_of):
    answer = client_of("sales").get("/worksheet/", follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert b"No data yet" in answer.content


def test_a_filter_without_a_level_searches_all_in_whatever_case(site, client_of):
    client = client_of("sales")
    by_name = client.post("/worksheet/base/filter/", {"level": "", "member": "ITEM 3"})
    assert by_name["Location"] == "/worksheet/base/?scope=item%3AI3"
    by_code = client.post("/worksheet/base/filter/", {"member": "f1"})
    assert by_code["Location"] == "/worksheet/base/?scope=product_family%3AF1"


def test_a_filter_that_fits_several_levels_tells_the_others(site, client_of):
    page = client_of("sales").post("/worksheet/base/filter/", {"member": "1"}, follow=True)
    assert b"choose a level to filter by that instead" in page.content


def test_a_filter_that_nothing_fits_tells_what_was_searched(site, client_of):
    page = client_of("sales").post(
        "/worksheet/base/filter/", {"member": "zzz"}, follow=True, HTTP_REFERER="http://testserver/worksheet/base/"
    )
    assert b"searched codes and names of Category, Family, Item" in page.content


def test_suggestions_from_all_levels_name_their_level(site, client_of):
    options = client_of("sales").get("/worksheet/base/members/?level=&member=item%203").content.decode()
    assert options.strip() == '<option value="I3">Item Item 3</option>'


def test_the_worksheet_of_an_archived_scenario_says_read_only(site, client_of):
    assert b"Blue can be changed" in client_of("sales").get("/worksheet/promo/").content
    site.scenario("promo").archive(actor="sam", at=site.scenario("promo").record.at)
    page = client_of("sales").get("/worksheet/promo/").content
    assert b"Read only: the scenario is archived." in page
    assert b"Blue can be changed" not in page
