"""The program of `supply_lp` written with linopy; runs in an environment of its own that has linopy and highspy."""

import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
warnings.filterwarnings("ignore")

import linopy  # noqa: E402
import numpy as np  # noqa: E402
import xarray as xr  # noqa: E402
from _supply_instances import distribution  # noqa: E402
from linopy.io import to_highspy  # noqa: E402

from steelyard.supply.model import SupplyModel, laid_out, option_of_lines  # noqa: E402


def over(values: np.ndarray, name: str) -> xr.DataArray:
    """Values `[period, thing]` with named axes."""
    return xr.DataArray(values, dims=("t", name))


def summed(
    term: linopy.LinearExpression, groups: np.ndarray, name: str, into: str, size: int
) -> linopy.LinearExpression:
    """Sum over the things of each group; groups without any are empty."""
    key = xr.DataArray(groups, dims=(name,), name=into, coords={name: term.indexes[name]})
    return term.groupby(key).sum().reindex({into: np.arange(size)})


def write(model: SupplyModel) -> linopy.Model:
    """Quantities, stock inside and above target, backlog, lost sales, overtime; balances and hours."""
    nodes, options, demand, resources = model.nodes, model.options, model.demand, model.resources
    program, periods = linopy.Model(), np.arange(model.length)

    def variables(name: str, axis: str, size: int, upper: np.ndarray | float = np.inf) -> linopy.Variable:
        coords = [("t", periods), (axis, np.arange(size))]
        if not isinstance(upper, np.ndarray):
            return program.add_variables(lower=0, upper=upper, coords=coords, name=name)
        there = over(upper > 0, axis)
        return program.add_variables(lower=0, upper=over(upper, axis), coords=coords, name=name, mask=there)

    made = variables("quantity", "o", len(options.names), np.array(options.maximum))
    inside = variables("inside", "n", len(nodes.names), np.array(nodes.target))
    above = variables("above", "n", len(nodes.names))
    backlog = variables("backlog", "d", len(demand.names))
    lost = variables("lost", "d", len(demand.names), np.array(demand.quantity))
    over_hours = variables("overtime", "r", len(resources.names), np.array(resources.overtime))
    beyond = variables("beyond", "r", len(resources.names))
    count = len(nodes.names)
    stock = inside + above
    flow = summed(1 * made, options.node, "o", "n", count) - stock + stock.shift(t=1)
    line = option_of_lines(options.component_start)
    for lead in np.unique(options.lead_time[line]):
        chosen = np.flatnonzero(options.lead_time[line] == lead)
        taken = (made.isel(o=line[chosen]) * xr.DataArray(options.quantity_per[chosen], dims=("o",))).shift(
            t=-int(lead)
        )
        flow = flow - summed(taken, options.component[chosen], "o", "n", count)
    waits = summed(backlog - backlog.shift(t=1) + lost, demand.node, "d", "n", count)
    asked = np.zeros((model.length, count))
    asked[:, demand.node] = demand.quantity
    asked[0] -= nodes.opening
    program.add_constraints(flow + waits == over(asked - nodes.receipts, "n"), name="balance")
    work = option_of_lines(options.hour_start)
    hours = made.isel(o=work) * xr.DataArray(options.hours_per_unit, dims=("o",))
    load = summed(hours, options.resource, "o", "r", len(resources.names))
    stored = np.flatnonzero(nodes.storage >= 0)
    room = stock.isel(n=stored) * xr.DataArray(nodes.storage_per_unit[stored], dims=("n",))
    load = load + summed(room, nodes.storage[stored], "n", "r", len(resources.names))
    program.add_constraints(load - over_hours - beyond <= over(np.array(resources.regular), "r"), name="hours")
    waiting = np.array(demand.backlog_cost)
    waiting[-1] += demand.lost_cost[-1]
    program.add_objective(
        (made * over(np.array(options.unit_cost), "o")).sum()
        + (inside * over(nodes.holding_cost - nodes.shortfall_cost, "n")).sum()
        + (above * over(np.array(nodes.holding_cost), "n")).sum()
        + (backlog * over(waiting, "d")).sum()
        + (lost * over(np.array(demand.lost_cost), "d")).sum()
        + (over_hours * over(np.array(resources.overtime_cost), "r")).sum()
        + (beyond * xr.DataArray(resources.elastic_cost, dims=("r",))).sum()
    )
    return program


def main() -> None:
    model = laid_out(distribution(sys.argv[1]))
    start = time.process_time()
    program = write(model)
    handed = to_highspy(program)
    seconds = time.process_time() - start
    told = {"seconds": seconds, "columns": int(handed.getNumCol()), "version": version("linopy")}
    if len(sys.argv) > 2:
        handed.setOptionValue("output_flag", False)
        handed.run()
        told["objective"] = handed.getInfo().objective_function_value
    print(json.dumps(told))


if __name__ == "__main__":
    main()
