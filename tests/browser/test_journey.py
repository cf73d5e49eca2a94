"""Journey: a month in the browser: import, scenario, change, explain, compare, publish."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import steelyard as sy
from tests.browser.running_app import PASSWORD, make_people, serving_app

LONG = 90_000
"""Milliseconds that an import or a first plan may take on a busy machine."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip of the demo company's files."""
    folder = tmp_path_factory.mktemp("erp")
    sy.demo_company(folder / "files", items=30, seed=7)
    return Path(shutil.make_archive(str(folder / "erp"), "zip", folder / "files"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of a company without data."""
    folder = tmp_path_factory.mktemp("company") / "bell"
    sy.Workspace.create(folder, company="Tarn & Bell").close()
    make_people(folder)
    with serving_app(folder) as where:
        yield where


@pytest.fixture
def person(page: Page, address: str) -> Iterator[Page]:
    """The S&OP lead, signed in; the browser must have nothing to complain about."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.goto(address)
    page.get_by_label("Name").fill("ines")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".top-user, .avatar").first).to_be_visible()
    yield page
    assert complaints == []


def cell(page: Page, line: str, measure: str, column: str) -> Locator:
    """A cell of the worksheet by the names of its row and column."""
    index = page.locator(".pg-column", has_text=column).first.get_attribute("aria-colindex")
    label = f'.pg-row:has([role=rowheader][aria-label="{line}"]):has(.pg-measure[title="{measure}"])'
    return page.locator(f'{label} [aria-colindex="{index}"]')


@pytest.mark.slow
def test_a_month_from_files_to_a_published_plan(person: Page, address: str, files: Path) -> None:
    _import(person, files)
    _first_scenario(person, address)
    before = _change(person, address)
    _explain(person)
    _compare(person, address, before)
    _publish(person, address)


def _import(page: Page, files: Path) -> None:
    page.get_by_role("link", name="Import").click()
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Import").click()
    expect(page.locator("[id^=job-] .badge")).to_have_text(re.compile("done", re.IGNORECASE), timeout=LONG)


def _first_scenario(page: Page, address: str) -> None:
    page.goto(f"{address}/scenarios/new/")
    page.get_by_label("Name").fill("base")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="base", exact=True)).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Branch").click()
    page.locator("#branch-dialog").get_by_label("Name").fill("spring promotion")
    page.locator("#branch-dialog").get_by_role("button", name="Branch").click()
    expect(page.get_by_role("heading", name="spring")).to_be_visible(timeout=LONG)


def _change(page: Page, address: str) -> str:
    page.get_by_role("main").get_by_role("link", name="Worksheet").click()
    family = page.locator(".pg-row.is-first .pg-name").nth(1)
    expect(family).to_be_visible(timeout=LONG)
    where = cell(page, family.inner_text(), "Consensus demand", page.locator(".pg-column.is-start").inner_text())
    before = where.inner_text()
    page.get_by_label("Reason").select_option("promotion")
    page.get_by_label("Note").fill("spring campaign")
    where.click()
    page.keyboard.type("+20%")
    page.keyboard.press("Enter")
    expect(page.locator(".pg-revision")).to_contain_text("revision 1")
    expect(where).to_have_class(re.compile("is-changed"))
    assert where.inner_text() != before
    where.click()
    return before


def _explain(page: Page) -> None:
    page.get_by_role("button", name="Chart, explanation and history").click()
    expect(page.locator(".pg-chart svg")).to_be_visible()
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator(".pg-panel .events")).to_contain_text("spring campaign", timeout=LONG)
    page.get_by_role("button", name="History", exact=True).click()
    expect(page.locator(".pg-panel .events")).to_contain_text("Promotion")


def _compare(page: Page, address: str, before: str) -> None:
    page.goto(f"{address}/scenarios/compare/")
    page.locator("select[name=with]").nth(0).select_option("base")
    page.locator("select[name=with]").nth(1).select_option(index=2)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Headline numbers")).to_be_visible(timeout=LONG)
    expect(page.locator(".delta.is-up").first).to_be_visible()
    expect(page.locator("[data-chart] svg").first).to_be_visible()


def _publish(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/base/publish/")
    page.get_by_label("Note").fill("agreed in the meeting")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name=re.compile(r"published \d{4}-\d\d-\d\d"))).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Replay").click()
    expect(page.locator("[id^=job-] .badge")).to_have_text(re.compile("done", re.IGNORECASE), timeout=LONG)
