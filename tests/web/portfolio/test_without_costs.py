"""The portfolio for who sees no costs: what hangs on costs is right or left out, and never a number by another cost."""

import pytest

NEW = {"item": "N1", "pattern": "I0", "description": "Newcomer"}
LAUNCH = {"item": "N1", "date": "2026-04-01", "like": {"I1": 0.5}, "ramp": 3}
COSTS = {"margin", "unit_margin", "margin_per_hour", "rank", "margin_percent", "stock_value", "exposure", "last_buy"}


@pytest.fixture
def life(site, client_of):
    def enter(path, **body):
        answer = client_of("product_manager").post(f"/api/portfolio/base/{path}", body, content_type="application/json")
        assert answer.status_code == 201

    enter("items", **NEW)
    enter("launches", **LAUNCH)
    enter("endings", item="I2", date="2026-08-31")


def _rows(client, table):
    found = client.get(f"/api/portfolio/base/{table}").json()
    found = found.get("products", found)
    return {row[0]: dict(zip(found["columns"], row, strict=True)) for row in found["rows"]}


@pytest.mark.parametrize("table", ["launches", "endings", "products"])
def test_all_but_costs_is_what_everybody_sees(life, client_of, table):
    seen, whole = _rows(client_of("sales"), table), _rows(client_of("product_manager"), table)
    assert seen.keys() == whole.keys()
    for item, row in seen.items():
        for name, value in row.items():
            assert value == (None if name in COSTS or name == "margin_per_complexity" else whole[item][name]), name


def test_a_cost_that_is_not_seen_is_not_called_lacking(life, client_of):
    assert "no cost" not in _rows(client_of("product_manager"), "launches")["N1"]["gaps"]
    page = client_of("sales").get("/portfolio/base/launches/").content.decode()
    assert "no cost" not in page
    assert "Per hour" not in page
    assert "not for your role" in page


def test_no_page_shows_a_margin_or_a_value_of_stock(life, client_of):
    client = client_of("sales")
    assert "complexity-chart" not in client.get("/portfolio/base/products/").content.decode()
    assert "Exposure" not in client.get("/portfolio/base/endings/").content.decode().split("<table")[0]
    assert "rank" not in client.get("/portfolio/base/launch/N1/").content.decode().split("On constraints")[1][:200]


def test_leaving_products_is_refused_and_not_offered(life, client_of):
    client = client_of("sales")
    for path in ("/portfolio/base/exits/", "/api/portfolio/base/exits"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "your role does not see" in answer.content.decode()
    assert "Rationalisation" not in client.get("/portfolio/base/products/").content.decode()
    assert "Rationalisation" in client_of("product_manager").get("/portfolio/base/products/").content.decode()
