"""Overtime by rule: hours are bought where what customers wait for earns more than they cost, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest

from steelyard.grid.block import Array
from steelyard.supply.finite import plan_finite
from steelyard.supply.network import build_network
from steelyard.supply.overtime import offer_overtime
from tests.supply.test_finite import alone, one_line, wishes

LATE = wishes([[15, 2, 0]], [10, 10, 10])
LOST = wishes([[15, 12]], [10, 10])


def offered(
    price: float, *, limit: float = 9.0, margin: float = 8.0, waiting: float = 0.5, late: bool = False
) -> Array:
    inputs = LATE if late else LOST
    shape = inputs.capacity_available.shape
    plan = plan_finite(alone(1, shape[0]), one_line(1), inputs)
    return offer_overtime(
        alone(1, shape[0]), one_line(1), inputs, plan, limit=np.full(shape, limit), price=np.full(shape, price),
        margin=np.array([margin]), waiting=np.array([waiting]),
    )  # fmt: skip


def test_what_would_never_come_gets_hours_that_cost_less_than_its_margin() -> None:
    assert offered(7.0)[:, 0].tolist() == [5, 2]
    assert offered(9.0)[:, 0].tolist() == [0, 0]


def test_what_comes_late_gets_hours_that_cost_less_than_its_waiting() -> None:
    assert offered(0.4, late=True)[:, 0].tolist() == [5, 0, 0]
    assert offered(0.6, late=True)[:, 0].tolist() == [0, 0, 0]


def test_no_more_is_offered_than_there_is_and_the_rest_next() -> None:
    assert offered(7.0, limit=4.0)[:, 0].tolist() == [4, 3]


@pytest.mark.parametrize(("price", "limit"), [(np.nan, 9.0), (1.0, 0.0)])
def test_without_a_price_or_a_limit_nothing_is_offered(price: float, limit: float) -> None:
    assert not offered(price, limit=limit).any()


def test_the_plan_with_the_hours_serves_everybody() -> None:
    inputs = replace(LOST, capacity_available=LOST.capacity_available + offered(7.0))
    plan = plan_finite(alone(1, 2), one_line(1), inputs)
    assert plan.constrained_receipts[:, 0].tolist() == [15, 12]
    assert not plan.shortage_quantity.any()


def test_a_component_earns_what_its_consumer_does_and_pays_for_its_hours() -> None:
    network = build_network(2, 2, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([2.0]))
    inputs = wishes([[0, 8], [0, 16]], [10, 10], demand=[[0, 8], [0, 0]])
    inputs = replace(inputs, gross_requirement=inputs.planned_receipts)
    bill = one_line(2)
    plan = plan_finite(network, bill, inputs)
    shape = inputs.capacity_available.shape

    def hours(price: float) -> float:
        found = offer_overtime(
            network, bill, inputs, plan, limit=np.full(shape, 9.0), price=np.full(shape, price),
            margin=np.array([8.0, -np.inf]), waiting=np.zeros(2),
        )  # fmt: skip
        return float(found.sum())

    assert plan.shortage_quantity[-1, 0] > 0
    assert hours(2.0) > 0
    assert hours(3.0) == 0
