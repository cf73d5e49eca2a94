"""Guaranteed service: equal to trying everything, feasible, and never worse for trying longer."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import ManyFaults, ModelError, NetworkRing
from steelyard.inventory.multi_echelon.descent import descend
from steelyard.inventory.multi_echelon.guarantee_check import check_guarantee
from steelyard.inventory.multi_echelon.guaranteed_service import (
    ServicePlan,
    compile_search,
    guard_alone,
    place_safety_stock,
)
from steelyard.inventory.multi_echelon.stage_network import StageNetwork, build_stage_network


def network(size: int, seed: int, *, more_arcs: int = 0, longest: int = 3) -> StageNetwork:
    """A random tree, with some second ways where asked for; arcs lead to higher numbers or lower ones at random."""
    chance = np.random.default_rng(seed)
    rank = chance.permutation(size)
    pairs: set[tuple[int, ...]] = {
        tuple(sorted((i, int(chance.integers(0, i))), key=lambda k: rank[k])) for i in range(1, size)
    }
    while len(pairs) < size - 1 + more_arcs:
        a, b = chance.choice(size, 2, replace=False).tolist()
        pairs.add((a, b) if rank[a] < rank[b] else (b, a))
    supplier, customer = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    last = np.bincount(supplier, minlength=size) == 0
    return build_stage_network(
        chance.integers(0, longest + 1, size).astype(float),
        supplier=supplier,
        customer=customer,
        added_cost=chance.uniform(1, 10, size),
        demand_deviation=np.where(last, chance.uniform(1, 5, size), 0.0),
        safety_factor=1.645,
        most_service_time=np.where(last, chance.integers(0, 3, size), np.nan),
        outside_service_time=np.where(np.bincount(customer, minlength=size) == 0, chance.integers(0, 2, size), 0.0),
    )


def best_by_trying(net: StageNetwork) -> float:
    """The least cost over every combination of service times: the plain twin of the dynamic programme."""
    reach = int(net.processing_time.sum() + net.outside_service_time.max())
    limits = np.minimum(net.most_service_time, reach).astype(int)
    best = np.inf
    for quoted in product(*(range(most + 1) for most in limits)):
        out = np.array(quoted, dtype=float)
        wait = net.outside_service_time.copy()
        np.maximum.at(wait, net.customer, out[net.supplier])
        time = wait + net.processing_time - out
        if (time >= 0).all():
            best = min(best, float((net.unit_cost * net.bound * np.sqrt(time)).sum()))
    return best


def assert_feasible(net: StageNetwork, plan: ServicePlan) -> None:
    assert (plan.service_time >= 0).all()
    assert (plan.service_time <= net.most_service_time).all()
    assert (plan.net_time >= 0).all()
    assert (plan.inbound_time[net.customer] >= plan.service_time[net.supplier]).all()
    assert (plan.inbound_time >= net.outside_service_time).all()


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(0, 10_000))
def test_a_tree_is_solved_as_well_as_by_trying_everything(size: int, seed: int) -> None:
    net = network(size, seed, longest=2)
    plan = place_safety_stock(net)
    assert plan.exact
    assert_feasible(net, plan)
    assert np.isclose(plan.cost, best_by_trying(net), rtol=1e-9)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_small_general_network_is_solved_as_well_as_by_trying_everything(seed: int) -> None:
    net = network(4, seed, more_arcs=2, longest=2)
    plan = place_safety_stock(net)
    assert not plan.exact
    assert_feasible(net, plan)
    assert plan.cost <= best_by_trying(net) * 1.02
    assert plan.cost >= best_by_trying(net) * (1 - 1e-9)


def test_a_long_network_is_searched_in_larger_steps_first() -> None:
    net = network(12, 3, more_arcs=4, longest=60)
    plan = place_safety_stock(net)
    assert_feasible(net, plan)
    patient = place_safety_stock(net, begin=plan, patience=400, passes=800, restarts=1)
    assert patient.cost <= plan.cost * (1 + 1e-9)
    assert plan.cost <= patient.cost * 1.01


def test_equal_seeds_give_equal_plans() -> None:
    net = network(40, 1, more_arcs=20)
    one, two = place_safety_stock(net, seed=5), place_safety_stock(net, seed=5)
    assert (one.service_time == two.service_time).all()


def test_a_forced_service_time_costs_more() -> None:
    net = network(10, 7)
    free = place_safety_stock(net)
    limits = np.where(np.arange(10) == int(net.supplier[0]), 0.0, np.nan)
    forced = place_safety_stock(net, most_service_time=limits)
    assert forced.service_time[net.supplier[0]] == 0
    assert forced.cost >= free.cost


def test_demand_on_two_ways_adds_up_with_paths_and_not_with_successors() -> None:
    kinds = [
        build_stage_network(
            np.ones(4), supplier=np.array([0, 0, 1, 2]), customer=np.array([1, 2, 3, 3]), added_cost=np.ones(4),
            demand_deviation=np.array([0.0, 0, 0, 3]), safety_factor=1.0, pooling=pooling,
        )
        for pooling in ("paths", "successors")
    ]  # fmt: skip
    assert kinds[0].bound[0] == 6
    assert np.isclose(kinds[1].bound[0], 3 * np.sqrt(2))


def test_a_ring_is_refused_by_name() -> None:
    with pytest.raises(NetworkRing, match="gear"):
        build_stage_network(
            np.ones(2), supplier=np.array([0, 1]), customer=np.array([1, 0]), added_cost=np.ones(2),
            demand_deviation=np.zeros(2), safety_factor=1.0, name=lambda i: ("gear", "axle")[i],
        )  # fmt: skip


def test_bad_stages_are_named_together() -> None:
    with pytest.raises(ManyFaults, match=r"Processing time.*axle.*arc 0"):
        build_stage_network(
            np.array([1.0, -1.0]), supplier=np.array([0]), customer=np.array([7]), added_cost=np.ones(2),
            demand_deviation=np.zeros(2), safety_factor=1.0, name=lambda i: ("gear", "axle")[i],
        )  # fmt: skip


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ModelError, match="zero"):
        place_safety_stock(network(3, 0), most_service_time=np.full(3, -1.0))


def test_the_simulation_finds_the_chance_that_the_factor_stands_for() -> None:
    line = build_stage_network(
        np.array([4.0, 2.0]), supplier=np.array([0]), customer=np.array([1]), unit_cost=np.array([1.0, 2.0]),
        demand_deviation=np.array([0.0, 5.0]), safety_factor=1.645,
    )  # fmt: skip
    plan = place_safety_stock(line)
    check = check_guarantee(line, plan, deviation=np.array([0.0, 5.0]), periods=4000, courses=20)
    assert (np.abs(check.kept - 0.95) <= 4 * check.standard_error).all()
    assert check.network.mean <= check.kept.min() + 1e-9


def test_a_stage_without_net_time_always_keeps_its_promise() -> None:
    line = build_stage_network(
        np.array([4.0, 0.0]), supplier=np.array([0]), customer=np.array([1]), unit_cost=np.array([1.0, 2.0]),
        demand_deviation=np.array([0.0, 5.0]), safety_factor=1.0,
    )  # fmt: skip
    check = check_guarantee(line, place_safety_stock(line), deviation=np.array([0.0, 5.0]), periods=200, courses=2)
    assert check.kept[1] == 1


def test_who_guards_alone_covers_its_own_time_at_the_same_service() -> None:
    line = build_stage_network(
        np.array([4.0, 2.0]), supplier=np.array([0]), customer=np.array([1]), unit_cost=np.array([1.0, 2.0]),
        demand_deviation=np.array([0.0, 5.0]), safety_factor=1.645,
    )  # fmt: skip
    alone = guard_alone(line, holding_rate=0.5)
    assert alone.safety_stock == pytest.approx(1.645 * 5.0 * np.sqrt([4.0, 2.0]))
    assert alone.cost == pytest.approx(0.5 * float(alone.safety_stock @ [1.0, 2.0]))
    assert place_safety_stock(line, holding_rate=0.5).cost <= alone.cost
    check = check_guarantee(line, alone, deviation=np.array([0.0, 5.0]), periods=4000, courses=20)
    assert check.kept[1] == pytest.approx(0.95, abs=0.01)
    reached = check.reached_by_course.mean(axis=0)
    assert reached[0] == check.kept[0]
    assert 0.95**2 <= reached[1] < check.kept[1]
    assert reached[1] == pytest.approx(check.network.mean)


def test_the_search_compiles_on_a_network_that_is_no_tree() -> None:
    compile_search()
    assert descend.signatures


@pytest.mark.parametrize("seed", range(6))
def test_placing_together_never_costs_more_than_every_stage_alone(seed: int) -> None:
    """Also where processing times are no whole steps, in which alone the search quotes times."""
    net = network(30, seed, more_arcs=15, longest=30)
    times = net.processing_time + np.random.default_rng(seed).uniform(0.1, 0.6, net.size)
    net = replace(net, processing_time=times, outside_service_time=np.zeros(net.size))
    plan = place_safety_stock(net, restarts=1, passes=5, patience=2)
    assert plan.cost <= guard_alone(net).cost * (1 + 1e-12)
    assert (plan.net_time >= 0).all()
    assert np.allclose(plan.net_time, plan.inbound_time + net.processing_time - plan.service_time)
