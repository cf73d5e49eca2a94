"""Replanning: components follow what their consumers can really start, not what nobody can make."""

from dataclasses import replace

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.finite import FiniteInputs, FinitePlan, plan_finite
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
    return plan


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
