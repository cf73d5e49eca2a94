"""Single sign-on from end to end, against a provider on loopback that may misbehave."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from steelyard.web.accounts.models import User
from steelyard.web.accounts.oidc import Provider
from steelyard.web.accounts.pace import forget
from steelyard.web.accounts.roles import Role
from steelyard.web.accounts.services import user_create
from steelyard.web.audit.models import Entry
from steelyard.web.project import environment
from tests.web.accounts.provider import CLIENT, OTHER, SECRET, Idp, serving


@pytest.fixture
def idp(db, settings) -> Iterator[Idp]:
    forget()
    with serving() as one:
        settings.SINGLE_SIGN_ON = Provider(
            one.issuer, CLIENT, SECRET, role_claim="groups", provision=True,
            roles=(("sop", "sop_lead"), ("planners", "demand_planner")),
        )  # fmt: skip
        one.claims |= {"groups": ["planners"], "given_name": "Mona", "family_name": "Lis", "email": "mona@example.org"}
        yield one


def sign_in(idp: Idp, client: Client | None = None, **more: str):
    """The whole way: to the provider, and back."""
    client = client or Client()
    there = client.get("/account/single-sign-on/", more)
    if not there["Location"].startswith(idp.issuer):
        return there
    code, state = idp.let_in(there["Location"])
    return client.get("/account/single-sign-on/back/", {"code": code, "state": state})


def refusal(answer) -> str:
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/sign-in/")
    assert not User.objects.filter(username="mona").exists()
    return Entry.objects.filter(action="account.sign_in_failed").latest("id").detail["where"]


def test_a_new_person_is_let_in_with_the_role_of_the_provider(idp, client):
    assert sign_in(idp, client)["Location"] == "/"
    mona = User.objects.get()
    assert (mona.username, mona.role, mona.email, mona.last_name) == (
        "mona",
        "demand_planner",
        "mona@example.org",
        "Lis",
    )
    assert mona.single_sign_on == f"{idp.issuer}#42"
    assert not mona.has_usable_password()
    assert client.get("/account/password/").status_code == 200
    assert Entry.objects.filter(action="account.sign_in", actor="mona").count() == 1


def test_the_role_follows_the_provider_at_each_sign_in(idp):
    sign_in(idp)
    idp.claims["groups"] = ["planners", "sop"]
    sign_in(idp)
    assert User.objects.get().role == "sop_lead"
    assert Entry.objects.get(action="account.change").changed == [("role", "demand_planner", "sop_lead")]


def test_who_loses_the_role_at_the_provider_is_not_let_in_with_the_old_one(idp):
    sign_in(idp)
    idp.claims["groups"] = ["left the company"]
    client = Client()
    assert sign_in(idp, client)["Location"].startswith("/account/sign-in/")
    assert "_auth_user_id" not in client.session
    assert Entry.objects.filter(action="account.sign_in_failed").latest("id").detail["where"] == "mona"


def test_the_person_is_known_by_subject_not_by_name(idp):
    sign_in(idp)
    idp.claims["preferred_username"] = "renamed"
    sign_in(idp)
    assert [user.username for user in User.objects.all()] == ["mona"]


def test_the_way_on_is_kept_if_it_leads_to_this_site(idp):
    assert sign_in(idp, next="/scenarios/")["Location"] == "/scenarios/"
    assert sign_in(idp, next="https://elsewhere.example/")["Location"] == "/"


def test_the_sign_in_page_offers_it(idp, client):
    assert "/account/single-sign-on/" in client.get("/account/sign-in/").content.decode()


def test_without_a_provider_there_is_no_such_page(db, client):
    assert client.get("/account/single-sign-on/").status_code == 404
    assert client.get("/account/single-sign-on/back/").status_code == 404


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"iss": "http://elsewhere.example"}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": [CLIENT, "another"]}, "another application"),
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"iat": int(time.time()) + 3600}, "in the future"),
        ({"nonce": "not ours"}, "nonce"),
        ({"sub": None}, "sub"),
    ],
)
def test_a_token_that_is_not_for_us_lets_nobody_in(idp, lies, why):
    idp.lies |= lies
    assert why in refusal(sign_in(idp))


def test_a_token_of_another_key_lets_nobody_in(idp):
    idp.key = OTHER
    assert "signature" in refusal(sign_in(idp)).lower()


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_public_key_lets_nobody_in(idp, algorithm):
    idp.header = {"alg": algorithm, "kid": "one"}
    assert refusal(sign_in(idp))


def test_a_state_that_is_not_ours_lets_nobody_in(idp, client):
    code, _ = idp.let_in(client.get("/account/single-sign-on/")["Location"])
    answer = client.get("/account/single-sign-on/back/", {"code": code, "state": "guessed"})
    assert answer["Location"].startswith("/account/sign-in/")
    other = client.get("/account/single-sign-on/back/", {"code": code, "state": ""})
    assert other["Location"].startswith("/account/sign-in/")
    assert not User.objects.exists()


def test_a_code_counts_in_the_browser_that_began_and_once(idp, client):
    code, state = idp.let_in(client.get("/account/single-sign-on/")["Location"])
    back = {"code": code, "state": state}
    assert Client().get("/account/single-sign-on/back/", back)["Location"].startswith("/account/sign-in/")
    assert client.get("/account/single-sign-on/back/", back)["Location"] == "/"
    client.logout()
    assert client.get("/account/single-sign-on/back/", back)["Location"].startswith("/account/sign-in/")


def test_the_verifier_must_be_the_one_of_the_challenge(idp, client):
    code, state = idp.let_in(client.get("/account/single-sign-on/")["Location"])
    idp.codes[code]["code_challenge"] = "of somebody else"
    refusal(client.get("/account/single-sign-on/back/", {"code": code, "state": state}))


@pytest.mark.parametrize(
    "description",
    [{"issuer": "http://127.0.0.1:1"}, {"token_endpoint": "http://elsewhere.example/token"}, {"jwks_uri": "file:///etc/passwd"}],
)  # fmt: skip
def test_a_description_that_leads_astray_is_not_followed(idp, description):
    idp.description |= description
    assert sign_in(idp)["Location"].startswith("/account/sign-in/")
    assert not User.objects.exists()


def test_a_provider_that_is_away_is_said_in_words(idp, settings, client):
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, issuer="http://127.0.0.1:9")
    answer = client.get("/account/single-sign-on/", follow=True)
    assert "does not answer as it should" in answer.content.decode()


def test_nobody_is_added_where_provisioning_is_off(idp, settings):
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, provision=False)
    assert refusal(sign_in(idp)) == "mona"


def test_nobody_is_let_in_without_a_role(idp):
    idp.claims["groups"] = ["strangers"]
    assert refusal(sign_in(idp)) == "mona"


def test_a_name_that_is_taken_is_not_taken_over(idp, settings):
    user_create(username="Mona", password="quiet river stones", role=Role.ADMINISTRATOR)
    sign_in(idp)
    assert User.objects.get().single_sign_on is None
    settings.SINGLE_SIGN_ON = replace(settings.SINGLE_SIGN_ON, link=True)
    sign_in(idp)
    assert User.objects.get().single_sign_on == f"{idp.issuer}#42"


def test_who_may_not_sign_in_any_more_stays_out(idp, client):
    sign_in(idp)
    User.objects.update(is_active=False)
    assert sign_in(idp, client)["Location"].startswith("/account/sign-in/")
    assert client.get("/jobs/").status_code == 302


def test_the_environment_says_who_the_provider_is(monkeypatch):
    assert environment.single_sign_on() is None
    said = {
        "ISSUER": "https://id.example", "CLIENT_ID": "steelyard", "CLIENT_SECRET": "s", "ROLE_CLAIM": "groups",
        "ROLES": "sop=sop_lead, planners=demand_planner", "PROVISION": "yes",
    }  # fmt: skip
    for name, value in said.items():
        monkeypatch.setenv(f"STEELYARD_OIDC_{name}", value)
    found = environment.single_sign_on()
    assert found is not None
    assert found.roles == (("sop", "sop_lead"), ("planners", "demand_planner"))
    assert (found.provision, found.link, found.default_role) == (True, False, "")
    monkeypatch.setenv("STEELYARD_OIDC_ROLES", "sop=emperor")
    with pytest.raises(ValueError, match="emperor"):
        environment.single_sign_on()
