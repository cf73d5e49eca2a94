"""Whole: the second pass, in which workers, shifts and lots become whole; the bound of the first pass is kept."""

from dataclasses import replace
from time import process_time

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray
from steelyard.supply._rounding import slopes, whole_orders
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import exact_plan, needs_whole
from steelyard.supply.model import SupplyModel, laid_out
from steelyard.supply.order_count import orders_for
from steelyard.supply.solver import Solution, Solver
from steelyard.supply.supply_plan import SupplyPlan
from steelyard.supply.supply_program import ProgramParts, write_program


def plan_whole(model: SupplyModel, *, gap: float = 1e-4, seconds: float = 60.0) -> SupplyPlan:
    """Plan with whole workers, shifts and lots, and with fixed costs.

    First the linear program, whose optimum bounds every whole plan. Then whole orders follow it as far as components
    and hours suffice, and the rest is planned around them; where orders cost money, also with orders gathered. Last
    the solver looks for a better one.

    Args:
        model: The supply model.
        gap: Distance to the bound, as a share, that is good enough.
        seconds: Longest time of the search.

    Raises:
        ModelError: The program is too large, or costs have no floor.
    """
    began, model = process_time(), laid_out(model)
    parts = write_program(model, whole=True)
    solver = Solver(parts.program)
    linear = solver.solve()
    rounding = _Rounding(model, parts, solver)
    best = rounding.around(linear.values)
    if model.options.fixed_cost.any():
        best = min(best, rounding.around(rounding.gathered(linear.values)), key=lambda one: one.objective)
    whole = whole_columns(model, parts)
    searched = _searched(solver, whole, gap, seconds, best.values) if needs_whole(model) else None
    bound = max(linear.bound, searched.bound if searched is not None else -np.inf)
    if searched is not None and searched.objective < best.objective:
        best = rounding.standing(np.round(searched.values[whole]))
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


class _Rounding:
    """Makes plans of whole numbers out of what a linear program finds.

    Args:
        model: The supply model, laid out.
        parts: Its program.
        solver: The solver of it.
    """

    def __init__(self, model: SupplyModel, parts: ProgramParts, solver: Solver) -> None:
        self._model, self._program, self._solver = model, parts.program, solver
        self._whole = whole_columns(model, parts)

    def around(self, values: Array) -> Solution:
        """The best plan around whole orders that follow the values."""
        quantity = whole_orders(self._model, self._program.columns["quantity"].read(values))
        return self.standing(self._columns(values, quantity))

    def gathered(self, values: Array) -> Array:
        """Values in which few orders bring much: each unit bears its part of what its order cost before."""
        options, place = self._model.options, self._program.columns["quantity"]
        number, best, least = place.number[place.there], values, np.inf
        slope = np.zeros(place.there.shape)
        for _ in range(_SLOPES):
            quantity = place.read(values)
            slope = slopes(options, quantity, slope)
            self._solver.set_costs(number, self._program.cost[number] + slope[place.there])
            self._solver.begin_anew()
            values = self._solver.solve().values
            money = float(self._program.cost @ values)
            money += float((options.fixed_cost * orders_for(options, place.read(values))).sum())
            if money < least:
                best, least = values, money
        self._solver.set_costs(number, self._program.cost[number])
        return best

    def standing(self, values: Array) -> Solution:
        """The best plan around whole columns that stand; the columns are free again afterwards."""
        whole, program = self._whole, self._program
        number, most = np.flatnonzero(whole), np.floor(program.high[whole] + _CRUMB)
        fixed = np.clip(values, program.low[whole], np.maximum(most, program.low[whole]))
        self._solver.set_bounds(number, fixed, fixed)
        self._solver.begin_anew()
        found = self._solver.solve()
        self._solver.set_bounds(number, program.low[whole], program.high[whole])
        return found

    def _columns(self, values: Array, quantity: Array) -> Array:
        """The whole columns that stand for quantities of whole orders; shifts and workers are rounded up."""
        options, columns, out = self._model.options, self._program.columns, np.ceil(values - _CRUMB)
        step = np.where(options.lot_multiple > 0, options.lot_multiple, 1.0)
        for kind, count in (("used", orders_for(options, quantity)), ("lots", np.round(quantity / step))):
            place = columns[kind]
            out[place.number[place.there]] = count[place.there]
        return np.asarray(out[self._whole])


def _searched(solver: Solver, whole: BoolArray, gap: float, seconds: float, start: Array) -> Solution | None:
    """What the solver finds with whole columns, or None where it finds nothing in time."""
    try:
        return solver.solve_whole(whole, gap=gap, seconds=seconds, start=start)
    except ModelError:
        return None


_CRUMB = 1e-6
_SLOPES = 3
"""How often the cost of orders is laid on their units again."""
