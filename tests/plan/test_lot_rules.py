"""Rules of lot sizing in a plan: they shape planned receipts as the formulas say, by each order cost."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from steelyard.grid.block import Blocks, join
from steelyard.inventory.dynamic_lot import LotRule, lot_plan_cost, lots_of
from steelyard.inventory.stock_policy import DYNAMIC_RULES
from steelyard.plan.change import Change
from steelyard.plan.operation import SetMasterData, SetParameter
from steelyard.plan.plan import Plan
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from steelyard.supply.lot_cover import LOT_RULES
from tests.company import company
from tests.plan.conftest import AT

PLACE = {"item": "I3", "location": "D1"}


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Scenario]:
    rows = [{"item_id": f"I{i}", "location_id": place, "stocked": True} for i in range(4) for place in ("D1", "D2")]
    with Workspace.create(tmp_path / "small", company="Small Company") as workspace:
        workspace.add_extract(company(items=4, customers=3, replace={"item_location": rows}), at=AT, actor="dana")
        yield workspace.create_scenario("base", actor="dana", at=AT, horizon=12)


def planned(base: Scenario, name: str, **columns: str | float) -> Plan:
    branch = base.branch(name, actor="dana", at=AT)
    for column, value in columns.items():
        branch.append(Change(SetMasterData("item_location", PLACE, column, value), author="dana", at=AT))
    return branch.plan()


def of_place(plan: Plan, name: str) -> np.ndarray:
    values = plan.values[name] if name not in plan.inputs.values else plan.inputs.values[name]
    return join(cast(Blocks, values))[..., plan.series("planned_receipts").row_of_key["I3", "D1"]]


def net(plan: Plan) -> np.ndarray:
    """What is missing in each period where nothing is ordered ahead."""
    left = of_place(plan, "opening_inventory") + np.cumsum(
        of_place(plan, "scheduled_receipts") - of_place(plan, "gross_requirement")
    )
    short = np.maximum.accumulate(np.maximum(of_place(plan, "safety_stock") - left, 0.0))
    return np.diff(short, prepend=0.0)


def test_the_rules_of_both_rooms_are_the_same() -> None:
    assert set(LOT_RULES[1:]) == set(DYNAMIC_RULES)


@pytest.mark.parametrize("rule", DYNAMIC_RULES)
def test_planned_receipts_are_the_lots_of_the_rule(base: Scenario, rule: str) -> None:
    needed = net(base.plan())
    held = of_place(base.plan(), "standard_cost")[0] * base.inputs.values["holding_rate"]
    cost = 3.0 * held * needed.mean()
    plan = planned(base, rule, stock_policy=rule, order_cost=float(cost))
    wanted = lots_of(needed[:, None], np.array([cost]), np.array([held]), rule=cast(LotRule, rule))[:, 0]
    found = of_place(plan, "planned_receipts")
    assert (found > 0).sum() < (needed > 0).sum()
    if rule != "period_order":  # which covers what the mean of what is still to come says, anew with each order
        assert found == pytest.approx(wanted, abs=1e-6)
    assert found.sum() == pytest.approx(needed.sum())


def test_wagner_whitin_costs_least_and_lot_for_lot_holds_least(base: Scenario) -> None:
    needed = net(base.plan())
    held = of_place(base.plan(), "standard_cost")[0] * base.inputs.values["holding_rate"]
    cost = float(4.0 * held * needed.mean())
    costs = {}
    for rule in (*DYNAMIC_RULES, "economic_order", "lot_for_lot"):
        found = of_place(planned(base, rule, stock_policy=rule, order_cost=cost), "planned_receipts")
        costs[rule] = float(lot_plan_cost(needed[:, None], found[:, None], np.array([cost]), np.array([held]))[0])
    assert min(costs, key=lambda rule: costs[rule]) == "wagner_whitin"
    assert costs["lot_for_lot"] > 1.1 * costs["wagner_whitin"]


def test_without_an_order_cost_the_rules_order_what_is_needed(base: Scenario) -> None:
    usual = of_place(base.plan(), "planned_receipts")
    for rule in ("wagner_whitin", "silver_meal", "economic_order"):
        assert of_place(planned(base, rule, stock_policy=rule), "planned_receipts") == pytest.approx(usual)


def test_an_order_cost_of_its_own_moves_only_its_item_location(base: Scenario) -> None:
    plan = planned(base, "dear", stock_policy="economic_order", order_cost=500.0)
    moved = (join(plan.blocks("planned_receipts")) != join(base.plan().blocks("planned_receipts"))).any(axis=0)
    assert moved[plan.series("planned_receipts").row_of_key["I3", "D1"]]
    others = plan.series("planned_receipts").members.with_row_index("row").filter(location="D2")["row"].to_numpy()
    assert not moved[others].any()
    assert of_place(plan, "order_cost") == 500.0


def test_lots_of_master_data_hold_within_a_rule(base: Scenario) -> None:
    plan = planned(base, "whole", stock_policy="silver_meal", order_cost=300.0, lot_multiple=50.0)
    found = of_place(plan, "planned_receipts")
    assert found.any()
    assert (found % 50 == 0).all()


@pytest.fixture
def kept_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that was kept before entered values were held to their ranges."""
    monkeypatch.setattr("steelyard.plan.validation.check_declared", lambda change, tables: None)


@pytest.mark.usefixtures("kept_before")
def test_an_order_cost_below_zero_counts_as_nothing(base: Scenario) -> None:
    branch = base.branch("below", actor="dana", at=AT)
    branch.append(Change(SetParameter("order_cost", 50.0), author="dana", at=AT))
    branch.append(Change(SetMasterData("item_location", PLACE, "order_cost", -5.0), author="dana", at=AT))
    plan = branch.plan()
    assert of_place(plan, "order_cost") == 0.0
    assert np.isfinite(of_place(plan, "cycle_stock")).all()


@pytest.mark.usefixtures("kept_before")
def test_an_efficiency_below_zero_takes_no_hours_away(base: Scenario) -> None:
    branch = base.branch("idle", actor="dana", at=AT)
    branch.append(Change(SetMasterData("resource", {"resource": "LINE"}, "efficiency", -1.0), author="dana", at=AT))
    assert (join(branch.plan().blocks("capacity_available")) == 0.0).all()
