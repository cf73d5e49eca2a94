"""Ranking by margin: scarce hours go to what earns most in them, so that hours and demand are worth what they earn."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from steelyard.grid.block import Array
from steelyard.inventory.projection import fulfil_demand
from steelyard.supply.finite import FiniteInputs, plan_finite
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.ranking import rank_by_margin, scarce_hours
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill, load_resources

seeds = st.integers(0, 100_000)
PERIODS = 9


def bill_of(rows: int, resource: list[int], hours: list[float]) -> ResourceBill:
    return build_resource_bill(
        rows, max(resource) + 1, row=np.arange(rows), resource=np.array(resource), hours_per_unit=np.array(hours)
    )


def alone(rows: int) -> SupplyNetwork:
    none = np.empty(0, np.int64)
    return build_network(rows, PERIODS, component=none, consumer=none, quantity_per=np.empty(0))


def test_scarce_hours_go_to_the_product_mix_of_the_highest_throughput() -> None:
    """Goldratt's P and Q: P earns 45 in 15 minutes of the bottleneck B, Q earns 60 in 30; P is made first."""
    rows = np.repeat([0, 1], 4)
    minutes = np.array([15.0, 15, 15, 15, 10, 30, 5, 15])
    bill = build_resource_bill(2, 4, row=rows, resource=np.tile(np.arange(4), 2), hours_per_unit=minutes)
    week, asked = np.full((1, 4), 2400.0), np.array([[100.0, 50.0]])
    load = load_resources(bill, asked).load
    none = np.empty(0, np.int64)
    network = build_network(2, 1, component=none, consumer=none, quantity_per=np.empty(0))
    place = rank_by_margin(network, bill, np.zeros(2), np.array([45.0, 60.0]), load=load, available=week)
    assert place.tolist() == [0.0, 1.0]
    empty = np.zeros((1, 2))
    plan = plan_finite(
        network, bill, FiniteInputs(asked, asked, asked, empty, np.zeros(2), np.zeros(2, np.int64), place, week)
    )
    assert plan.constrained_receipts.tolist() == [[100.0, 30.0]]
    assert (plan.constrained_receipts @ np.array([45.0, 60.0])).tolist() == [6300.0]


def test_class_goes_before_margin_and_equals_share_a_place() -> None:
    bill, load = bill_of(3, [0, 0, 0], [1, 1, 1]), np.full((PERIODS, 1), 9.0)
    available = np.full((PERIODS, 1), 5.0)
    place = rank_by_margin(alone(3), bill, np.array([1.0, 0, 0]), np.array([9.0, 1, 1]), load=load, available=available)
    assert place.tolist() == [1, 0, 0]


def test_hours_of_components_count_and_components_rank_as_what_they_go_into() -> None:
    network = build_network(3, PERIODS, component=np.array([2]), consumer=np.array([0]), quantity_per=np.array([2.0]))
    bill = bill_of(3, [1, 0, 0], [1, 4, 3])
    load = np.tile([12.0, 1.0], (PERIODS, 1))
    available = np.full((PERIODS, 2), 10.0)
    assert np.allclose(scarce_hours(network, bill, load, available), 0.2 * np.array([6.0, 4.0, 3.0]))
    margin = np.array([10.0, 10.0, -np.inf])
    assert rank_by_margin(network, bill, np.zeros(3), margin, load=load, available=available).tolist() == [1, 0, 1]


def test_what_needs_no_scarce_hour_goes_first_and_what_earns_nothing_last() -> None:
    bill = bill_of(3, [0, 0, 1], [1, 1, 1])
    load, available = np.tile([12.0, 1.0], (PERIODS, 1)), np.full((PERIODS, 2), 10.0)
    margin = np.array([-1.0, 3.0, 0.1])
    assert rank_by_margin(alone(3), bill, np.zeros(3), margin, load=load, available=available).tolist() == [2, 1, 0]


def earned(margin: Array, demand: Array, bill: ResourceBill, hours: Array, opening: Array) -> float:
    """Money of what is shipped within the horizon by the plan that ranks by margin."""
    rows = margin.size
    need = np.maximum(np.cumsum(demand, axis=0) - opening, 0.0)
    planned = np.diff(need, axis=0, prepend=0.0)
    load = load_resources(bill, planned).load
    place = rank_by_margin(alone(rows), bill, np.zeros(rows), margin, load=load, available=hours)
    none = np.zeros(demand.shape)
    inputs = FiniteInputs(planned, demand, demand, none, opening, np.zeros(rows, np.int64), place, hours)
    made = plan_finite(alone(rows), bill, inputs).constrained_receipts
    return float((fulfil_demand(opening, made, demand).shipments * margin).sum())


def company(seed: int) -> tuple[np.random.Generator, Array, Array, ResourceBill, Array, Array]:
    draw, rows = np.random.default_rng(seed), 12
    demand = draw.gamma(2.0, 20.0, (PERIODS, rows)).round(1)
    line, hours = draw.integers(0, 3, rows), draw.uniform(0.1, 2.0, rows)
    line[:3] = range(3)
    bill = bill_of(rows, line.tolist(), hours.tolist())
    there = load_resources(bill, demand).load.mean(axis=0) * draw.uniform(0.6, 1.1) * np.ones((PERIODS, 1))
    return draw, draw.uniform(1, 50, rows), demand, bill, there, draw.choice([0.0, 30.0], rows)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_more_hours_never_earn_less(seed: int) -> None:
    """On lines of one level, up to one unit of the dearest item."""
    draw, margin, demand, bill, hours, opening = company(seed)
    more = hours.copy()
    more[draw.integers(0, PERIODS), draw.integers(0, 3)] *= 1.3
    before, after = (earned(margin, demand, bill, each, opening) for each in (hours, more))
    assert after >= before - margin.max()


@settings(max_examples=60, deadline=None)
@given(seeds)
@example(6944)
def test_more_demand_never_earns_less(seed: int) -> None:
    """On lines of one level, within half a percent: one item built ahead may push another out.

    In 2,500 companies the loss is mostly none and at most 0.27 percent, as in the one named here.
    """
    draw, margin, demand, bill, hours, opening = company(seed)
    more = demand.copy()
    first, row = draw.integers(0, PERIODS - 2), draw.integers(0, margin.size)
    more[first : first + 3, row] *= 1.1
    before, after = (earned(margin, each, bill, hours, opening) for each in (demand, more))
    assert after >= before * (1 - 0.005)
