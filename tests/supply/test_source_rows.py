"""Source rows: quotas, sources that end or begin, co-products; by hand, and as laws."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.grid.block import Array
from steelyard.supply.finite import FiniteInputs, plan_finite
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.requirements import RequirementInputs, Requirements, plan_requirements, update_requirements
from steelyard.supply.rough_cut import build_resource_bill
from steelyard.supply.source_rows import SourceRows, SplitSources, add_sources
from tests.supply import twins
from tests.supply.companies import supply_company

RESULTS = ("gross", "planned_receipts", "planned_releases", "past_due")
PERIODS = 4


def two_sources(share: Array, *, lead: tuple[int, int] = (-1, 2), lot: float = np.nan) -> SourceRows:
    """Item 0 of one component 1 on line 0; its second source takes two of component 2 on line 1."""
    network = build_network(3, PERIODS, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([1.0]))
    bill = build_resource_bill(3, 2, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([1.0]))
    one = np.array([1])
    sources = SplitSources(
        place=np.array([0, 0]),
        share=share,
        lead_time=np.array(lead),
        lot_minimum=np.array([np.nan, lot]),
        lot_multiple=np.array([np.nan, lot]),
        part_source=one,
        part=np.array([2]),
        quantity_per=np.array([2.0]),
        part_from=np.array([0]),
        part_to=np.array([PERIODS]),
        hour_source=one,
        resource=one,
        hours_per_unit=np.array([1.0]),
        hour_offset=np.array([0]),
    )
    return add_sources(network, bill, LotSizes.lot_for_lot(3), sources)


def inputs_of(rows: SourceRows, demand: list[float], *, lead: int = 1) -> RequirementInputs:
    flat = np.zeros((rows.network.rows, PERIODS))
    asked = flat.copy()
    asked[0] = demand
    leads = rows.lead_times(np.array([lead, 0, 0]))
    return RequirementInputs(asked, flat, flat, np.zeros(rows.network.rows), leads, rows.lots)


def constant(first: float) -> Array:
    return np.repeat([[first, 1 - first]], PERIODS, axis=0)


def finite_inputs(rows: SourceRows, plan: Requirements, hours: Array) -> FiniteInputs:
    planned = plan.planned_receipts.dense().T[:, :3].copy()
    planned[:, 0] = plan.planned_receipts.dense().T[:, 3:].sum(axis=1)
    return FiniteInputs(
        rows.planned(planned),
        np.ascontiguousarray(plan.gross.dense().T),
        np.ascontiguousarray(plan.independent.dense().T),
        np.zeros((PERIODS, 5)),
        np.zeros(5),
        plan.lead_time,
        np.ones(5),
        hours,
        feeds=rows.feeds,
    )


def test_a_quota_splits_the_need_with_the_lead_time_and_parts_of_each_source() -> None:
    rows = two_sources(constant(0.75))
    plan = plan_requirements(rows.network, inputs_of(rows, [0.0, 0.0, 40.0, 80.0]))
    assert plan.planned_receipts.dense()[3:].tolist() == [[0, 0, 30, 60], [0, 0, 10, 20]]
    assert plan.planned_releases.dense()[3:].tolist() == [[0, 30, 60, 0], [10, 20, 0, 0]]
    assert plan.gross.dense()[1:3].tolist() == [[0, 30, 60, 0], [20, 40, 0, 0]]


def test_lots_of_a_source_are_its_own_and_what_is_too_much_is_used_later() -> None:
    rows = two_sources(constant(0.75), lot=25.0)
    plan = plan_requirements(rows.network, inputs_of(rows, [0.0, 0.0, 40.0, 80.0]))
    assert plan.planned_receipts.dense()[3:].tolist() == [[0, 0, 30, 60], [0, 0, 25, 25]]


def test_when_a_source_ends_the_next_one_takes_over_with_its_own_lead_time() -> None:
    rows = two_sources(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]))
    plan = plan_requirements(rows.network, inputs_of(rows, [0.0, 10.0, 20.0, 30.0]))
    assert plan.planned_releases.dense()[3:].tolist() == [[10, 0, 0, 0], [20, 30, 0, 0]]
    assert plan.gross.dense()[1:3].tolist() == [[10, 0, 0, 0], [40, 60, 0, 0]]


def test_what_one_source_cannot_make_does_not_hold_back_the_other() -> None:
    rows = two_sources(constant(0.5), lead=(-1, 1))
    plan = plan_requirements(rows.network, inputs_of(rows, [0.0, 40.0, 40.0, 40.0]))
    hours = np.column_stack((np.full(PERIODS, 10.0), np.full(PERIODS, 100.0)))
    found = plan_finite(rows.network, rows.bill, finite_inputs(rows, plan, hours))
    assert found.constrained_receipts[:, 3].tolist() == [0, 10, 10, 10]
    assert found.constrained_receipts[:, 4].tolist() == [0, 20, 20, 20]
    assert found.constrained_receipts[:, 0].tolist() == [0, 30, 30, 30]
    assert found.shortage_quantity[:, 0].tolist() == [0, 10, 20, 30]
    assert found.component_issues[:, 2].tolist() == [40, 40, 40, 0]


def test_two_places_that_bring_to_each_other_keep_their_first_source() -> None:
    network = build_network(2, PERIODS, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([1.0]))
    bill = build_resource_bill(2, 1, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([1.0]))
    nothing, none = np.empty(0, np.int64), np.empty(0)
    back = SplitSources(
        np.array([1, 1]), constant(0.5), np.array([-1, 1]), np.full(2, np.nan), np.full(2, np.nan),
        np.array([1]), np.array([0]), np.array([1.0]), np.array([0]), np.array([PERIODS]), nothing, nothing, none,
        nothing,
    )  # fmt: skip
    assert add_sources(network, bill, LotSizes.lot_for_lot(2), back).network is network


def by_product(seed: int) -> tuple[SupplyNetwork, RequirementInputs]:
    """A random company in which some arcs are co-products."""
    company = supply_company(seed)
    arcs, draw = company.network.components, np.random.default_rng([seed, 2])
    given_off = draw.random(arcs.row.size) < 0.3
    network = build_network(
        company.network.rows,
        company.network.periods,
        component=arcs.row.astype(np.int64),
        consumer=np.repeat(np.arange(company.network.rows), np.diff(arcs.start)),
        quantity_per=arcs.quantity_per,
        valid_from=arcs.valid_from.astype(np.int64),
        valid_to=arcs.valid_to.astype(np.int64),
        co_product=given_off,
    )
    return network, company.inputs


def test_a_co_product_comes_when_its_main_product_does_and_saves_an_order() -> None:
    network = build_network(
        2, 3, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([0.5]), co_product=np.array([True])
    )
    flat = np.zeros((2, 3))
    asked = np.array([[0.0, 20.0, 40.0], [0.0, 15.0, 15.0]])
    inputs = RequirementInputs(asked, flat, flat, np.zeros(2), np.array([1, 0]), LotSizes.lot_for_lot(2))
    plan = plan_requirements(network, inputs)
    assert plan.gross.dense()[1].tolist() == [0, 5, -5]
    assert plan.planned_receipts.dense()[1].tolist() == [0, 5, 0]


def test_a_co_product_of_a_late_main_product_is_late() -> None:
    network = build_network(
        2, 3, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([1.0]), co_product=np.array([True])
    )
    bill = build_resource_bill(2, 1, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([1.0]))
    asked = np.array([[20.0, 0.0], [0.0, 20.0], [0.0, 0.0]])
    wish = np.array([[20.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    given_off = np.array([[20.0, -20.0], [0.0, 20.0], [0.0, 0.0]])
    found = plan_finite(
        network,
        bill,
        FiniteInputs(wish, given_off, asked, np.zeros((3, 2)), np.zeros(2), np.zeros(2, np.int64), np.ones(2),
                     np.full((3, 1), 12.0)),
    )  # fmt: skip
    assert found.constrained_receipts[:, 0].tolist() == [12, 8, 0]
    assert found.component_issues[:, 1].tolist() == [-12, -8, 0]


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_the_kernel_equals_its_twin_with_co_products(seed: int) -> None:
    network, inputs = by_product(seed)
    plan = plan_requirements(network, inputs)
    for name, slow in zip(RESULTS, twins.requirements(network, inputs), strict=True):
        assert np.allclose(getattr(plan, name).dense().ravel(), slow.ravel(), rtol=1e-12, atol=1e-9)


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_an_update_equals_a_full_run_with_co_products(seed: int) -> None:
    network, inputs = by_product(seed)
    demand = inputs.independent_demand.copy()
    demand[3] += 7.0
    before = plan_requirements(network, inputs)
    update = update_requirements(before, np.array([3]), independent_demand=demand[3:4])
    full = plan_requirements(network, replace(inputs, independent_demand=demand))
    assert all(np.array_equal(getattr(update, name).dense(), getattr(full, name).dense()) for name in RESULTS)
