"""A month by six people in real browsers: from the import to the published plan, its book, and how it was graded."""

import re
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.month_company import PATIENCE, Month, month_under_way
from tests.browser.running_app import PASSWORD
from tests.browser.test_journey import cell

CYCLE, NEXT = "2026-10", "2026-11"
PLAN, OPTION = "base", "more hours"
QUESTION = "Which plan for the winter?"
STANDINGS = {
    "supply_planning": {
        "no_overload_without_decision": "open", "service_is_at_least(90)": "met",
        "every_signed_slice_is_unchanged": "met",
    },
}  # fmt: skip
"""How the gates of a step stand before the lead waives what is open; what ends the overload is decided later."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def month(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    browser: Browser,
    browser_context_args: dict[str, Any],
) -> Iterator[Month]:
    """The company before its first month, on each database."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("database_url")
    monkeypatch.setenv("STEELYARD_DATABASE_URL", url)
    with month_under_way(tmp_path, browser, browser_context_args, url) as made:
        yield made


def test_a_month_from_import_to_published_plan_book_and_grade(month: Month) -> None:
    the_lead_imports_and_opens_the_month(month)
    data_is_gathered_and_a_gate_blocks_at_first(month)
    demand_is_changed_and_signed_by_three_functions(month)
    supply_lays_an_option_on_a_scenario(month)
    finance_explains_the_gap(month)
    decision = the_pre_meeting_passes_two_options_up(month)
    plan = the_executive_signs_and_that_publishes(month, decision)
    the_lead_makes_the_book(month, plan)
    the_month_is_closed_and_the_next_is_open(month, plan)
    the_first_month_is_graded_on_what_came(month, decision)
    assert month.complaints == []


def the_lead_imports_and_opens_the_month(month: Month) -> None:
    page = month.at("ines", "/")
    page.get_by_role("link", name="Import").click()
    page.locator("input[type=file]").first.set_input_files(month.first)
    page.get_by_role("button", name="Import").click()
    job_is_done(page)
    month.at("ines", "/scenarios/new/")
    page.get_by_label("Name").fill(PLAN)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name=PLAN, exact=True)).to_be_visible()
    month.at("ines", "/cycle/all/")
    page.get_by_role("button", name="Cycle", exact=True).click()
    page.locator("#cycle-dialog").get_by_label("Key").fill(CYCLE)
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("#data_gathering").get_by_role("button", name="Start")).to_be_enabled()


def data_is_gathered_and_a_gate_blocks_at_first(month: Month) -> None:
    started = start(month, "dana", "data_gathering")
    for task in ("Look at the findings", "Look at how last month"):
        do_task(started, task)
    finish(started)
    expect(month.screens["dana"].locator(".message").first).to_contain_text("cannot be finished")
    do_task(step(month, "luis", "data_gathering"), "Check lead times")
    do_task(step(month, "fiona", "data_gathering"), "Check prices")
    finished(month, "dana", "data_gathering")


def demand_is_changed_and_signed_by_three_functions(month: Month) -> None:
    skipped = step(month, "ines", "product_review")
    skipped.get_by_label("More for").click()
    skipped.get_by_label("Skip: why?").fill("no launch this month")
    skipped.get_by_role("button", name="Skip").click()
    expect(badge(skipped)).to_have_text("skipped")
    start(month, "dana", "demand_planning")
    change_demand(month, "dana", "+5%", "autumn campaign")
    for name, function in (("dana", "Demand planning"), ("sam", "Sales"), ("fiona", "Finance")):
        sign_demand(month.at(name, f"/demand-review/{PLAN}/"), function)
    finished(month, "dana", "demand_planning")


def supply_lays_an_option_on_a_scenario(month: Month) -> None:
    start(month, "luis", "supply_planning")
    page = month.at("luis", f"/capacity/{PLAN}/")
    expect(page.locator("#resources tbody tr").first).to_be_visible()
    page.get_by_role("link", name="Options").click()
    first = page.locator("#options tbody tr").first
    first.get_by_label("Name of the branch").fill(OPTION)
    first.get_by_role("button", name="Lay on a branch").click()
    expect(page).to_have_url(f"{month.address}/capacity/{quote(OPTION)}/")
    hold_gates(month, "luis", "supply_planning")


