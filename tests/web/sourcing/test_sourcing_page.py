"""Sourcing pages and API."""

from steelyard.web.ui.dates import period_words


def test_lead_times_and_sources_of_an_item(site, client_of):
    client = client_of("supply_planner")
    page = client.get("/sourcing/", follow=True).content.decode()
    assert "COMP" in page
    assert "nothing was observed" in page
    found = client.get("/sourcing/base/?item=i0").content.decode()
    assert "Sources of i0" in found
    assert ">I1<" not in found


def test_pegs_are_shown_down_and_up(site, client_of):
    client = client_of("supply_planner")
    period = site.scenario("base").plan().horizon.labels[5]
    pages = [
        client.get(f"/sourcing/base/pegging/?item=I0&location={place}&period={period}&way=down").content.decode()
        for place in ("D1", "D2")
    ]
    assert any("Goes to" in page for page in pages)
    assert "Choose an item" in client.get("/sourcing/base/pegging/").content.decode()
    told = client.get(f"/sourcing/base/pegging/?item=I0&location=D9&period={period}&way=up").content.decode()
    assert "not planned" in told


def test_pegging_opens_on_a_period_that_has_any_and_leads_there_from_one_that_has_none(site, client_of):
    plan = site.scenario("base").plan()
    scope = {"item": ("I0",), "location": ("P1",)}
    made = plan.frame(["constrained_receipts"], scope=scope)
    having = made.filter(made["constrained_receipts"] > 0)["period"].to_list()
    address = "/sourcing/base/pegging/?item=I0&location=P1&way=up"
    client = client_of("supply_planner")
    page = client.get(address).content.decode()
    assert "Goes to" in page
    assert f'<option value="{having[0]}" selected>{period_words(having[0])}</option>' in page
    without = [label for label in plan.horizon.labels if label not in having]
    for label in without[:1]:
        page = client.get(f"{address}&period={label}").content.decode()
        assert "Nothing there" in page
        assert f"period={having[0]}" in page


def test_the_api_tells_the_same(site, client_of):
    client = client_of("supply_planner")
    assert client.get("/api/sourcing/base/lead-times").json()["rows"]
    assert client.get("/api/sourcing/base/sources").json()["rows"]
    period = site.scenario("base").plan().horizon.labels[5]
    answer = client.get(f"/api/sourcing/base/pegs?item=COMP&location=P1&period={period}&way=up")
    assert answer.status_code == 200


def test_lead_times_are_sent_as_a_workbook(site, client_of):
    assert client_of("supply_planner").get("/sourcing/base/sourcing.xlsx").content[:2] == b"PK"
