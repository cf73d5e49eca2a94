"""Replanning: components follow what their consumers can really start, not what nobody can make."""

from dataclasses import replace

import numpy as np

from steelyard.grid.block import Array, IntArray
from steelyard.supply.finite import FiniteInputs, FinitePlan, issue_components, plan_finite, release_receipts
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.requirements import RequirementInputs, plan_requirements
from steelyard.supply.rough_cut import ResourceBill

NEGLIGIBLE = 1e-6
"""Units by which a component's plan must differ to be worth another round."""


def plan_finite_with_components(
    network: SupplyNetwork, bill: ResourceBill, inputs: FiniteInputs, *, safety_stock: Array, lots: LotSizes
) -> FinitePlan:
    """Plan by priority until components are bought and made only for what their consumers start.

    A finite plan keeps all that the unconstrained plan wanted. Where consumers are held back by capacity, that would
    pile up components nobody uses. So the requirements of all consumed rows are netted again against what consumers
    take under the finite plan, and the finite plan is made again; each round settles one more level.

        gross of a component = independent demand + what consumers take under the finite plan

    Last, what is bought or moved comes no earlier and no more than that asks for.

    Args:
        network: The supply network.
        bill: Bill of resources.
        inputs: As for `plan_finite`.
        safety_stock: Stock wanted, period x row [units].
        lots: Lot rules by row.
    """
    plan = plan_finite(network, bill, inputs)
    consumed = np.flatnonzero(network.level > 0)
    for _ in range(network.depth - 1):
        receipts = _netted_again(inputs, plan, safety_stock, lots)[:, consumed]
        if not (np.abs(receipts - inputs.planned_receipts[:, consumed]) > NEGLIGIBLE).any():
            break
        planned = inputs.planned_receipts.copy()
        planned[:, consumed] = receipts
        gross = inputs.independent_demand + plan.component_issues
        inputs = replace(inputs, planned_receipts=planned, gross_requirement=gross)
        plan = plan_finite(network, bill, inputs)
    return _just_in_time(network, bill, inputs, plan, safety_stock, lots)


def _just_in_time(
    network: SupplyNetwork,
    bill: ResourceBill,
    inputs: FiniteInputs,
    plan: FinitePlan,
    safety_stock: Array,
    lots: LotSizes,
) -> FinitePlan:
    """Hold back receipts of rows without a resource until they are needed, consumers before components.

    Up to each period a row receives the smaller of what the plan gives and what its own netting asks for; both cover
    what is taken, so the smaller does too.
    """
    free = np.diff(bill.by_row.start) == 0
    for level in range(network.depth):
        rows = np.flatnonzero(free & (network.level == level))
        needed = np.cumsum(_netted_again(inputs, plan, safety_stock, lots)[:, rows], axis=0)
        given = np.cumsum(plan.constrained_receipts[:, rows], axis=0)
        plan = _with_receipts(network, inputs, plan, rows, np.minimum(needed, given), np.maximum(needed - given, 0.0))
    return plan


def _with_receipts(
    network: SupplyNetwork, inputs: FiniteInputs, plan: FinitePlan, rows: IntArray, upto: Array, short: Array
) -> FinitePlan:
    """The plan with other receipts of some rows, given as sums up to each period, and what follows from them."""
    receipts, shortage = plan.constrained_receipts.copy(), plan.shortage_quantity.copy()
    receipts[:, rows] = np.maximum(np.diff(upto, axis=0, prepend=0.0), 0.0)
    shortage[:, rows] = np.where(short > NEGLIGIBLE, short, 0.0)
    releases = release_receipts(receipts, inputs.lead_time)
    return replace(
        plan,
        constrained_receipts=receipts,
        constrained_releases=releases,
        component_issues=issue_components(network, releases),
        shortage_quantity=shortage,
    )


def _netted_again(inputs: FiniteInputs, plan: FinitePlan, safety_stock: Array, lots: LotSizes) -> Array:
    """Net every row on its own against what is really taken, period x row [units]."""
    periods, rows = inputs.planned_receipts.shape
    none = np.empty(0, np.int64)
    alone = build_network(rows, periods, component=none, consumer=none, quantity_per=np.empty(0))
    wants = RequirementInputs(
        np.ascontiguousarray((inputs.independent_demand + plan.component_issues).T),
        np.ascontiguousarray(inputs.scheduled_receipts.T),
        np.ascontiguousarray(safety_stock.T),
        inputs.opening_inventory,
        inputs.lead_time,
        lots,
    )
    return np.ascontiguousarray(plan_requirements(alone, wants).planned_receipts.dense().T)
