"""Promotion timing is judged through the supply model; the published cases are the test."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steelyard.balancing.demand_shaping import Promotion, promoted_demand
from steelyard.errors import ModelError
from steelyard.plan.balancing.promotion_month import judge_months
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from tests.supply.red_tomato import red_tomato
from tests.textbook.cases import Case


def test_january_beats_april_although_april_sells_more(shared: Path) -> None:
    case = Case(shared, "sop_redtomato_promotion_timing")
    inputs = case.inputs
    promotion = Promotion(
        inputs["discount"], inputs["month_demand_uplift"], inputs["forward_buy_share_of_next_two_months"]
    )
    found = judge_months(red_tomato(), promotion, np.ones(1, bool), months=(0, 3))
    by_month = {one.month: one for one in found}
    for name, scenario in inputs["scenarios"].items():
        wanted, one = case.expected[name], by_month[scenario["month"]]
        assert case.agrees(one.profit, wanted["profit"])
        assert case.agrees(one.revenue, wanted["revenue"])
        assert case.agrees(one.cost, wanted["total_cost"])
        assert case.agrees(one.stock, wanted["avg_inventory"])
    assert found[0].month == 0
    assert by_month[3].revenue > by_month[0].revenue


def test_every_month_is_what_a_fresh_plan_says() -> None:
    promotion = Promotion(2.0, 0.5, 0.1)
    model = red_tomato()
    for one in judge_months(model, promotion, np.ones(1, bool)):
        if one.month < 0:
            assert one.profit == pytest.approx(evaluate(model, plan_exact(model).decisions).profit, rel=1e-6)
            continue
        price = np.array(np.broadcast_to(model.demand.price, model.demand.quantity.shape))
        price[one.month] -= 2.0
        demand = promoted_demand(model.demand.quantity, one.month, promotion)
        fresh = replace(model, demand=replace(model.demand, quantity=demand, price=price))
        assert one.profit == pytest.approx(evaluate(fresh, plan_exact(fresh).decisions).profit, rel=1e-6)


def test_a_month_outside_the_plan_is_refused() -> None:
    with pytest.raises(ModelError, match="no period 13"):
        judge_months(red_tomato(), Promotion(1.0, 0.1, 0.2), np.ones(1, bool), months=(12,))
