"""Open supply: orders that may be moved come when they are needed, lots are used before they expire."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.grid.block import Array
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import build_network
from steelyard.supply.open_supply import CANCELLED, Arranged, OpenSupply, arrange_supply
from steelyard.supply.requirements import RequirementInputs, Requirements, plan_requirements, update_requirements
from tests.supply.companies import SupplyCompany, supply_company

RESULTS = ("gross", "planned_receipts", "planned_releases", "past_due")


def orders(*due: int, quantity: float = 10.0, frozen: int = 0, last_use: list[float] | None = None) -> OpenSupply:
    """One row with open orders of one size."""
    periods = np.array([last_use or [0.0] * 4])
    return OpenSupply(
        np.array([0]),
        np.array([0, len(due)]),
        np.array(due, np.int64),
        np.full(len(due), quantity),
        np.array([frozen]),
        periods,
    )


def arranged(
    supply: OpenSupply, gross: list[float], *, opening: float = 0.0, lead: int = 0, target: float = 0.0
) -> Arranged:
    scheduled = np.zeros((1, len(gross)))
    np.add.at(scheduled[0], supply.due, supply.quantity)
    return arrange_supply(
        supply, gross=np.array([gross], np.float64), scheduled=scheduled, target=np.full((1, len(gross)), target),
        opening=np.array([opening]), lead=np.array([lead]),
    )  # fmt: skip


def test_an_order_comes_when_it_is_needed_later_than_it_is_due() -> None:
    done = arranged(orders(0), [0, 0, 5, 0])
    assert done.period.tolist() == [2]
    assert done.arrivals.tolist() == [[0, 0, 10, 0]]


def test_an_order_nobody_needs_is_cancelled() -> None:
    done = arranged(orders(1, 2), [0, 0, 5, 5], opening=4.0)
    assert done.period.tolist() == [2, CANCELLED]
    assert done.arrivals.sum() == 10


def test_an_order_comes_earlier_but_not_before_the_lead_time_has_gone_by() -> None:
    assert arranged(orders(3), [5, 0, 0, 0]).period.tolist() == [0]
    assert arranged(orders(3), [5, 0, 0, 0], lead=2).period.tolist() == [2]


def test_nothing_moves_out_of_the_frozen_zone_or_into_it() -> None:
    done = arranged(orders(1, 3, frozen=2), [5, 0, 0, 20])
    assert done.period.tolist() == [1, 3]
    assert arranged(orders(1, 3, frozen=2), [15, 0, 0, 0]).period.tolist() == [1, 2]


def test_an_order_keeps_stock_at_its_target() -> None:
    assert arranged(orders(3), [0, 2, 0, 0], opening=6.0, target=5.0).period.tolist() == [1]


def test_an_order_is_due_for_what_a_planner_leaves_of_it() -> None:
    done = arrange_supply(
        orders(0), gross=np.array([[0, 3.0, 0, 0]]), scheduled=np.array([[4.0, 0, 0, 0]]), target=np.zeros((1, 4)),
        opening=np.zeros(1), lead=np.zeros(1, np.int64),
    )  # fmt: skip
    assert done.arrivals.tolist() == [[0, 4, 0, 0]]


def test_what_expires_first_is_used_first() -> None:
    """10 to be used in the first period, 10 by the second: 4 and 3 are used, 6 and 7 expire."""
    done = arranged(orders(last_use=[10.0, 10.0, 0.0, 0.0]), [4, 3, 5, 0], opening=30.0)
    assert done.expired.tolist() == [[6, 7, 0, 0]]


def test_stock_that_expires_does_not_save_an_order() -> None:
    supply = orders(last_use=[10.0, 0.0, 0.0, 0.0])
    flat = np.zeros((1, 4))

    network = build_network(
        1, 4, component=np.empty(0, np.int64), consumer=np.empty(0, np.int64), quantity_per=np.empty(0)
    )
    demand = np.array([[4.0, 4.0, 0.0, 0.0]])
    inputs = RequirementInputs(demand, flat, flat, np.array([10.0]), np.zeros(1, np.int64), LotSizes.lot_for_lot(1))
    assert plan_requirements(network, inputs).planned_receipts.dense().tolist() == [[0, 0, 0, 0]]
    perishing = plan_requirements(network, replace(inputs, open_supply=supply))
    assert perishing.planned_receipts.dense().tolist() == [[0, 4, 0, 0]]


def drawn(company: SupplyCompany, seed: int) -> OpenSupply:
    """Movable orders of all that is scheduled, and lots of all that is at hand, in every second row."""
    draw, inputs = np.random.default_rng(seed), company.inputs
    rows, periods = inputs.scheduled_receipts.shape
    held = np.flatnonzero(draw.random(rows) < 0.5)
    place = np.full(rows, -1)
    place[held] = np.arange(held.size)
    row, due = np.nonzero(inputs.scheduled_receipts[held])
    last_use = np.zeros((held.size, periods))
    np.add.at(last_use, (np.arange(held.size), draw.integers(0, periods, held.size)), inputs.opening_inventory[held])
    start = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=held.size)))).astype(np.int64)
    quantity = inputs.scheduled_receipts[held][row, due]
    return OpenSupply(place, start, due, quantity, draw.integers(0, 3, held.size), last_use)


def with_open_supply(seed: int) -> tuple[SupplyCompany, OpenSupply]:
    company = supply_company(seed, rows=20)
    supply = drawn(company, seed)
    return replace(company, inputs=replace(company.inputs, open_supply=supply)), supply


def of_plan(company: SupplyCompany, supply: OpenSupply, plan: Requirements) -> tuple[Array, Array]:
    """Open orders as the plan counts on them and what expires, by row."""
    inputs, rows = company.inputs, supply.rows
    arrivals, expired = inputs.scheduled_receipts.copy(), np.zeros(inputs.scheduled_receipts.shape)
    done = arrange_supply(
        supply, gross=plan.gross.take(rows), scheduled=arrivals[rows], target=inputs.safety_stock[rows],
        opening=inputs.opening_inventory[rows], lead=inputs.lead_time[rows],
    )  # fmt: skip
    arrivals[rows], expired[rows] = done.arrivals, done.expired
    return arrivals, expired


@given(st.integers(0, 100_000))
def test_stock_ends_no_period_below_its_target_with_orders_moved_and_lots_gone(seed: int) -> None:
    company, supply = with_open_supply(seed)
    plan = company.requirements()
    arrivals, expired = of_plan(company, supply, plan)
    flow = arrivals - expired + plan.planned_receipts.dense() - plan.gross.dense()
    stock = company.inputs.opening_inventory[:, None] + np.cumsum(flow, axis=1)
    assert (stock >= company.inputs.safety_stock - 1e-6).all()


@given(st.integers(0, 100_000))
def test_orders_are_moved_or_cancelled_but_never_grow(seed: int) -> None:
    company, supply = with_open_supply(seed)
    arrivals, expired = of_plan(company, supply, company.requirements())
    asked = company.inputs.scheduled_receipts
    assert (arrivals.sum(axis=1) <= asked.sum(axis=1) + 1e-9).all()
    assert (arrivals >= -1e-9).all()
    assert np.array_equal(arrivals[supply.place < 0], asked[supply.place < 0])
    held = supply.rows
    assert (expired[held].sum(axis=1) <= supply.last_use.sum(axis=1) + 1e-9).all()
    for k, row in enumerate(held.tolist()):
        frozen = int(supply.frozen[k])
        assert np.array_equal(arrivals[row, :frozen], asked[row, :frozen])


@settings(max_examples=60)
@given(st.integers(0, 100_000))
def test_an_update_with_open_supply_equals_a_full_run(seed: int) -> None:
    company, _ = with_open_supply(seed)
    draw, plan, inputs = np.random.default_rng(seed), company.requirements(), company.inputs
    for _ in range(3):
        rows = draw.permutation(20)[: draw.integers(1, 4)]
        demand, open_orders = inputs.independent_demand.copy(), inputs.scheduled_receipts.copy()
        demand[rows, draw.integers(0, 8)] += draw.choice([3.7, 250.0])
        open_orders[rows, draw.integers(0, 8)] += draw.choice([0.0, 9.0])
        inputs = replace(inputs, independent_demand=demand, scheduled_receipts=open_orders)
        plan = update_requirements(
            plan, rows, independent_demand=demand[rows], scheduled_receipts=open_orders[rows]
        )  # fmt: skip
        full = plan_requirements(company.network, inputs)
        assert all(np.array_equal(getattr(plan, name).dense(), getattr(full, name).dense()) for name in RESULTS)


@pytest.mark.parametrize("more", [0, 2])
def test_rows_behind_have_none(more: int) -> None:
    assert orders(1).padded(more).place.tolist() == [0, *[-1] * more]
