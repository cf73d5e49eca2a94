"""Whatever is asked of the API, it answers in words and never breaks."""

import json

from steelyard.web.project.api import api

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


def operations():
    for path, item in api.get_openapi_schema(path_prefix="/api")["paths"].items():
        for method, operation in item.items():
            yield method, path.replace("//", "/"), operation


def questions(path, operation):
    """Addresses and queries made of odd words, in some of them the scenario exists."""
    parameters = operation.get("parameters", [])
    names = [one["name"] for one in parameters if one["in"] == "query"]
    for number, odd in enumerate(ODD):
        filled, plain = path, odd.replace("/", "-").replace("%", "").replace("?", "") or "x"
        for one in parameters:
            known = number % 2 and one["name"] in ("scenario", "name")
            filled = filled.replace(f"{{{one['name']}}}", "base" if known else plain)
        yield filled, dict.fromkeys(names, odd), BODIES[number % len(BODIES)]


def test_odd_questions_get_an_answer_in_words(site, client_of):
    client = client_of("administrator")
    for method, path, operation in operations():
        for filled, query, body in questions(path, operation):
            if method == "get":
                answer = client.get(filled, query)
            else:
                answer = client.post(filled, json.dumps(body), content_type="application/json")
            assert answer.status_code < 500, (method, filled, query or body)
            if answer.status_code >= 400:
                assert answer.json()["detail"], filled
