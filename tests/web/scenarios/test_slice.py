"""Slice: every page of demand opens on the person's own part of the company, and can show everything."""

import io

import pytest
from python_calamine import CalamineWorkbook

from steelyard.web.accounts.services import own_scope_set

PAGES = (
    "/segmentation/base/", "/segmentation/base/history/", "/intelligence/", "/portfolio/base/launches/",
    "/portfolio/base/endings/", "/portfolio/base/products/", "/portfolio/base/exits/", "/portfolio/base/calendar/",
)  # fmt: skip


@pytest.fixture
def planner(site, client_of, person):
    own_scope_set(person("demand_planner"), {"product_family": ("F0",)})
    return client_of("demand_planner")


def shown(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_ones_own_slice(planner, page) -> None:
    assert "Your slice" in shown(planner, page)
    assert "Back to my slice" in shown(planner, f"{page}?slice=everything")


@pytest.mark.parametrize("page", PAGES)
def test_who_has_no_slice_sees_everything(site, client_of, page) -> None:
    who = "demand_planner" if "exits" in page else "sales"  # what goes is ranked by costs
    text = shown(client_of(who), page)
    assert "Choose your slice" in text
    assert "Show everything" not in text


def test_everything_stays_until_one_goes_back_on_whatever_page(planner) -> None:
    shown(planner, "/portfolio/base/products/?slice=everything")
    assert "Your slice" not in shown(planner, "/segmentation/base/")
    shown(planner, "/intelligence/?slice=own")
    assert "Your slice" in shown(planner, "/segmentation/base/")


def test_items_of_other_families_are_left_out(planner, site) -> None:
    plan = site.scenario("base").plan()
    family = dict(plan.series("consensus_demand").members.select("item", "product_family").iter_rows())
    mine = {item for item, name in family.items() if name == "F0"}
    assert mine
    assert mine != set(family)
    for table in ("/segmentation/base/export.xlsx", "/portfolio/base/products.xlsx"):
        rows = CalamineWorkbook.from_filelike(io.BytesIO(planner.get(table).content)).get_sheet_by_index(0).to_python()
        cells = {cell for row in rows for cell in row}
        assert {item for item in family if item in cells} == mine, table


def test_an_entry_on_another_family_is_not_of_the_slice(planner, site) -> None:
    asked = {"kind": "customer", "source": "Ada", "periods": ["2026-01", "2026-03"], "low": 1, "likely": 2, "high": 3}
    for family in ("F0", "F1"):
        said = {**asked, "statement": f"buys {family}", "scope": {"product_family": [family]}}
        made = planner.post("/api/intelligence/base", said, content_type="application/json")
        assert made.status_code == 201, made.content
    text = shown(planner, "/intelligence/")
    assert "Buys F0" in text
    assert "Buys F1" not in text
    assert "Buys F1" in shown(planner, "/intelligence/?slice=everything")


def test_a_slice_that_has_gone_says_so_and_shows_everything(site, client_of, person) -> None:
    own_scope_set(person("finance"), {"product_family": ("Gone",)})
    text = shown(client_of("finance"), "/portfolio/base/products/")
    assert "This slice is not in the plan" in text
    assert "Everything" in text
