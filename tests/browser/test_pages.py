"""Pages: every page of the demo company fits its window and keeps the content policy, in both themes."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.running_app import COMMAND, PASSWORD, serving_app

pytestmark = pytest.mark.slow
PAGES = (
    "/", "/plan/north-grows/", "/worksheet/base/", "/scenarios/", "/scenarios/new/", "/scenario/base/",
    "/scenario/north-grows/", "/scenarios/compare/", "/scenarios/compare/?with=base&with=north-grows",
    "/scenario/base/publish/", "/published/", "/data/", "/data/upload/", "/jobs/", "/trail/", "/account/password/",
    "/accuracy/", "/accuracy/?lag=all&level=product_family", "/intelligence/", "/intelligence/new/",
    "/segmentation/base/", "/segmentation/base/history/", "/demand-review/base/", "/supply-review/base/",
    "/portfolio/base/launches/", "/portfolio/base/endings/", "/portfolio/base/products/", "/portfolio/base/exits/",
    "/portfolio/base/calendar/", "/stock/base/", "/stock/base/network/", "/capacity/base/", "/capacity/base/options/",
    "/sourcing/base/", "/sourcing/base/pegging/", "/risk/base/",
)  # fmt: skip
LINKED = ("/data/", "/published/")
"""Pages whose first link leads to a page of its own kind."""
LOUD = {"error", "warning"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of the demo company."""
    folder = tmp_path_factory.mktemp("demo") / "bell"
    subprocess.run(
        [sys.executable, "-c", COMMAND, "demo", str(folder), "--items", "30"], check=True, capture_output=True
    )
    with serving_app(folder) as where:
        yield where


def sign_in(page: Page, address: str, name: str = "ines") -> None:
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".avatar").first).to_be_visible()


@pytest.fixture
def person(page: Page, address: str) -> Page:
    sign_in(page, address)
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 1920])
def test_every_page_fits_and_keeps_the_policy(browser: Browser, address: str, width: int, theme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "steelyard_theme", "value": theme, "url": address}])
    page = context.new_page()
    sign_in(page, address)
    faults = [fault for path in (*PAGES, *_details(page, address)) for fault in _faults(page, address, path)]
    context.close()
    assert faults == []


def _details(page: Page, address: str) -> list[str]:
    found: list[str] = []
    for path in LINKED:
        page.goto(address + path)
        links = page.locator("main a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        found += [link for link in links if re.fullmatch(r"/(data|published)/[0-9a-f]{64}/", link)][:1]
    return found + [found[0] + part for part in ("reconciliation/", "quarantine/", "assumptions/", "lineage/")]


def _faults(page: Page, address: str, path: str) -> list[str]:
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in LOUD:
            said.append(message.text)

    page.on("console", hear)
    answer = page.goto(address + path)
    page.wait_for_load_state("networkidle")
    page.remove_listener("console", hear)
    if answer is None or answer.status != 200:
        said.append(f"status {answer.status if answer else 'none'}")
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        said.append(f"{overflow} px too wide")
    return [f"{path}: {fault}" for fault in dict.fromkeys(said)]


def test_the_theme_is_remembered_and_charts_follow_it(person: Page) -> None:
    chart = person.locator("[data-chart] svg").first
    expect(chart).to_be_visible()
    before = chart.inner_html()
    person.get_by_role("button", name="Colour theme").click()
    person.get_by_role("button", name="Colour theme").click()
    expect(person.locator("html")).to_have_attribute("data-theme", "dark")
    expect(chart).to_be_visible()
    assert chart.inner_html() != before
    person.reload()
    expect(person.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_narrow_menu_is_remembered(person: Page) -> None:
    person.get_by_role("button", name="Narrow or widen the menu").click()
    person.reload()
    expect(person.locator("html")).to_have_attribute("data-rail", "narrow")
    assert person.locator(".rail").evaluate("rail => rail.offsetWidth") < 80


def test_a_scenario_that_is_not_the_base_is_marked_on_every_page(person: Page, address: str) -> None:
    person.goto(f"{address}/plan/north-grows/")
    expect(person.locator(".top-bar")).to_have_class(re.compile("is-scenario"))
    expect(person.locator(".scenario-chip")).to_contain_text("north-grows")


def test_a_menu_opens_walks_and_closes_by_keyboard(person: Page) -> None:
    person.locator(".scenario-chip").focus()
    person.keyboard.press("Enter")
    expect(person.locator(".top-bar .menu-list").first).to_be_visible()
    person.keyboard.press("ArrowDown")
    expect(person.locator(".top-bar .menu-list a").first).to_be_focused()
    person.keyboard.press("Escape")
    expect(person.locator(".top-bar .menu-list").first).to_be_hidden()


def test_a_table_sorts_by_its_head(person: Page, address: str) -> None:
    person.goto(f"{address}/scenario/base/")
    head = person.locator("#changes th", has_text="Where")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    places = person.locator("#changes tbody td:nth-child(2)").all_inner_texts()
    assert places == sorted(places, key=str.lower)


def test_a_dialog_opens_and_closes(person: Page, address: str) -> None:
    person.goto(f"{address}/scenario/base/")
    person.get_by_role("button", name="Branch").click()
    expect(person.get_by_role("dialog")).to_be_visible()
    person.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(person.get_by_role("dialog")).to_be_hidden()


def test_an_executive_may_look_at_the_worksheet_but_not_change_it(page: Page, address: str) -> None:
    sign_in(page, address, "edgar")
    page.goto(f"{address}/worksheet/base/")
    expect(page.locator(".pg-row.is-first").first).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_count(0)


def test_open_lines_stay_open_when_the_page_is_loaded_again(person: Page, address: str) -> None:
    person.goto(f"{address}/worksheet/base/")
    rows = person.locator(".pg-revision")
    expect(rows).to_contain_text("18 rows")
    person.locator(".pg-twist:visible").first.click()
    expect(rows).not_to_contain_text("18 rows")
    seen = rows.inner_text()
    person.reload()
    expect(rows).to_have_text(seen)


def test_two_planners_meet_in_one_cell(browser: Browser, address: str) -> None:
    ines, dana = (browser.new_context().new_page() for _ in range(2))
    for page, name in ((ines, "ines"), (dana, "dana")):
        sign_in(page, address, name)
        page.goto(f"{address}/worksheet/supplier-fails/")
        expect(page.locator(".pg-row.is-first").first).to_be_visible()
        page.get_by_label("Reason").select_option("correction")
    _grow(ines)
    expect(ines.locator(".pg-state")).to_have_text("Saved")
    expect(ines.locator(".pg-cell.is-changed").first).to_be_visible()
    _grow(dana)
    expect(dana.get_by_role("alertdialog")).to_contain_text("ines changed")
    dana.get_by_role("button", name="Keep theirs").click()
    expect(dana.locator(".pg-state")).to_have_text("Saved")


def _grow(page: Page) -> None:
    page.locator(".pg-cell.is-editable.is-start").nth(1).click()
    page.keyboard.type("+7%")
    page.keyboard.press("Enter")
