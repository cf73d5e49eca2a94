"""Robust choice: the scenario one would regret least, over futures that were stated."""

from datetime import UTC, datetime

import numpy as np
import pytest

from steelyard.errors import PlanError
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Assumption, Risk
from steelyard.plan.uncertainty.robust_choice import choose_robustly, stated_futures

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
STEEL = Assumption("Steel stays cheap", "sam", Effect("unit_cost", {}, None, 0, 5, 20), **DANA)
LEAVES = Risk("A dealer leaves", "sam", 0.2, Effect("consensus_demand", {"customer": "C0"}, None, -90, -60, 0), id=1)
FAILS = Risk("The supplier fails", "sam", 0.2, Effect("planned_receipts", {}, None, -90, -60, 0), id=2)


@pytest.fixture(scope="module")
def plan(shared_workspace):
    return shared_workspace.scenario("base").plan()


def test_the_robust_choice_is_the_one_with_the_least_regret(shared_workspace, plan):
    base = shared_workspace.scenario("base")
    dear = base.branch("dear", **DANA)
    dear.change("price", percent=4, **DANA)
    dear.change("consensus_demand", percent=-4, **DANA)
    steel = STEEL.effect.change(20, actor="", at=AT, note="")
    found = choose_robustly([plan, dear.plan()], [("as planned", ()), ("steel dear", (steel,))])
    assert found.scenarios == ("base", "dear")
    assert found.outcomes.shape == (2, 2)
    assert (found.outcomes[:, 0] > found.outcomes[:, 1]).all()
    assert found.regret.worst[found.regret.best_worst] == found.regret.worst.min()


def test_probabilities_fit_the_futures(plan):
    with pytest.raises(PlanError, match="do not fit"):
        choose_robustly([plan], [("one", ())], probability=np.array([0.4]))
    with pytest.raises(PlanError, match="needs options"):
        choose_robustly([], [("one", ())])


def test_futures_come_from_the_registers(plan):
    futures, left = stated_futures(plan, [STEEL], [LEAVES, FAILS])
    assert [name for name, _ in futures] == ["as planned", "Steel stays cheap: +20 %", "A dealer leaves: happens"]
    assert left == ("The supplier fails",)
    found = choose_robustly([plan], futures)
    frame = found.frame()
    assert frame["base"][1] == pytest.approx(plan.value("revenue") - 1.2 * plan.value("cogs"))
    assert frame["base: regret"].to_list() == [0.0, 0.0, 0.0]


def test_scenarios_of_different_horizons_are_held_against_each_other_where_both_plan(shared_workspace, plan):
    longer = shared_workspace.create_scenario("longer", **DANA, horizon=plan.horizon.size + 3).plan()
    found = choose_robustly([plan, longer], [("as planned", ())], "revenue")
    both = (plan.horizon.labels[0], plan.horizon.labels[-1])
    assert found.outcomes[:, 0] == pytest.approx([plan.value("revenue"), longer.value("revenue", periods=both)])
