"""Exact: the plan no other plan of the model can beat, by linear programming."""

from time import process_time

import numpy as np

from steelyard.grid.block import Array
from steelyard.supply.evaluate import evaluate
from steelyard.supply.model import SupplyModel, laid_out, over_periods
from steelyard.supply.solver import Solution, Solver
from steelyard.supply.supply_plan import Binding, Decisions, SupplyPlan
from steelyard.supply.supply_program import ProgramParts, write_program

_PRICE_CRUMB = 1e-7


def plan_exact(model: SupplyModel, *, seconds: float = 300.0) -> SupplyPlan:
    """Plan with a proven optimum.

    Args:
        model: The supply model.
        seconds: Longest time for the solver.

    Raises:
        ModelError: The program is too large, or costs have no floor.
    """
    began = process_time()
    parts = write_program(model)
    solution = Solver(parts.program, seconds=seconds).solve()
    return exact_plan(model, parts, solution, seconds=process_time() - began)


def exact_plan(model: SupplyModel, parts: ProgramParts, solution: Solution, *, seconds: float) -> SupplyPlan:
    """The plan a solution stands for.

    Args:
        model: The supply model.
        parts: Its program.
        solution: A solution of the program.
        seconds: What it took.
    """
    model, program = laid_out(model), parts.program
    decisions = read_decisions(model, parts, solution.values)
    evaluation = evaluate(model, decisions)
    price = np.maximum(-program.rows["hours"].read(solution.row_price), 0.0)
    return SupplyPlan(
        engine="exact",
        decisions=decisions,
        seconds=seconds,
        lower_bound=solution.bound,
        objective=evaluation.objective,
        hour_price=price,
        unit_value=program.rows["balance"].read(solution.row_price),
        binding=binding_list(price, evaluation.load, decisions.overtime),
        elastic=evaluation.elastic,
        notes=_notes(model, solution),
        complete=solution.complete,
    )


def read_decisions(model: SupplyModel, parts: ProgramParts, values: Array) -> Decisions:
    """Decisions of a solution; shipments without columns follow from demand, backlog and lost sales."""
    columns = parts.program.columns
    backlog, lost = columns["backlog"].read(values), columns["lost"].read(values)
    left = model.demand.quantity - lost - np.diff(backlog, axis=0, prepend=0.0)
    shipped = np.where(parts.direct, np.maximum(left, 0.0), columns["shipped"].read(values))
    return Decisions(
        quantity=columns["quantity"].read(values),
        shipped=shipped,
        lost=lost,
        overtime=columns["overtime"].read(values),
        shifts=columns["shifts"].read(values),
        workers=columns["workers"].read(values),
        expired=columns["expired"].read(values),
    )


def binding_list(price: Array, load: Array, overtime: Array) -> tuple[Binding, ...]:
    """Resources and periods in which one more hour is worth money, by price x hours.

    Args:
        price: Money per hour, `[period, resource]`.
        load: Hours used, `[period, resource]`.
        overtime: Hours of overtime, `[period, resource]`.

    Example:
        >>> hours = np.array([[10.0, 5.0]])
        >>> binding_list(np.array([[0.0, 2.0]]), hours, 0 * hours)[0].worth
        10.0
    """
    period, resource = np.nonzero(price > _PRICE_CRUMB)
    found = [
        Binding(r, t, float(price[t, r]), float(load[t, r]), float(overtime[t, r]))
        for t, r in zip(period.tolist(), resource.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (-each.worth, each.resource, each.period)))


def needs_whole(model: SupplyModel) -> bool:
    """Whether the model asks for whole numbers: whole workers, shifts, lots or fixed costs."""
    options, resources = model.options, model.resources
    lots = (options.lot_minimum > 0) | (options.lot_multiple > 0) | (options.fixed_cost > 0)
    steps = over_periods(resources.shift_limit, model.length) > 0
    workers = model.conventions.whole_workers and bool(model.workforce.names)
    return bool(lots.any() or steps.any() or workers)


def _notes(model: SupplyModel, solution: Solution) -> tuple[str, ...]:
    notes = []
    if not solution.complete:
        notes.append("The solver ran out of time; the plan may be far from the best one, and may not even be possible.")
    if needs_whole(model):
        notes.append("Whole workers, shifts, lots and fixed costs are left to the integer pass.")
    return tuple(notes)
