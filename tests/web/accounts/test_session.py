"""Sessions end, sign-ins keep a pace, cookies are kept from scripts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.web.accounts.pace import forget
from steelyard.web.accounts.roles import Role
from steelyard.web.accounts.services import user_create

PASSWORD = "quiet river stones"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    forget()
    return clock


@pytest.fixture
def signed_in(site, clock, client) -> Client:
    user_create(username="dana", password=PASSWORD, role=Role.DEMAND_PLANNER)
    assert client.post("/account/sign-in/", {"username": "dana", "password": PASSWORD}).status_code == 302
    return client


def test_a_session_that_is_used_goes_on(signed_in, clock):
    for _ in range(5):
        clock.forward(minutes=100)
        assert signed_in.get("/jobs/").status_code == 200


def test_a_session_that_nobody_uses_ends(signed_in, clock):
    clock.forward(minutes=119)
    assert signed_in.get("/jobs/").status_code == 200
    clock.forward(minutes=121)
    assert signed_in.get("/jobs/").status_code == 302
    assert signed_in.get("/api/measures").status_code == 401


def test_what_a_page_asks_by_itself_does_not_keep_it_alive(signed_in, clock):
    for _ in range(3):
        clock.forward(minutes=50)
        signed_in.get("/jobs/", headers={"HX-Request": "true"})
    assert signed_in.get("/jobs/").status_code == 302


def test_a_session_ends_after_its_hours_even_in_use(signed_in, clock):
    for _ in range(11):
        clock.forward(hours=1)
        assert signed_in.get("/jobs/").status_code == 200
    clock.forward(hours=1, minutes=1)
    assert signed_in.get("/jobs/").status_code == 302


def test_an_address_signs_in_so_often_a_minute_only(db, clock, client, settings):
    settings.SIGN_INS_PER_MINUTE = 3
    user_create(username="dana", password=PASSWORD, role=Role.SALES)
    told = [client.post("/account/sign-in/", {"username": "dana", "password": "wrong"}) for _ in range(4)]
    assert [b"Too many sign-ins" in one.content for one in told] == [False, False, False, True]
    elsewhere = client.post("/account/sign-in/", {"username": "dana", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(db, clock, client, settings):
    settings.SIGN_INS_PER_MINUTE, settings.BEHIND_PROXY = 1, True
    said = {"username": "dana", "password": "wrong"}
    for last in ("10.0.0.1", "10.0.0.2"):
        told = client.post("/account/sign-in/", said, headers={"X-Forwarded-For": f"9.9.9.9, {last}"})
        assert b"Too many sign-ins" not in told.content
    told = client.post("/account/sign-in/", said, headers={"X-Forwarded-For": "8.8.8.8, 10.0.0.2"})
    assert b"Too many sign-ins" in told.content
    settings.BEHIND_PROXY = False
    told = client.post("/account/sign-in/", said, headers={"X-Forwarded-For": "10.0.0.2"})
    assert b"Too many sign-ins" not in told.content


def test_cookies_are_kept_from_scripts_and_other_sites(signed_in, settings):
    kept = signed_in.cookies["sessionid"]
    assert kept["httponly"] is True
    assert kept["samesite"] == "Lax"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    forget()
    fresh = Client()
    fresh.get("/account/sign-in/", secure=True)
    fresh.post("/account/sign-in/", {"username": "dana", "password": PASSWORD}, secure=True)
    assert fresh.cookies["sessionid"]["secure"] is True


def test_the_session_changes_its_key_at_sign_in(signed_in, client):
    before = client.session.session_key
    client.post("/account/sign-out/")
    client.post("/account/sign-in/", {"username": "dana", "password": PASSWORD})
    assert client.session.session_key != before
