"""Orders of a period: how many there are, what they cost, and how the whole pass sizes them."""

import numpy as np
import pytest

from steelyard.supply._rounding import whole_orders
from steelyard.supply.decomposition import plan_decomposed
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel, laid_out
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.order_count import largest_order, orders_for
from steelyard.supply.supply_plan import SupplyPlan
from steelyard.supply.whole import plan_whole


def bought(demand: list[float], **option: float | list[float]) -> SupplyModel:
    write = ModelBuilder(len(demand))
    write.node("part", holding_cost=1)
    write.buy("part", unit_cost=2, **option)
    write.demand("part", demand, price=50, backlog_cost=30, lost_cost=90)
    return write.build()


def brought(plan: SupplyPlan) -> list[float]:
    return np.round(plan.decisions.quantity[:, 0], 6).tolist()


def test_a_quantity_above_the_largest_order_comes_in_several() -> None:
    model = bought([1, 1, 1], lot_multiple=4, lot_maximum=10)
    assert largest_order(model.options).tolist() == [8]
    assert orders_for(model.options, np.array([[0.0], [8.0], [12.0]])).ravel().tolist() == [0, 1, 2]


def test_without_a_largest_order_a_period_has_one() -> None:
    model = bought([1, 1, 1])
    assert orders_for(model.options, np.array([[0.0], [1e6], [3.0]])).ravel().tolist() == [0, 1, 1]


def test_fixed_costs_gather_demand_into_few_orders() -> None:
    """25 an order, 1 to hold a unit for a period: two orders cost 50 and hold 40, three 75 and 20, five 125."""
    model = bought([10, 10, 10, 10, 10], fixed_cost=25)
    plan = plan_whole(model)
    assert brought(plan) == [20, 0, 30, 0, 0] or brought(plan) == [30, 0, 0, 20, 0]
    found = evaluate(model, plan.decisions)
    assert (found.costs.fixed, found.costs.holding) == (50, 40)
    assert plan_exact(model).lower_bound <= plan.lower_bound <= plan.objective


def test_a_largest_order_makes_gathering_cost_another_order() -> None:
    model = bought([10, 10, 10, 10, 10], fixed_cost=25, lot_maximum=15)
    plan = plan_whole(model)
    found = evaluate(model, plan.decisions)
    assert found.costs.fixed == 25 * orders_for(model.options, plan.decisions.quantity).sum() == 100
    assert (orders_for(model.options, plan.decisions.quantity) * 15 >= plan.decisions.quantity - 1e-6).all()


@pytest.mark.parametrize("engine", [plan_exact, plan_decomposed, plan_whole])
@pytest.mark.parametrize("largest", [np.inf, 12.0])
def test_every_engine_is_counted_with_fixed_costs_and_none_beats_a_bound(engine, largest: float) -> None:
    model = bought([10, 0, 30, 5, 20, 10], fixed_cost=40, lot_maximum=largest, lead_time=0)
    plan, bounds = engine(model), (plan_exact(model).lower_bound, plan_decomposed(model).lower_bound)
    found = evaluate(model, plan.decisions)
    assert found.costs.fixed == 40 * orders_for(model.options, plan.decisions.quantity).sum() > 0
    assert all(bound <= found.objective + 1e-6 for bound in (*bounds, plan.lower_bound))
    assert plan.objective == pytest.approx(found.objective)


def test_orders_keep_least_and_largest_at_once() -> None:
    """21 come in two orders of at most 15; 17 are too many for one order and too few for two of at least 10."""
    model = bought([17], lot_minimum=10, lot_maximum=15, fixed_cost=1)
    assert brought(plan_whole(model)) == [20]
    assert brought(plan_whole(bought([21], lot_minimum=10, lot_maximum=15, fixed_cost=1))) == [21]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"maximum": 12, "lot_multiple": 5}, 10),
        ({"minimum": 7, "maximum": 7, "lot_multiple": 5}, 7),
        ({"minimum": 7, "maximum": 7, "lot_minimum": 10}, 7),
        ({"minimum": 17, "maximum": 17, "lot_minimum": 10, "lot_maximum": 15}, 17),
        ({"maximum": 6, "lot_minimum": 10}, 6),
    ],
)
def test_what_is_prescribed_goes_before_lots(bounds: dict[str, float], found: float) -> None:
    assert brought(plan_whole(bought([18], **bounds))) == [found]


def test_whole_orders_wait_for_components_and_hours_instead_of_conjuring_them() -> None:
    """Of 7 parts at hand and hours for 5 a period, lots of 2 tools begin; what has no part or hour follows later."""
    write = ModelBuilder(3)
    write.node("part", opening=7)
    write.node("tool")
    write.resource("bench", regular=5)
    write.buy("part", unit_cost=1, lead_time=1, lot_multiple=10, lot_maximum=10)
    write.make("tool", unit_cost=1, components={"part": 1}, hours={"bench": 1}, lot_multiple=2)
    write.demand("tool", [5, 5, 4], price=50, backlog_cost=3, lost_cost=90)
    model = laid_out(write.build())
    found = whole_orders(model, plan_exact(model).decisions.quantity)
    assert found[:, 1].tolist() == [4, 4, 4]
    assert (found[:, 0] % 10 == 0).all()
    plan = plan_whole(model)
    assert not plan.elastic
    assert plan.lower_bound <= evaluate(model, plan.decisions).objective
