"""Indicators: words of waiting stand on a page only while something runs."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

CONTROLS = Path(__file__).resolve().parents[2] / "steelyard" / "web" / "ui" / "static" / "ui" / "controls.css"


@pytest.mark.browser
def test_words_of_waiting_are_seen_only_while_something_runs(page: Page) -> None:
    page.set_content('<p id="beside"><span class="htmx-indicator" id="wait">Solving</span></p>')
    page.add_style_tag(path=CONTROLS)
    expect(page.locator("#wait")).to_be_hidden()
    for marked in ("#wait", "#beside"):
        page.evaluate("where => document.querySelector(where).classList.add('htmx-request')", marked)
        expect(page.locator("#wait")).to_be_visible()
        page.evaluate("where => document.querySelector(where).classList.remove('htmx-request')", marked)
