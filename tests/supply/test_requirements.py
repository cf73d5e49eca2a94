"""Requirements: netting, lots, lead times, levels; incremental equals full, kernel equals twin."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.errors import ManyFaults, ModelError
from steelyard.grid.block import Array
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.requirements import (
    RequirementInputs,
    Requirements,
    lead_time_periods,
    plan_requirements,
    update_requirements,
)
from tests.supply import twins
from tests.supply.companies import supply_company

RESULTS = ("gross", "planned_receipts", "planned_releases", "past_due")


def simple(demand: list[list[float]], *, lead: list[int], opening: list[float] | None = None) -> RequirementInputs:
    """Inputs without open orders, safety stock and lot rules."""
    rows = len(demand)
    flat = np.zeros((rows, len(demand[0])))
    stock = np.zeros(rows) if opening is None else np.array(opening)
    return RequirementInputs(np.array(demand), flat, flat, stock, np.array(lead), LotSizes.lot_for_lot(rows))


def pair(quantity: float, periods: int) -> SupplyNetwork:
    """One assembly (row 0) with one component (row 1)."""
    return build_network(2, periods, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([quantity]))


def same(one: Requirements, other: Requirements) -> bool:
    return all(np.array_equal(getattr(one, name).dense(), getattr(other, name).dense()) for name in RESULTS)


def test_a_component_is_needed_when_its_consumer_starts() -> None:
    plan = plan_requirements(pair(2.0, 4), simple([[0, 0, 10, 20], [0, 0, 0, 0]], lead=[1, 1]))
    assert plan.planned_releases.dense().tolist() == [[0, 10, 20, 0], [20, 40, 0, 0]]
    assert plan.gross.dense()[1].tolist() == [0, 20, 40, 0]
    assert plan.past_due.dense().ravel().tolist() == [0, 0]


def test_what_should_have_started_before_is_past_due_in_the_first_period() -> None:
    plan = plan_requirements(pair(1.0, 3), simple([[5, 7, 9], [0, 0, 0]], lead=[2, 0]))
    assert plan.planned_releases.dense()[0].tolist() == [21, 0, 0]
    assert plan.past_due.dense().ravel().tolist() == [12, 0]
    assert plan.dependent(np.array([1])).tolist() == [[21, 0, 0]]


def test_stock_and_open_orders_are_used_before_new_orders() -> None:
    inputs = simple([[10, 10, 10], [0, 0, 0]], lead=[0, 0], opening=[12.0, 0.0])
    inputs = replace(inputs, scheduled_receipts=np.array([[0, 0, 5.0], [0, 0, 0]]))
    assert plan_requirements(pair(1.0, 3), inputs).planned_receipts.dense()[0].tolist() == [0, 8, 5]


def test_an_arc_counts_only_in_its_periods() -> None:
    network = build_network(
        3,
        4,
        component=np.array([1, 2]),
        consumer=np.array([0, 0]),
        quantity_per=np.array([1.0, 1.0]),
        valid_from=np.array([0, 2]),
        valid_to=np.array([2, 4]),
    )
    plan = plan_requirements(network, simple([[1, 2, 3, 4], [0] * 4, [0] * 4], lead=[0, 0, 0]))
    assert plan.gross.dense()[1:].tolist() == [[1, 2, 0, 0], [0, 0, 3, 4]]


@given(st.integers(0, 100_000))
def test_the_kernel_equals_its_twin(seed: int) -> None:
    company = supply_company(seed)
    plan = company.requirements()
    gross, receipts, releases, past_due = twins.requirements(company.network, company.inputs)
    assert np.array_equal(plan.gross.dense(), gross)
    assert np.array_equal(plan.planned_receipts.dense(), receipts)
    assert np.array_equal(plan.planned_releases.dense(), releases)
    assert np.array_equal(plan.past_due.dense()[:, 0], past_due)


@given(st.integers(0, 100_000))
def test_stock_never_ends_a_period_below_safety_stock(seed: int) -> None:
    company = supply_company(seed)
    inputs, plan = company.inputs, company.requirements()
    flow = inputs.scheduled_receipts + plan.planned_receipts.dense() - plan.gross.dense()
    stock = inputs.opening_inventory[:, None] + np.cumsum(flow, axis=1)
    assert (stock >= inputs.safety_stock - 1e-6).all()


@given(st.integers(0, 100_000))
def test_every_receipt_is_released_once(seed: int) -> None:
    plan = supply_company(seed).requirements()
    assert np.allclose(plan.planned_receipts.dense().sum(axis=1), plan.planned_releases.dense().sum(axis=1))


def changed(inputs: RequirementInputs, rows: Array, draw: np.random.Generator) -> RequirementInputs:
    demand, safety = inputs.independent_demand.copy(), inputs.safety_stock.copy()
    opening, open_orders = inputs.opening_inventory.copy(), inputs.scheduled_receipts.copy()
    demand[rows, draw.integers(0, demand.shape[1])] += draw.choice([0.0, 0.37, 250.0])
    safety[rows] = draw.choice([5.0, 40.0])
    opening[rows] += draw.choice([0.0, 11.0])
    open_orders[rows, 0] += draw.choice([0.0, 3.0])
    return replace(
        inputs,
        independent_demand=demand,
        safety_stock=safety,
        opening_inventory=opening,
        scheduled_receipts=open_orders,
    )


@settings(max_examples=150)
@given(st.integers(0, 100_000), st.sampled_from([6, 14, 60]))
def test_a_chain_of_updates_equals_a_full_run_bit_for_bit(seed: int, size: int) -> None:
    company, draw = supply_company(seed, rows=size), np.random.default_rng(seed)
    inputs, plan = company.inputs, company.requirements()
    for _ in range(4):
        rows = draw.permutation(size)[: draw.integers(1, 4)]
        inputs = changed(inputs, rows, draw)
        before = plan
        plan = update_requirements(
            plan,
            rows,
            independent_demand=inputs.independent_demand[rows],
            scheduled_receipts=inputs.scheduled_receipts[rows],
            safety_stock=inputs.safety_stock[rows],
            opening_inventory=inputs.opening_inventory[rows],
        )
        assert same(plan, plan_requirements(company.network, inputs))
        moved = [(getattr(plan, name).dense() != getattr(before, name).dense()).any(axis=1) for name in RESULTS]
        assert plan.touched.tolist() == np.flatnonzero(np.any(moved, axis=0)).tolist()


def test_an_edit_to_the_same_value_touches_nothing() -> None:
    company = supply_company(3)
    rows = np.array([0, 5])
    plan = update_requirements(company.requirements(), rows, independent_demand=company.inputs.independent_demand[rows])
    assert plan.touched.size == 0


def test_an_update_leaves_the_plan_before_as_it_was() -> None:
    company = supply_company(4, rows=60)
    before = company.requirements()
    kept = [getattr(before, name).dense().copy() for name in RESULTS]
    row = np.flatnonzero(company.network.level == 0)[:1]
    update_requirements(before, row, independent_demand=company.inputs.independent_demand[row] + 1000)
    assert all(np.array_equal(old, getattr(before, name).dense()) for old, name in zip(kept, RESULTS, strict=True))


def test_a_wrong_shape_is_refused() -> None:
    company = supply_company(1)
    with pytest.raises(ModelError, match=r"safety_stock is \(12, 7\)"):
        plan_requirements(company.network, replace(company.inputs, safety_stock=company.inputs.safety_stock[:, 1:]))


def test_a_negative_lead_time_is_refused() -> None:
    company = supply_company(1)
    with pytest.raises(ModelError, match="lead time is negative"):
        plan_requirements(company.network, replace(company.inputs, lead_time=np.full(12, -1)))


def test_contradicting_lots_are_refused() -> None:
    company = supply_company(1)
    lots = LotSizes(np.full(12, 9.0), np.zeros(12), np.full(12, 5.0))
    with pytest.raises(ManyFaults, match="12 faults"):
        plan_requirements(company.network, replace(company.inputs, lots=lots))


def test_a_lead_time_beyond_the_horizon_starts_now() -> None:
    plan = plan_requirements(pair(1.0, 3), simple([[5, 7, 9], [0, 0, 0]], lead=[9, 0]))
    assert plan.planned_releases.dense()[0].tolist() == [21, 0, 0]


def test_lead_times_round_to_the_nearest_period() -> None:
    assert lead_time_periods(np.array([-5.0, 0.0, 14.0, 16.0, 60.0]), 30.0).tolist() == [0, 0, 0, 1, 2]
