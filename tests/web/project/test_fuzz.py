"""Whatever is asked of the API, it answers in words, never breaks, and never tells of other parts of the company."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from django.test import Client

from steelyard.web import company as served_company
from steelyard.web.accounts.models import SeenSlice, User
from tests.made_once import copy_of
from tests.web.project.fuzzing import fuzz
from tests.web.project.two_families import OWN, SECRET, served
from tests.web.project.walk import operations

ODD = [
    "",
    "0",
    "-1",
    "x" * 500,
    "a,b",
    "//",
    "%00",
    "../..",
    "{}",
    "'; DROP TABLE x; --",
    "9" * 40,
    "total:FY2026",
    "ü\u202e",
]
BODIES = [None, [], {}, "text", 5, {"revision": "x"}, {"revision": -1, "cells": [{}]}, {"changes": [{}]}, {"name": {}}]
SHARES = 8
"""Into how many tests the many calls are cut, so that each takes a minute or two."""
NAMES = {
    "scenario": ["base", "promo"],
    "name": ["base", "promo"],
    "against": ["promo", "base"],
    "other": ["promo"],
    "measure": ["revenue", "consensus_demand", "gross_margin_percent", "utilisation"],
    "measures": ["revenue,gross_margin", "consensus_demand", "projected_inventory"],
    "by": ["product_family", "item", "customer", ""],
    "scope": ["", "product_family=F0", "item=SecretItem1", "customer=C0"],
    "item": ["I0", "SecretItem1"],
    "location": ["D1", "P1"],
    "resource": ["LINE"],
    "period": ["2026-03", "2026-01"],
    "periods": ["", "2026-02", "2026-02..2026-04"],
    "row": ["consensus_demand@//item:I0", "consensus_demand@//item:SecretItem1", "revenue@//"],
    "column": ["2026-03", "total:2026"],
    "number": ["1", "2"],
    "kpi": ["revenue", "inventory_turns"],
    "level": ["product_family", "item"],
    "key": ["2026-01"],
    "kind": ["csv", "xlsx"],
    "view": ["demand", "finance"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(tmp_path_factory, "two-families", served, tmp_path_factory.mktemp("fuzz") / "company")


@pytest.fixture
def names(db, settings, made, tmp_path) -> Iterator[dict[str, list[str]]]:
    settings.COMPANY_FOLDER = tmp_path / "company"
    copytree(made, settings.COMPANY_FOLDER)
    home = served_company.workspace()
    yield NAMES | {"digest": [home.extracts()[-1].digest], "plan_id": [p.id for p in home.published()]}
    home.close()
    served_company._open.cache_clear()


def client_of(role: str, *, part: bool = False) -> Client:
    user = User.objects.create(username=role, role=role)
    if part:
        SeenSlice.objects.create(user=user, scope=OWN)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def fuzzed(
    client: Client, names: dict[str, list[str]], *, examples: int, part: bool, share: tuple[int, int] = (0, 1)
) -> tuple[int, dict[str, str]]:
    """Calls made, and those that broke, answered otherwise than described, or told too much."""
    wrong: dict[str, str] = {}

    def answered(method: str, address: str, status: int, text: str, fault: str) -> None:
        if status >= 500 or fault:
            wrong[f"{method} {address}"[:300]] = f"{status} {fault} {text[:200]}"
        elif part and status < 400 and (found := SECRET.search(text)):
            wrong[f"{method} {address}"[:300]] = text[max(0, found.start() - 100) : found.end()]

    return fuzz(client, names, examples=examples, answered=answered, share=share), wrong


def told(wrong: dict[str, str]) -> str:
    return "\n".join(f"{call}\n    {what}" for call, what in wrong.items())


def test_made_up_calls_never_break_it(names):
    calls, wrong = fuzzed(client_of("administrator"), names, examples=2, part=False)
    assert calls > 300
    assert not wrong, told(wrong)


def test_made_up_calls_of_who_sees_a_part_tell_nothing_of_the_rest(names):
    _, wrong = fuzzed(client_of("sop_lead", part=True), names, examples=2, part=True)
    assert not wrong, told(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["administrator", "sop_lead", "sales"])
@pytest.mark.parametrize("part", [False, True])
@pytest.mark.parametrize("share", range(SHARES))
def test_many_made_up_calls(names, role, part, share):
    _, wrong = fuzzed(client_of(role, part=part), names, examples=60, part=part, share=(share, SHARES))
    assert not wrong, told(wrong)


def questions(path, operation):
    """Addresses and queries made of odd words, in some of them the scenario exists."""
    parameters = operation.get("parameters", [])
    asked = [one["name"] for one in parameters if one["in"] == "query"]
    for number, odd in enumerate(ODD):
        filled, plain = path, odd.replace("/", "-").replace("%", "").replace("?", "") or "x"
        for one in parameters:
            known = number % 2 and one["name"] in ("scenario", "name")
            filled = filled.replace(f"{{{one['name']}}}", "base" if known else plain)
        yield filled, dict.fromkeys(asked, odd), BODIES[number % len(BODIES)]


def test_odd_questions_get_an_answer_in_words(names):
    client, wrong = client_of("administrator"), {}
    for method, path, operation in operations():
        for filled, query, body in questions(path, operation):
            if method == "get":
                answer = client.get(filled, query)
            else:
                answer = getattr(client, method)(filled, json.dumps(body), content_type="application/json")
            if answer.status_code >= 500 or (answer.status_code >= 400 and not answer.json()["detail"]):
                wrong[f"{method} {filled}"] = f"{answer.status_code} {query or body}"
    assert not wrong, told(wrong)
