"""Capacity page and API."""

from io import BytesIO

from python_calamine import CalamineWorkbook


def test_the_page_shows_load_and_leads_to_what_stands_behind(site, client_of):
    client = client_of("supply_planner")
    page = client.get("/capacity/", follow=True).content.decode()
    assert "LINE" in page
    assert '"load-map"' in page
    part = client.get("/capacity/base/work/?resource=LINE&period=").content.decode()
    assert "I0" in part
    assert "data-option" in part
    assert "What holds the plan back" in page


def test_bottlenecks_load_as_a_part(site, client_of):
    part = client_of("supply_planner").get("/capacity/base/bottlenecks/").content.decode()
    assert "Late units and what gates them" in part


def test_an_unknown_resource_is_told_in_words(site, client_of):
    answer = client_of("supply_planner").get("/capacity/base/work/?resource=LATHE")
    assert answer.status_code == 200
    assert b"There is no resource" in answer.content


def test_the_api_tells_the_same(site, client_of):
    client = client_of("supply_planner")
    told = client.get("/api/capacity/base").json()
    assert told["past_due"].keys() == {"LINE"}
    assert len(told["rows"]) == 12
    assert client.get("/api/capacity/base/work?resource=LINE").json()["items"]["rows"]
    assert "engine" in client.get("/api/capacity/base/bottlenecks").json()
    assert client.get("/api/capacity/base/work?resource=LATHE").status_code == 404


def test_load_is_sent_as_a_workbook(site, client_of):
    assert client_of("supply_planner").get("/capacity/base/capacity.xlsx").content[:2] == b"PK"


def test_the_method_of_loading_is_chosen_on_the_page(site, client_of):
    client = client_of("supply_planner")
    plain = client.get("/capacity/base/").content.decode()
    assert "Shares by" not in plain
    assert "Loaded by" in plain
    page = client.get("/capacity/base/?method=overall_factors").content.decode()
    assert "Shares by sales of the 12 periods before: LINE 100 %" in page
    assert "method=overall_factors" in page
    assert client.get("/capacity/base/?method=guess").status_code == 404


def test_each_resource_stands_in_its_unit_with_what_it_offers(site, client_of):
    page = client_of("supply_planner").get("/capacity/base/").content.decode()
    assert "Hours there are" not in page
    assert "<td>hours</td>" in page
    assert "What a period offers" in page


def test_families_are_loaded_by_their_mix_as_a_part(site, client_of):
    client = client_of("supply_planner")
    part = client.get("/capacity/base/families/").content.decode()
    assert "What would more of a family load?" in part
    assert "0.500" in part
    told = client.get("/capacity/base/families/?family=F1&amount=-20&unit=units&first=2026-02&last=2026-02")
    assert "\N{MINUS SIGN}20 units of F1" in told.content.decode()
    assert "is no amount" in client.get("/capacity/base/families/?amount=much").content.decode()
    assert "use one of F0, F1" in client.get("/capacity/base/families/?family=Z&amount=1").content.decode()


def test_the_api_tells_methods_kinds_and_families(site, client_of):
    client = client_of("supply_planner")
    told = client.get("/api/capacity/base?method=overall_factors").json()
    assert told["shares"] == {"basis": "sales", "periods": 12, "share": {"LINE": 1.0}}
    assert client.get("/api/capacity/base?method=guess").status_code == 404
    (line,) = _rows(client.get("/api/capacity/base/resources").json())
    assert (line["unit"], line["rated"], line["demonstrated"]) == ("hours", 720.0, None)
    bills = _rows(client.get("/api/capacity/base/families").json()["bills"])
    assert {row["per_unit"] for row in bills} == {0.5}
    load = client.get("/api/capacity/base/family-load?family=F0&percent=10").json()
    hours = next(row["hours"] for row in bills if row["member"] == "F0")
    assert abs(_rows(load["total"])[0]["more"] - 0.1 * hours) < 1e-6 * hours
    assert client.get("/api/capacity/base/family-load?family=F0").status_code in (400, 409, 422)
    assert client.get("/api/capacity/base/family-load?family=Z&percent=1").status_code == 404


def test_the_workbook_holds_bills_and_kinds(site, client_of):
    answer = client_of("supply_planner").get("/capacity/base/capacity.xlsx?method=bill_of_resources")
    names = CalamineWorkbook.from_filelike(BytesIO(answer.content)).sheet_names
    assert {"Capacity", "Resources", "Family bills", "By period"} <= set(names)


def test_who_sees_no_costs_reads_load_kinds_and_families(site, client_of):
    client = client_of("sales")
    assert "What a period offers" in client.get("/capacity/base/").content.decode()
    assert "What would more of a family load?" in client.get("/capacity/base/families/").content.decode()


def _rows(table):
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
