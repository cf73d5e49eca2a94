"""Every address and every API operation, with nobody signed in and with every role."""

import pytest
from django.test import Client
from django.urls import get_resolver

from steelyard.web.accounts.roles import Role
from steelyard.web.project.api import api

ROLES = [role.value for role in Role]
OPEN = {"/account/sign-in/", "/alive/"}
PAGES = [
    "/", "/plan/base/", "/worksheet/", "/worksheet/base/", "/worksheet/base/members/?level=item",
    "/scenarios/", "/scenarios/?archived=1", "/scenarios/compare/", "/scenarios/compare/?with=base&with=promo",
    "/scenario/base/", "/scenario/promo/", "/published/", "/data/", "/jobs/", "/account/password/",
]  # fmt: skip
GUARDED = {
    "/trail/": {"finance", "sop_lead", "administrator"},
    "/scenario/base/publish/": {"sop_lead", "administrator"},
    "/scenarios/new/": set(ROLES) - {"executive"},
    "/data/upload/": {"demand_planner", "supply_planner", "sop_lead", "administrator"},
}


def addresses(patterns=None, before="/"):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route


def filled(route):
    known = {"scenario": "base", "name": "base", "digest": "abc", "part": "lineage", "kind": "csv", "view": "demand"}
    parts = []
    for piece in route.replace("^", "").replace("$", "").split("<"):
        named, _, rest = piece.partition(">")
        word = known.get(named.split(":")[-1], "1") if rest or piece.endswith(">") else ""
        parts.append(word + (rest if rest or piece.endswith(">") else named))
    return "".join(parts)


def operations():
    for path, item in api.get_openapi_schema(path_prefix="/api")["paths"].items():
        for method, operation in item.items():
            yield method, path.replace("//", "/"), operation


@pytest.mark.parametrize("route", sorted({filled(r) for r in addresses() if not r.startswith("/api/")} - OPEN))
def test_strangers_are_sent_to_the_sign_in_page(site, route):
    answer = Client().get(route, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/sign-in/"), route


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, _ in operations()])
def test_the_api_refuses_strangers(site, method, path):
    asked = (
        path.replace("{plan_id}", "abcd").replace("{change_id}", "1").replace("{on}", "true").replace("{job_id}", "1")
    )
    for name in ("scenario", "name", "digest", "table", "view", "kind"):
        asked = asked.replace(f"{{{name}}}", "base")
    answer = getattr(Client(), method)(asked, content_type="application/json")
    assert answer.status_code == 401, asked


@pytest.mark.parametrize(("method", "path", "operation"), list(operations()))
def test_every_operation_declares_its_refusals(method, path, operation):
    declared = {int(code) for code in operation["responses"]}
    assert {400, 401, 403, 404, 422} <= declared, path


@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_for_every_role(site, client_of, role):
    client = client_of(role)
    for page in PAGES:
        answer = client.get(page, follow=True)
        assert answer.status_code == 200, page


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", sorted(GUARDED))
def test_guarded_pages_open_for_their_roles_only(site, client_of, role, page):
    assert client_of(role).get(page).status_code == (200 if role in GUARDED[page] else 403)


def test_every_page_has_a_strict_content_policy_and_no_inline_code(site, client_of):
    client = client_of("sop_lead")
    for page in (*PAGES, *GUARDED):
        answer = client.get(page, follow=True)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = answer.content.decode()
        assert " style=" not in text, page
        assert "<style" not in text, page
        assert " onclick=" not in text, page
        assert "<script>" not in text, page


def test_faults_are_pages_too(site, client_of):
    client = client_of("sop_lead")
    assert client.get("/nowhere/").status_code == 404
    missing = client.get("/scenario/nothing/")
    assert missing.status_code == 404
    assert b"There is no scenario" in missing.content


def test_a_company_without_data_says_how_to_begin(db, client_of, settings, tmp_path):
    from steelyard.plan.workspace import Workspace
    from steelyard.web import company as served

    settings.COMPANY_FOLDER = tmp_path / "empty"
    Workspace.create(settings.COMPANY_FOLDER, company="Empty").close()
    client = client_of("sop_lead")
    for page in ("/", "/scenarios/", "/data/", "/published/", "/jobs/", "/scenarios/compare/", "/scenarios/new/"):
        assert client.get(page).status_code == 200, page
    assert b"No data yet" in client.get("/").content
    assert client.get("/worksheet/")["Location"] == "/"
    served.workspace().close()
    served._open.cache_clear()


def test_a_folder_without_a_company_is_a_clear_fault(db, client_of):
    answer = client_of("sop_lead").get("/data/")
    assert answer.status_code == 404
    assert b"There is no workspace here" in answer.content


def test_alive_answers_without_signing_in(db):
    assert Client().get("/alive/").json() == {"alive": True}


def test_forms_without_their_token_are_refused(site, person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("sop_lead"))
    assert client.post("/scenario/base/branch/", {"name": "x"}).status_code == 403
    asked = {"revision": 1, "cells": []}
    assert client.post("/api/worksheet/base/edit", asked, content_type="application/json").status_code == 403
