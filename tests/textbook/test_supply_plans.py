"""Production plans as printed in textbooks: aggregate plans, product mix, transport, strategies."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steelyard.grid.block import Array
from steelyard.supply.evaluate import Evaluation, evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import Conventions, SupplyModel
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.settle import settle
from steelyard.supply.strategies import Rules, plan_strategy
from steelyard.supply.whole import plan_whole
from tests.textbook.cases import Case


def best(model: SupplyModel) -> Evaluation:
    return evaluate(model, plan_exact(model).decisions)


def seasonal_mean(opening: float, stock: Array) -> float:
    """Mean stock as the book counts it: half of both ends, the whole of what lies between."""
    return float(((opening + stock[-1]) / 2 + stock[:-1].sum()) / stock.size)


def red_tomato(inputs: dict[str, Any], *, whole_workers: bool = False) -> SupplyModel:
    cost = inputs["cost"]
    write = ModelBuilder(6, conventions=Conventions(whole_workers=whole_workers, end_backlog="forbidden"))
    kept = [0.0] * 5 + [inputs["min_ending_inventory"]]
    write.node("tool", opening=inputs["initial_inventory"], holding_cost=cost["holding"], minimum=kept)
    write.resource("labour", overtime_cost=cost["overtime_hour"])
    write.workers(
        "labour",
        opening=inputs["initial_workforce"],
        hours_per_worker=inputs["regular_hours_per_worker_month"],
        overtime_per_worker=inputs["overtime_hours_per_worker_month_max"],
        wage=cost["regular_per_worker_month"],
        hire_cost=cost["hire"],
        layoff_cost=cost["layoff"],
    )
    write.make("tool", unit_cost=cost["material"], hours={"labour": inputs["hours_per_unit"]})
    write.subcontract("tool", unit_cost=cost["subcontract"])
    write.demand("tool", inputs["demand"], price=inputs["price"], backlog_cost=cost["backlog"])
    return write.build()


def test_aggregate_plan_of_red_tomato(shared: Path) -> None:
    case = Case(shared, "agg_redtomato_base")
    done = best(red_tomato(case.inputs))
    assert case.agrees(done.total_cost, case.expected["total_cost_lp"])
    assert case.agrees(done.revenue, case.expected["revenue"])
    assert case.agrees(done.profit, case.expected["profit_lp"])
    assert case.agrees(seasonal_mean(1000, done.stock[:, 0]), case.expected["avg_seasonal_inventory_lp"])


def test_whole_workers_of_red_tomato(shared: Path) -> None:
    case = Case(shared, "agg_redtomato_base")
    model = red_tomato(case.inputs, whole_workers=True)
    plan = plan_whole(model)
    done, wanted = evaluate(model, plan.decisions), case.expected["integer_plan"]
    assert case.agrees(done.total_cost, case.expected["total_cost_integer_workforce"])
    assert case.agrees(plan.decisions.workers.ravel(), [wanted["workforce"]] * 6)
    assert case.agrees(80 - plan.decisions.workers[0, 0], wanted["laid_off_month1"])
    assert plan.lower_bound <= plan.objective + 1e-6


def test_plan_printed_for_red_tomato_is_one_of_the_best(shared: Path) -> None:
    case = Case(shared, "agg_redtomato_base")
    model, wanted = red_tomato(case.inputs), case.expected["integer_plan"]
    made = np.stack([np.full(6, 2560.0), np.array(wanted["subcontract"], np.float64)], axis=1)
    done = evaluate(model, settle(model, made, workers=np.full((6, 1), float(wanted["workforce"]))))
    assert case.agrees(done.total_cost, case.expected["total_cost_integer_workforce"])
    assert case.agrees(done.backlog.ravel(), wanted["backlog"])


def test_red_tomato_with_more_variable_demand(shared: Path) -> None:
    base, case = Case(shared, "agg_redtomato_base"), Case(shared, "agg_redtomato_demand_variability")
    cost = best(red_tomato(case.inputs)).total_cost
    assert case.agrees(cost, case.expected["total_cost_lp"])
    assert case.agrees(cost - best(red_tomato(base.inputs)).total_cost, case.expected["cost_increase_vs_base"])


@pytest.mark.parametrize("scenario", ["january", "april"])
def test_promotion_timing_of_red_tomato(shared: Path, scenario: str) -> None:
    case = Case(shared, "sop_redtomato_promotion_timing")
    inputs, wanted = case.inputs, case.expected[scenario]
    month, demand = inputs["scenarios"][scenario]["month"], np.array(inputs["base"]["demand"], np.float64)
    moved = inputs["forward_buy_share_of_next_two_months"] * demand[month + 1 : month + 3]
    demand[month] += inputs["month_demand_uplift"] * demand[month] + moved.sum()
    demand[month + 1 : month + 3] -= moved
    assert case.agrees(demand, wanted["demand"])
    model = red_tomato({**inputs["base"], "demand": demand.tolist()})
    price = np.full((6, 1), float(inputs["base"]["price"]))
    price[month] -= inputs["discount"]
    done = best(replace(model, demand=replace(model.demand, price=price)))
    assert case.agrees(done.total_cost, wanted["total_cost"])
    assert case.agrees(done.revenue, wanted["revenue"])
    assert case.agrees(done.profit, wanted["profit"])
    assert case.agrees(seasonal_mean(1000, done.stock[:, 0]), wanted["avg_inventory"])


def test_transportation_method_of_farnsworth_tire(shared: Path) -> None:
    case = Case(shared, "agg_heizer_farnsworth_transportation")
    write = ModelBuilder(3)
    write.node("tyre", opening=case.inputs["initial_inventory"], holding_cost=case.inputs["cost"]["carrying"])
    for source, capacity in case.inputs["capacity"].items():
        write.make("tyre", name=source, unit_cost=case.inputs["cost"][source], maximum=capacity)
    write.demand("tyre", case.inputs["demand"])
    model = write.build()
    plan = plan_exact(model)
    assert case.agrees(plan.objective, case.expected["optimal_cost"])
    supply = model.options.maximum.sum() + case.inputs["initial_inventory"]
    assert case.agrees(supply, case.expected["total_supply"])
    assert case.agrees(model.options.maximum.sum() - plan.decisions.quantity.sum(), case.expected["unused_capacity"])


def roofing(case: Case) -> SupplyModel:
    cost = case.inputs["cost"]
    write = ModelBuilder(6, days=case.inputs["production_days"], conventions=Conventions(rate="day", whole_rate=True))
    write.node("roof", opening=case.inputs["initial_inventory"], holding_cost=cost["carrying_unit_month"])
    write.resource("crew", regular=1e6, regular_cost=cost["regular_hour"])
    write.make("roof", hours={"crew": case.inputs["hours_per_unit"]})
    write.subcontract("roof", unit_cost=cost["subcontract_unit"])
    write.demand("roof", case.inputs["demand"])
    return write.build()


def test_level_plan_of_the_roofing_supplier(shared: Path) -> None:
    case = Case(shared, "agg_heizer_roofing_plans")
    done, wanted = plan_strategy(roofing(case), "level").evaluation, case.expected["plan1"]
    assert case.agrees(done.stock[:, 0], wanted["ending_inventory"])
    assert case.agrees(done.stock.sum(), wanted["units_carried"])
    assert case.agrees(done.total_cost, wanted["total_cost"])


def test_hybrid_plan_of_the_roofing_supplier(shared: Path) -> None:
    case = Case(shared, "agg_heizer_roofing_plans")
    strategy = plan_strategy(roofing(case), "hybrid", rules=Rules(whole_units=True))
    wanted = case.expected["plan2"]
    assert case.agrees(strategy.plan.decisions.quantity.sum(axis=0), [wanted["in_house"], wanted["subcontracted"]])
    assert case.agrees(strategy.evaluation.total_cost, wanted["total_cost"])


def test_chase_plan_of_the_roofing_supplier(shared: Path) -> None:
    case = Case(shared, "agg_heizer_roofing_plans")
    cost, wanted = case.inputs["cost"], case.expected["plan3"]
    model = roofing(case)
    rise, fall = np.array([cost["increase_rate_per_unit"], 0.0]), np.array([cost["decrease_rate_per_unit"], 0.0])
    model = replace(model, options=replace(model.options, increase_cost=rise, decrease_cost=fall))
    costs = plan_strategy(model, "chase").evaluation.costs
    assert case.agrees(costs.regular, wanted["regular"])
    assert case.agrees(costs.rate_change, wanted["increase_cost"] + wanted["decrease_cost"])
    assert case.agrees(costs.total, wanted["total_cost"])


def densepack(case: Case, *, end_as_demand: bool) -> SupplyModel:
    """The stock asked for at the end is demand of the last month in one of the book's tables, stock in the others."""
    inputs, cost = case.inputs, case.inputs["cost"]
    end = float(inputs["ending_inventory"])
    demand = np.array(inputs["demand"], np.float64) + ([0, 0, 0, 0, 0, end] if end_as_demand else 0.0)
    write = ModelBuilder(6, conventions=Conventions(whole_workers=True, idle_workers=False, whole_output=True))
    kept = [0.0] * 5 + [0.0 if end_as_demand else end]
    write.node("disc drive", opening=inputs["initial_inventory"], holding_cost=cost["holding"], minimum=kept)
    write.resource("labour")
    write.workers(
        "labour",
        opening=inputs["initial_workforce"],
        hours_per_worker=inputs["units_per_worker_month"],
        hire_cost=cost["hire"],
        layoff_cost=cost["fire"],
    )
    write.make("disc drive", hours={"labour": 1})
    write.demand("disc drive", demand)
    return write.build()


