"""Capacity options: the page, laying one on a branch, and the interface, on a plan that prices its hours."""

import pytest

from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData, SetParameter
from tests.company import LINE
from tests.web.conftest import AT

OPTION = {"resource": LINE, "name": "second line", "kind": "line", "hours": "80", "lead_periods": "2", "capex": "10"}


@pytest.fixture
def priced(site):
    """The company with a fifth of its hours, planned by an engine that states hour prices."""
    branch = site.scenario("base").branch("priced", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 100.0)
    over = SetMasterData("resource_capacity", {"resource": LINE}, "overtime_max", 10.0)
    branch.append(
        *(Change(one, author="dana", at=AT) for one in (SetParameter("supply_engine", "decomposition"), hours, over))
    )
    return branch


def test_the_page_ranks_options_in_pictures_and_rows(priced, client_of):
    client = client_of("supply_planner")
    page = client.get("/capacity/priced/options/", OPTION).content.decode()
    assert "second line" in page
    assert "overtime" in page
    assert 'data-chart="option-worth"' in page
    assert "Lay on a branch" in page
    assert "Lay on a branch" not in client_of("sales").get("/capacity/priced/options/", OPTION).content.decode()


@pytest.fixture
def scarce(site):
    """The company with a fifth of its hours, planned by priority: an engine that prices nothing."""
    branch = site.scenario("base").branch("scarce", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 100.0)
    branch.append(Change(hours, author="dana", at=AT))
    return branch


def test_a_plan_by_priority_is_ranked_by_the_prices_of_its_bottlenecks(scarce, client_of):
    client = client_of("supply_planner")
    page = client.get("/capacity/scarce/options/", OPTION).content.decode()
    assert "/capacity/scarce/options/ranking/?resource=" in page
    part = client.get("/capacity/scarce/options/ranking/", OPTION).content.decode()
    assert "second line" in part
    assert "which weighs no money" in part
    assert "Lay on a branch" in part
    assert "second line" in client.get("/capacity/scarce/options/", OPTION).content.decode().split("describe")[0]


def test_a_plan_with_hours_to_spare_says_that_nothing_binds(site, client_of):
    branch = site.scenario("base").branch("plenty", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 1e6)
    branch.append(Change(hours, author="dana", at=AT))
    part = client_of("supply_planner").get("/capacity/plenty/options/ranking/").content.decode()
    assert "worth nothing anywhere" in part


def test_one_click_lays_an_option_on_a_branch(priced, site, client_of):
    client = client_of("supply_planner")
    laid = client.post("/capacity/priced/options/lay/", {**OPTION, "branch": "with line", "taken": "1"})
    assert laid.headers["Location"] == "/capacity/with%20line/"
    before, after = (site.scenario(name).plan().frame("capacity_available") for name in ("priced", "with line"))
    more = (after["capacity_available"] - before["capacity_available"]).to_list()
    assert more == pytest.approx([0.0] * 2 + [80.0] * (len(more) - 2))
    assert "capex 10" in site.scenario("with line").own_changes[0].note
    assert client.post("/capacity/priced/options/lay/", {**OPTION, "branch": "with line"}).status_code == 409


def test_overtime_raises_the_most_of_the_master_data(priced, site, client_of):
    given = {"resource": LINE, "name": "overtime", "kind": "overtime", "hours": "30", "branch": "over"}
    client_of("supply_planner").post("/capacity/priced/options/lay/", given)
    change = site.scenario("over").own_changes[0].operation
    assert (change.table, change.column, change.value) == ("resource_capacity", "overtime_max", 40.0)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"resource": "MOON"}, 422), ({"lead_periods": "99"}, 422), ({"kind": "luck"}, 422), ({"hours": "many"}, 422)],
)
def test_an_option_that_does_not_fit_makes_no_branch(priced, site, client_of, wrong, status):
    answer = client_of("supply_planner").post("/capacity/priced/options/lay/", {**OPTION, **wrong, "branch": "never"})
    assert answer.status_code == status
    assert "never" not in {scenario.name for scenario in site.scenarios()}


def test_the_interface_weighs_and_lays_the_same(priced, site, client_of):
    client = client_of("supply_planner")
    option = {"resource": LINE, "name": "crew", "kind": "shift", "hours": 60, "cost_per_hour": 1}
    ranked = client.post("/api/capacity/priced/options", [option], content_type="application/json").json()
    assert {one["option"] for one in ranked} == {"crew", "overtime"}
    worth = {one["option"]: one["npv"] for one in ranked}
    assert worth["crew"] > 0
    assert [one["npv"] for one in ranked] == sorted(worth.values(), reverse=True)
    laid = client.post(
        "/api/capacity/priced/options/lay", {"branch": "crewed", "option": option}, content_type="application/json"
    )
    assert laid.json()["scenario"] == "crewed"
    assert site.scenario("crewed").plan().value("capacity_available") > priced.plan().value("capacity_available")


def test_the_interface_prices_a_plan_by_priority(scarce, client_of):
    option = {"resource": LINE, "name": "crew", "kind": "shift", "hours": 60, "cost_per_hour": 0}
    client = client_of("supply_planner")
    ranked = client.post("/api/capacity/scarce/options", [option], content_type="application/json").json()
    assert ranked[0]["option"] == "crew"
    assert ranked[0]["npv"] > 0


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"hours": "abc"}, "is no number"),
        ({"lead_periods": "1.5"}, "enter a whole number"),
        ({"hours": "-4"}, 'role="alert"'),
        ({"kind": "luck"}, "is no kind of option"),
    ],
)
def test_an_option_that_cannot_be_read_is_told_and_what_was_typed_stays(scarce, client_of, wrong, reason):
    answer = client_of("supply_planner").get("/capacity/scarce/options/", OPTION | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Weigh an option" in page
    assert reason in page
    assert 'value="second line"' in page
    for name, typed in wrong.items():
        assert name == "kind" or f'value="{typed}"' in page
