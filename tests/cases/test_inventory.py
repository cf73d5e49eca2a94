"""Inventory cases through the public functions: safety stock, service, pooling, policies, newsvendors, lots."""

import numpy as np

from steelyard.inventory.demand_law import NormalDemand
from steelyard.inventory.dynamic_lot import lot_plan_cost, lots_of
from steelyard.inventory.joint_replenishment import joint_replenishment
from steelyard.inventory.newsvendor import best_for_season, newsvendor, season_profit
from steelyard.inventory.order_quantity import (
    economic_order_quantity,
    lot_size_cost,
    order_quantity_with_backorders,
    quantity_with_discounts,
)
from steelyard.inventory.pooling import pool_safety_stock
from steelyard.inventory.safety_stock import cycle_service_factor, lead_time_deviation
from steelyard.inventory.service import base_stock_cost, order_up_to_level, policy_service, reorder_policy
from tests.cases.case import Case


def one(*values: float) -> tuple[np.ndarray, ...]:
    return tuple(np.array([value], np.float64) for value in values)


def test_inv_chopra_csl_fillrate() -> None:
    case = Case("inv_chopra_csl_fillrate")
    given = case.inputs
    weekly, spread, weeks, point, lot = one(
        given["weekly_demand_mean"], given["weekly_sd"], given["lead_time_weeks"], given["reorder_point"], given["lot"]
    )
    sigma = lead_time_deviation(error=spread, demand=weekly, lead_time=weeks)
    service = policy_service(point, lot, mean=weekly * weeks, deviation=sigma)
    result = {
        "safety_inventory": service.safety_stock[0],
        "avg_inventory": (service.safety_stock + lot / 2)[0],
        "sigma_L": sigma[0],
        "csl": service.cycle_service_level[0],
        "expected_shortage_per_cycle": service.shortage[0],
        "fill_rate": service.fill_rate[0],
    }
    assert not case.differences(result)


def test_inv_chopra_leadtime_variability() -> None:
    case = Case("inv_chopra_leadtime_variability")
    given = case.inputs
    spread = np.array(given["sd_lead_time"], np.float64)
    sigma = lead_time_deviation(
        error=np.full(spread.size, given["daily_sd"]), demand=np.full(spread.size, given["daily_demand_mean"]),
        lead_time=np.full(spread.size, given["lead_time_days_mean"]), lead_time_deviation=spread,
    )  # fmt: skip
    stock = cycle_service_factor(np.array(given["csl"])) * sigma
    rows = zip(given["sd_lead_time"], sigma, stock, strict=True)
    assert not case.differences({str(days): [one, two] for days, one, two in rows})


def test_inv_chopra_periodic_review() -> None:
    case = Case("inv_chopra_periodic_review")
    given = case.inputs
    mean, spread, lead, review = one(*(given[f"weekly_{x}"] for x in ("mean", "sd")), 2, 4)
    assert (given["lead_time_weeks"], given["review_weeks"]) == (lead, review)
    sigma = lead_time_deviation(error=spread, demand=mean, lead_time=lead, review=review)
    factor = cycle_service_factor(np.array([given["csl"]]))
    level = order_up_to_level(mean * (lead + review), sigma, factor)
    result = {"sigma_T_plus_L": sigma[0], "safety_stock": (factor * sigma)[0], "order_up_to": level[0]}
    assert not case.differences(result)


def test_inv_chopra_aggregation_correlation() -> None:
    case = Case("inv_chopra_aggregation_correlation")
    given = case.inputs
    sigma = np.full(given["outlets"], given["weekly_sd"] * np.sqrt(given["lead_time_weeks"]))
    factor = float(cycle_service_factor(np.array([given["csl"]]))[0])
    pooled = [pool_safety_stock(sigma, factor, correlation=rho) for rho in given["rho"]]
    result = {"disaggregate_ss": pooled[0].apart, "aggregate_ss": [pool.together for pool in pooled]}
    assert not case.differences(result)


