"""Warm tornado: every bar is what a fresh plan of the moved model says."""

import numpy as np
import pytest

from steelyard.errors import PlanError
from steelyard.plan.balancing.standing_model import balance_base
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.model_driver import drivers_of, usual_drivers
from steelyard.plan.uncertainty.register import Assumption
from steelyard.plan.uncertainty.warm_tornado import warm_tornado
from steelyard.plan.workspace import Workspace
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact


def test_bars_equal_fresh_plans(shared_workspace: Workspace) -> None:
    base = balance_base(shared_workspace.scenario("base").plan())
    drivers = usual_drivers(base)
    found = warm_tornado(base.full, drivers, base.cost)
    for driver, bar in list(zip(drivers, found.bars, strict=True))[:4]:
        moved = driver.move(base.full, driver.high / 100)
        assert bar.high.profit == pytest.approx(evaluate(moved, plan_exact(moved).decisions).profit, rel=1e-6)


def test_bars_are_ranked_by_the_widest(shared_workspace: Workspace) -> None:
    base = balance_base(shared_workspace.scenario("base").plan())
    found = warm_tornado(base.full, usual_drivers(base), base.cost)
    for outcome in ("profit", "service", "stock"):
        widths = [max(abs(low), abs(high), abs(high - low)) for _, low, high in found.ranked(outcome)]  # type: ignore[arg-type]
        assert widths == sorted(widths, reverse=True)
    with pytest.raises(PlanError, match="no outcome"):
        found.ranked("luck")  # type: ignore[arg-type]


def test_a_scope_moves_its_part_of_the_rows_only(shared_workspace: Workspace) -> None:
    base = balance_base(shared_workspace.scenario("base").plan())
    labels = base.periods
    one = Assumption(
        "F0 grows", "dana", Effect("consensus_demand", {"product_family": "F0"}, (labels[0], labels[1]), -5, 0, 20)
    )
    flat = Assumption("no range", "dana", Effect("consensus_demand", {}, None, 0, 0, 0))
    strange = Assumption("weights", "dana", Effect("sales_weight", {}, None, -5, 0, 5))
    drivers, left = drivers_of(base, [one, flat, strange])
    assert [driver.name for driver in drivers] == ["F0 grows"]
    assert left == [strange]
    moved = drivers[0].move(base.full, 0.2).demand.quantity / np.maximum(base.full.demand.quantity, 1e-9)
    inside = base.family[base.full.demand.node] == base.family_names.index("F0")
    asked = base.full.demand.quantity > 0
    assert np.allclose(moved[:2][asked[:2] & inside], 1.2)
    assert np.allclose(moved[2:][asked[2:]], 1.0)
    assert np.allclose(moved[:, ~inside][asked[:, ~inside]], 1.0)