def test_zero_inventory_plan_of_densepack(shared: Path) -> None:
    case = Case(shared, "agg_nahmias_densepack")
    strategy = plan_strategy(densepack(case, end_as_demand=True), "chase")
    workers, wanted = strategy.plan.decisions.workers.ravel(), case.expected["zero_inventory"]
    change = np.diff(workers, prepend=case.inputs["initial_workforce"])
    assert workers.tolist() == wanted["workforce"]
    assert case.agrees([change[change > 0].sum(), -change[change < 0].sum()], [wanted["hired"], wanted["fired"]])
    assert case.agrees(strategy.evaluation.total_cost, wanted["total_cost"])


def test_constant_workforce_of_densepack(shared: Path) -> None:
    case = Case(shared, "agg_nahmias_densepack")
    strategy = plan_strategy(densepack(case, end_as_demand=False), "level")
    wanted = case.expected["constant_workforce"]
    assert case.agrees(strategy.plan.decisions.workers.ravel(), [wanted["workers"]] * 6)
    assert case.agrees(strategy.evaluation.total_cost, wanted["total_cost"])


def test_linear_program_of_densepack(shared: Path) -> None:
    case = Case(shared, "agg_nahmias_densepack")
    assert case.agrees(best(densepack(case, end_as_demand=False)).total_cost, case.expected["lp"]["total_cost"])


