"""Balance board and API on a plan that is short of hours."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook

from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData
from steelyard.plan.stages import engine
from steelyard.web.audit.models import Entry
from steelyard.web.balance import pictures, selectors
from tests.company import LINE
from tests.web.conftest import AT

OVERTIME = f"overtime:{LINE}"


@pytest.fixture
def short(site):
    """The company with a fifth of its hours and some overtime."""
    branch = site.scenario("base").branch("short", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 60.0)
    over = SetMasterData("resource_capacity", {"resource": LINE}, "overtime_max", 20.0)
    branch.append(*(Change(one, author="dana", at=AT) for one in (hours, over)))
    return branch


def test_the_board_shows_the_gap_in_picture_and_rows(short, client_of):
    client = client_of("sop_lead")
    page = client.get("/balance/short/").content.decode()
    assert '"gap-map"' in page
    assert "F0" in page
    assert "Levers by value" in page
    for unit in ("units", "money", "hours", "nonsense"):
        assert client.get(f"/balance/short/?unit={unit}").status_code == 200


def test_what_the_board_shows_adds_up_across_down_and_to_the_rations(short):
    plan = short.plan()
    board, found = selectors.board_of(plan), selectors.rationing_of(plan)
    lines, losses = selectors.family_lines(board), selectors.loss_lines(found, tuple(pictures.RULE_LABELS))
    assert sum(line["gap"] for line in lines) == sum(line["by_rule"][0][0] for line in losses) == round(board.units)
    assert sum(line["gap_money"] for line in lines) == round(found.summary["lost_revenue"][0]) == round(board.money)
    assert sum(line["demand"] for line in lines) == sum(line["asked"] for line in losses)
    assert all(line["demand"] - line["gap"] == line["served"] for line in lines)


def test_the_hours_in_late_units_stand_beside_the_hours_missing(short, client_of):
    page = client_of("sop_lead").get("/balance/short/").content.decode()
    board = selectors.board_of(short.plan())
    assert f"work in late units on {LINE}; hours missing there: {board.missing_hours:,.0f}" in page
    assert board.missing_hours == pytest.approx(short.plan().value("overload"))


@pytest.mark.parametrize(("families", "height"), [(12, "chart"), (13, "chart is-tall"), (35, "chart is-long")])
def test_the_map_has_room_for_every_family(families, height):
    assert pictures.map_class(families) == height


def test_a_plan_without_a_gap_says_so(site, client_of):
    page = client_of("sop_lead").get("/balance/", follow=True).content.decode()
    assert "No gap" in page or "Late or lost" in page


def test_levers_and_mix_are_parts_of_the_page(short, client_of):
    client = client_of("sop_lead")
    levers = client.get("/balance/short/levers/").content.decode()
    assert f"Overtime on {LINE}" in levers
    assert levers.count("data-chart") == 2
    assert "Schedule change" in levers
    mix = client.get("/balance/short/mix/?profit=1&service=2").content.decode()
    assert "Solved again together" in mix
    assert "weight of service is 99" in client.get("/balance/short/mix/?service=99").content.decode()
    assert "no number" in client.get("/balance/short/mix/?service=much").content.decode()


def test_who_loses_what_is_shown_by_rule(short, client_of):
    part = client_of("sop_lead").get("/balance/short/ration/?first=online").content.decode()
    assert "Short by profit" in part
    assert "online" in part
    assert "There is no channel" in client_of("sop_lead").get("/balance/short/ration/?first=moon").content.decode()


def test_taking_a_lever_is_one_event_that_undo_takes_back(short, site, client_of):
    client = client_of("sop_lead")
    before = short.revision
    answer = client.post("/balance/short/take/", {"lever": OVERTIME, f"share:{OVERTIME}": "50"}, follow=True)
    assert b"units late before" in answer.content
    assert site.scenario("short").revision == before + 1
    assert site.scenario("short").plan().value("capacity_available") > short.plan().value("capacity_available") - 1
    assert Entry.objects.filter(action="balance.take").exists()
    site.scenario("short").undo("sop_lead", AT)
    assert not [change for change in site.scenario("short").own_changes if change.measure and change.enabled]


def test_a_lever_beyond_its_limit_is_refused_and_nothing_is_taken(short, site, client_of):
    before = short.revision
    answer = client_of("sop_lead").post("/balance/short/take/", {"lever": OVERTIME, f"share:{OVERTIME}": "900"})
    assert answer.status_code == 422
    assert b"beyond its limit" in answer.content
    assert site.scenario("short").revision == before
    assert client_of("sop_lead").post("/balance/short/take/", {"lever": "overtime:MOON"}).status_code == 404
    assert client_of("sop_lead").post("/balance/short/take/", {}).status_code == 422


def test_a_role_takes_only_what_it_edits_and_makes_no_branch_else(short, site, client_of):
    answer = client_of("sales").post("/balance/short/take/", {"lever": OVERTIME, "branch": "never"})
    assert answer.status_code == 403
    assert "never" not in {one.name for one in site.scenarios()}
    assert "Take what is ticked" not in client_of("executive").get("/balance/short/levers/").content.decode()


def test_the_mix_is_taken_on_a_branch(short, site, client_of):
    answer = client_of("sop_lead").post("/balance/short/mix/take/", {"profit": "1", "branch": "mixed"}, follow=True)
    assert answer.status_code == 200
    assert site.scenario("mixed").own_changes


def test_ways_out_and_the_workbook(short, client_of):
    client = client_of("sop_lead")
    assert "stay late" in client.get("/balance/short/ways/").content.decode()
    assert client.get("/balance/short/balance.xlsx").content[:2] == b"PK"


def test_the_api_tells_the_same(short, site, client_of):
    client = client_of("sop_lead")
    gaps = client.get("/api/balance/short").json()
    assert gaps["units"] > 0
    assert len(gaps["cells"]["rows"]) == 12 * 3
    levers = client.get("/api/balance/short/levers").json()
    assert OVERTIME in {row[0] for row in levers["levers"]["rows"]}
    mix = client.get("/api/balance/short/mix?stability=1").json()
    assert mix["gap_after"] <= mix["gap_before"] + 1e-6
    assert client.get("/api/balance/short/mix?profit=11").status_code == 422
    assert {row[0] for row in client.get("/api/balance/short/ration").json()["rules"]["rows"]} >= {"profit"}
    assert "closed" in client.get("/api/balance/short/ways-out").json()
    months = client.post(
        "/api/balance/short/month", {"discount": 1, "uplift": 0.1}, content_type="application/json"
    ).json()["months"]
    assert len(months["rows"]) == 13
    taken = client.post(
        "/api/balance/short/take", {"levers": {OVERTIME: 1}, "branch": "more"}, content_type="application/json"
    )
    assert taken.json()["scenario"] == "more"
    assert site.scenario("more").own_changes


def test_the_agenda_is_offered_to_other_apps(short, settings):
    lines = selectors.lever_agenda("short")
    assert lines[0].gain >= lines[-1].gain
    assert lines[0].url.startswith("/balance/short/")


def test_a_ration_is_taken_on_the_page_and_by_rest_and_undone(short, site, client_of):
    client = client_of("sop_lead")
    page = client.get("/balance/short/ration/").content.decode()
    assert "Take a ration" in page
    before = site.scenario("short").plan()
    given = {"lever": "", "member": "online", "percent": "60", "note": "allocation of spring"}
    answer = client.post("/balance/short/ration/take/", given, follow=True)
    assert "Undo takes all of it back" in answer.content.decode()
    plan = site.scenario("short").plan()
    asked = before.value("demand_plan", scope={"channel": "online"})
    assert plan.value("turned_away") == pytest.approx(0.4 * asked)
    change = plan.changes[-1]
    assert (change.author, change.measure, dict(change.scope)) == ("sop_lead", "ration", {"channel": ("online",)})
    assert "allocation of spring" in change.note
    site.scenario("short").undo(actor="sop_lead", at=AT)
    assert site.scenario("short").plan().value("turned_away") == 0

    done = client.post(
        "/api/balance/short/ration/take",
        {"lever": "channel:online", "branch": "online first"},
        content_type="application/json",
    )
    assert done.status_code == 201, done.content
    assert done.json()["scenario"] == "online first"
    ranks = site.scenario("online first").plan().value("allocation_rank", scope={"channel": "online"})
    assert ranks == 0
    assert site.scenario("short").plan().value("allocation_rank") == 1
    assert Entry.objects.filter(action="balance.ration").count() == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"percent": 120}, "no ration"),
        ({"units": 1e9}, "limit nothing"),
        ({}, "one limit"),
        ({"lever": "ration:luck"}, "no rule"),
        ({"lever": "channel:moon"}, "no channel"),
        ({"percent": 50, "scope": {"channel": ["moon"]}}, "moon"),
    ],
)
def test_a_ration_that_does_not_fit_is_refused_whole(short, site, client_of, asked, said):
    before = site.scenario("short").record.revision
    answer = client_of("sop_lead").post(
        "/api/balance/short/ration/take", {**asked, "branch": "never"}, content_type="application/json"
    )
    assert answer.status_code in (400, 404, 409, 422)
    assert said in answer.content.decode()
    assert site.scenario("short").record.revision == before
    assert "never" not in {one.name for one in site.scenarios()}


def test_a_lever_that_closes_next_to_nothing_has_no_rate_per_unit():
    """13 units closed for 9,889 look dearer than 7,270 for 123,752, and say nothing of the next unit."""
    told = {"Overtime": (123_752.0, 7_270.0), "Build ahead": (9_889.0, 13.0), "Expedite": (1_292.0, 973.0)}
    worths = tuple(
        SimpleNamespace(lever=SimpleNamespace(name=name), closed=closed, per_unit=gain / closed)
        for name, (gain, closed) in told.items()
    )
    assert pictures.unit_bars(worths, "EUR")["yAxis"]["data"] == ["Overtime", "Expedite"]


def test_levers_are_tried_by_the_plans_own_engine_before_any_is_taken(short, site, client_of):
    client, before = client_of("sop_lead"), short.revision
    assert "Try what is ticked" in client.get("/balance/short/levers/").content.decode()
    asked = {"lever": [OVERTIME, "schedule_change"], f"share:{OVERTIME}": "50"}
    part = client.get("/balance/short/preview/", asked).content.decode()
    assert f"Overtime on {LINE}" in part
    assert "Schedule change" in part
    assert "Together" in part
    assert "nothing taken yet" in part
    half = client.get("/balance/short/preview/", {"lever": OVERTIME, f"share:{OVERTIME}": "half"}).content.decode()
    assert "is no share" in half
    assert "no lever" in client.get("/balance/short/preview/", {"lever": "overtime:MOON"}).content.decode()
    assert "tick at least one" in client.get("/balance/short/preview/").content.decode()
    mixed = client.get("/balance/short/preview/", {"profit": "1"}).content.decode()
    assert "The mix" in mixed
    assert site.scenario("short").revision == before


def test_the_api_tries_a_lever_and_tells_what_taking_it_tells(short, site, client_of):
    client, before = client_of("sop_lead"), short.revision
    asked = {"levers": {OVERTIME: 0.5}}
    tried = client.post("/api/balance/short/preview", asked, content_type="application/json").json()
    assert site.scenario("short").revision == before
    line = tried["levers"][0]
    assert line["modelled"] > 0
    taken = client.post(
        "/api/balance/short/take", asked | {"branch": "half"}, content_type="application/json"
    ).json()  # fmt: skip
    for name in ("gap_after", "margin_after", "cost", "service_after"):
        assert line["plan"][name] == pytest.approx(taken[name])
    left = taken["margin_after"] - taken["margin_before"] - taken["cost"]
    assert tried["together"]["margin_less_cost"] == pytest.approx(left)
    beyond = client.post("/api/balance/short/preview", {"levers": {OVERTIME: 9}}, content_type="application/json")
    assert "beyond its limit" in beyond.json()["levers"][0]["fault"]
    assert beyond.json()["together"] is None


def test_a_large_plan_is_weighed_on_the_gaps_that_are_chosen(short, client_of, monkeypatch):
    monkeypatch.setattr(engine, "LARGEST_EXACT", 1)
    selectors._served.forget()
    client = client_of("sop_lead")
    page = client.get("/balance/short/levers/").content.decode()
    assert "Weigh these gaps" in page
    chosen = client.get("/balance/short/levers/?family=F1").content.decode()
    assert "chosen for F1" in chosen
    assert '<input type="hidden" name="family" value="F1">' in chosen
    assert "no product family" in client.get("/balance/short/levers/?family=MOON").content.decode().lower()
    told = client.get("/api/balance/short/levers?family=F1").json()["block"]
    assert told["focus"] == "F1"
    book = CalamineWorkbook.from_filelike(BytesIO(client.get("/balance/short/balance.xlsx?family=F1").content))
    lines = dict(book.get_sheet_by_name("Block").to_python()[1:])
    assert lines["Focus"] == "F1"
    assert "chosen for F1" in lines["Told"]
    selectors._served.forget()
