"""Plan grid: what a planner does with it, in a real browser, against a made-up plan."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.worksheet_plan import MadeUpPlan
from tests.browser.worksheet_server import serving

CONSENSUS = 2
"""Row of the first family's consensus demand."""


@pytest.fixture
def plan() -> MadeUpPlan:
    return MadeUpPlan(families=6, items=40)


@pytest.fixture
def address(plan: MadeUpPlan) -> Iterator[str]:
    with serving(plan) as where:
        yield where


@pytest.fixture
def grid(page: Page, address: str) -> Iterator[Page]:
    """The grid on its page; the test fails when the browser had anything to complain about."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    page.goto(address)
    expect(page.get_by_text("Road Bikes", exact=True)).to_be_visible()
    yield page
    assert complaints == []


def _is_complaint(message: object) -> bool:
    text = getattr(message, "text", "")
    return getattr(message, "type", "") in {"error", "warning"} and "Failed to load resource" not in text


def cell(page: Page, row: int, label: str) -> Locator:
    """A cell by row number and the label of its column."""
    head = page.locator(".pg-column", has_text=label).first
    index = head.get_attribute("aria-colindex")
    return page.locator(f'.pg-row[aria-rowindex="{row + 2}"] [aria-colindex="{index}"]')


def sheet(page: Page) -> Locator:
    return page.locator(".pg-scroll")


def choose_reason(page: Page, reason: str = "promotion") -> None:
    page.get_by_label("Reason").select_option(reason)


def type_into(page: Page, where: Locator, text: str) -> None:
    where.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def saved(page: Page, revision: int) -> None:
    expect(page.locator(".pg-revision")).to_contain_text(f"revision {revision}")
    expect(page.locator(".pg-state")).to_have_text("Saved")


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


# looking


def test_the_grid_begins_where_the_horizon_begins(grid: Page) -> None:
    expect(cell(grid, CONSENSUS, "Nov 26")).to_be_in_viewport()
    expect(grid.locator(".pg-column.is-start")).to_have_text("Nov 26")


def test_only_what_is_in_sight_is_drawn(page: Page, address: str) -> None:
    page.goto(f"{address}/?depth=1")
    expect(page.locator(".pg-revision")).to_contain_text("984 rows")
    assert page.locator(".pg-row").count() < 60


def test_far_rows_come_when_scrolled_to(page: Page, address: str) -> None:
    page.goto(f"{address}/?depth=1")
    expect(page.get_by_text("Road Bikes", exact=True)).to_be_visible()
    sheet(page).focus()
    page.keyboard.press("Control+End")
    expect(page.get_by_text("Sadd-05039 Black, 47", exact=True)).to_be_visible()


def test_a_node_opens_and_closes(grid: Page) -> None:
    grid.locator(".pg-twist").first.click()
    expect(grid.get_by_text("Road-00000 Silver, 38")).to_be_visible()
    expect(grid.locator(".pg-revision")).to_contain_text("184 rows")
    grid.locator(".pg-twist").first.click()
    expect(grid.get_by_text("Road-00000 Silver, 38")).to_be_hidden()


def test_an_item_shows_its_description_beside_the_code_and_in_full_on_hover(grid: Page) -> None:
    grid.locator(".pg-twist").first.click()
    label = grid.locator(".pg-row.is-first .pg-label", has_text="Road-00001").first
    expect(label.locator(".pg-called")).to_have_text("Touring frame with a long description in size 39, batch 1")
    expect(label).to_have_attribute(
        "title", "Road-00001 Black, 39 Touring frame with a long description in size 39, batch 1"
    )
    box, inner = label.bounding_box(), label.locator(".pg-called").bounding_box()
    assert box is not None
    assert inner is not None
    assert inner["x"] + inner["width"] <= box["x"] + box["width"]


def test_find_knows_descriptions(grid: Page) -> None:
    grid.locator(".pg-twist").first.click()
    expect(grid.get_by_text("Road-00000 Silver, 38")).to_be_visible()
    sheet(grid).focus()
    grid.keyboard.press("Control+f")
    grid.get_by_role("searchbox", name="Find a plan line").fill("BATCH 37")
    grid.keyboard.press("Enter")
    expect(grid.get_by_text("Road-00037 Black, 45", exact=True)).to_be_in_viewport()


def test_alt_arrows_open_and_close_a_node(grid: Page) -> None:
    cell(grid, 0, "Nov 26").click()
    grid.keyboard.press("Alt+ArrowRight")
    expect(grid.locator('.pg-row[aria-rowindex="2"]')).to_have_attribute("aria-expanded", "true")
    grid.keyboard.press("Alt+ArrowLeft")
    expect(grid.locator('.pg-row[aria-rowindex="2"]')).to_have_attribute("aria-expanded", "false")


def test_other_measures_are_shown_when_the_attribute_changes(grid: Page) -> None:
    grid.locator("plan-grid").evaluate("grid => grid.setAttribute('measures', 'consensus_demand')")
    expect(grid.locator(".pg-revision")).to_contain_text("6 rows")
    expect(grid.get_by_text("Demand history").locator("visible=true")).to_have_count(0)


def test_an_empty_view_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}/?scope=nothing-like-this")
    expect(page.get_by_text("Nothing matches this view")).to_be_visible()


def test_find_walks_to_the_next_match(grid: Page) -> None:
    sheet(grid).focus()
    grid.keyboard.press("Control+f")
    grid.keyboard.type("helm")
    grid.keyboard.press("Enter")
    expect(grid.locator(".pg-address")).to_contain_text("Helmets")


def test_find_opens_the_line_above_a_closed_one(grid: Page) -> None:
    sheet(grid).focus()
    grid.keyboard.press("Control+f")
    grid.keyboard.type("helm-03021")
    grid.keyboard.press("Enter")
    expect(grid.get_by_text("Helm-03021 Black, 59", exact=True)).to_be_in_viewport()
    expect(grid.locator(".pg-address")).to_contain_text("Helm-03021")
    assert "open=f3" in grid.url


def test_find_says_when_nothing_fits(grid: Page) -> None:
    sheet(grid).focus()
    grid.keyboard.press("Control+f")
    grid.keyboard.type("unheard of")
    grid.keyboard.press("Enter")
    expect(grid.locator(".pg-found")).to_have_text('No line of this view holds "unheard of" in its code or name')


# moving


def test_arrows_tab_and_enter_move_like_a_spreadsheet(grid: Page) -> None:
    cell(grid, CONSENSUS, "Nov 26").click()
    grid.keyboard.press("ArrowRight")
    expect(grid.locator(".pg-address")).to_have_text("Road Bikes · Consensus demand · Dec 26")
    grid.keyboard.press("Shift+Tab")
    grid.keyboard.press("ArrowDown")
    expect(grid.locator(".pg-address")).to_have_text("Road Bikes · Revenue · Nov 26")
    grid.keyboard.press("Control+ArrowLeft")
    expect(grid.locator(".pg-address")).to_have_text("Road Bikes · Revenue · Nov 25")
    grid.keyboard.press("Control+Home")
    expect(grid.locator(".pg-address")).to_have_text("Road Bikes · Demand history · Nov 25")


def test_the_active_cell_stays_when_the_selection_grows(grid: Page) -> None:
    cell(grid, CONSENSUS, "Nov 26").click()
    grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.press("Shift+ArrowRight")
    expect(grid.locator(".pg-address")).to_have_text("Road Bikes · Consensus demand · Nov 26")
    grid.keyboard.press("ArrowRight")
    expect(grid.locator(".pg-address")).to_have_text("Road Bikes · Consensus demand · Dec 26")


def test_the_status_adds_up_the_selection(grid: Page) -> None:
    cell(grid, CONSENSUS, "Nov 26").click()
    grid.keyboard.press("Shift+ArrowRight")
    expect(grid.locator(".pg-sums")).to_contain_text("Count 2")
    values = [float(cell(grid, CONSENSUS, name).inner_text().replace(",", "")) for name in ("Nov 26", "Dec 26")]
    expect(grid.locator(".pg-sums")).to_contain_text(f"Sum {sum(values):,.0f}")


def test_the_screen_reader_is_told_the_focus(grid: Page) -> None:
    cell(grid, CONSENSUS, "Dec 26").click()
    focus = sheet(grid).get_attribute("aria-activedescendant")
    assert focus is not None
    expect(cell(grid, CONSENSUS, "Dec 26")).to_have_attribute("id", focus)


# changing


def test_typing_changes_a_family_and_spreads_to_its_items(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "12000")
    saved(grid, 8)
    expect(cell(grid, CONSENSUS, "Nov 26")).to_have_text("12,000")
    expect(cell(grid, CONSENSUS, "Nov 26")).to_have_class("pg-cell is-start is-editable is-changed")
    assert sum(plan.values[0, item, 12] for item in range(40)) == pytest.approx(12000)


def test_an_edit_waits_until_a_reason_is_chosen(grid: Page, plan: MadeUpPlan) -> None:
    type_into(grid, cell(grid, CONSENSUS, "Dec 26"), "+5%")
    expect(grid.locator(".pg-state")).to_have_text("Waiting for a reason")
    assert plan.revision == 7
    choose_reason(grid)
    saved(grid, 8)


def test_the_reason_is_remembered(grid: Page, address: str) -> None:
    choose_reason(grid, "launch")
    grid.goto(address)
    expect(grid.get_by_label("Reason")).to_have_value("launch")


def test_a_day_of_expiry_goes_with_one_edit(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    grid.get_by_label("Expires").fill("2027-03-01")
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "12000")
    saved(grid, 8)
    assert plan.done[-1].change["expires"] == "2027-03-01"
    expect(grid.get_by_label("Expires")).to_have_value("")


def test_escape_leaves_the_cell_as_it_was(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Nov 26").click()
    grid.keyboard.type("99")
    grid.keyboard.press("Escape")
    expect(grid.locator(".pg-editor")).to_have_count(0)
    assert plan.revision == 7


def test_words_that_are_no_number_are_refused_at_once(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "much")
    expect(grid.get_by_text("That is not a number")).to_be_visible()
    assert plan.revision == 7


def test_calculated_and_past_cells_do_not_open(grid: Page) -> None:
    cell(grid, 1, "Nov 26").click()
    grid.keyboard.press("F2")
    expect(grid.locator(".pg-editor")).to_have_count(0)
    expect(grid.locator(".pg-status [role=status]")).to_have_text("Not editable: Statistical forecast is calculated")


def test_control_enter_changes_the_whole_selection(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Jan 27").click()
    grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.type("5k")
    grid.keyboard.press("Control+Enter")
    saved(grid, 8)
    expect(cell(grid, CONSENSUS, "Jan 27")).to_have_text("5,000")
    expect(cell(grid, CONSENSUS, "Feb 27")).to_have_text("5,000")


def test_fill_right_repeats_the_first_column(grid: Page) -> None:
    choose_reason(grid)
    first = cell(grid, CONSENSUS, "Jan 27").inner_text()
    cell(grid, CONSENSUS, "Jan 27").click()
    grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.press("Control+r")
    saved(grid, 8)
    expect(cell(grid, CONSENSUS, "Mar 27")).to_have_text(first)


def test_fill_down_leaves_calculated_rows_out_and_says_so(grid: Page) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Jan 27").click()
    for _ in range(4):
        grid.keyboard.press("Shift+ArrowDown")
    grid.keyboard.press("Control+d")
    saved(grid, 8)
    expect(grid.get_by_text("1 cell changed, 3 left out")).to_be_visible()


def test_undo_and_redo_are_the_servers(grid: Page) -> None:
    choose_reason(grid)
    before = cell(grid, CONSENSUS, "Nov 26").inner_text()
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "*2")
    saved(grid, 8)
    grid.keyboard.press("Control+z")
    saved(grid, 9)
    expect(cell(grid, CONSENSUS, "Nov 26")).to_have_text(before)
    grid.keyboard.press("Control+y")
    saved(grid, 10)
    expect(cell(grid, CONSENSUS, "Nov 26")).not_to_have_text(before)


def test_a_locked_cell_is_hatched_and_stays(grid: Page) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Dec 26").click()
    grid.keyboard.press("Control+l")
    saved(grid, 8)
    expect(cell(grid, CONSENSUS, "Dec 26")).to_have_class("pg-cell is-locked")
    grid.keyboard.press("F2")
    expect(grid.locator(".pg-editor")).to_have_count(0)
    grid.keyboard.press("Control+l")
    saved(grid, 9)
    expect(cell(grid, CONSENSUS, "Dec 26")).to_have_class("pg-cell is-editable")


# clipboard


def test_paste_reads_a_spreadsheet_block(grid: Page) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Jan 27").click()
    paste(grid, "1.234,5\t1,300\t2.5k\r\n")
    saved(grid, 8)
    expect(cell(grid, CONSENSUS, "Jan 27")).to_have_text("1,235")
    expect(cell(grid, CONSENSUS, "Feb 27")).to_have_text("1,300")
    expect(cell(grid, CONSENSUS, "Mar 27")).to_have_text("2,500")


def test_paste_says_what_it_left_out_and_why(grid: Page) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Jan 27").click()
    paste(grid, "100\tabc\n200\t300\n")
    saved(grid, 8)
    expect(grid.get_by_text("1 cell changed, 3 left out")).to_be_visible()
    expect(grid.get_by_text("not a number: abc: Road Bikes Feb 27")).to_be_visible()
    expect(grid.get_by_text("Revenue is calculated: 2 cells")).to_be_visible()


def test_copy_gives_a_spreadsheet_block(grid: Page) -> None:
    cell(grid, CONSENSUS, "Jan 27").click()
    grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.press("Shift+ArrowDown")
    grid.keyboard.press("Control+c")
    text = grid.evaluate("() => navigator.clipboard.readText()")
    first = cell(grid, CONSENSUS, "Jan 27").inner_text().replace(",", "")
    assert [len(line.split("\t")) for line in text.splitlines()] == [2, 2]
    assert text.startswith(first + "\t")


def test_a_copied_block_pasted_again_changes_nothing(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    before = dict(plan.values)
    cell(grid, CONSENSUS, "Jan 27").click()
    grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.press("Control+c")
    grid.keyboard.press("Control+v")
    saved(grid, 8)
    assert plan.values == pytest.approx(before)


# two people


def test_a_stale_edit_shows_the_others_change_and_asks(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    plan.edit_as("omar", "consensus_demand@f0", "2026-11", "9000", note="from the trade fair")
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "7000")
    dialog = grid.get_by_role("alertdialog")
    expect(dialog).to_contain_text("omar changed consensus demand")
    expect(dialog).to_contain_text("from the trade fair")
    expect(cell(grid, CONSENSUS, "Nov 26")).to_have_text("7,000")
    dialog.get_by_role("button", name="Apply mine on top").click()
    saved(grid, 9)
    expect(cell(grid, CONSENSUS, "Nov 26")).to_have_text("7,000")


def test_the_other_persons_change_can_be_kept(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    plan.edit_as("omar", "consensus_demand@f0", "2026-11", "9000")
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "7000")
    grid.get_by_role("button", name="Keep theirs").click()
    expect(cell(grid, CONSENSUS, "Nov 26")).to_have_text("9,000")
    saved(grid, 8)


# the panel


def test_the_panel_draws_explains_and_remembers(grid: Page, plan: MadeUpPlan) -> None:
    plan.edit_as("omar", "consensus_demand@f0", "2026-12", "9000", note="trade fair")
    cell(grid, CONSENSUS, "Dec 26").click()
    grid.get_by_role("button", name="Chart, explanation and history").click()
    expect(grid.locator(".pg-chart svg")).to_be_visible()
    grid.get_by_role("button", name="Explain", exact=True).click()
    expect(grid.locator(".pg-formula")).to_contain_text("statistical_forecast")
    grid.get_by_role("button", name="History", exact=True).click()
    expect(grid.locator(".events")).to_contain_text("trade fair")


def test_right_click_offers_explain(grid: Page) -> None:
    cell(grid, CONSENSUS, "Dec 26").click(button="right")
    grid.get_by_role("menuitem", name="Explain this figure").click()
    expect(grid.locator(".pg-explained")).to_be_visible()


def test_a_reader_may_look_but_not_change(page: Page, address: str) -> None:
    page.goto(f"{address}/?read-only=")
    expect(page.get_by_text("Road Bikes", exact=True)).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_count(0)
    cell(page, CONSENSUS, "Nov 26").click()
    page.keyboard.type("5")
    expect(page.locator(".pg-editor")).to_have_count(0)


def test_a_year_folds_into_its_total(grid: Page) -> None:
    grid.get_by_role("button", name="2026").click()
    expect(grid.locator(".pg-column", has_text="Nov 26")).to_have_count(0)
    expect(grid.locator(".pg-column", has_text="Jan 27")).to_be_visible()
    grid.get_by_role("button", name="2026").click()
    expect(grid.locator(".pg-column", has_text="Nov 26")).to_be_visible()


# when things go wrong


def test_an_edit_that_did_not_arrive_can_be_sent_again(page: Page, address: str) -> None:
    page.goto(address)
    choose_reason(page)
    page.route("**/edit", lambda route: route.abort())
    type_into(page, cell(page, CONSENSUS, "Nov 26"), "4321")
    expect(page.get_by_text("Not saved", exact=True).first).to_be_visible()
    page.unroute("**/edit")
    page.get_by_role("button", name="Try again").click()
    saved(page, 8)
    expect(cell(page, CONSENSUS, "Nov 26")).to_have_text("4,321")


def test_a_refused_edit_says_why_and_shows_the_old_figure(page: Page, address: str, plan: MadeUpPlan) -> None:
    page.goto(address)
    choose_reason(page)
    before = cell(page, CONSENSUS, "Nov 26").inner_text()
    refusal = '{"detail": "Locked cells leave no room for 1."}'
    page.route("**/edit", lambda route: route.fulfill(status=422, content_type="application/json", body=refusal))
    type_into(page, cell(page, CONSENSUS, "Nov 26"), "1")
    expect(page.get_by_text("Locked cells leave no room")).to_be_visible()
    expect(cell(page, CONSENSUS, "Nov 26")).to_have_text(before)
    assert plan.revision == 7


def test_a_server_that_fails_is_told_in_words(page: Page, address: str) -> None:
    page.route("**/window?*", lambda route: route.fulfill(status=500, body="oops"))
    page.goto(address)
    expect(page.get_by_text("The server failed; nothing was changed.")).to_be_visible()


def test_edits_in_quick_succession_arrive_in_order(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Nov 26").click()
    for value in ("1000", "2000"):
        grid.keyboard.type(value)
        grid.keyboard.press("Tab")
    saved(grid, 9)
    shown = [cell(grid, CONSENSUS, name).inner_text() for name in ("Nov 26", "Dec 26")]
    assert shown == ["1,000", "2,000"]


def test_the_keys_are_told(grid: Page) -> None:
    sheet(grid).focus()
    grid.keyboard.press("F1")
    expect(grid.get_by_role("dialog")).to_contain_text("change the whole selection")
    grid.keyboard.press("Escape")
    expect(grid.get_by_role("dialog")).to_be_hidden()


def test_an_explanation_tells_the_steps_from_the_plan_published_last(grid: Page) -> None:
    cell(grid, CONSENSUS, "Nov 26").click()
    grid.get_by_role("button", name="Chart, explanation and history").click()
    grid.get_by_role("button", name="Explain", exact=True).click()
    steps = grid.locator(".pg-chain tr")
    expect(steps).to_have_count(4)
    expect(steps.nth(1)).to_contain_text("New facts")
    expect(steps.nth(1).locator(".num")).to_have_text("−40")
    expect(steps.nth(2)).to_contain_text("dana · promotion")
    expect(steps.nth(3)).to_contain_text("1 other step did not move it")


def test_a_change_is_taken_back_from_the_history_with_a_reason_and_brought_back(grid: Page, plan: MadeUpPlan) -> None:
    plan.edit_as("sam", "consensus_demand@f0", "2026-11", "+10%")
    grid.reload()
    where = cell(grid, CONSENSUS, "Nov 26")
    before = where.inner_text()
    where.click()
    grid.get_by_role("button", name="Chart, explanation and history").click()
    grid.get_by_role("button", name="History", exact=True).click()
    grid.get_by_role("button", name="Take back").click()
    expect(grid.get_by_label("Reason")).to_be_focused()
    assert plan.revision == 8
    choose_reason(grid, "correction")
    saved(grid, 9)
    expect(where).not_to_have_text(before)
    assert plan.done[0].change["switched"] == "correction"
    grid.get_by_role("button", name="Bring back").click()
    saved(grid, 10)
    expect(where).to_have_text(before)


def drag_handle(page: Page, target: Locator) -> None:
    handle, box = page.locator(".pg-handle").bounding_box(), target.bounding_box()
    assert handle is not None
    assert box is not None
    page.mouse.move(handle["x"] + 4, handle["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()


def test_the_handle_fills_to_the_right_and_leaves_totals_to_follow(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "9000")
    saved(grid, 8)
    cell(grid, CONSENSUS, "Nov 26").click()
    drag_handle(grid, cell(grid, CONSENSUS, "Feb 27"))
    saved(grid, 9)
    for month in ("Dec 26", "Jan 27", "Feb 27"):
        expect(cell(grid, CONSENSUS, month)).to_have_text("9,000")
    expect(grid.get_by_text("3 cells changed")).to_be_visible()
    assert len(plan.done[-1].cells) == 3


def test_the_handle_fills_down_and_tells_what_is_calculated(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "9000")
    saved(grid, 8)
    cell(grid, CONSENSUS, "Nov 26").click()
    drag_handle(grid, cell(grid, CONSENSUS + 4, "Nov 26"))
    saved(grid, 9)
    expect(cell(grid, CONSENSUS + 4, "Nov 26")).to_have_text("9,000")
    expect(grid.locator(".toasts")).to_contain_text("is calculated")


def test_a_handle_that_is_only_pressed_fills_nothing(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    cell(grid, CONSENSUS, "Nov 26").click()
    drag_handle(grid, cell(grid, CONSENSUS, "Nov 26"))
    assert plan.revision == 7


def test_who_only_looks_has_no_handle(page: Page, address: str) -> None:
    page.goto(f"{address}/?read-only=1")
    expect(page.get_by_text("Road Bikes", exact=True)).to_be_visible()
    expect(page.locator(".pg-handle")).to_have_count(0)


def test_what_waits_for_a_reason_stands_in_the_bar_and_is_not_lost_on_leaving(grid: Page, plan: MadeUpPlan) -> None:
    asked: list[str] = []
    type_into(grid, cell(grid, CONSENSUS, "Dec 26"), "+5%")
    expect(grid.locator(".pg-draft")).to_have_text("Waiting for a reason: +5% in Road Bikes Dec 26")
    grid.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    grid.evaluate("() => { setTimeout(() => location.assign('/?depth=1'), 0) }")
    grid.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    choose_reason(grid)
    saved(grid, 8)
    expect(grid.locator(".pg-draft")).to_be_hidden()


def test_what_waits_for_a_reason_can_be_discarded(grid: Page, plan: MadeUpPlan) -> None:
    before = cell(grid, CONSENSUS, "Dec 26").inner_text()
    type_into(grid, cell(grid, CONSENSUS, "Dec 26"), "+5%")
    grid.get_by_role("button", name="Discard").click()
    expect(cell(grid, CONSENSUS, "Dec 26")).to_have_text(before)
    expect(grid.locator(".pg-state")).to_have_text("Saved")
    assert plan.revision == 7


def test_a_conflict_tells_theirs_yours_and_before_beside_the_cell(grid: Page, plan: MadeUpPlan) -> None:
    choose_reason(grid)
    before = cell(grid, CONSENSUS, "Nov 26").inner_text()
    plan.edit_as("omar", "consensus_demand@f0", "2026-11", "9000")
    type_into(grid, cell(grid, CONSENSUS, "Nov 26"), "7000")
    dialog = grid.get_by_role("alertdialog")
    expect(dialog).to_contain_text(f"Road Bikes Nov 26: theirs 9,000, yours 7,000, before {before}")
    box, disputed = dialog.bounding_box(), cell(grid, CONSENSUS, "Nov 26").bounding_box()
    assert box is not None
    assert disputed is not None
    assert box["y"] >= disputed["y"] + disputed["height"] or box["y"] + box["height"] <= disputed["y"]
    dialog.get_by_role("button", name="Keep theirs").click()


def test_undo_with_nothing_left_says_so_once_and_quietly(grid: Page, plan: MadeUpPlan) -> None:
    cell(grid, CONSENSUS, "Nov 26").click()
    for _ in range(3):
        grid.keyboard.press("Control+z")
    expect(grid.get_by_text("There is nothing to undo.")).to_have_count(1)
    expect(grid.locator(".toasts .is-alert")).to_have_count(0)
    expect(grid.get_by_text("There is nothing to undo.")).to_have_count(0)
