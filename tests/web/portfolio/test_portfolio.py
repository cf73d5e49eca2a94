"""Portfolio pages and REST: they show, they enter, they refuse with a way out."""

import pytest

PAGES = ("launches", "endings", "products", "exits", "calendar")
NEW = {"item": "N1", "pattern": "I0", "description": "Newcomer"}
LAUNCH = {"item": "N1", "date": "2026-04-01", "like": {"I1": 0.5}, "ramp": 3}


@pytest.fixture
def call(site, client_of):
    def ask(method, path, role="product_manager", **body):
        client = client_of(role)
        if method == "get":
            return client.get(f"/api/portfolio/{path}", body)
        return client.post(f"/api/portfolio/{path}", body, content_type="application/json")

    return ask


@pytest.fixture
def launched(call):
    assert call("post", "base/items", **NEW).status_code == 201
    assert call("post", "base/launches", **LAUNCH).status_code == 201
    return call


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_an_empty_state_and_a_full_one(site, client_of, call, page):
    client = client_of("product_manager")
    assert client.get(f"/portfolio/base/{page}/").status_code == 200
    call("post", "base/items", **NEW)
    call("post", "base/launches", **LAUNCH)
    call("post", "base/endings", item="I2", date="2026-08-31")
    page_text = client.get(f"/portfolio/base/{page}/").content.decode()
    assert any(word in page_text for word in ("N1", "I2", "No candidate"))


def test_a_launch_page_shows_its_curve_and_tries_a_slip(site, client_of, launched):
    client = client_of("product_manager")
    text = client.get("/portfolio/base/launch/N1/").content.decode()
    assert "What if it slips?" in text
    assert "launch-chart" in text
    tried = client.get("/portfolio/base/launch/N1/slip/", {"date": "2026-08-01"}).content.decode()
    assert "Unconstrained demand" in tried
    assert "Choose a day" in client.get("/portfolio/base/launch/N1/slip/", {"date": "x"}).content.decode()
    assert client.get("/portfolio/base/launch/I1/").status_code == 404


def test_a_form_enters_a_launch_and_undo_takes_it_back(site, client_of, call):
    client = client_of("product_manager")
    call("post", "base/items", **NEW)
    form = {
        "item": "N1", "date": "2026-04-01", "like": "I1=0.5", "offset": "", "curve": "s_curve", "ramp": "4",
        "shares": "", "volume": "", "price": "", "takes_from": "", "next": "/portfolio/base/launches/",
    }  # fmt: skip
    assert client.post("/portfolio/base/enter/launch/", form).status_code == 302
    assert [row[0] for row in call("get", "base/launches").json()["rows"]] == ["N1"]
    client.post("/portfolio/base/undo/", {"next": "https://elsewhere.example/"})
    assert call("get", "base/launches").json()["rows"] == []


def test_a_bad_curve_leaves_the_plan_and_says_why(site, client_of, launched):
    client = client_of("product_manager")
    form = {"item": "N1", "date": "2026-04-01", "curve": "own", "shares": "0.5, 0.6", "ramp": "2"}
    shown = client.post("/portfolio/base/enter/launch/", form, follow=True).content.decode()
    assert "sums to 1.1, not to 1" in shown
    refused = launched("post", "base/launches", **LAUNCH, offset={"I1": 40})
    assert refused.status_code == 422 or refused.status_code == 400
    assert "before its first sale" in refused.json()["detail"]


def test_only_who_plans_products_may_decide(call):
    assert call("post", "base/items", role="executive", **NEW).status_code == 403
    assert call("post", "base/items", role="finance", **NEW).status_code == 403
    assert call("get", "base/launches", role="executive").status_code == 200


def test_the_rest_moves_gates_succeeds_and_ends(launched):
    assert launched("post", "base/launches/N1/slip", date="2026-06-01").status_code == 201
    assert launched("post", "base/launches/N1/gate", status="held", date="2026-05-01").status_code == 201
    assert launched("post", "base/successions", old="I3", new="I4", date="2026-05-01").status_code == 201
    assert launched("post", "base/successions", old="I4", new="I3", date="2026-05-01").status_code in (400, 422)
    assert launched("post", "base/endings", item="I2", date="2026-08-31", run_down=2).status_code == 201
    table = launched("get", "base/launches").json()
    row = dict(zip(table["columns"], table["rows"][0], strict=True))
    assert (row["gate"], row["slip_days"]) == ("held", 61)
    tried = launched("get", "base/launches/N1/slip", day="2026-07-01").json()
    assert tried["headlines"]["rows"]
    assert launched("get", "base/launches/N1/like").json()["rows"]
    assert launched("get", "base/launches/N1").json()["rows"]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "parquet"])
def test_tables_are_exported(site, client_of, launched, kind):
    client = client_of("product_manager")
    for table in PAGES:
        assert client.get(f"/portfolio/base/{table}.{kind}").status_code == 200
    assert client.get("/portfolio/base/nothing.csv").status_code == 404


def test_decisions_are_told_in_words_in_the_list_of_changes(site, client_of, launched):
    text = client_of("product_manager").get("/scenario/base/").content.decode()
    assert "Launch of N1 on 1 Apr 2026" in text
