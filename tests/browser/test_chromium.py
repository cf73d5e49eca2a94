"""The browser itself: a page opens, draws and can be clicked."""

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.browser
def test_a_page_opens_and_answers_a_click(page: Page) -> None:
    page.set_content("<button id='go'>Go</button><p id='said'></p>")
    page.evaluate("() => { document.querySelector('#go').onclick = () => { said.textContent = 'gone' } }")
    page.locator("#go").click()
    expect(page.locator("#said")).to_have_text("gone")
