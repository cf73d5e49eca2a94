"""Capacity page and API."""


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