def candy(case: Case) -> SupplyModel:
    cost = case.inputs["cost"]
    write = ModelBuilder(4, conventions=Conventions(idle_workers=False))
    write.node("candy", holding_cost=cost["holding_lb_quarter"])
    write.resource("labour")
    write.workers(
        "labour",
        opening=case.inputs["initial_workforce"],
        hours_per_worker=case.inputs["lb_per_worker_quarter"],
        hire_cost=cost["hire"],
        layoff_cost=cost["fire"],
    )
    write.make("candy", unit_cost=cost["production_lb"], hours={"labour": 1})
    write.demand("candy", case.inputs["demand_lb"])
    return write.build()


def test_level_chase_and_best_plan_of_good_and_rich_candy(shared: Path) -> None:
    case = Case(shared, "agg_russell_candy")
    model = candy(case)
    assert case.agrees(plan_strategy(model, "level").evaluation.total_cost, case.expected["level"])
    assert case.agrees(plan_strategy(model, "chase").evaluation.total_cost, case.expected["chase"])
    assert case.agrees(best(model).total_cost, case.expected["lp"])


@pytest.mark.parametrize("example", ["example1", "example2"])
def test_skateboards_with_holding_on_mean_stock(shared: Path, example: str) -> None:
    case = Case(shared, "agg_stevenson_skateboards")
    cost, plan = case.inputs["cost"], case.inputs["plans"][example]
    write = ModelBuilder(6, conventions=Conventions(stock_basis="average"))
    write.node("skateboard", holding_cost=cost["inventory_on_average"])
    write.make("skateboard", name="regular", unit_cost=cost["regular"])
    write.make("skateboard", name="overtime", unit_cost=cost["overtime"])
    write.subcontract("skateboard", unit_cost=cost["subcontract"])
    write.demand("skateboard", case.inputs["forecast"], backlog_cost=cost["backorder"])
    model = write.build()
    made = np.array([plan["regular"], plan["overtime"], [0] * 6], np.float64).T
    assert case.agrees(evaluate(model, settle(model, made)).total_cost, case.expected[example])
    if example == "example1":
        assert case.agrees(plan_strategy(model, "level").evaluation.total_cost, case.expected[example])


