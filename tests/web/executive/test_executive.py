"""The executive screen: quarters that add up, a what-if that keeps nothing, and what a person may not see."""

import json
import re

import pytest

from steelyard.errors import ChangeInvalid, UnknownMember
from steelyard.web.accounts.roles import Role
from steelyard.web.executive.quarters import Against, QuarterCell, QuarterLine, left_out, quarters_of
from steelyard.web.executive.what_if import Question, ask, levers_of, parts_of
from steelyard.web.scenarios.plans import plan_of


@pytest.fixture
def plan(site):
    return site.scenario("base").plan()


def revision(site):
    return site.scenario("base").record.revision


def test_quarters_add_up_to_the_plan_where_no_actuals_belong_to_them(plan):
    found = quarters_of(plan)
    said = dict(zip(found.names, found.values("revenue", "operating_plan"), strict=True))
    quarter = plan.frame("revenue", time="quarter")
    whole = {row["period"]: row["revenue"] for row in quarter.to_dicts()}
    assert said[found.names[1]] == pytest.approx(whole[found.names[1]])


def test_a_version_that_is_not_there_is_named(plan):
    found = quarters_of(plan)
    assert "operating_plan" in [kind for kind, _ in found.versions]
    assert any("published" in reason for reason in found.missing)


def told(key, values, other=None):
    against = [() if kept is None else (Against("finance_forecast", kept, 0.0),) for kept in other or values]
    cells = zip(("2026-Q4", "2027-Q1", "2027-Q2"), values, against, strict=True)
    return QuarterLine(key, key, False, tuple(QuarterCell(*cell) for cell in cells))


def test_quarters_without_a_number_are_named_with_the_reason():
    lines = [told("revenue", (1.0, 2.0, 3.0), (None, 2.0, None)), told("cash_flow", (None, 2.0, 3.0))]
    said = list(left_out(lines, [("finance_forecast", "Finance forecast")]))
    assert said == [
        "Finance forecast does not cover the whole of Q4 2026 and Q2 2027",
        "Cash flow of Q4 2026 is not known: no working capital is on record from which it began",
    ]


def test_whole_quarters_leave_nothing_to_say():
    lines = [told("revenue", (1.0, 2.0, 3.0)), told("cash_flow", (1.0, 2.0, 3.0))]
    assert list(left_out(lines, [("finance_forecast", "Finance forecast")])) == []


def test_what_if_says_what_the_changed_scenario_would_say(site, plan):
    answer = ask(plan, Question("price", 10.0))
    moved = site.scenario("base").branch("dearer", actor="dana", at=site.scenario("base").record.at)
    moved.change("price", percent=10, actor="dana", at=moved.record.at, reason="price_change")
    revenue = next(one for one in answer.effects if one.name == "revenue")
    expected = next(kpi for kpi in moved.plan().kpis() if kpi.name == "revenue")
    assert revenue.after == pytest.approx(expected.value)
    assert revenue.delta > 0
    assert revenue.verdict == "good"


def test_what_if_keeps_nothing(site, plan):
    before = revision(site), len(site.scenarios())
    ask(plan, Question("consensus_demand", -20.0))
    assert (revision(site), len(site.scenarios())) == before