def test_inv_snyder_4_4_leadtime() -> None:
    case = Case("inv_snyder_4_4_leadtime")
    given = case.inputs
    mean, spread, lead = one(given["mean"], given["sd"], given["lead_time"])
    sigma = lead_time_deviation(error=spread, demand=mean, lead_time=lead, review=1.0)
    law = NormalDemand(mean * (lead + 1), sigma)
    order = newsvendor(law, overage_cost=np.array(given["holding"]), underage_cost=np.array(given["stockout"]))
    factor = (order.quantity - law.mean) / sigma
    cost = base_stock_cost(sigma, factor, holding_cost=given["holding"], stockout_cost=given["stockout"])
    assert not case.differences({"base_stock": order.quantity[0], "cost": order.cost[0]})
    assert np.isclose(cost, order.cost)


def test_inv_snyder_5_2_rq_eil() -> None:
    case = Case("inv_snyder_5_2_rq_eil")
    given = case.inputs
    policy = reorder_policy(
        demand=given["demand_mean"], mean=given["demand_mean"] * given["lead_time"],
        deviation=given["demand_sd"] * np.sqrt(given["lead_time"]), order_cost=given["fixed"],
        holding_cost=given["holding"], stockout_cost=given["stockout"],
    )  # fmt: skip
    assert not case.differences({"r": policy.reorder_point, "Q": policy.lot_size, "cost": policy.cost})


def test_eoq_snyder_3_1_and_3_8() -> None:
    case = Case("eoq_snyder_3_1_and_3_8")
    given = case.inputs
    demand, order, holding, wait = one(*(given[x] for x in ("demand", "fixed", "holding", "stockout")))
    quantity = economic_order_quantity(demand, order, holding)
    late = order_quantity_with_backorders(demand, order, holding, wait)
    result = {
        "eoq": quantity[0],
        "cost": lot_size_cost(quantity, demand, order, holding)[0],
        "eoqb_Q": late.quantity[0],
        "eoqb_stockout_fraction": late.backordered_share[0],
        "eoqb_cost": late.cost[0],
    }
    assert not case.differences(result)


def test_eoq_quantity_discounts() -> None:
    case = Case("eoq_quantity_discounts")
    result = {}
    for name, given in case.inputs.items():
        prices, breaks = np.array(given["breaks"], np.float64).T
        found = quantity_with_discounts(given["annual_demand"], given["fixed"], given["holding_rate"], prices, breaks)
        result[f"{name}_total_cost"] = found[1]
    assert not case.differences(result)


def test_lot_joint_replenishment_spp() -> None:
    case = Case("lot_joint_replenishment_spp")
    given = case.inputs
    item, holding, demand = (np.array(given[x], np.float64) for x in ("individual_fixed", "holding", "demand"))
    policy = joint_replenishment(given["shared_fixed"], item, holding, demand)
    result = {"multiples": policy.multiples.tolist(), "base_cycle": policy.base_cycle, "cost": policy.cost}
    assert not case.differences(result)


def test_lot_wagner_whitin_spp_snyder() -> None:
    case = Case("lot_wagner_whitin_spp_snyder")
    result = {}
    for name, given in case.inputs.items():
        demand = np.array(given["demand"], np.float64)[:, None]
        setup, holding = one(given["setup"], given["holding"])
        result[name] = lot_plan_cost(demand, lots_of(demand, setup, holding), setup, holding)[0]
    assert not case.differences(result)


def test_nv_chopra_skis() -> None:
    case = Case("nv_chopra_skis")
    given = case.inputs
    law = NormalDemand(*one(given["mean"], given["sd"]))
    price, cost, salvage = one(given["price"], given["cost"], given["salvage_net_of_holding"])
    order = best_for_season(law, price=price, cost=cost, salvage=salvage)
    season = season_profit(law, order.quantity, price=price, cost=cost, salvage=salvage)
    result = {"csl": order.service_level[0], "order": order.quantity[0], "expected_profit": season.profit[0]}
    assert not case.differences(result)


def test_nv_snyder_4_3() -> None:
    case = Case("nv_snyder_4_3")
    given = case.inputs
    law = NormalDemand(*one(given["mean"], given["sd"]))
    over, under = one(given["holding"], given["stockout"])
    order = newsvendor(law, overage_cost=over, underage_cost=under)
    assert not case.differences({"base_stock": order.quantity[0], "cost": order.cost[0]})
