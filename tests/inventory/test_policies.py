"""Policies: exact ones beat their neighbours, approximations come near, simulation agrees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid, ModelError
from steelyard.inventory.demand_law import GammaDemand, NormalDemand, PoissonDemand, whole_chances
from steelyard.inventory.dynamic_lot import lot_plan_cost, lots_of
from steelyard.inventory.joint_replenishment import joint_replenishment
from steelyard.inventory.min_max import buffer_zones, kanban_cards, net_flow_order
from steelyard.inventory.newsvendor import newsvendor, order_cost
from steelyard.inventory.order_quantity import (
    common_cycle,
    economic_production_quantity,
    quantity_with_incremental_discounts,
)
from steelyard.inventory.order_up_to import band_policy_cost, best_band_policy, power_approximation
from steelyard.inventory.pooling import pool_safety_stock
from steelyard.inventory.reorder_point import best_lot_policy, lot_policy_cost, reorder_point_for_lot
from steelyard.inventory.safety_stock import fill_rate_factor
from steelyard.inventory.service_curve import StockedSeries, best_service_curve, budget_for_service, same_service_curve
from steelyard.inventory.service_stock import (
    level_for_backorder_cost,
    level_for_cycle_service,
    level_for_fill_rate,
    level_for_ready_rate,
    periodic_fill_rate,
)
from steelyard.inventory.simulation import StockRule, draw_courses, simulate_policy
from steelyard.inventory.stock_policy import StockPolicy, policy_of, read_class_policies, read_policy

RULES = ("wagner_whitin", "silver_meal", "least_unit_cost", "part_period", "lot_for_lot", "period_order", "fixed")
COSTS = {"demand": 1300.0, "order_cost": 8.0, "holding_cost": 0.225, "backorder_cost": 7.5}
LEAD = NormalDemand(np.array(1300 / 12), np.array(150 / np.sqrt(12)))


def test_the_exact_lot_policy_is_that_of_snyder_and_beats_its_neighbours() -> None:
    best = best_lot_policy(LEAD, **COSTS)
    assert np.isclose(best.cost, 78.0711, rtol=1e-5)
    for point, lot in ((1, 0), (-1, 0), (0, 5), (0, -5)):
        assert lot_policy_cost(LEAD, best.reorder_point + point, best.lot_size + lot, **COSTS) > best.cost
    again = reorder_point_for_lot(LEAD, best.lot_size, holding_cost=0.225, backorder_cost=7.5)
    assert np.isclose(again, best.reorder_point, atol=1e-4)


def test_the_exact_lot_policy_in_whole_units_is_the_best_of_all() -> None:
    law = PoissonDemand(np.array(3.0))
    costs = {"demand": 1.5, "order_cost": 100.0, "holding_cost": 20.0, "backorder_cost": 150.0, "whole_units": True}
    best = best_lot_policy(law, **costs)
    tried = min(lot_policy_cost(law, s, q, **costs) for s in range(-2, 8) for q in range(1, 12))
    assert np.isclose(best.cost, tried)
    assert np.isclose(best.cost, 107.92358, rtol=1e-6)


def test_the_exact_band_policy_is_that_of_snyder_and_the_best_of_all() -> None:
    law = PoissonDemand(np.array(6.0))
    chances, costs = whole_chances(law), {"order_cost": 5.0, "holding_cost": 1.0, "backorder_cost": 4.0}
    best = best_band_policy(chances, law, **costs)
    tried = min(band_policy_cost(chances, law, s, s + d, **costs) for s in range(8) for d in range(1, 12))
    assert (float(best.reorder_point), float(best.order_up_to)) == (4, 10)
    assert np.isclose(best.cost, 8.0341, rtol=1e-4)
    assert np.isclose(best.cost, tried)


def test_the_power_approximation_costs_little_more_than_the_best() -> None:
    law, costs = PoissonDemand(np.array(20.0)), {"order_cost": 64.0, "holding_cost": 1.0, "backorder_cost": 9.0}
    chances = whole_chances(law)
    best = best_band_policy(chances, law, **costs)
    near = power_approximation(
        np.array(20.0), np.sqrt(np.array(20.0)), lead_time=np.array(0.0), order_cost=np.array(64.0),
        holding_cost=np.array(1.0), backorder_cost=np.array(9.0),
    )  # fmt: skip
    cost = band_policy_cost(chances, law, round(float(near.reorder_point)), round(float(near.order_up_to)), **costs)
    assert cost <= float(best.cost) * 1.03


@settings(max_examples=40)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=7), st.integers(0, 300), st.integers(1, 5))
def test_wagner_whitin_is_never_beaten_and_every_rule_serves(demand: list[int], setup: int, holding: int) -> None:
    need, order, held = np.array(demand, float)[:, None], np.array([float(setup)]), np.array([float(holding)])
    costs = {}
    for rule in RULES:
        size = np.array([40.0]) if rule == "fixed" else None
        lots = lots_of(need, order, held, rule=rule, size=size)
        assert (np.cumsum(lots - need, axis=0) >= -1e-9).all()
        costs[rule] = float(lot_plan_cost(need, lots, order, held)[0])
    assert costs["wagner_whitin"] <= min(costs.values()) + 1e-6
    assert np.isclose(costs["wagner_whitin"], _cheapest(demand, setup, holding))


def _cheapest(demand: list[int], setup: int, holding: int) -> float:
    """Least cost over every way to group the periods."""
    if not demand:
        return 0.0
    return min(
        (setup if any(demand[:stop]) else 0)
        + holding * sum(i * d for i, d in enumerate(demand[:stop]))
        + _cheapest(demand[stop:], setup, holding)
        for stop in range(1, len(demand) + 1)
    )


def test_silver_meal_is_as_in_nahmias() -> None:
    demand = np.array([18.0, 30, 42, 5, 20])[:, None]
    lots = lots_of(demand, np.array([80.0]), np.array([2.0]), rule="silver_meal")
    assert lots.ravel().tolist() == [48, 0, 47, 0, 20]


def test_incremental_discounts_cost_more_than_the_same_prices_for_all_units() -> None:
    quantity, cost = quantity_with_incremental_discounts(
        1300, 8, 0.3, np.array([0.75, 0.72, 0.68]), np.array([0.0, 400.0, 800.0])
    )
    assert cost > 978.6
    assert quantity > 0


def test_production_quantity_grows_without_bound_near_demand_and_is_refused_at_it() -> None:
    args = (np.array([50.0]), np.array([0.6]))
    lots = [float(economic_production_quantity(np.array([2500.0]), *args, np.array([p]))[0]) for p in (1e9, 5e3, 2.6e3)]
    assert lots == sorted(lots)
    with pytest.raises(ModelError, match="exceed"):
        economic_production_quantity(np.array([2500.0]), *args, np.array([2500.0]))


def test_a_line_that_is_full_has_no_common_cycle() -> None:
    one = np.ones(2)
    with pytest.raises(ModelError, match="100 %"):
        common_cycle(50 * one, one, one, 100 * one)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_joint_replenishment_is_as_good_as_trying_multiples(seed: int) -> None:
    chance = np.random.default_rng(seed)
    each, held, demand = chance.uniform(5, 50, 3), chance.uniform(0.1, 1, 3), chance.uniform(10, 5000, 3)
    policy = joint_replenishment(40.0, each, held, demand)
    tried = min(
        np.sqrt(2 * (40 + (each / m).sum()) * (held * demand * m).sum())
        for m in (np.array([a, b, c]) for a in range(1, 9) for b in range(1, 9) for c in range(1, 9))
    )
    assert policy.cost <= tried * 1.01


def test_the_newsvendor_order_beats_its_neighbours() -> None:
    law, costs = GammaDemand(np.array(100.0), np.array(60.0)), (np.array(2.0), np.array(7.0))
    best = newsvendor(law, overage_cost=costs[0], underage_cost=costs[1])
    for step in (-2.0, 2.0):
        assert order_cost(law, best.quantity + step, overage_cost=costs[0], underage_cost=costs[1]).cost > best.cost


def test_promises_are_kept_and_more_promise_needs_more_stock() -> None:
    law, lot = GammaDemand(np.array(100.0), np.array(60.0)), np.array(80.0)
    level = level_for_fill_rate(law, np.array(0.97), lot_size=lot)
    assert np.isclose(1 - law.shortage(level) / lot, 0.97)
    ready = level_for_ready_rate(law, np.array(0.97), lot_size=lot)
    assert np.isclose(1 - (law.shortage(ready) - law.shortage(ready + lot)) / lot, 0.97)
    assert level_for_cycle_service(law, np.array(0.99)) > level_for_cycle_service(law, np.array(0.9))
    cost = level_for_backorder_cost(law, backorder_cost=np.array(9.0), holding_cost=np.array(1.0))
    assert np.isclose(cost, level_for_cycle_service(law, np.array(0.9)))


def test_a_large_lot_needs_less_than_the_mean() -> None:
    law, lot = NormalDemand(np.array(100.0), np.array(20.0)), np.array(5000.0)
    level = level_for_fill_rate(law, np.array(0.98), lot_size=lot)
    factor = fill_rate_factor(np.array([0.98]), lot_size=np.array([5000.0]), deviation=np.array([20.0]))
    assert level < 100
    assert np.isclose((level - 100) / 20, factor[0], atol=1e-6)


def test_simulation_finds_the_fill_rate_of_periodic_review() -> None:
    law, before = (
        NormalDemand(np.array(250.0), np.array(10 * np.sqrt(5))),
        NormalDemand(np.array(200.0), np.array(20.0)),
    )
    level = np.array(260.0)
    promised = float(periodic_fill_rate(law, before, level, review_demand=np.array(50.0)))
    courses = draw_courses(mean=50, deviation=10, periods=2000, courses=60, seed=2)
    rule = StockRule(reorder_point=260 - 1e-6, order_up_to=260)
    found = simulate_policy(rule, courses, 4, warm_up=50).fill_rate
    assert abs(found.mean - promised) <= max(4 * found.standard_error, 2e-3)


def test_the_same_courses_compare_policies_without_noise() -> None:
    courses = draw_courses(mean=6, deviation=0, periods=300, courses=20, seed=1, law="poisson")
    low, high = (simulate_policy(StockRule(level - 1, level), courses, 2).fill_rate.mean for level in (20.0, 24.0))
    assert low < high
    lost = simulate_policy(StockRule(19, 20.0), courses, 2, lost_sales=True)
    assert lost.mean_backlog.mean == 0


def test_a_rule_that_never_ends_ordering_is_refused() -> None:
    with pytest.raises(ModelError, match="never ends"):
        StockRule(reorder_point=10.0, order_up_to=5.0)


def test_zones_and_cards() -> None:
    zones = buffer_zones(
        np.array([10.0]), lead_time=np.array([12.0]), lead_time_factor=np.array([0.5]),
        variability_factor=np.array([0.5]),
    )  # fmt: skip
    assert float(zones.mean_stock[0]) == 90 + 30
    assert net_flow_order(np.array([100.0]), np.array([50.0]), np.array([20.0]), zones).tolist() == [140]
    assert net_flow_order(np.array([300.0]), np.array([0.0]), np.array([0.0]), zones).tolist() == [0]
    assert kanban_cards(np.array([100.0]), lead_time=np.array([0.5]), container=np.array([25.0])).tolist() == [2]


def test_pooling_needs_a_correlation_that_exists() -> None:
    sigma = np.array([3.0, 4.0])
    assert np.isclose(pool_safety_stock(sigma, 1.0, correlation=np.eye(2)).together, 5)
    assert np.isclose(pool_safety_stock(sigma, 1.0, correlation=-1.0).together, 1)
    with pytest.raises(ModelError, match="correlate"):
        pool_safety_stock(np.ones(4), 1.0, correlation=-1.0)


def test_the_best_mix_is_never_below_the_same_service_everywhere() -> None:
    chance = np.random.default_rng(0)
    one = np.ones(50)
    series = StockedSeries(chance.uniform(1, 30, 50), 100 * one, 100 * one, chance.uniform(1, 90, 50), one)
    same = same_service_curve(series, np.array([0.6, 0.9, 0.98]))
    best = best_service_curve(series, np.array([point.value for point in same]))
    assert all(b.fill_rate >= s.fill_rate - 1e-9 for b, s in zip(best, same, strict=True))
    assert all(b.value <= s.value * (1 + 1e-6) for b, s in zip(best, same, strict=True))
    assert np.isclose(budget_for_service(series, 0.97).fill_rate, 0.97, atol=1e-4)


def test_policies_are_read_as_they_are_written() -> None:
    assert read_policy("") == StockPolicy()
    rules = read_class_policies("A: fill_rate 0.99; AZ: gamma review 7; C: 0.8 kanban")
    assert policy_of(rules, "A", "Z") == StockPolicy("fill_rate", 0.99, "gamma", 7.0, "order_up_to")
    assert policy_of(rules, "C", "X").rule == "kanban"
    assert policy_of(rules, "B", "X") == StockPolicy(rule="reorder_point")


@pytest.mark.parametrize("line", ["99", "fill rate 0.9", "review", "review -1", "0", "1"])
def test_lines_that_say_nothing_are_refused(line: str) -> None:
    with pytest.raises(ChangeInvalid):
        read_policy(line)