def test_what_if_moves_only_its_part_and_periods(plan):
    family = plan.series("price").names("product_family")[0]
    labels = plan.horizon.labels
    part = ask(plan, Question("price", 10.0, f"product_family={family}", labels[0], labels[0]))
    whole = ask(plan, Question("price", 10.0))
    assert 0 < part.effects[0].delta < whole.effects[0].delta


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question("statistical_forecast", 5.0), "no such lever"),
        (Question("price", 0.0), "out of bounds"),
        (Question("price", 400.0), "out of bounds"),
        (Question("price", float("nan")), "out of bounds"),
        (Question("price", 5.0, "", "1999-01", ""), "do not fit"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(plan, question, words):
    with pytest.raises(ChangeInvalid, match=words):
        ask(plan, question)


def test_an_unknown_part_is_named(plan):
    with pytest.raises(UnknownMember, match="no product family Nowhere"):
        ask(plan, Question("price", 5.0, "product_family=Nowhere"))


def test_only_levers_that_the_plan_has_are_offered(plan):
    assert all(plan.measure(name).editable for name, _ in levers_of(plan))
    members = [key for _, keys in parts_of(plan) for key, _ in keys]
    assert f"product_family={plan.series('price').names('product_family')[0]}" in members


def test_the_page_shows_quarters_gaps_and_levers(site, client_of):
    page = client_of("executive").get("/executive/base/").content.decode()
    for words in ("Operating plan by quarter", "Decisions asked for", "Top gaps", "What if", "Scorecard"):
        assert words in page
    assert "<script>" not in page
    assert " style=" not in page


def test_the_what_if_answers_as_a_part_and_a_fault_in_words(site, client_of):
    client = client_of("executive")
    said = client.get("/executive/base/what-if/", {"measure": "price", "percent": "5"})
    assert "calculated in" in said.content.decode()
    units = re.findall(r'<th scope="row">([^<]+) <span class="muted small">([^<]+)</span>', said.content.decode())
    assert {("Revenue", "USD"), ("Overload", "hours")} <= set(units)
    assert "Keep as a scenario" not in said.content.decode()
    wrong = client.get("/executive/base/what-if/", {"measure": "price", "percent": "much"})
    assert wrong.status_code == 200
    assert "out of bounds" in wrong.content.decode()


def test_a_what_if_is_kept_as_a_branch_with_its_reason(site, client_of):
    asked = {"measure": "price", "percent": "-5", "name": "cheaper"}
    said = client_of("sop_lead").post("/executive/base/what-if/keep/", asked)
    assert said.status_code == 302
    assert "with=cheaper" in said["Location"]
    change = site.scenario("cheaper").changes[-1]
    assert change.note == "What if net price of everything moves by -5 %"
    assert site.scenario("cheaper").plan().value("revenue") < plan_of("base").value("revenue")


def test_a_what_if_that_does_not_fit_leaves_no_branch(site, client_of):
    client_of("sop_lead").post("/executive/base/what-if/keep/", {"measure": "price", "percent": "0", "name": "none"})
    assert "none" not in [one.name for one in site.scenarios()]


def test_a_lever_of_another_role_leaves_no_branch(site, client_of):
    asked = {"measure": "price", "percent": "-5", "name": "cheaper"}
    client_of("supply_planner").post("/executive/base/what-if/keep/", asked)
    assert "cheaper" not in [one.name for one in site.scenarios()]


def test_who_makes_no_scenarios_keeps_none(site, client_of):
    asked = {"measure": "price", "percent": "-5", "name": "cheaper"}
    assert client_of("executive").post("/executive/base/what-if/keep/", asked).status_code == 403


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_role_opens_the_page(site, client_of, role):
    assert client_of(role).get("/executive/").status_code == 302
    assert client_of(role).get("/executive/base/").status_code == 200


def test_the_api_answers_like_the_page(site, client_of):
    client = client_of("executive")
    told = client.get("/api/executive/base").json()
    assert {cell["line"] for cell in told["quarters"]} >= {"revenue", "gross_margin"}
    asked = json.dumps({"measure": "price", "percent": 5})
    said = client.post("/api/executive/base/what-if", asked, content_type="application/json").json()
    assert next(one for one in said["effects"] if one["name"] == "revenue")["after"] > 0


def test_without_a_scenario_the_page_says_how_to_begin(db, settings, tmp_path, client_of):
    settings.COMPANY_FOLDER = tmp_path / "empty"
    page = client_of("executive").get("/executive/").content.decode()
    assert "No plan yet" in page or "no company" in page.lower()
