"""Stock policies in a plan: classes, lines of item-locations, kinds of stock, and placing in the network."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import join
from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData, SetParameter
from steelyard.plan.plan import Plan
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from tests.company import company
from tests.plan.conftest import AT


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Scenario]:
    rows = [{"item_id": f"I{i}", "location_id": place, "stocked": True} for i in range(4) for place in ("D1", "D2")]
    with Workspace.create(tmp_path / "small", company="Small Company") as workspace:
        workspace.add_extract(company(items=4, customers=3, replace={"item_location": rows}), at=AT, actor="dana")
        yield workspace.create_scenario("base", actor="dana", at=AT, horizon=12)


def with_parameters(scenario: Scenario, name: str, **values: str | float | bool) -> Scenario:
    branch = scenario.branch(name, actor="dana", at=AT)
    for key, value in values.items():
        branch.append(Change(SetParameter(key, value), author="dana", at=AT))
    return branch


def rows(plan: Plan, measure: str) -> np.ndarray:
    return join(plan.blocks(measure))


def test_a_class_rule_moves_safety_stock_as_its_words_say(base: Scenario) -> None:
    usual = rows(base.plan(), "safety_stock").sum()
    better = with_parameters(base, "better", stock_policies="A: 0.999; B: 0.999; C: 0.999").plan()
    longer = with_parameters(base, "longer", stock_policies="A: review 90; B: review 90; C: review 90").plan()
    filled = with_parameters(base, "filled", stock_policies="A: fill_rate; B: fill_rate; C: fill_rate").plan()
    assert rows(better, "safety_stock").sum() > usual
    assert rows(longer, "safety_stock").sum() > usual
    assert rows(filled, "safety_stock").sum() < usual


@pytest.mark.parametrize("law", ["gamma", "negative_binomial", "empirical"])
@pytest.mark.parametrize("measure", ["cycle", "fill_rate", "ready_rate", "backorder_cost"])
def test_every_law_and_measure_gives_a_plan(base: Scenario, law: str, measure: str) -> None:
    line = f"{measure} 0.95 {law}"
    stock = rows(with_parameters(base, line, stock_policies=f"A: {line}; B: {line}; C: {line}").plan(), "safety_stock")
    assert np.isfinite(stock).all()
    assert (stock >= 0).all()


def test_a_line_of_an_item_location_goes_before_its_class(base: Scenario) -> None:
    branch = base.branch("line", actor="dana", at=AT)
    key = {"item": "I0", "location": "D1"}
    operation = SetMasterData("item_location", key, "stock_policy", "cycle 0.9999")
    branch.append(Change(operation, author="dana", at=AT))
    scope = {"item": "I0", "location": "D1"}
    assert branch.plan().value("safety_stock", scope=scope) > base.plan().value("safety_stock", scope=scope)
    other = {"item": "I0", "location": "D2"}
    assert branch.plan().value("safety_stock", scope=other) == base.plan().value("safety_stock", scope=other)


def test_a_line_that_nobody_can_read_is_refused(base: Scenario) -> None:
    change = SetMasterData("item_location", {"item": "I0"}, "stock_policy", "as much as possible")
    with pytest.raises(ChangeInvalid, match="says nothing about stock"):
        base.append(Change(change, author="dana", at=AT))
    with pytest.raises(ChangeInvalid, match="names no class"):
        base.append(Change(SetParameter("stock_policies", "gold: 0.99"), author="dana", at=AT))


def test_kinds_of_stock_add_up_to_what_is_projected(base: Scenario) -> None:
    plan = base.plan()
    stock, safety, cycle, ahead = (
        rows(plan, name) for name in ("projected_inventory", "safety_stock", "cycle_stock", "anticipation_stock")
    )
    assert np.allclose(np.minimum(stock, safety) + cycle + ahead, stock)
    risk = rows(plan, "stock_out_risk")
    assert ((risk >= 0) & (risk <= 1)).all()
    assert (risk[rows(plan, "backlog") > 1e-9] == 1).all()
    assert (rows(plan, "order_up_to") >= rows(plan, "reorder_point")).all()


def test_placing_in_the_network_costs_no_more_than_each_place_on_its_own(base: Scenario) -> None:
    placed = with_parameters(base, "placed", multi_echelon=True).plan()
    cost = rows(placed, "standard_cost")[0]
    local, network = rows(placed, "local_safety_stock"), rows(placed, "safety_stock")
    assert (network[0] * cost).sum() > 0
    assert np.ptp(network, axis=0).max() == 0
    assert (local != network).any()


def test_an_edit_of_demand_leaves_the_placed_stock_alone_and_equals_a_fresh_plan(base: Scenario) -> None:
    branch = with_parameters(base, "placed", multi_echelon=True)
    before = rows(branch.plan(), "safety_stock")
    branch.change("consensus_demand", percent=20, scope={"item": "I1"}, actor="dana", at=AT)
    after = branch.plan()
    assert (rows(after, "safety_stock") == before).all()


def test_safety_stock_can_be_entered_by_hand_over_the_placed_one(base: Scenario) -> None:
    branch = with_parameters(base, "placed", multi_echelon=True)
    scope = {"item": "I0", "location": "D1"}
    branch.change("safety_stock", set=77, per="cell", scope=scope, actor="dana", at=AT)
    assert branch.plan().value("safety_stock", scope=scope, periods=branch.plan().horizon.labels[0]) == 77


def ordered(base: Scenario, name: str, line: str, **values: str | float | bool) -> Plan:
    """The plan in which one centre's item orders by a line."""
    branch = with_parameters(base, name, **values)
    operation = SetMasterData("item_location", {"item": "I3", "location": "D1"}, "stock_policy", line)
    branch.append(Change(operation, author="dana", at=AT))
    return branch.plan()


