"""Balancing at size: a tornado of 20 drivers by warm solutions against fresh ones, and the best mix of levers.

The model is that of 400 items in the benchmark of the linear program: about 139 thousand columns when those that later
changes may open are kept, at a load of 111 %.
"""

import json
import time
from dataclasses import replace

import numpy as np
from _supply_instances import SIZES, distribution

from steelyard.balancing.lever import HOURS, STOCK, Lever, Steps, plain_steps
from steelyard.plan.balancing.program import LeverProgram
from steelyard.plan.uncertainty.model_driver import ModelDriver, cost_driver, demand_driver, hours_driver
from steelyard.plan.uncertainty.warm_tornado import warm_tornado
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel, laid_out

SIZES["126k columns"] = (400, 3, 4, 4)


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def drivers_of(model: SupplyModel) -> list[ModelDriver]:
    """Ten groups of customers' demand, eight resources' hours, two groups of unit costs; +-10 % each."""
    rows, nodes = np.arange(len(model.demand.names)), np.arange(len(model.nodes.names))
    demand = [demand_driver(f"demand {g}", (rows % 10 == g).astype(np.float64), -10, 10) for g in range(10)]
    hours = []
    for number in range(8):
        part = np.zeros((model.length, len(model.resources.names)))
        part[:, number] = 1.0
        hours.append(hours_driver(f"hours {number}", part * model.resources.regular, -10, 10))
    costs = []
    for group in range(2):
        part = np.broadcast_to((nodes % 2 == group).astype(np.float64), (model.length, nodes.size))
        costs.append(cost_driver(f"cost {group}", part, -10, 10))
    return [*demand, *hours, *costs]


def tornado(model: SupplyModel) -> None:
    """20 drivers, 40 solutions; three of them again from nothing, for the ratio and the numbers."""
    drivers = drivers_of(model)
    began = time.process_time()
    found = warm_tornado(model, drivers)
    seconds = time.process_time() - began
    cold, same = 0.0, True
    for number in (0, 10, 18):
        began = time.process_time()
        moved = drivers[number].move(model, 0.1)
        profit = evaluate(moved, plan_exact(moved).decisions).profit
        cold += time.process_time() - began
        same &= abs(profit - found.bars[number].high.profit) <= 1e-6 * abs(profit)
    ratio = cold / 3 * 40 / found.seconds
    told = (
        f"{seconds:.1f} s with the first solution, {found.seconds:.1f} s after it; {ratio:.0f}x faster than fresh ones"
    )
    told += "; equal to them" if same else "; DIFFERENT from them"
    report("tornado of 20 drivers, 400 items", told, "<= 15 s", seconds <= 15 and same)


def mix(model: SupplyModel) -> None:
    """Overtime of each line, shut at first, and orders of each tenth of the nodes from outside."""
    shut = replace(model, resources=replace(model.resources, overtime=np.zeros_like(model.resources.overtime)))
    levers = [_overtime(model, number) for number in np.flatnonzero(model.resources.overtime.any(axis=0)).tolist()]
    levers += [_outside(model, group) for group in range(10)]
    began = time.process_time()
    program = LeverProgram(shut, levers)
    first = time.process_time() - began
    began = time.process_time()
    alone = [program.alone(one.key).gain for one in levers]
    each = time.process_time() - began
    began = time.process_time()
    together = program.best([one.key for one in levers])
    seconds = time.process_time() - began
    told = (
        f"{first:.1f} s to set up, {each:.1f} s for {len(levers)} levers alone, {seconds:.1f} s for the mix; the sum "
    )
    told += f"alone is {sum(alone) / together.gain:.2f} x what they bring together"
    bar = "no worse than the best lever alone, <= 30 s"
    report("lever mix, 400 items", told, bar, together.gain >= max(alone) and first + each + seconds <= 30)


def _overtime(model: SupplyModel, number: int) -> Lever:
    period = np.arange(model.length)
    about, cost = np.full(period.size, number), model.resources.overtime_cost[:, number]
    steps = plain_steps(about, period, model.resources.overtime[:, number], cost, cost, HOURS)
    return Lever(f"overtime:{number}", "overtime", f"Overtime {number}", "", "hours", 0, steps)


def _outside(model: SupplyModel, group: int) -> Lever:
    """Units bought dearly at the stocked places of a group."""
    nodes = np.unique(model.demand.node)
    chosen = nodes[nodes % 10 == group]
    period = np.repeat(np.arange(model.length), chosen.size)
    about = np.tile(chosen, model.length)
    dear = 1.5 * model.nodes.holding_cost[period, about] / 0.02
    steps: Steps = plain_steps(about, period, np.full(about.size, 20.0), dear, dear, STOCK)
    return Lever(f"outside:{group}", "subcontract", f"Outside {group}", "", "units", 0, steps)


if __name__ == "__main__":
    instance = laid_out(distribution("126k columns", tight=0.85))
    tornado(instance)
    mix(instance)
