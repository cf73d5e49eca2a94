"""Finite plan by priority: 10,000 items x 24 months as the public peer generates them, and 100,000 linked items."""

import json
import time

import numpy as np
from _supply_companies import GeneratedSupply, linked_items, made_to_bill

from steelyard.grid.block import Array
from steelyard.inventory.projection import fulfil_demand
from steelyard.kpi.formulas import fill_rate
from steelyard.supply.finite import FiniteInputs, FinitePlan, plan_finite
from steelyard.supply.network import inherit_priority
from steelyard.supply.requirements import plan_requirements
from steelyard.supply.rough_cut import load_rows


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def finite_inputs(company: GeneratedSupply, mean_load: float) -> FiniteInputs:
    """Inputs with hours such that the mean load is as given; working days differ by month; three priority classes."""
    plan = plan_requirements(company.network, company.inputs)
    load = load_rows(company.bill, plan.planned_receipts).load
    days = np.random.default_rng(5).choice([19.0, 20, 21, 22, 23], load.shape[0])
    hours = load.mean(axis=0) / mean_load * (days / days.mean())[:, None]
    own = np.random.default_rng(6).integers(1, 4, company.network.rows).astype(np.float64)
    return FiniteInputs(
        planned_receipts=np.ascontiguousarray(plan.planned_receipts.dense().T),
        gross_requirement=np.ascontiguousarray(plan.gross.dense().T),
        independent_demand=np.ascontiguousarray(company.inputs.independent_demand.T),
        scheduled_receipts=np.ascontiguousarray(company.inputs.scheduled_receipts.T),
        opening_inventory=company.inputs.opening_inventory,
        lead_time=company.inputs.lead_time,
        priority=inherit_priority(company.network, np.where(company.network.level == 0, own, 9.0)),
        capacity_available=hours,
    )


def served_in_time(inputs: FiniteInputs, plan: FinitePlan) -> float:
    """Share of customers' demand shipped in the period it was due [percent]."""
    supply: Array = inputs.scheduled_receipts + plan.constrained_receipts - plan.component_issues
    done = fulfil_demand(inputs.opening_inventory, supply, inputs.independent_demand)
    return fill_rate(inputs.independent_demand, done.shipments, done.backlog)


def conserves(inputs: FiniteInputs, plan: FinitePlan) -> bool:
    """Nothing dropped, nothing over capacity."""
    total = plan.constrained_receipts.sum(axis=0) + plan.shortage_quantity[-1] + plan.not_needed[-1]
    kept = np.allclose(total, inputs.planned_receipts.sum(axis=0), rtol=1e-7, atol=1e-5)
    return bool(kept and (plan.constrained_load <= inputs.capacity_available * (1 + 1e-7) + 1e-6).all())


def measure(name: str, company: GeneratedSupply, *, mean_load: float, limit: float) -> None:
    inputs = finite_inputs(company, mean_load)
    assert len(plan_finite(company.network, company.bill, inputs).moves)
    times = []
    for _ in range(3):
        start = time.process_time()
        plan = plan_finite(company.network, company.bill, inputs)
        assert len(plan.moves)
        times.append(time.process_time() - start)
    what = f"finite plan, {name}, mean load {mean_load:.0%}"
    report(what, f"{min(times):.2f} s", f"<= {limit} s", min(times) <= limit)
    told = f"{served_in_time(inputs, plan):.1f} % served in time, {len(plan.moves):,} moves logged"
    held = conserves(inputs, plan)
    report(f"{what}: conserves units and hours", f"{'yes' if held else 'no'}; {told}", "yes", held)


def main() -> None:
    measure("10,000 items x 24", made_to_bill(10_000, 24), mean_load=0.83, limit=0.5)
    measure("10,000 items x 24", made_to_bill(10_000, 24), mean_load=0.98, limit=0.5)
    measure("100,000 items, 6 levels x 36", linked_items(100_000, 36), mean_load=0.83, limit=1.0)
    measure("100,000 items, 6 levels x 36", linked_items(100_000, 36), mean_load=0.98, limit=10.0)


if __name__ == "__main__":
    main()
