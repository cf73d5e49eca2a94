"""Small random companies for the laws of supply: a network, its demand, its resources."""

from dataclasses import dataclass

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.finite import FiniteInputs
from steelyard.supply.lot_size import LotSizes, OrderRules
from steelyard.supply.network import SupplyNetwork, build_network
from steelyard.supply.requirements import RequirementInputs, Requirements, plan_requirements
from steelyard.supply.rough_cut import ResourceBill, build_resource_bill, load_rows


@dataclass(frozen=True)
class SupplyCompany:
    """A network with everything that planning needs."""

    network: SupplyNetwork
    inputs: RequirementInputs
    bill: ResourceBill
    priority: Array
    tightness: float

    def requirements(self) -> Requirements:
        return plan_requirements(self.network, self.inputs)

    def finite_inputs(self, *, tightness: float | None = None) -> FiniteInputs:
        plan = self.requirements()
        load = load_rows(self.bill, plan.planned_receipts).load
        factor = self.tightness if tightness is None else tightness
        hours = np.repeat(load.mean(axis=0, keepdims=True) * factor, self.network.periods, axis=0)
        return FiniteInputs(
            planned_receipts=np.ascontiguousarray(plan.planned_receipts.dense().T),
            gross_requirement=np.ascontiguousarray(plan.gross.dense().T),
            independent_demand=np.ascontiguousarray(self.inputs.independent_demand.T),
            scheduled_receipts=np.ascontiguousarray(self.inputs.scheduled_receipts.T),
            opening_inventory=self.inputs.opening_inventory,
            lead_time=self.inputs.lead_time,
            priority=self.priority,
            capacity_available=hours,
        )


def supply_company(seed: int, *, rows: int = 12, periods: int = 8) -> SupplyCompany:
    """A company drawn from a seed: up to five levels, arcs with validity, lots, lead times of 0 to 2 periods."""
    draw = np.random.default_rng(seed)
    network = _network(draw, rows, periods)
    return SupplyCompany(
        network=network,
        inputs=_inputs(draw, network),
        bill=_bill(draw, rows),
        priority=draw.integers(0, 3, rows).astype(np.float64),
        tightness=float(draw.uniform(0.6, 1.6)),
    )


def _network(draw: np.random.Generator, rows: int, periods: int) -> SupplyNetwork:
    number = draw.permutation(rows)
    consumer = draw.integers(0, max(rows - 1, 1), 2 * rows)
    component = np.minimum(consumer + 1 + draw.integers(0, 3, consumer.size), rows - 1)
    real = consumer < component
    start = np.where(draw.random(consumer.size) < 0.8, 0, draw.integers(0, periods, consumer.size))
    stop = np.where(draw.random(consumer.size) < 0.8, periods, draw.integers(0, periods + 1, consumer.size))
    return build_network(
        rows,
        periods,
        component=number[component[real]],
        consumer=number[consumer[real]],
        quantity_per=draw.choice([0.5, 1.0, 2.0, 3.0], consumer.size)[real],
        valid_from=start[real],
        valid_to=stop[real],
    )


def _inputs(draw: np.random.Generator, network: SupplyNetwork) -> RequirementInputs:
    rows, shape = network.rows, (network.rows, network.periods)
    sold = (network.level == 0) | (draw.random(rows) < 0.2)
    demand = np.where(sold[:, None], draw.gamma(2.0, 20.0, shape).round(2), 0.0)
    open_orders = np.where(draw.random(shape) < 0.1, draw.integers(0, 60, shape), 0).astype(np.float64)
    return RequirementInputs(
        independent_demand=demand,
        scheduled_receipts=open_orders,
        safety_stock=np.repeat(draw.choice([0.0, 10.0, 33.3], rows)[:, None], network.periods, axis=1),
        opening_inventory=draw.choice([0.0, 25.0, 120.0], rows),
        lead_time=draw.integers(0, 3, rows),
        lots=LotSizes(
            minimum=draw.choice([0.0, 20.0], rows),
            multiple=draw.choice([0.0, 1.0, 12.0], rows),
            maximum=draw.choice([np.inf, np.inf, 60.0], rows),
            rules=_rules(np.random.default_rng([rows, network.periods, int(demand.sum())]), rows),
        ),
    )


def _rules(draw: np.random.Generator, rows: int) -> OrderRules | None:
    """Rules of ordering in every second company."""
    if draw.random() < 0.5:
        return None
    return OrderRules(
        cover=draw.choice([1, 1, 2, 4], rows),
        span=draw.choice([0.0, 0.0, 1.5], rows),
        economic=draw.choice([0.0, 0.0, 8.0], rows),
        up_to=draw.choice([0.0, 1.0], rows),
        lot_rule=draw.choice([0, 0, 1, 2, 3, 4, 5], rows),
        worth=draw.choice([0.0, 40.0, 300.0], rows),
    )


def _bill(draw: np.random.Generator, rows: int) -> ResourceBill:
    lines = draw.integers(1, 2 * rows)
    return build_resource_bill(
        rows,
        3,
        row=draw.integers(0, rows, lines),
        resource=draw.integers(0, 3, lines),
        hours_per_unit=draw.choice([0.1, 0.25, 1.0], lines),
        offset=draw.integers(0, 3, lines),
    )
