"""Capacity options of a plan: read from a file, sized on hour prices, ranked."""

from pathlib import Path

import pytest

from steelyard.errors import ChangeInvalid, FileUnreadable, PlanError
from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData, SetParameter
from steelyard.plan.review.capacity_options import (
    ResourceOption,
    option_changes,
    rank_options,
    read_options,
)
from steelyard.plan.review.multi_echelon import place_file, place_plan
from steelyard.plan.review.pricing import PricedPlan, hour_worth, stated_worth
from steelyard.plan.scenario import Scenario
from steelyard.supply.capacity_option import CapacityOption
from tests.company import LINE
from tests.plan.conftest import AT

HEAD = "resource,name,kind,hours,cost_per_hour,fixed_cost,lead_periods,capex,steps,residual_share\n"


def priced(base: Scenario) -> Scenario:
    """The same company with a fifth of its hours and an engine that states hour prices."""
    branch = base.branch("priced", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 100.0)
    branch.append(
        Change(SetParameter("supply_engine", "decomposition"), author="dana", at=AT),
        Change(hours, author="dana", at=AT),
    )
    return branch


def test_options_are_ranked_by_what_they_earn(base: Scenario, tmp_path: Path) -> None:
    plan = priced(base).plan()
    file = tmp_path / "options.csv"
    worth = float(hour_worth(plan).price.max())
    file.write_text(
        f"{HEAD}{LINE},subcontract,subcontract,50,{worth * 0.1:.4f},,,,,\n"
        f"{LINE},dear,overtime,50,{worth * 10:.4f},,,,,\n{LINE},line,line,80,0,0,6,1e9,1,0\n"
    )
    ranked = rank_options(plan, read_options(file))
    assert ranked["option"].to_list() == ["subcontract", "dear", "line"]
    assert ranked["npv"][0] > 0
    assert ranked.row(1, named=True)["hours"] == 0
    assert ranked.row(2, named=True)["term"] == "long"
    assert ranked.row(2, named=True)["payback"] is None


def scarce(base: Scenario) -> Scenario:
    """The same company with a fifth of its hours, planned by priority: an engine that prices nothing."""
    branch = base.branch("scarce", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 100.0)
    branch.append(Change(hours, author="dana", at=AT))
    return branch


def test_a_plan_by_priority_is_priced_as_its_bottlenecks_are(base: Scenario) -> None:
    plan = scarce(base).plan()
    assert plan.inputs.parameters.supply_engine == "priority"
    assert stated_worth(plan) is None
    priced = PricedPlan(plan)
    worth = hour_worth(plan)
    assert worth.engine == priced.engine
    assert worth.price.max() == pytest.approx(max(one.price for one in priced.solved.binding))
    crew = ResourceOption(LINE, CapacityOption("crew", "shift", 50.0, 0.0))
    ranked = rank_options(plan, [crew])
    assert ranked["npv"][0] > 0
    assert ranked.equals(rank_options(plan, [crew], worth=worth))


def test_a_plan_with_hours_to_spare_says_that_nothing_binds(base: Scenario) -> None:
    branch = base.branch("plenty", actor="dana", at=AT)
    hours = SetMasterData("resource_capacity", {"resource": LINE}, "available", 1e6)
    branch.append(Change(hours, author="dana", at=AT))
    with pytest.raises(PlanError, match="worth nothing anywhere"):
        rank_options(branch.plan(), [])


def test_an_option_of_no_resource_is_named(base: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "options.csv"
    file.write_text(f"{HEAD}MOON,line,line,80,0,,,,,\n")
    with pytest.raises(PlanError, match="MOON"):
        rank_options(priced(base).plan(), read_options(file))


def test_an_option_adds_its_hours_from_the_period_in_which_it_is_ready(base: Scenario) -> None:
    plan = base.plan()
    crew = ResourceOption(LINE, CapacityOption("crew", "shift", 50.0, 1.0, lead_periods=3, capex=9.0, steps=2))
    branch = base.branch("crewed", actor="dana", at=AT)
    branch.append(*option_changes(plan, crew, author="dana", at=AT, steps=2, note="peak"))
    before, after = (one.frame("capacity_available")["capacity_available"] for one in (plan, branch.plan()))
    more = after - before
    assert more.to_list() == pytest.approx([0.0] * 3 + [100.0] * (len(more) - 3))
    assert branch.own_changes[0].note.endswith("capex 18. peak")
    with pytest.raises(ChangeInvalid, match="3 times"):
        option_changes(plan, crew, author="dana", at=AT, steps=3)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,kind\na,line\n", "resource"),
        (f"{HEAD}L,a,magic,1,1,,,,,\n", "magic"),
        (f"{HEAD}L,a,line,x,1,,,,,\n", "read"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_its_row(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "options.csv"
    file.write_text(text)
    with pytest.raises(FileUnreadable, match=told):
        read_options(file)


def test_stock_of_a_plan_is_placed_at_less_than_every_place_on_its_own(base: Scenario) -> None:
    placed = place_plan(base.plan())
    assert placed.plan.cost <= placed.local_cost
    check = placed.check(periods=200, courses=4)
    assert check.height == placed.table.height
    assert check["kept"].min() > 0.7


def test_stages_of_a_file_are_placed_and_faults_are_named(tmp_path: Path) -> None:
    head = (
        "stage_id,lead_time,max_s_time,cost_rate,risk_pool,ext_demand_mean,ext_demand_std,ext_demand_thres,up_stages\n"
    )
    file = tmp_path / "chain.csv"
    file.write_text(f"{head}part,4,,10,,,,\nshop,1,0,5,,20,5,1.645,part,2\n")
    placed = place_file(file, holding_rate=0.25)
    assert placed.plan.exact
    assert placed.network.unit_cost.tolist() == [10, 25]
    file.write_text(f"{head}shop,1,0,5,,20,5,1.645,ghost,2\n")
    with pytest.raises(FileUnreadable, match="ghost"):
        place_file(file, holding_rate=0.25)
    with pytest.raises(FileUnreadable, match="cannot be read"):
        place_file(tmp_path / "nothing.csv", holding_rate=0.25)
