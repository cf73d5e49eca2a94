"""The pages of segments and of the history, and the same over REST."""

import io
import zipfile

import pytest

from steelyard.web.audit.models import Entry

PAGE = "/segmentation/base/"
HISTORY = "/segmentation/base/history/"
CELL = {"item": "I0", "location": "D1", "customer": "C0", "period": "2025-06"}


def test_the_matrix_counts_every_item_once(site, client_of):
    page = client_of("demand_planner").get(PAGE)
    assert page.status_code == 200
    rows = page.context["page"].rows
    assert sum(cell.items for row in rows for cell in row.cells) == page.context["page"].total
    assert sum(cell.share for row in rows for cell in row.cells) == pytest.approx(100)


def test_a_cell_leads_to_its_items_and_an_item_to_the_worksheet(site, client_of):
    client = client_of("demand_planner")
    cell = next(c for row in client.get(PAGE).context["page"].rows for c in row.cells if c.items)
    shown = client.get(PAGE + cell.url).context["page"]
    assert {one.values["segment"] for one in shown.items} == {cell.segment}
    assert shown.found == cell.items
    assert client.get(shown.items[0].url).status_code == 200


def test_a_segment_without_items_says_so(site, client_of):
    page = client_of("executive").get(f"{PAGE}?segment=AZ&life_cycle=ended")
    assert b"No item is here" in page.content


def test_cut_offs_become_changes_of_the_scenario(site, client_of):
    client = client_of("demand_planner")
    client.post("/segmentation/base/policy/", {"abc_cut_a": "0.5", "abc_by": "revenue"})
    change = site.scenario("base").changes[-1]
    assert (change.kind, change.author) == ("parameter", "demand_planner")
    assert site.scenario("base").plan().inputs.parameters.abc_cut_a == 0.5
    before = site.scenario("base").revision
    client.post("/segmentation/base/policy/", {"abc_cut_a": "0.5"})
    assert site.scenario("base").revision == before


@pytest.mark.parametrize(("name", "value"), [("abc_cut_a", "much"), ("abc_cut_a", "0.99"), ("adi_cut", "0")])
def test_a_cut_off_that_does_not_fit_is_refused_with_words(site, client_of, name, value):
    before = site.scenario("base").revision
    answer = client_of("demand_planner").post("/segmentation/base/policy/", {name: value}, HTTP_REFERER=PAGE)
    assert answer.status_code in (302, 400, 409, 422)
    assert site.scenario("base").revision == before


def test_an_executive_looks_and_changes_nothing(site, client_of):
    client, before = client_of("executive"), site.scenario("base").revision
    assert b"disabled" in client.get(PAGE).content
    client.post("/segmentation/base/policy/", {"abc_cut_a": "0.5"})
    client.post("/segmentation/base/correction/", {**CELL, "units": "5"})
    assert site.scenario("base").revision == before


def test_the_items_come_as_a_file(site, client_of):
    answer = client_of("demand_planner").get("/segmentation/base/export.xlsx?segment=AX")
    assert answer.status_code == 200
    sheets = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "xl/worksheets/sheet1.xml" in sheets
    assert client_of("supply_planner").get("/segmentation/base/export.xlsx").status_code == 200


def test_the_history_page_stands_without_corrections_and_series(site, client_of):
    page = client_of("demand_planner").get(HISTORY).content
    assert b"Nothing had to be corrected" in page or b"Corrections" in page
    assert b"No series from outside" in page


def test_a_correction_is_set_listed_and_taken_back(site, client_of):
    client = client_of("demand_planner")
    client.post("/segmentation/base/correction/", {**CELL, "units": "-4"})
    plan, scope = site.scenario("base").plan(), {k: CELL[k] for k in ("item", "location", "customer")}
    asked, cleaned = (plan.value(m, scope=scope, periods=CELL["period"]) for m in ("demand_history", "cleaned_demand"))
    assert cleaned == asked - 4
    assert b"changed by hand" in client.get(f"{HISTORY}?kind=by_hand").content
    client.post("/segmentation/base/correction/", {**CELL, "units": "0", "kind": "by_hand"})
    assert site.scenario("base").plan().value("cleaned_demand", scope=scope, periods=CELL["period"]) == asked
    assert Entry.objects.filter(action="scenario.change", actor="demand_planner").count() == 2


def test_rest_tells_the_same(site, client_of):
    client = client_of("demand_planner")
    told = client.get("/api/segmentation/base").json()
    assert [one["segment"] for one in told["segments"]][:3] == ["AX", "AY", "AZ"]
    items = client.get("/api/segmentation/base/items").json()
    assert sum(one["items"] for one in told["segments"]) == len(items)
    answer = client.post("/api/segmentation/base/corrections", {**CELL, "units": 3}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found = client.get("/api/segmentation/base/corrections?kind=by_hand").json()
    assert [(one["period"], one["correction"]) for one in found] == [("2025-06", 3)]
    assert client.get("/api/segmentation/base/excluded").json() == []
    assert client.get("/api/segmentation/base/level-shifts").status_code == 200
    drivers = client.get("/api/segmentation/base/drivers").json()
    assert {one["used"] for one in drivers["prices"]} == {False}
    assert drivers["indicators"] == []


def test_rest_refuses_a_cell_that_is_not_there(site, client_of):
    wrong = {**CELL, "item": "nobody", "units": 3}
    client = client_of("demand_planner")
    answer = client.post("/api/segmentation/base/corrections", wrong, content_type="application/json")
    assert answer.status_code in (400, 404, 422)
    assert "nobody" in answer.json()["detail"]
