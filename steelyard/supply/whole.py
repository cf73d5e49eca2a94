"""Whole: the second pass, in which workers, shifts and lots become whole; the bound of the first pass is kept."""

from dataclasses import replace
from time import process_time

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import exact_plan, needs_whole
from steelyard.supply.model import SupplyModel
from steelyard.supply.solver import Solution, Solver
from steelyard.supply.supply_plan import SupplyPlan
from steelyard.supply.supply_program import ProgramParts, write_program

_CRUMB = 1e-6


def plan_whole(model: SupplyModel, *, gap: float = 1e-4, seconds: float = 60.0) -> SupplyPlan:
    """Plan with whole workers, shifts and lots, and with fixed costs.

    First the linear program, whose optimum bounds every whole plan. Then its fractions are rounded up and the rest is
    planned around them, so that there is a plan in any case; last the solver looks for a better one.

    Args:
        model: The supply model.
        gap: Distance to the bound, as a share, that is good enough.
        seconds: Longest time of the search.

    Raises:
        ModelError: The program is too large, or costs have no floor.
    """
    began = process_time()
    parts = write_program(model, whole=True)
    solver = Solver(parts.program)
    linear = solver.solve()
    whole = whole_columns(model, parts)
    rounded = _around(solver, parts, whole, np.ceil(linear.values[whole] - _CRUMB))
    searched = _searched(solver, whole, gap, seconds) if needs_whole(model) else None
    best = rounded
    if searched is not None and searched.objective < rounded.objective:
        best = _around(solver, parts, whole, np.round(searched.values[whole]))
    bound = max(linear.bound, searched.bound if searched is not None else -np.inf)
    plan = exact_plan(model, parts, replace(best, bound=bound), seconds=process_time() - began)
    objective = evaluate(model, plan.decisions).objective
    notes = () if plan.complete else plan.notes
    return replace(plan, objective=objective, lower_bound=min(bound, objective), notes=notes)


def whole_columns(model: SupplyModel, parts: ProgramParts) -> BoolArray:
    """Which columns of a program shall be whole."""
    columns = parts.program.columns
    kinds = ["shifts", "used", "lots", *(["workers"] if model.conventions.whole_workers else [])]
    whole = np.zeros(parts.program.shape[1], bool)
    for kind in kinds:
        if kind in columns:
            whole[columns[kind].number[columns[kind].there]] = True
    return whole


def _around(solver: Solver, parts: ProgramParts, whole: BoolArray, values: Array) -> Solution:
    """The best plan around whole columns that stand; the columns are free again afterwards."""
    number, program = np.flatnonzero(whole), parts.program
    fixed = np.clip(values, program.low[whole], np.maximum(np.floor(program.high[whole] + _CRUMB), program.low[whole]))
    solver.set_bounds(number, fixed, fixed)
    found = solver.solve()
    solver.set_bounds(number, program.low[whole], program.high[whole])
    return found


def _searched(solver: Solver, whole: BoolArray, gap: float, seconds: float) -> Solution | None:
    """What the solver finds with whole columns, or None where it finds nothing in time."""
    try:
        return solver.solve_whole(whole, gap=gap, seconds=seconds)
    except ModelError:
        return None