def orders(plan: Plan, measure: str = "planned_receipts") -> np.ndarray:
    return rows(plan, measure)[:, row_of(plan)]


def row_of(plan: Plan) -> int:
    members = plan.inputs.series["item_location"].members.with_row_index("row")
    return int(members.filter(item="I3", location="D1")["row"][0])


def test_a_rule_that_nobody_wrote_leaves_orders_alone(base: Scenario) -> None:
    usual = orders(base.plan())
    assert (orders(ordered(base, "level", "cycle review 90", multi_echelon=False)) > 0).sum() == (usual > 0).sum()
    assert base.inputs.values["lots"].rules is None
    assert (orders(ordered(base, "needed", "lot_for_lot")) == usual).all()


def test_order_up_to_covers_the_periods_of_its_review(base: Scenario) -> None:
    usual, quarter = orders(base.plan()), orders(ordered(base, "quarter", "review 91 order_up_to"))
    start = int(np.flatnonzero(quarter)[0])
    assert (quarter[start:] > 0).tolist() == [(t % 3) == 0 for t in range(len(usual) - start)]
    assert quarter.sum() >= usual.sum()


def test_a_fixed_lot_is_ordered_whole(base: Scenario) -> None:
    fixed = orders(ordered(base, "fixed", "reorder_point lot 500"))
    assert fixed.any()
    assert (fixed % 500 == 0).all()


def test_an_order_cost_makes_orders_economic(base: Scenario) -> None:
    plan = ordered(base, "economic", "reorder_point", order_cost=500.0)
    found = orders(plan)
    held = orders(plan, "standard_cost")[0] * plan.inputs.values["holding_rate"]
    economic = np.sqrt(2 * 500.0 * orders(plan, "gross_requirement").mean() / held)
    assert (found[found > 0] >= economic - 1e-6).all()
    assert (found > 0).sum() < (orders(base.plan()) > 0).sum()


def test_min_max_orders_up_to_its_maximum(base: Scenario) -> None:
    plan = ordered(base, "band", "min_max")
    found, mean = orders(plan), orders(plan, "gross_requirement").mean()
    after = orders(plan, "safety_stock") + mean
    level = np.cumsum(found + orders(plan, "scheduled_receipts") - orders(plan, "gross_requirement"))
    level += join(plan.inputs.values["opening_inventory"])[row_of(plan)]
    assert np.allclose(level[found > 0], after[found > 0])
    assert (found > 0).sum() < (orders(base.plan()) > 0).sum()


@pytest.mark.parametrize("engine", ["infinite", "priority"])
def test_both_engines_order_by_the_rule(base: Scenario, engine: str) -> None:
    received = orders(ordered(base, engine, "review 91 order_up_to", supply_engine=engine), "constrained_receipts")
    assert (received > 0).sum() < (orders(base.plan(), "constrained_receipts") > 0).sum()


def test_safety_stock_stated_in_days_follows_demand_and_units_go_first(base: Scenario) -> None:
    branch, key = base.branch("days", actor="dana", at=AT), {"item": "I0", "location": "D1"}
    branch.append(
        Change(
            SetMasterData("item_location", key, "safety_stock_days", 15.0), author="dana", at=AT, reason="correction"
        )
    )
    before, after = base.plan(), branch.plan()
    row = before.series("safety_stock").row_of_key["I0", "D1"]
    days = float(after.values["days_per_period"])  # type: ignore[arg-type]
    wanted = rows(after, "forward_demand")[:, row] * 15.0 / days
    assert np.allclose(rows(after, "safety_stock")[:, row], wanted, atol=1.0)
    others = np.arange(rows(before, "safety_stock").shape[1]) != row
    assert np.array_equal(rows(after, "safety_stock")[:, others], rows(before, "safety_stock")[:, others])
    placed = branch.branch("placed", actor="dana", at=AT)
    placed.append(Change(SetParameter("multi_echelon", True), author="dana", at=AT))
    assert rows(placed.plan(), "safety_stock")[0, row] == pytest.approx(wanted.mean(), abs=1.0)
    branch.append(
        Change(SetMasterData("item_location", key, "safety_stock_qty", 5.0), author="dana", at=AT, reason="correction")
    )
    assert (rows(branch.plan(), "safety_stock")[:, row] == 5.0).all()
