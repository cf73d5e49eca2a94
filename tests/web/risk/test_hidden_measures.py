"""Measures that a role does not see: tornado, sweep, choice, worth and chain say so, and the API writes no NaN."""

import json

import pytest

from tests.web.conftest import AT

REGISTER = {
    "statement": "Cost stays", "effect": {"measure": "consensus_demand", "low": -5, "likely": 0, "high": 5},
}  # fmt: skip
CALLS = (
    "risk/base/tornado?measure=gross_margin",
    "risk/base/tornado",
    "risk/base/expected",
    "risk/base/regret?against=other",
    "risk/base/drivers",
    "scenarios/base/bridge?against=other&measure=gross_margin",
    "scenarios/base/explain?measure=gross_margin",
)


@pytest.fixture
def other(site, client_of):
    return site.scenario("base").branch("other", actor="sales", at=AT)


@pytest.mark.parametrize("call", CALLS)
def test_hidden_money_is_refused_and_says_that_it_is_the_role(site, client_of, other, call):
    answer = client_of("sales").get(f"/api/{call}")
    assert answer.status_code == 403
    said = answer.content.decode()
    assert "not for your role" in said or "your role does not see" in said
    assert "NaN" not in said


def test_what_is_seen_is_still_told(site, client_of, other):
    client = client_of("sales")
    assert client.get("/api/risk/base/tornado?measure=revenue").status_code == 200
    assert client.get("/api/scenarios/base/bridge?against=other&measure=revenue").status_code == 200
    assert client_of("finance").get("/api/risk/base/tornado").status_code == 200


def test_a_sweep_of_hidden_money_is_refused(site, client_of):
    asked = {"effect": REGISTER["effect"], "steps": 3}
    answer = client_of("sales").post("/api/risk/base/sweep", asked, content_type="application/json")
    assert answer.status_code == 403


def test_the_page_says_the_same_of_a_chain(site, client_of, other):
    page = (
        client_of("sales").get("/scenarios/compare/chain/?with=base&with=other&measure=gross_margin").content.decode()
    )
    assert "Gross margin is not for your role" in page
    assert "choose a scope" not in page


def test_cells_without_a_value_are_null(site, client_of):
    answer = client_of("sales").get("/api/scenarios/base/frame?measures=gross_margin,revenue")
    assert answer.status_code == 200

    def refuse(name):
        raise AssertionError(name)

    rows = json.loads(answer.content, parse_constant=refuse)["rows"]
    assert {row[1] for row in rows} == {None}


def test_a_signpost_on_hidden_money_is_not_read_by_who_does_not_see_it(site, client_of):
    set_up = {
        "statement": "Margin falls", "measure": "gross_margin", "side": "below", "threshold": 1.0, "scenario": "base",
    }  # fmt: skip
    made = client_of("finance").post("/api/risk/base/signposts", set_up, content_type="application/json")
    assert made.status_code == 201
    assert client_of("sales").get("/api/risk/base/signposts").json() == {"signposts": []}
    assert client_of("sales").get("/risk/signposts/").status_code == 200
    assert len(client_of("finance").get("/api/risk/base/signposts").json()["signposts"]) == 1
