"""Demand review in the browser: narrow, enter, see it counted, sign, close and be refused."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.running_app import COMMAND, serving_app
from tests.browser.test_pages import sign_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app of the demo company."""
    folder = tmp_path_factory.mktemp("demo") / "bell"
    subprocess.run(
        [sys.executable, "-c", COMMAND, "demo", str(folder), "--items", "30"], check=True, capture_output=True
    )
    with serving_app(folder) as where:
        yield where


def test_a_slice_is_reviewed_signed_and_closed(page: Page, address: str) -> None:
    sign_in(page, address, "dana")
    page.get_by_role("navigation").get_by_role("link", name="Demand", exact=True).click()
    page.get_by_role("link", name="Kitchen scales").first.click()
    expect(page).to_have_url(f"{address}/demand-review/base/?scope=product_family%3AKitchen%2520scales")
    expect(page.locator(".chart svg").first).to_be_visible()

    _sign(page, "Sign", "agreed")
    expect(_standing(page)).to_have_text("signed")

    _enter(page, "+5%")
    expect(_standing(page)).to_have_text("moved since")

    _sign(page, "Sign and close", "now really")
    expect(_standing(page)).to_have_text("closed")
    _enter(page, "+6%")
    expect(page.get_by_text("was closed by dana for demand planning")).to_be_visible()


def _standing(page: Page) -> Locator:
    """How demand planning stands to the slice."""
    return page.locator("#standing tr", has_text="Demand planning").first.locator(".badge")


def _sign(page: Page, act: str, note: str) -> None:
    page.locator("#standing tr", has_text="Demand planning").first.locator("summary").click()
    page.get_by_placeholder("What was agreed").first.fill(note)
    page.get_by_role("button", name=act, exact=True).first.click()


def _enter(page: Page, text: str) -> None:
    """Type into the first consensus cell of the horizon that can be changed."""
    page.get_by_label("Reason").select_option("promotion")
    page.locator(".pg-row", has_text="Consensus demand").first.locator(".is-editable").first.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