def test_product_mix_and_hour_prices_of_goldratt(shared: Path) -> None:
    case = Case(shared, "lp_goldratt_pq")
    write = ModelBuilder(1)
    for resource in case.inputs["minutes_per_unit"]:
        write.resource(resource, regular=case.inputs["available_minutes_each"])
    for name, product in case.inputs["products"].items():
        minutes = {resource: per[name] for resource, per in case.inputs["minutes_per_unit"].items()}
        write.node(name)
        write.make(name, unit_cost=product["material"], hours=minutes)
        write.demand(name, product["weekly_demand"], price=product["price"], lost_cost=0)
    model = write.build()
    plan = plan_exact(model)
    throughput = evaluate(model, plan.decisions).profit
    assert case.agrees(plan.decisions.shipped[0], list(case.expected["mix"].values()))
    assert case.agrees(throughput, case.expected["throughput"])
    assert case.agrees(throughput - case.inputs["weekly_operating_expense"], case.expected["net_profit"])
    assert plan.hour_price is not None
    assert case.agrees(plan.hour_price[0], list(case.expected["shadow_price_per_minute"].values()))
    assert model.resources.names[plan.binding[0].resource] == "B"


def test_distribution_of_p_and_t(shared: Path) -> None:
    case = Case(shared, "lp_hillier_pt_distribution")
    write = ModelBuilder(1)
    for plant, supply in zip(case.inputs["plants"], case.inputs["supply"], strict=True):
        write.node(plant, opening=supply)
    for place, demand in zip(case.inputs["warehouses"], case.inputs["demand"], strict=True):
        write.node(place)
        write.demand(place, demand)
    for plant, costs in zip(case.inputs["plants"], case.inputs["cost"], strict=True):
        for place, cost in zip(case.inputs["warehouses"], costs, strict=True):
            write.transfer(plant, place, unit_cost=cost)
    assert case.agrees(best(write.build()).total_cost, case.expected["min_cost"])


def test_overtime_and_stock_of_sailco(shared: Path) -> None:
    case = Case(shared, "lp_winston_sailco")
    cost = case.inputs["cost"]
    write = ModelBuilder(4)
    write.node("boat", opening=case.inputs["initial_inventory"], holding_cost=cost["holding"])
    write.make("boat", unit_cost=cost["regular"], maximum=case.inputs["regular_capacity"])
    write.make("boat", name="boat in overtime", unit_cost=cost["overtime"])
    write.demand("boat", case.inputs["demand"])
    assert case.agrees(best(write.build()).total_cost, case.expected["optimal_cost"])


def sinkers(inputs: dict[str, Any], *, target: float, previous: float, change: float, carrying: float) -> SupplyModel:
    write = ModelBuilder(5)
    kept = [target] * 5 if change else [0.0] * 4 + [target]
    write.node("sinker", opening=inputs["opening_inventory"], holding_cost=carrying, minimum=kept)
    write.make("sinker", increase_cost=change, decrease_cost=change, previous_rate=previous)
    write.demand("sinker", inputs["forecast"])
    return write.build()


def test_level_and_chase_plan_of_amalgamated_fish_sinkers(shared: Path) -> None:
    case = Case(shared, "prodplan_arnold_level_chase")
    carrying = case.inputs["level_carrying_cost_per_case_period_on_ending"]
    end = case.inputs["ending_inventory"]
    level = plan_strategy(sinkers(case.inputs, target=end, previous=np.nan, change=0, carrying=carrying), "level")
    assert case.agrees(level.plan.decisions.quantity.sum(), case.expected["level"]["total_production"])
    assert case.agrees(level.evaluation.stock[:, 0], case.expected["level"]["ending_inventory"])
    assert case.agrees(level.evaluation.costs.holding, case.expected["level"]["carrying_cost"])
    asked, wanted = case.inputs["chase"], case.expected["chase"]
    model = sinkers(
        case.inputs,
        target=asked["target_inventory"],
        previous=asked["previous_period_production"],
        change=asked["change_cost_per_case"],
        carrying=asked["carrying"],
    )
    chase = plan_strategy(model, "chase")
    assert case.agrees(chase.plan.decisions.quantity[:, 0], wanted["production"])
    assert case.agrees(chase.evaluation.costs.rate_change, wanted["change_cost"])
    assert case.agrees(chase.evaluation.total_cost, wanted["total"])