def finance_explains_the_gap(month: Month) -> None:
    start(month, "ines", "pre_sop")
    page = month.at("fiona", "/finance/")
    expect(page.locator("#statement tbody tr").first).to_be_visible()
    for gap in ("finance_forecast", "budget"):
        page = month.at("fiona", "/finance/actions/new/")
        page.get_by_label("What is done").fill("Prices of the spring list rise by one percent")
        page.get_by_label("Closes the gap to").select_option(gap)
        page.get_by_label("Due").fill("2099-12-31")
        page.get_by_label("Value over the horizon").fill("10000")
        page.get_by_label("Moves").select_option("price")
        page.get_by_label("By, %").fill("1")
        page.get_by_role("button", name="Keep it").click()
        expect(page.locator("#actions tbody tr").first).to_contain_text("spring list")
    task = step(month, "fiona", "pre_sop").get_by_role("row").filter(has_text="Explain the gaps")
    expect(task.get_by_text("done", exact=True)).to_be_visible()
    expect(task.get_by_role("button")).to_have_count(0)


def the_pre_meeting_passes_two_options_up(month: Month) -> str:
    decision = ask_for_the_plan(month)
    page = month.at("ines", "/decisions/meetings/")
    page.get_by_label("Forum").select_option("pre_sop")
    page.get_by_label("Cycle").fill(CYCLE)
    page.get_by_label("Begins").fill("2026-10-20T09:00")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Open the meeting").click()
    meeting = page.url
    expect(page.locator("#agenda")).to_contain_text(QUESTION)
    page.get_by_label("Into the minutes").fill("Both options are sound; the executives decide.")
    page.get_by_role("button", name="Write").click()
    expect(page.locator("#minutes")).to_contain_text("Both options are sound")
    page.goto(decision)
    page.get_by_role("button", name="Pass on").click()
    expect(page.locator("#record")).to_contain_text("from Pre-S&OP to Executive S&OP")
    page.goto(meeting)
    page.get_by_role("button", name="Close the meeting").click()
    expect(page.locator("#minutes")).to_contain_text("Closed")
    hold_gates(month, "ines", "pre_sop")
    return decision


def ask_for_the_plan(month: Month) -> str:
    """Put a plan approval with two options before the pre-S&OP; answers its address."""
    page = month.at("ines", f"/decisions/new/?cycle={CYCLE}")
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_label("Kind").select_option("plan_approval")
    page.get_by_label("Asked of").select_option("pre_sop")
    page.get_by_role("button", name="Go on to the options").click()
    for number, scenario in enumerate((PLAN, OPTION), start=1):
        page.locator("#add").get_by_label("Scenario").select_option(scenario)
        page.get_by_role("button", name="Add and weigh").click()
        expect(page.locator("#side-by-side thead th")).to_have_count(number + 1)
    expect(page.locator("#side-by-side").get_by_text("weighing")).to_have_count(0)
    page.locator("#side-by-side").get_by_role("button", name="Recommend").first.click()
    page.get_by_role("button", name="Put before").click()
    expect(page.locator(".badge", has_text="asked").first).to_be_visible()
    return page.url.removesuffix("#")


def the_executive_signs_and_that_publishes(month: Month, decision: str) -> str:
    start(month, "ines", "executive_sop")
    month.at("edgar", f"/executive/{PLAN}/").locator("#quarters table").wait_for()
    page = month.screens["edgar"]
    page.goto(decision)
    page.get_by_label("Your password, again").fill("not this one")
    page.locator("#sign").get_by_role("button", name="Sign").click()
    expect(page.locator(".message").first).to_contain_text("password")
    page.locator("#sign").get_by_label("Why", exact=True).fill("It serves the season.")
    page.get_by_label("Your password, again").fill(PASSWORD)
    page.locator("#sign").get_by_role("button", name="Sign").click()
    expect(page.locator("#signatures")).to_contain_text("It serves the season.")
    until_shown(page, page.locator(".page-head").get_by_role("link", name="Published plan")).click()
    plan = page.locator("dd.digest").first.inner_text()
    hold_gates(month, "ines", "executive_sop")
    return plan


def the_lead_makes_the_book(month: Month, plan: str) -> None:
    page = month.at("ines", "/book/")
    page.get_by_label("Month").select_option(CYCLE)
    page.get_by_role("button", name="Make the book").click()
    job_is_done(page)
    month.at("ines", "/book/")
    pdf, slides = (downloaded(page, name) for name in ("PDF", "PowerPoint"))
    assert pdf.startswith(b"%PDF")
    assert slides.startswith(b"PK")
    assert plan[:12].encode() in pdf
    with zipfile.ZipFile(BytesIO(slides)) as parts:
        assert any(plan[:12].encode() in parts.read(name) for name in parts.namelist())


def the_month_is_closed_and_the_next_is_open(month: Month, plan: str) -> None:
    page = month.at("ines", f"/cycle/{CYCLE}/")
    page.get_by_role("button", name="Close the cycle").click()
    expect(page.locator(".page-head .badge").first).to_have_text("closed")
    expect(page.locator(".page-head").get_by_role("link", name=plan[:12])).to_be_visible()
    following = month.at("dana", f"/cycle/{NEXT}/")
    expect(following.locator(".page-head .badge").first).to_have_text("open")


