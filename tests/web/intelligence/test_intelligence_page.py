"""The intelligence page and its API: enter, use, take out, withdraw, refuse what makes no sense."""

import io
import json

import pytest
from python_calamine import CalamineWorkbook

HEARD = {
    "kind": "distributor", "source": "Northern Trade", "statement": "members fill their shelves",
    "level": "product_family", "member": "F0",
    "first": "2026-01", "last": "2026-02", "low": "2", "likely": "6", "high": "10", "confidence": "80",
    "evidence": "letter", "owner": "", "valid_until": "",
}  # fmt: skip


def entry_json(**changed: object) -> str:
    entry = {
        "kind": "economy", "source": "Institute", "statement": "order books shrink",
        "scope": {"product_family": ["F1"]}, "periods": ["2026-01", "2026-03"],
        "low": -6, "likely": -4, "high": -1, "confidence": 0.7,
    }  # fmt: skip
    return json.dumps(entry | changed)


def post(client, path, body="{}"):
    return client.post(path, body, content_type="application/json")


def test_an_entry_is_made_used_and_taken_out_on_the_page(site, client_of):
    client = client_of("sales")
    assert "Nothing heard of what is to come" in client.get("/intelligence/").content.decode()
    assert client.post("/intelligence/new/", HEARD).status_code == 302
    page = client.get("/intelligence/").content.decode()
    assert "Members fill their shelves" in page
    assert "no outcome yet" in page
    before = site.scenario("base").plan().value("consensus_demand", scope={"product_family": "F0"}, periods="2026-01")
    client.post("/intelligence/1/use/", {"on": "1"})
    after = site.scenario("base").plan().value("consensus_demand", scope={"product_family": "F0"}, periods="2026-01")
    assert after == pytest.approx(1.06 * before)
    assert "counts" in client.get("/intelligence/").content.decode()
    client.post("/intelligence/1/use/", {"on": "0"})
    assert site.scenario("base").plan().value("intelligence_effect") == 0
    client.post("/intelligence/1/withdraw/")
    assert "withdrawn" in client.get("/intelligence/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"low": "7"}, "out of order"), ({"member": "F9"}, "F9"), ({"last": "2026-01", "first": "2026-02"}, "backwards")],
)
def test_what_makes_no_sense_is_said_on_the_form(site, client_of, wrong, said):
    text = client_of("sales").post("/intelligence/new/", HEARD | wrong).content.decode()
    assert said in text
    assert site.records.intelligence.entries() == ()


def test_the_api_enters_uses_and_drops(site, client_of):
    client = client_of("demand_planner")
    made = post(client, "/api/intelligence/base", entry_json())
    assert made.status_code == 201
    number = made.json()["id"]
    assert post(client, f"/api/intelligence/promo/{number}/use").json()["weight"] == 1.0
    told = client.get("/api/intelligence/promo").json()["entries"][0]
    assert (told["in_use"], told["expected"]) == (True, -4.0)
    assert client.get("/api/intelligence/base").json()["entries"][0]["in_use"] is False
    assert post(client, f"/api/intelligence/promo/{number}/drop").json()["in_use"] is False
    assert post(client, f"/api/intelligence/entry/{number}/withdraw").status_code == 200
    assert post(client, f"/api/intelligence/promo/{number}/use").status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"confidence": 7}, {"low": 3}, {"kind": "rumour"}, {"periods": ["2026-01", "1999-01"]}]
)
def test_the_api_refuses_with_words(site, client_of, wrong):
    answer = post(client_of("demand_planner"), "/api/intelligence/base", entry_json(**wrong))
    assert 400 <= answer.status_code < 500
    assert answer.json()["detail"]


def test_who_does_not_edit_demand_may_only_look(site, client_of):
    client = client_of("executive")
    assert client.get("/intelligence/").status_code == 200
    assert "New entry" not in client.get("/intelligence/").content.decode()
    assert post(client, "/api/intelligence/base", entry_json()).status_code == 403
    assert client.post("/intelligence/new/", HEARD).status_code == 403


def test_text_is_shown_as_text(site, client_of):
    client = client_of("sales")
    client.post("/intelligence/new/", HEARD | {"statement": "<script>alert(1)</script>", "source": "=1+1"})
    assert "<script>alert(1)" not in client.get("/intelligence/").content.decode()
    book = client.get("/intelligence/intelligence.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_name("Entries").to_python()
    assert rows[1][rows[0].index("source")] == "'=1+1"
