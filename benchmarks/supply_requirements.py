"""Requirements: 100,000 items in one network of six levels, full and after an edit, against a loop over the items."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from _supply_companies import GeneratedSupply, linked_items

from steelyard.grid.block import Array
from steelyard.supply.requirements import Requirements, plan_requirements, update_requirements
from steelyard.supply.rough_cut import load_rows, update_load

ROWS, PERIODS, SAMPLE = 100_000, 36, 3_000


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def timed(function: Callable[[], object]) -> float:
    """Processor time of one run [s]; it does not depend on what else the machine does."""
    start = time.process_time()
    function()
    return time.process_time() - start


def plan_one_by_one(company: GeneratedSupply, releases: Array, rows: list[int]) -> None:
    """The same arithmetic for some rows in plain Python, on releases that are already known."""
    inputs, arcs = company.inputs, company.network.consumers
    for row in rows:
        need = inputs.independent_demand[row].tolist()
        for a in range(arcs.start[row], arcs.start[row + 1]):
            per = float(arcs.quantity_per[a])
            need = [x + per * y for x, y in zip(need, releases[arcs.row[a]].tolist(), strict=True)]
        available, lead, lot = (
            inputs.opening_inventory[row].item(),
            int(inputs.lead_time[row]),
            inputs.lots.multiple[row].item(),
        )
        started = [0.0] * PERIODS
        for t, gross in enumerate(need):
            available -= gross
            lack = inputs.safety_stock[row, t].item() - available
            if lack > 0:
                quantity = -(-lack // lot) * lot if lot else lack
                available += quantity
                started[max(t - lead, 0)] += quantity


def edited(company: GeneratedSupply, row: int) -> Array:
    demand = company.inputs.independent_demand[[row]].copy()
    demand[0, 10] += 500.0
    return demand


def edit_times(company: GeneratedSupply, plan: Requirements) -> tuple[list[float], list[int]]:
    """Time and rows touched for edits of single finished goods, load included."""
    load = load_rows(company.bill, plan.planned_receipts)
    times, touched = [], []
    for row in np.random.default_rng(2).choice(company.finished, 80).tolist():
        start = time.process_time()
        after = update_requirements(plan, np.array([row]), independent_demand=edited(company, row))
        update_load(load, company.bill, after.planned_receipts, after.touched)
        times.append(time.process_time() - start)
        touched.append(after.touched.size)
    return times[5:], touched[5:]


def equal_after_edit(company: GeneratedSupply, plan: Requirements) -> bool:
    row = int(company.finished[17])
    update = update_requirements(plan, np.array([row]), independent_demand=edited(company, row))
    demand = company.inputs.independent_demand.copy()
    demand[row] = edited(company, row)[0]
    full = plan_requirements(company.network, replace(company.inputs, independent_demand=demand))
    names = ("gross", "planned_receipts", "planned_releases", "past_due")
    return all(np.array_equal(getattr(update, name).dense(), getattr(full, name).dense()) for name in names)


def main() -> None:
    company = linked_items(ROWS, PERIODS)
    plan = plan_requirements(company.network, company.inputs)
    full = min(timed(lambda: plan_requirements(company.network, company.inputs)) for _ in range(7))
    rows = np.random.default_rng(3).choice(company.network.rows, SAMPLE, replace=False).tolist()
    releases = plan.planned_releases.dense()
    python = timed(lambda: plan_one_by_one(company, releases, rows)) * company.network.rows / SAMPLE
    network = company.network
    size = f"{network.rows:,} items, {network.arcs:,} arcs, {network.depth} levels, {PERIODS} periods"
    report(f"requirements, {size}", f"{full * 1e3:.0f} ms", "<= 250 ms", full <= 0.25)
    report("the same, item by item in Python", f"{python / full:.0f} times slower", ">= 40 times", python / full >= 40)
    times, touched = edit_times(company, plan)
    middle, worst = statistics.median(times), float(np.quantile(times, 0.9))
    what = f"edit of one finished good to requirements and load ({statistics.median(touched):.0f} rows touched)"
    report(what, f"{middle * 1e3:.1f} ms, p90 {worst * 1e3:.1f} ms", "<= 15 ms", middle <= 0.015)
    same = equal_after_edit(company, plan)
    report("update equals full run bit for bit", "yes" if same else "no", "yes", same)
    load = min(timed(lambda: load_rows(company.bill, plan.planned_receipts)) for _ in range(7))
    lines = company.bill.by_row.other.size
    report(f"rough cut of {lines:,} lines x {PERIODS} periods", f"{load * 1e3:.1f} ms", "<= 20 ms", load <= 0.02)


if __name__ == "__main__":
    main()