def the_first_month_is_graded_on_what_came(month: Month, decision: str) -> None:
    month.drop_second_extract()
    started = start(month, "dana", "data_gathering", NEXT)
    expect(started).to_contain_text("1 decision graded")
    page = month.at("ines", "/")
    page.get_by_role("link", name="How October 2026 was graded").click()
    expect(page.locator("#graded")).to_contain_text("Forecast accuracy")
    expect(page.locator("#graded")).to_contain_text(QUESTION)
    page.goto(decision)
    expect(page.locator("#grade")).to_contain_text("numbers came inside their range")


def step(month: Month, name: str, key: str, cycle: str = CYCLE) -> Locator:
    """A step of the cycle on somebody's screen."""
    return month.at(name, f"/cycle/{cycle}/").locator(f"#{key}")


def start(month: Month, name: str, key: str, cycle: str = CYCLE) -> Locator:
    """Start a step, and wait for the work it does by itself."""
    found = step(month, name, key, cycle)
    found.get_by_role("button", name="Start", exact=True).click()
    expect(badge(found)).to_have_text("open")
    expect(found.page.get_by_text("work under way")).to_have_count(0)
    return found


def finish(found: Locator) -> None:
    """Press the button that ends a step."""
    found.get_by_role("button", name="Finish").click()


def finished(month: Month, name: str, key: str, cycle: str = CYCLE) -> None:
    """Finish a step whose gates hold, and wait for the work of its close."""
    found = step(month, name, key, cycle)
    finish(found)
    expect(badge(found)).to_have_text("finished")


def do_task(found: Locator, text: str) -> None:
    """Mark a task as done."""
    row = found.get_by_role("row").filter(has_text=text)
    row.get_by_role("button", name="Done").click()
    expect(row.get_by_text("done", exact=True)).to_be_visible()


def badge(found: Locator) -> Locator:
    """The state of a step."""
    return found.locator(".card-head .badge").first


def job_is_done(page: Page) -> None:
    """Wait for the job on the screen."""
    expect(page.locator("[id^=job-] .badge")).to_have_text(re.compile("done", re.IGNORECASE))


def change_demand(month: Month, name: str, entry: str, note: str) -> None:
    """Change the first family's consensus of the first period in the worksheet."""
    page = month.at(name, f"/worksheet/{PLAN}/")
    family = page.locator(".pg-row.is-first .pg-name").nth(1)
    expect(family).to_be_visible()
    where = cell(page, family.inner_text(), "Consensus demand", page.locator(".pg-column.is-start").inner_text())
    page.get_by_label("Reason").select_option("promotion")
    page.get_by_label("Note").fill(note)
    where.click()
    page.keyboard.type(entry)
    page.keyboard.press("Enter")
    expect(page.locator(".pg-revision")).to_contain_text("revision 1")


def sign_demand(page: Page, function: str) -> None:
    """Sign the consensus of everything for a function."""
    row = page.locator("#standing tr", has=page.get_by_role("rowheader", name=function, exact=True))
    row.locator("summary").click()
    row.get_by_role("button", name="Sign", exact=True).click()
    expect(row.locator(".badge").first).to_contain_text("signed")


def hold_gates(month: Month, name: str, key: str) -> None:
    """Finish a step: gates stand as they are known to; what does not hold is waived by the S&OP lead, with a reason."""
    found = step(month, name, key)
    found.get_by_role("button", name="Judge gates").click()
    found = step(month, "ines", key)
    gates = found.locator("[data-gate]").all()
    standing = {str(one.get_attribute("data-gate")): str(one.get_attribute("data-standing")) for one in gates}
    assert standing == STANDINGS.get(key, standing)
    while found.get_by_text("Waive", exact=True).count():
        found.get_by_text("Waive", exact=True).first.click()
        found.get_by_label("Why may the step end without it?").first.fill("agreed; it stands in the minutes")
        found.get_by_role("button", name="Waive this gate").first.click()
    finished(month, name, key)


def until_shown(page: Page, wanted: Locator) -> Locator:
    """Load a page again until the worker has done what it waits for."""
    end = time.monotonic() + PATIENCE / 1000
    while not wanted.count() and time.monotonic() < end:
        page.wait_for_timeout(500)
        page.reload()
    return wanted


def downloaded(page: Page, name: str) -> bytes:
    """A file that a link gives."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).first.click()
    return waiting.value.path().read_bytes()
