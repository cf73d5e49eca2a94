"""Replanning: components follow what consumers can start."""

import numpy as np

from steelyard.supply.finite import FiniteInputs, plan_finite
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import build_network
from steelyard.supply.replanning import plan_finite_with_components
from steelyard.supply.rough_cut import build_resource_bill

PERIODS = 6
NETWORK = build_network(2, PERIODS, component=np.array([1]), consumer=np.array([0]), quantity_per=np.array([2.0]))
BILL = build_resource_bill(2, 1, row=np.array([0]), resource=np.array([0]), hours_per_unit=np.array([1.0]))


def inputs(hours: float) -> FiniteInputs:
    demand = np.zeros((PERIODS, 2))
    demand[:, 0] = 100.0
    planned = np.column_stack([np.full(PERIODS, 100.0), np.full(PERIODS, 200.0)])
    return FiniteInputs(
        planned_receipts=planned,
        gross_requirement=planned.copy(),
        independent_demand=demand,
        scheduled_receipts=np.zeros((PERIODS, 2)),
        opening_inventory=np.zeros(2),
        lead_time=np.zeros(2, np.int64),
        priority=np.zeros(2),
        capacity_available=np.full((PERIODS, 1), hours),
    )


def plan(hours: float):
    none = np.zeros((PERIODS, 2))
    lots = LotSizes.lot_for_lot(2)
    return plan_finite_with_components(NETWORK, BILL, inputs(hours), safety_stock=none, lots=lots)


def test_components_do_not_pile_up_behind_a_bottleneck():
    plain = plan_finite(NETWORK, BILL, inputs(50.0))
    again = plan(50.0)
    piled = (plain.constrained_receipts - plain.component_issues)[:, 1].sum()
    assert piled == 600.0
    assert np.array_equal(again.constrained_receipts[:, 1], again.component_issues[:, 1])
    assert np.array_equal(again.constrained_receipts[:, 0], plain.constrained_receipts[:, 0])


def test_with_enough_capacity_nothing_changes():
    plain, again = plan_finite(NETWORK, BILL, inputs(500.0)), plan(500.0)
    assert np.array_equal(plain.constrained_receipts, again.constrained_receipts)
