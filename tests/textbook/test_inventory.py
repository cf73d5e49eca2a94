"""Inventory as printed in textbooks: safety stock, service, order quantities."""

from pathlib import Path

import numpy as np

from steelyard.inventory.order_quantity import (
    economic_order_quantity,
    lot_size_cost,
    order_quantity_with_backorders,
    quantity_with_discounts,
)
from steelyard.inventory.safety_stock import cycle_service_factor, fill_rate_factor, lead_time_deviation
from steelyard.inventory.service import (
    base_stock_cost,
    order_up_to_level,
    policy_service,
    pooled_deviation,
    reorder_policy,
)
from tests.textbook.cases import Case


def test_service_of_a_policy_of_chopra(shared: Path) -> None:
    case = Case(shared, "inv_chopra_csl_fillrate")
    given, wanted = case.inputs, case.expected
    weeks = np.array([given["lead_time_weeks"]], np.float64)
    mean = np.array([given["weekly_demand_mean"]]) * weeks
    sigma = lead_time_deviation(error=np.array([given["weekly_sd"]]), demand=mean, lead_time=weeks)
    lot = np.array([given["lot"]], np.float64)
    service = policy_service(np.array([given["reorder_point"]], np.float64), lot, mean=mean, deviation=sigma)
    assert case.agrees(sigma, wanted["sigma_L"])
    assert case.agrees(service.safety_stock, wanted["safety_inventory"])
    assert case.agrees(service.safety_stock + lot / 2, wanted["avg_inventory"])
    assert case.agrees(service.cycle_service_level, wanted["csl"])
    assert case.agrees(service.shortage, wanted["expected_shortage_per_cycle"])
    assert case.agrees(service.fill_rate, wanted["fill_rate"])


def test_the_fill_rate_of_chopra_asks_for_the_stock_it_came_from(shared: Path) -> None:
    given = Case(shared, "inv_chopra_csl_fillrate").inputs
    sigma = np.array([given["weekly_sd"] * np.sqrt(given["lead_time_weeks"])])
    factor = fill_rate_factor(np.array([0.9974872729]), lot_size=np.array([given["lot"]]), deviation=sigma)
    assert np.allclose(factor * sigma, 1000, atol=0.01)


def test_uncertain_lead_time_of_chopra(shared: Path) -> None:
    case = Case(shared, "inv_chopra_leadtime_variability")
    given = case.inputs
    spread = np.array(given["sd_lead_time"], np.float64)
    sigma = lead_time_deviation(
        error=np.full(spread.size, given["daily_sd"]),
        demand=np.full(spread.size, given["daily_demand_mean"]),
        lead_time=np.full(spread.size, given["lead_time_days_mean"]),
        lead_time_deviation=spread,
    )
    stock = cycle_service_factor(np.array(given["csl"])) * sigma
    wanted = [case.expected[str(days)] for days in given["sd_lead_time"]]
    assert case.agrees(np.column_stack([sigma, stock]), wanted)


def test_periodic_review_of_chopra(shared: Path) -> None:
    case = Case(shared, "inv_chopra_periodic_review")
    given, wanted = case.inputs, case.expected
    lead, review = np.array([given["lead_time_weeks"]]), float(given["review_weeks"])
    sigma = lead_time_deviation(
        error=np.array([given["weekly_sd"]]), demand=np.array([given["weekly_mean"]]), lead_time=lead, review=review
    )
    factor = cycle_service_factor(np.array([given["csl"]]))
    level = order_up_to_level(given["weekly_mean"] * (lead + review), sigma, factor)
    assert case.agrees(sigma, wanted["sigma_T_plus_L"])
    assert case.agrees(factor * sigma, wanted["safety_stock"])
    assert case.agrees(level, wanted["order_up_to"])


def test_risk_pooling_of_chopra(shared: Path) -> None:
    case = Case(shared, "inv_chopra_aggregation_correlation")
    given, wanted = case.inputs, case.expected
    sigma = np.full(given["outlets"], given["weekly_sd"] * np.sqrt(given["lead_time_weeks"]))
    factor = cycle_service_factor(np.array([given["csl"]]))
    assert case.agrees((factor * sigma).sum(), wanted["disaggregate_ss"])
    pooled = [pooled_deviation(sigma, rho) for rho in given["rho"]]
    assert case.agrees(factor * np.array(pooled), wanted["aggregate_ss"])


def test_base_stock_of_snyder(shared: Path) -> None:
    case = Case(shared, "inv_snyder_4_4_leadtime")
    given, wanted = case.inputs, case.expected
    ratio = given["stockout"] / (given["stockout"] + given["holding"])
    factor, interval = cycle_service_factor(np.array([ratio])), given["lead_time"] + 1
    sigma = lead_time_deviation(
        error=np.array([given["sd"]]), demand=np.array([given["mean"]]), lead_time=np.array([interval])
    )
    assert case.agrees(order_up_to_level(np.array([given["mean"] * interval]), sigma, factor), wanted["base_stock"])
    cost = base_stock_cost(sigma, factor, holding_cost=given["holding"], stockout_cost=given["stockout"])
    assert case.agrees(cost, wanted["cost"])


def test_reorder_policy_of_snyder(shared: Path) -> None:
    case = Case(shared, "inv_snyder_5_2_rq_eil")
    given, wanted = case.inputs, case.expected
    policy = reorder_policy(
        demand=given["demand_mean"],
        mean=given["demand_mean"] * given["lead_time"],
        deviation=given["demand_sd"] * np.sqrt(given["lead_time"]),
        order_cost=given["fixed"],
        holding_cost=given["holding"],
        stockout_cost=given["stockout"],
    )
    assert case.agrees(policy.reorder_point, wanted["r"])
    assert case.agrees(policy.lot_size, wanted["Q"])
    assert case.agrees(policy.cost, wanted["cost"])


def test_economic_order_quantity_of_snyder(shared: Path) -> None:
    case = Case(shared, "eoq_snyder_3_1_and_3_8")
    given, wanted = case.inputs, case.expected
    demand, order, holding, wait = (np.array([given[x]]) for x in ("demand", "fixed", "holding", "stockout"))
    quantity = economic_order_quantity(demand, order, holding)
    policy = order_quantity_with_backorders(demand, order, holding, wait)
    assert case.agrees(quantity, wanted["eoq"])
    assert case.agrees(lot_size_cost(quantity, demand, order, holding), wanted["cost"])
    assert case.agrees(policy.quantity, wanted["eoqb_Q"])
    assert case.agrees(policy.backordered_share, wanted["eoqb_stockout_fraction"])
    assert case.agrees(policy.cost, wanted["eoqb_cost"])


def test_quantity_discounts_of_chopra_and_snyder(shared: Path) -> None:
    case = Case(shared, "eoq_quantity_discounts")
    for name, given in case.inputs.items():
        prices, breaks = np.array(given["breaks"], np.float64).T
        _, cost = quantity_with_discounts(given["annual_demand"], given["fixed"], given["holding_rate"], prices, breaks)
        assert case.agrees(cost, case.expected[f"{name}_total_cost"])
