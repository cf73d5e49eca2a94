"""The supply review page and its API: worksheet, ways to plan, what-ifs, choosing the engine."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from steelyard.errors import PlanError
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.review.conventions import BY_NAME, stated
from steelyard.plan.review.supply_what_if import SupplyWhatIf, read_question
from steelyard.web.scenarios.services import LONGEST_NAME
from steelyard.web.supply_review.api import SolveSettingsIn
from steelyard.web.supply_review.planned import ask_live, forget_ways, live_solver
from steelyard.web.supply_review.selectors import sheet
from tests.company import LINE

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_the_page_shows_the_worksheet_of_a_family(site, client_of) -> None:
    text = client_of("executive").get("/supply-review/base/?family=F0").content.decode()
    for row in ("Demand of customers", "Receipts of the plan", "Stock at period end", f"Load of {LINE}"):
        assert row in text
    assert 'value="F0" selected' in text


def test_who_does_not_see_costs_is_told_instead_of_refused(site, client_of) -> None:
    asked = "/supply-review/base/ways/"
    assert asked in client_of("supply_planner").get("/supply-review/base/").content.decode()
    text = client_of("sales").get("/supply-review/base/").content.decode()
    assert asked not in text
    assert "which your role does not see" in text


def test_stock_comes_about_by_the_rows_above_it(site) -> None:
    rows = sheet(site.scenario("base").plan(), "F0")
    values = {row.label: row.values for row in rows}
    beginning, end = values["Stock at the beginning"], values["Stock at period end"]
    signed = [[v if row.sign == "+" else -v for v in row.values] for row in rows if row.sign in ("+", "−")]
    assert len(signed) == 4
    assert [sum(column) for column in zip(beginning, *signed, strict=True)] == pytest.approx(end)
    assert beginning[1:] == end[:-1]


def test_an_unknown_family_is_told(site, client_of) -> None:
    answer = client_of("supply_planner").get("/supply-review/base/?family=F99", follow=True)
    assert "There is no product family F99" in answer.content.decode()


def test_the_ways_to_plan_stand_side_by_side(site, client_of) -> None:
    client = client_of("supply_planner")
    text = client.get("/supply-review/base/ways/?step=3").content.decode()
    for way in ("Finite by priority", "Price decomposition", "Exact optimum", "Level", "Chase", "Hybrid"):
        assert way in text
    assert "plans this scenario" in text
    assert "Fill rate %" in text
    assert "On time by class %" in text
    assert "Plan this scenario so" in text
    assert "Still planning" not in text


def test_nobody_waits_for_the_slowest_way_to_plan(site, client_of) -> None:
    forget_ways()
    text = client_of("supply_planner").get("/supply-review/base/ways/").content.decode()
    assert "Finite by priority" in text
    assert "Exact optimum" not in text
    assert "Still planning: Price decomposition" in text
    assert "/supply-review/base/ways/?step=2" in text


def test_who_may_not_edit_supply_sees_no_button_and_is_refused(site, client_of) -> None:
    client = client_of("executive")
    assert "Plan this scenario so" not in client.get("/supply-review/base/ways/").content.decode()
    answer = client.post("/api/supply-review/base/engine", {"engine": "exact"}, content_type="application/json")
    assert answer.status_code == 403


def test_an_engine_is_chosen(site, client_of) -> None:
    answer = client_of("supply_planner").post("/supply-review/base/engine/", {"engine": "exact"}, follow=True)
    assert "planned by: Exact optimum" in answer.content.decode()
    assert site.scenario("base").plan().inputs.parameters.supply_engine == "exact"


def test_an_unknown_engine_is_refused(site, client_of) -> None:
    answer = client_of("supply_planner").post(
        "/api/supply-review/base/engine", {"engine": "oracle"}, content_type="application/json"
    )
    assert answer.status_code == 422
    assert "infinite, priority, decomposition, exact" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (f"kind=capacity&name={LINE}&percent=-20", "Solved in"),
        ("kind=capacity&name=nowhere&percent=-20", "nowhere is not in the supply model"),
        (f"kind=capacity&name={LINE}&percent=much", "is no number"),
        ("kind=weather", "There is no what-if called weather"),
        (f"kind=capacity&name={LINE}&percent=5&first=1999-01", "1999-01"),
    ],
)
def test_a_what_if_is_answered_or_says_why_not(site, client_of, asked: str, told: str) -> None:
    assert told in client_of("finance").get(f"/supply-review/base/what-if/?{asked}").content.decode()


def test_the_workbook_holds_the_worksheet(site, client_of) -> None:
    content = client_of("supply_planner").get("/supply-review/base/export.xlsx?family=F0").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert any("Receipts of the plan" in map(str, row) for row in rows)


def test_the_api_answers_what_the_page_shows(site, client_of) -> None:
    client = client_of("supply_planner")
    sheet = json.loads(client.get("/api/supply-review/base/sheet?family=F0").content)
    assert len(sheet["periods"]) == len(sheet["rows"][0]["values"]) == 12
    ways = json.loads(client.get("/api/supply-review/base/ways").content)
    assert [one["way"] for one in ways["ways"] if one["chosen"]] == ["priority"]
    assert {one["name"] for one in ways["penalties"]} >= {"holding", "waiting", "lost"}
    asked = {"kind": "demand", "name": "F0", "percent": 10}
    answer = client.post("/api/supply-review/base/what-if", asked, content_type="application/json")
    assert json.loads(answer.content)["seconds"] > 0


def test_goal_whole_lots_and_stability_are_set(site, client_of) -> None:
    client = client_of("supply_planner")
    site.scenario("base").publish(actor="dana", at=AT)
    asked = {"goal": "delivery", "whole_lots": "yes", "stability": "0.25"}
    page = client.post("/supply-review/base/settings/", asked, follow=True).content.decode()
    assert "by these settings" in page
    knobs = site.scenario("base").plan().inputs.parameters
    assert (knobs.supply_goal, knobs.whole_lots, knobs.stability_weight) == ("delivery", True, 0.25)
    assert knobs.approved_plan == site.published()[-1].id
    told = client.post("/api/supply-review/base/settings", {"stability": 0}, content_type="application/json").json()
    assert told == {
        "goal": "delivery", "whole_lots": True, "stability": 0.0, "approved_plan": "",
        "ranking": "margin_per_bottleneck_hour", "overtime": False, **stated(PlanParameters()),
    }  # fmt: skip


def test_how_supply_is_counted_is_set_on_the_page_and_by_rest(site, client_of) -> None:
    client = client_of("supply_planner")
    asked = {"stock_basis": "average", "undertime_paid": "yes", "rate_increase_cost": "0,1", "backlog_allowed": "yes"}
    page = client.post("/supply-review/base/conventions/", asked, follow=True).content.decode()
    assert "3 altered" in page
    knobs = site.scenario("base").plan().inputs.parameters
    assert (knobs.stock_basis, knobs.undertime_paid, knobs.rate_increase_cost) == ("average", True, 0.1)
    text = client.get("/supply-review/base/ways/").content.decode()
    assert "Stock that costs holding, Cost of making more, Idle hours are paid" in text
    assert "Nothing was altered" in client.post("/supply-review/base/conventions/", asked, follow=True).content.decode()
    answer = client.post(
        "/api/supply-review/base/settings", {"end_backlog": "forbidden"}, content_type="application/json"
    ).json()
    assert (answer["end_backlog"], answer["stock_basis"]) == ("forbidden", "average")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"stock_basis": "mean"}, "use one of ending, average"),
        ({"rate_decrease_cost": 11}, "use a value from 0 to 10"),
        ({"class_terms": "Nobody: rank 1"}, "There is no class of customer Nobody"),
        ({"class_terms": "Retail: backlog much"}, "no number"),
    ],
)
def test_a_convention_that_cannot_be_is_refused_with_what_can(site, client_of, asked, told) -> None:
    answer = client_of("supply_planner").post(
        "/api/supply-review/base/settings", asked, content_type="application/json"
    )
    assert answer.status_code == 422
    assert told in answer.content.decode()


PART = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("retail: backlog x", "backlog of retail is &#x27;x&#x27;, no number"),
        ("nobody: rank 1", "There is no class of customer nobody"),
    ],
)
def test_a_wrong_convention_comes_back_as_typed_in_an_open_form(site, client_of, typed, told) -> None:
    asked = {"class_terms": typed, "rate_increase_cost": "0.25", "stock_basis": "average"}
    part = client_of("supply_planner").post("/supply-review/base/conventions/", asked, **PART).content.decode()
    assert f'value="{typed}"' in part
    assert told in part
    assert part.count('aria-invalid="true"') == 1
    assert 'value="0.25"' in part
    assert '<option value="average" selected>' in part
    assert '<details id="conventions" open>' in part
    assert site.scenario("base").plan().inputs.parameters.stock_basis == "ending"


def test_a_wrong_weight_comes_back_beside_the_other_settings_typed(site, client_of) -> None:
    asked = {"goal": "delivery", "stability": "much", "ranking": "fair_share", "whole_lots": "yes"}
    part = client_of("supply_planner").post("/supply-review/base/settings/", asked, **PART).content.decode()
    assert 'value="much"' in part
    assert "&#x27;much&#x27; is no number" in part
    assert '<option value="delivery" selected>' in part
    assert '<option value="fair_share" selected>' in part
    assert 'name="whole_lots" type="checkbox" value="yes" checked' in part
    assert site.scenario("base").plan().inputs.parameters.supply_goal == "profit"


def test_settings_that_are_kept_lead_back_to_the_page(site, client_of) -> None:
    client = client_of("supply_planner")
    answer = client.post("/supply-review/base/conventions/", {"stock_basis": "average"}, **PART)
    assert answer.headers["HX-Redirect"] == "/supply-review/base/"
    assert site.scenario("base").plan().inputs.parameters.stock_basis == "average"


def test_rest_takes_every_convention() -> None:
    assert set(BY_NAME) <= set(SolveSettingsIn.model_fields)


def test_who_gets_scarce_hours_and_overtime_are_set(site, client_of) -> None:
    client = client_of("supply_planner")
    asked = {"goal": "profit", "stability": "0", "ranking": "fair_share", "overtime": "yes"}
    client.post("/supply-review/base/settings/", asked, follow=True)
    knobs = site.scenario("base").plan().inputs.parameters
    assert (knobs.supply_ranking, knobs.overtime_by_priority) == ("fair_share", True)
    told = client.post("/api/supply-review/base/settings", {"ranking": "loudest"}, content_type="application/json")
    assert told.status_code == 422


def test_the_moves_of_a_way_stand_on_the_page_in_the_workbook_and_the_api(site, client_of) -> None:
    site.scenario("base").change("capacity_available", percent=-60.0, actor="dana", at=AT)
    client = client_of("supply_planner")
    assert "/supply-review/base/moves/" in client.get("/supply-review/base/").content.decode()
    text = client.get("/supply-review/base/moves/").content.decode()
    assert "not made" in text
    assert LINE in text
    told = client.get("/api/supply-review/base/moves?count=3").json()
    assert told["way"] == "priority"
    assert len(told["rows"]) == 3 <= told["found"]
    content = client.get("/supply-review/base/moves.xlsx?way=exact").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Moves").to_python()
    assert rows[0][:2] == ["move", "item"]
    assert (
        "There is no way to plan called oracle" in client.get("/supply-review/base/moves/?way=oracle").content.decode()
    )


def test_stability_needs_a_published_plan(site, client_of) -> None:
    answer = client_of("supply_planner").post(
        "/api/supply-review/base/settings", {"stability": 1}, content_type="application/json"
    )
    assert answer.status_code == 422
    assert "No plan has been published yet" in answer.content.decode()


def test_a_live_solver_goes_on_after_an_edit_and_knows_the_new_plan(site, client_of) -> None:
    asked = f"/supply-review/base/what-if/?kind=capacity&name={LINE}&percent=-20"
    assert "Solved in" in client_of("finance").get(asked).content.decode()
    before = live_solver(site.scenario("base").plan())
    site.scenario("base").change("consensus_demand", percent=-10.0, actor="dana", at=AT)
    plan = site.scenario("base").plan()
    after = live_solver(plan)
    assert after is before
    fresh = SupplyWhatIf(plan)
    question = read_question(plan, "capacity", LINE, percent=-20)
    assert after.base.objective == pytest.approx(fresh.base.objective)
    assert after.ask(question).gain == pytest.approx(fresh.ask(question).gain, abs=1e-4)


def test_questions_asked_at_the_same_time_do_not_disturb_each_other(site) -> None:
    plan, other = site.scenario("base").plan(), site.scenario("base").branch("other", actor="dana", at=AT)
    other.change("consensus_demand", percent=-10.0, actor="dana", at=AT)
    asked = [
        (each, read_question(each, kind, name, percent=percent))
        for percent in (-50, -30, 20, 60)
        for each in (plan, other.plan())
        for kind, name in (("capacity", LINE), ("demand", ""))
    ]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda one: ask_live(*one).gain, asked))
    alone = [SupplyWhatIf(each).ask(question).gain for each, question in asked]
    assert found == pytest.approx(alone, abs=1e-4)


def test_a_question_that_ends_before_it_begins_or_names_no_number_is_refused(site) -> None:
    plan = site.scenario("base").plan()
    first, last = plan.horizon.labels[0], plan.horizon.labels[-1]
    with pytest.raises(PlanError, match="ends before it begins"):
        read_question(plan, "demand", first=last, last=first)
    for percent in (float("nan"), float("inf")):
        with pytest.raises(PlanError, match="-100 up"):
            read_question(plan, "demand", percent=percent)


@pytest.mark.parametrize("typed", ["nan", "inf", "1e999"])
def test_what_is_no_number_is_told_and_breaks_nothing(site, client_of, typed) -> None:
    asked = f"/supply-review/base/what-if/?kind=lead_time&name={LINE}&lead_time={typed}"
    answer = client_of("finance").get(asked)
    assert answer.status_code == 200
    assert "is no number" in answer.content.decode()


def test_strategies_become_scenarios_in_one_press_and_are_compared(site, client_of) -> None:
    client = client_of("supply_planner")
    text = client.get("/supply-review/base/ways/?step=3").content.decode()
    assert "Make scenarios of them and compare" in text
    answer = client.post("/supply-review/base/strategies/")
    assert answer["Location"].endswith("?with=base-optimum&with=base-level&with=base-chase&with=base-hybrid")
    engines = {
        name: site.scenario(f"base-{name}").plan().inputs.parameters.supply_engine for name in ("level", "chase")
    }
    assert engines == {"level": "level", "chase": "chase"}
    assert site.scenario("base-optimum").plan().inputs.parameters.supply_engine == "exact"
    told = client.post("/api/supply-review/base/strategies", content_type="application/json").json()
    assert told["made"] == ["base-optimum", "base-level", "base-chase", "base-hybrid"]
    rows = {row["strategy"]: row for row in told["strategies"]}
    assert set(rows) == {"level", "chase", "hybrid", "optimum"}
    assert rows["optimum"]["profit"] == max(row["profit"] for row in rows.values() if row["possible"])
    assert rows["level"]["mean_stock"] > rows["chase"]["mean_stock"]


def test_a_scenario_of_the_name_of_a_strategy_is_not_touched(site, client_of) -> None:
    site.scenario("base").branch("base-chase", actor="dana", at=AT)
    answer = client_of("supply_planner").post("/api/supply-review/base/strategies", content_type="application/json")
    assert answer.status_code == 422
    assert "base-chase" in answer.content.decode()
    assert "base-optimum" not in {one.name for one in site.scenarios()}


def test_who_may_not_branch_sees_strategies_and_makes_none(site, client_of) -> None:
    client = client_of("executive")
    assert client.post("/api/supply-review/base/strategies", content_type="application/json").status_code == 403


def test_who_may_branch_but_set_no_engine_makes_no_strategies(site, client_of) -> None:
    client, kind = client_of("finance"), "application/json"
    assert client.post("/api/supply-review/base/engine", {"engine": "level"}, content_type=kind).status_code == 403
    assert client.post("/api/supply-review/base/strategies", content_type=kind).status_code == 403
    assert client.post("/supply-review/base/strategies/").status_code == 403
    assert [one.name for one in site.scenarios() if one.name.startswith("base-")] == []


def test_a_name_that_grows_too_long_is_told_before_anything_is_made(site, client_of) -> None:
    name = "n" * (LONGEST_NAME - 3)
    site.scenario("base").branch(name, actor="dana", at=AT)
    answer = client_of("supply_planner").post(f"/api/supply-review/{name}/strategies", content_type="application/json")
    assert answer.status_code == 422
    assert [one.name for one in site.scenarios() if one.name.startswith(f"{name}-")] == []
