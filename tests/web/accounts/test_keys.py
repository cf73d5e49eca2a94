"""Personal keys of the API: hashed, ending, revocable; a call by key is made and seen as its person."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.web.accounts.keys import key_make
from steelyard.web.accounts.models import ApiToken, SeenSlice, User
from steelyard.web.audit.models import Entry


def with_key(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"}, enforce_csrf_checks=True)


@pytest.fixture
def key(site, person) -> str:
    return key_make(person("sales"), "my script", days=30)


def test_a_key_is_made_on_a_page_and_shown_once(site, client_of):
    client = client_of("sales")
    page = client.post("/account/keys/", {"name": "my script", "days": "30"}).content.decode()
    made = re.search(r"sty_[\w-]{40,}", page)
    assert made
    assert made.group() not in client.get("/account/keys/").content.decode()
    assert not ApiToken.objects.filter(digest__contains=made.group()).exists()
    assert with_key(made.group()).get("/api/measures").status_code == 200
    assert Entry.objects.filter(action="key.make", actor="sales").count() == 1


def test_a_call_by_key_is_seen_with_the_eyes_of_its_person(key, site):
    SeenSlice.objects.create(user=User.objects.get(username="sales"), scope={"product_family": ["F0"]})
    asked = "/api/scenarios/base/frame?measures=consensus_demand,gross_margin&by=product_family&time=all"
    rows = with_key(key).get(asked).json()["rows"]
    assert [(row[0], row[-1]) for row in rows] == [("F0", None)]


def test_a_call_by_key_writes_without_a_form_token_and_leaves_no_session(key, site):
    client = with_key(key)
    made = client.post("/api/scenarios/base/branch", {"name": "by key"}, content_type="application/json")
    assert made.status_code == 201, made.content
    assert "sessionid" not in client.cookies
    assert Entry.objects.get(action="scenario.branch").actor == "sales"
    assert (
        client.post("/api/scenarios/base/publish", {"revision": 1}, content_type="application/json").status_code == 403
    )


def test_a_key_opens_the_api_only(key, site):
    assert with_key(key).get("/scenarios/").status_code == 302


def test_a_key_that_is_wrong_over_revoked_or_of_somebody_gone_opens_nothing(key, site, client_of):
    assert with_key("sty_" + "x" * 43).get("/api/measures").status_code == 401
    User.objects.update(is_active=False)
    assert with_key(key).get("/api/measures").status_code == 401
    User.objects.update(is_active=True)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert with_key(key).get("/api/measures").status_code == 401
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    client_of("sales").post(f"/account/keys/{ApiToken.objects.get().pk}/revoke/")
    assert with_key(key).get("/api/measures").status_code == 401


def test_a_key_of_somebody_else_is_not_revoked(key, site, client_of):
    assert client_of("finance").post(f"/account/keys/{ApiToken.objects.get().pk}/revoke/").status_code == 404
    assert with_key(key).get("/api/measures").status_code == 200


@pytest.mark.parametrize("days", ["0", "366", "x", ""])
def test_a_key_must_end(site, client_of, days):
    client_of("sales").post("/account/keys/", {"name": "for ever", "days": days})
    assert not ApiToken.objects.exists()
