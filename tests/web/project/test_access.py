"""Access: what every answer carries, and what strangers and forms without a token get; the walk goes further."""

import pytest
from django.test import Client
from ninja import Schema

from steelyard.web.project.api import api

PAGES = [
    "/", "/plan/base/", "/worksheet/", "/worksheet/base/", "/worksheet/base/members/?level=item",
    "/scenarios/", "/scenarios/?archived=1", "/scenarios/compare/", "/scenarios/compare/?with=base&with=promo",
    "/scenario/base/", "/scenario/promo/", "/published/", "/data/", "/jobs/", "/account/password/",
]  # fmt: skip


def operations():
    for path, item in api.get_openapi_schema(path_prefix="/api")["paths"].items():
        for method, operation in item.items():
            yield method, path.replace("//", "/"), operation


@pytest.mark.parametrize(("method", "path", "operation"), list(operations()))
def test_every_operation_declares_its_refusals(method, path, operation):
    declared = {int(code) for code in operation["responses"]}
    assert {400, 401, 403, 404, 422} <= declared, path


def test_no_two_schemas_of_the_description_share_a_name() -> None:
    """One would stand for both, and the operations of the other be described by it."""
    known = [Schema]
    for one in known:
        known += one.__subclasses__()
    places = {(one.__name__, one.__module__) for one in known if one.__module__.startswith("steelyard.")}
    names = [name for name, _ in places]
    assert len(names) > 100
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_call_that_does_not_fit_is_refused_in_words(site, client_of) -> None:
    answer = client_of("administrator").post("/api/extracts/")
    assert answer.status_code == 422
    assert answer.json() == {"detail": "What was sent does not fit: file files: Field required."}


def test_every_page_has_a_strict_content_policy_and_no_inline_code(site, client_of):
    client = client_of("sop_lead")
    for page in (*PAGES, "/trail/", "/scenarios/new/", "/data/upload/"):
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


def test_an_address_that_the_interface_does_not_know_is_told_to_programs_as_data(site, client_of):
    said = client_of("executive").get("/api/nowhere/at/all")
    assert said.status_code == 404
    assert "leads nowhere" in said.json()["detail"]
