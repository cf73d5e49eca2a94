"""Linear program of supply: written and handed over, solved exactly, and solved again warm after a what-if.

With linopy in an environment of its own, whose Python STEELYARD_LINOPY_PYTHON names, the same program is written by
it in the same run.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from _supply_instances import SIZES, distribution

from steelyard.supply.exact import exact_plan, plan_exact
from steelyard.supply.model import SupplyModel
from steelyard.supply.session import PlanSession
from steelyard.supply.solver import Solver
from steelyard.supply.supply_plan import SupplyPlan
from steelyard.supply.supply_program import write_program

SIZES["126k columns"] = (400, 3, 4, 4)
PEER = Path(__file__).with_name("_linopy_program.py")


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def cpu(work: Callable[[], object], times: int = 1) -> float:
    """Least CPU seconds of some runs."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def hand_over(model: SupplyModel) -> None:
    Solver(write_program(model).program)


def build() -> None:
    """1.1 million columns, against the peer where it is there."""
    model = distribution("medium")
    columns = write_program(model).program.shape[1]
    ours = cpu(lambda: hand_over(model), times=3)
    what = f"program of {columns:,} columns, written and handed over"
    report(what, f"{ours:.2f} s", "<= 1.5 s", ours <= 1.5)
    peer = os.environ.get("STEELYARD_LINOPY_PYTHON", "")
    if not peer:
        report(f"{what}, against linopy", "not measured: STEELYARD_LINOPY_PYTHON is not set", ">= 2x faster", False)
        return
    done = subprocess.run([peer, str(PEER), "medium"], capture_output=True, text=True, check=True)
    theirs = json.loads(done.stdout.splitlines()[-1])
    same = theirs["columns"] >= columns * 0.9
    faster = theirs["seconds"] / ours
    told = f"{faster:.1f}x faster ({theirs['seconds']:.2f} s, {theirs['columns']:,} columns)"
    report(f"{what}, against linopy {theirs['version']}", told, ">= 2x faster", faster >= 2 and same)


def exact() -> None:
    """126k columns at a load of 111 %."""
    model = distribution("126k columns", tight=0.85)
    parts = write_program(model)
    solver = Solver(parts.program)
    start = time.process_time()
    solution = solver.solve()
    seconds = time.process_time() - start
    plan = exact_plan(model, parts, solution, seconds=seconds)
    agrees = abs(plan.objective - solution.objective) <= 1e-7 * abs(solution.objective)
    told = f"{seconds:.2f} s; evaluator and program {'agree' if agrees else 'DIFFER'} on {plan.objective:,.0f}"
    report(f"exact plan, {parts.program.shape[1]:,} columns, load 111 %", told, "<= 6 s", seconds <= 6 and agrees)
    what_ifs(model, plan)


def what_ifs(model: SupplyModel, plan: SupplyPlan) -> None:
    """Hottest line, one group of items, overtime; each against a fresh plan."""
    session = PlanSession(model)
    session.plan()
    hot = model.resources.names[plan.binding[0].resource]
    rows = np.arange(len(model.demand.names)) < 80
    asked: tuple[tuple[str, float, Callable[[], SupplyPlan]], ...] = (
        ("capacity -20 % for 3 months", 0.3, lambda: session.set_capacity(hot, factor=0.8, periods=slice(8, 11))),
        ("demand +10 % of 80 item-locations", 0.3, lambda: session.set_demand(rows, factor=1.1)),
        ("overtime +25 % everywhere", 1.2, lambda: session.set_overtime_cost(slice(None), factor=1.25)),
        ("a source closed for 6 months", 0.5, lambda: session.close_source(model.options.names[0], slice(0, 6))),
        ("a lead time longer by 2 months", 0.5, lambda: session.set_lead_time(model.options.names[0], 2)),
    )
    for name, bar, ask in asked:
        session.reset()
        start = time.process_time()
        warm = ask()
        seconds = time.process_time() - start
        fresh = plan_exact(session.model).objective
        agrees = abs(warm.objective - fresh) <= 1e-6 * abs(fresh)
        told = f"{seconds:.2f} s; {'equal to' if agrees else 'DIFFERENT from'} a fresh plan"
        report(f"warm what-if, 126k columns: {name}", told, f"<= {bar} s", seconds <= bar and agrees)


if __name__ == "__main__":
    build()
    exact()
