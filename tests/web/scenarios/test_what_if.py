"""What-ifs through the app: rows of master data, calendars, settings, forecast policy."""

import pytest

from steelyard.errors import ChangeInvalid, NotAllowed
from steelyard.web.scenarios.what_if import Question, settings_lay, settings_view, what_if_lay, what_if_view

HEAD = {"HTTP_REFERER": "http://testserver/scenario/promo/"}
HOURS = Question("resource_capacity", "LINE", "available", "-20%")
LEAD = Question("source", "make-I0", "lead_time_days", "45")


def test_rows_are_shown_with_what_would_become_of_them(site):
    view = what_if_view("promo", LEAD)
    assert view.count == 1
    assert view.after == ("45",)
    assert site.scenario("promo").revision == 1


def test_a_share_scales_every_row_met_as_one_step(site, person):
    before = site.scenario("promo").plan().value("capacity_available")
    event = what_if_lay("promo", HOURS, user=person("supply_planner"), reason="supply_constraint")
    assert {change.operation.table for change in event.changes} == {"resource_capacity"}
    assert site.scenario("promo").plan().value("capacity_available") == pytest.approx(before * 0.8)
    site.scenario("promo").undo("supply_planner", event.at)
    assert site.scenario("promo").plan().value("capacity_available") == pytest.approx(before)


def test_the_next_question_stands_on_the_answers_before(site, person):
    what_if_lay("promo", LEAD, user=person("supply_planner"), reason="other")
    assert what_if_view("promo", LEAD).before == ("45",)
    with pytest.raises(ChangeInvalid, match="stand like this already"):
        what_if_lay("promo", LEAD, user=person("supply_planner"), reason="other")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question("nothing", "", "x", "1"), "no table"),
        (Question("source", "make-I0", "colour", "1"), "no column"),
        (Question("source", "make-I0", "lead_time_days", "soon"), "no number"),
        (Question("source", "zzz", "lead_time_days", "1"), "No row"),
        (Question("source", "make-I0", "source_id", "1"), "names the row"),
        (Question("source", "make-I0"), "Nothing is asked"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_laid(site, person, question, words):
    with pytest.raises(ChangeInvalid, match=words):
        what_if_lay("promo", question, user=person("supply_planner"), reason="other")
    assert site.scenario("promo").revision == 1


def test_roles_ask_about_their_own_tables(site, person):
    with pytest.raises(NotAllowed):
        what_if_lay("promo", LEAD, user=person("sales"), reason="other")


def test_settings_come_with_their_meaning_and_become_changes(site, person):
    groups = settings_view("promo")
    weight = next(one for one in groups["Weights of the consensus"] if one.name == "sales_weight")
    assert "in the consensus" in weight.meaning
    mode = next(one for one in groups["Model of the forecast"] if one.name == "forecast_mode")
    assert mode.choices == ("fast", "auto")
    event = settings_lay(
        "promo", {"sales_weight": "0.5", "horizon": "12"}, user=person("demand_planner"), reason="other"
    )
    assert [change.operation.name for change in event.changes] == ["sales_weight"]


@pytest.mark.parametrize("values", [{"horizon": "many"}, {"nothing": "1"}, {"horizon": "0"}, {"horizon": "12"}])
def test_settings_out_of_range_are_refused(site, person, values):
    with pytest.raises(ChangeInvalid):
        settings_lay("promo", values, user=person("demand_planner"), reason="other")
    assert site.scenario("promo").revision == 1


def test_the_pages_look_first_and_lay_then(site, client_of):
    client = client_of("supply_planner")
    asked = {"table": "source", "search": "make-I0", "column": "lead_time_days", "value": "45"}
    assert b"Lay 1 change" in client.get("/scenario/promo/what-if/", asked).content
    answer = client.post("/scenario/promo/what-if/", {**asked, "reason": "supply_constraint", "note": "strike"})
    assert answer["Location"].startswith("/scenario/promo/")
    assert site.scenario("promo").own_changes[-1].note == "strike"
    assert b"Weights of the consensus" in client.get("/scenario/promo/settings/").content
    client.post("/scenario/promo/settings/lay/", {"service_level_c": "0.97", "reason": "other"})
    assert site.scenario("promo").own_changes[-1].operation.name == "service_level_c"


def test_by_the_api(site, client_of):
    client = client_of("supply_planner")
    told = client.get("/api/scenarios/promo/table/source?search=make-I0").json()
    assert told["count"] == 1
    body = {"table": "source", "search": "make-I0", "column": "lead_time_days", "value": "45", "reason": "other"}
    assert client.post("/api/scenarios/promo/what-if", body, content_type="application/json").status_code == 201
