"""Goals: what the exact plan puts first: profit, delivery by class of customer, or a fair share inside each class."""

from dataclasses import replace
from time import process_time
from typing import Literal

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.exact import exact_plan, plan_exact
from steelyard.supply.linear_program import LinearProgram
from steelyard.supply.model import SupplyModel, laid_out
from steelyard.supply.solver import Solver
from steelyard.supply.supply_plan import SupplyPlan
from steelyard.supply.supply_program import ProgramParts, write_program

Goal = Literal["profit", "delivery", "fair_share"]
GOALS: tuple[Goal, ...] = ("profit", "delivery", "fair_share")

_ELASTIC = ("hours", "material", "below_minimum", "hired_beyond", "laid_off_beyond", "idle")
_DEAR = 1e4
"""What elastic help costs while service is maximised, in units late a period: no service is bought with it."""
_SLACK = 1e-6
"""Share by which a step may fall short of what an earlier step reached, so that rounding closes no door."""


def plan_goal(model: SupplyModel, goal: Goal = "profit", *, seconds: float = 300.0) -> SupplyPlan:
    """Plan exactly for a goal.

    profit: least costs less revenue; what customers cost says who waits.
    delivery: class after class, by rank, as few units late or lost as can be; the first class takes what it needs.
        Then the cheapest of these plans.
    fair_share: class after class, the largest share of demand that any row of the class loses is made small, so that
        scarcity is spread evenly. Then the cheapest of these plans.

    The lower bound is that of the goal: no plan with this service costs less.

    Args:
        model: The supply model.
        goal: profit, delivery or fair_share.
        seconds: Longest time of one solution.

    Raises:
        ModelError: There is no such goal, or the program is too large.
    """
    if goal not in GOALS:
        raise ModelError(f"There is no goal called {goal}", mend=f"use {', '.join(GOALS)}")
    if goal == "profit":
        return plan_exact(model, seconds=seconds)
    began, model = process_time(), laid_out(model)
    parts = write_program(model)
    solver = Solver(parts.program, seconds=seconds)
    steps = _deliver if goal == "delivery" else _share
    reached = [steps(solver, parts, model, rank) for rank in np.unique(model.demand.rank).tolist()]
    everything = np.arange(parts.program.shape[1])
    solver.set_costs(everything, parts.program.cost)
    solver.set_offset(parts.program.constant)
    solution = solver.solve("costs")
    trimmed = replace(solution, values=solution.values[: everything.size])
    plan = exact_plan(model, parts, trimmed, seconds=process_time() - began)
    return replace(plan, notes=(*plan.notes, *reached), complete=not solver.unfinished)


def _deliver(solver: Solver, parts: ProgramParts, model: SupplyModel, rank: int) -> str:
    """Let as few units of a class be late or lost as can be, and hold the rest of the way to it."""
    program = parts.program
    late, lost = _service_columns(program, model.demand.rank == rank)
    columns = np.concatenate((late, lost))
    weight = np.concatenate((np.ones(late.size), np.full(lost.size, float(model.length))))
    if not columns.size:
        return f"Rank {rank}: nobody waits or is lost."
    _only(solver, program, columns, weight)
    least = solver.solve("costs").objective
    solver.add_row(columns, weight, -np.inf, least * (1 + _SLACK) + _SLACK)
    return f"Rank {rank}: {least:,.1f} units late by a period at least; lost ones count {model.length} periods."


def _share(solver: Solver, parts: ProgramParts, model: SupplyModel, rank: int) -> str:
    """Make the largest share that a row of a class loses as small as can be."""
    program, demand = parts.program, model.demand
    worst = solver.add_column(0.0, 0.0, np.inf)
    asked = demand.quantity.sum(axis=0)
    for row in np.flatnonzero((demand.rank == rank) & (asked > 0)).tolist():
        chosen = np.zeros(demand.rank.size, bool)
        chosen[row] = True
        late, lost = _service_columns(program, chosen)
        last = late[-1:]
        columns = np.concatenate((lost, last, [worst]))
        values = np.concatenate((np.ones(lost.size + last.size), [-float(asked[row])]))
        solver.add_row(columns, values, -np.inf, 0.0)
    _only(solver, program, np.array([worst]), np.ones(1))
    least = solver.solve("costs").objective
    solver.set_bounds(np.array([worst]), np.zeros(1), np.array([least * (1 + _SLACK) + _SLACK]))
    solver.set_costs(np.array([worst]), np.zeros(1))
    return f"Rank {rank}: no customer loses more than {least:.1%} of the demand."


def _service_columns(program: LinearProgram, rows: BoolArray) -> tuple[IntArray, IntArray]:
    """Columns of backlog and of lost sales of some demand rows, in order of periods."""
    found = [program.columns[kind].number[:, rows].T.ravel() for kind in ("backlog", "lost")]
    return found[0][found[0] >= 0], found[1][found[1] >= 0]


def _only(solver: Solver, program: LinearProgram, columns: IntArray, weight: Array) -> None:
    """Let the objective be some columns alone, with what is elastic kept dear."""
    cost = np.zeros(max(program.shape[1], int(columns.max()) + 1))
    for kind in _ELASTIC:
        if kind in program.columns:
            places = program.columns[kind]
            cost[places.number[places.there]] = _DEAR
    cost[columns] = weight
    chosen = np.unique(np.concatenate((np.arange(program.shape[1]), columns)))
    solver.set_costs(chosen, cost[chosen])
    solver.set_offset(0.0)
