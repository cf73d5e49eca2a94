"""Session: a live solver of one supply model, on which what-ifs are solved from the last plan on."""

from time import process_time
from typing import Literal

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.exact import exact_plan
from steelyard.supply.linear_program import LinearProgram
from steelyard.supply.model import SupplyModel, laid_out
from steelyard.supply.model_changes import (
    place_of,
    with_capacity,
    with_demand,
    with_lead_time,
    with_overtime_cost,
    with_unit_cost,
    without_source,
)
from steelyard.supply.solver import Corner, Solution, Solver
from steelyard.supply.supply_plan import SupplyPlan
from steelyard.supply.supply_program import write_program

Changed = Literal["bounds", "costs"]


class PlanSession:
    """Keeps the solver of a model alive; every what-if starts from the plan before.

    Capacity, demand, costs, lead times and sources may change. Changes stay until they are changed back or `reset`.
    Where a change touches the structure (a lead time, demand where there was none), the program is written anew and
    what differs is handed to the live solver; only if that cannot be, it is solved from the start.

    Args:
        model: The supply model.
        seconds: Longest time for one solution.

    Example:
        >>> from steelyard.supply.model_builder import ModelBuilder
        >>> write = ModelBuilder(1)
        >>> write.node("chair")
        >>> write.resource("bench", regular=4)
        >>> write.make("chair", hours={"bench": 1})
        >>> write.demand("chair", 6, price=10, lost_cost=0)
        >>> session = PlanSession(write.build())
        >>> session.plan().objective
        -40.0
        >>> session.set_capacity("bench", 5).objective
        -50.0
    """

    def __init__(self, model: SupplyModel, *, seconds: float = 120.0) -> None:
        self.base = laid_out(model)
        self.model = self.base
        self._seconds = seconds
        self._parts = write_program(self.model, full=True)
        self._solver = Solver(self._parts.program, seconds=seconds)
        self.solution: Solution | None = None
        self._corner: Corner | None = None

    def keep_start(self) -> None:
        """Let every what-if to come start from the plan as it is now, not from the what-if before it.

        Sooner where each what-if goes back to the same model; lasts until the structure changes.
        """
        self.plan()
        self._corner = self._solver.corner()

    def plan(self) -> SupplyPlan:
        """The best plan of the model as it stands."""
        return self._planned(self.model, "bounds")

    def reset(self) -> SupplyPlan:
        """Take all what-ifs back."""
        return self._planned(self.base, "bounds")

    def rebase(self, model: SupplyModel) -> SupplyPlan:
        """Take a model of the same things as the one that `reset` goes back to; warm like any change."""
        self.base = laid_out(model)
        return self._planned(self.base, "bounds")

    def set_model(self, model: SupplyModel, changed: Changed = "bounds") -> SupplyPlan:
        """Plan another model of the same things, warm where its structure is the same.

        Args:
            model: The model with its changes.
            changed: What changed most; it chooses the simplex.
        """
        return self._planned(laid_out(model), changed)

    def set_capacity(
        self, resource: str, hours: float | Array | None = None, *, factor: float = 1.0, periods: slice | None = None
    ) -> SupplyPlan:
        """Give a resource other regular hours.

        Args:
            resource: Its name.
            hours: Regular hours, one number or one per period chosen; as they stand by default.
            factor: What they are multiplied by.
            periods: Which periods; all by default.
        """
        return self.set_model(with_capacity(self.model, resource, hours, factor=factor, periods=periods))

    def set_demand(
        self, rows: IntArray | BoolArray | slice, *, factor: float, periods: slice | None = None
    ) -> SupplyPlan:
        """Multiply the demand of some rows.

        Args:
            rows: Which demand rows.
            factor: What they are multiplied by.
            periods: Which periods; all by default.
        """
        return self.set_model(with_demand(self.model, rows, factor=factor, periods=periods))

    def set_unit_cost(self, options: IntArray | BoolArray | slice, *, factor: float) -> SupplyPlan:
        """Multiply the unit cost of some options."""
        return self.set_model(with_unit_cost(self.model, options, factor=factor), "costs")

    def set_overtime_cost(self, resources: IntArray | BoolArray | slice, *, factor: float) -> SupplyPlan:
        """Multiply the cost of overtime of some resources."""
        return self.set_model(with_overtime_cost(self.model, resources, factor=factor), "costs")

    def set_lead_time(self, option: str, periods: int) -> SupplyPlan:
        """Give an option another lead time; work stays as far before its receipt as it was, at most the lead time."""
        return self.set_model(with_lead_time(self.model, option, periods))

    def close_source(self, option: str, periods: slice | None = None) -> SupplyPlan:
        """Take an option away, for some periods or for good."""
        return self.set_model(without_source(self.model, option, periods))

    def block_value(self, resource: str, hours: float, *, periods: slice | None = None) -> float:
        """Money that a whole block of hours is worth, by solving with and without it: prices of one hour overstate it.

        Args:
            resource: Its name.
            hours: Hours more (or less) in each of the periods.
            periods: Which periods; all by default.

        Raises:
            ModelError: The solver ran out of time, so that the two plans say nothing about the hours.
        """
        model, before = self.model, self.plan()
        number = place_of(model.resources.names, resource)
        chosen = periods or slice(None)
        more = np.maximum(np.array(model.resources.regular)[chosen, number] + hours, 0.0)
        after = self.set_capacity(resource, more, periods=chosen)
        self.set_model(model)
        if not (before.complete and after.complete):
            raise ModelError("The solver ran out of time", where=resource, mend="give it more seconds or fewer periods")
        return before.objective - after.objective

    def _planned(self, model: SupplyModel, changed: Changed) -> SupplyPlan:
        began = process_time()
        if model is not self.model or self.solution is None:
            self._hand_over(model)
            if self._corner is not None:
                self._solver.go_to(self._corner)
            self.solution = self._solver.solve(changed)
        return exact_plan(self.model, self._parts, self.solution, seconds=process_time() - began)

    def _hand_over(self, model: SupplyModel) -> None:
        if model is self.model:
            return
        parts = write_program(model, full=True)
        if _same_columns(parts.program, self._parts.program):
            _pass_differences(self._solver, self._parts.program, parts.program)
        else:
            self._solver, self._corner = Solver(parts.program, seconds=self._seconds), None
        self.model, self._parts = model, parts


def _same_columns(new: LinearProgram, old: LinearProgram) -> bool:
    """Whether two programs have the same columns and rows in the same places."""
    kinds = new.columns.keys() == old.columns.keys() and new.rows.keys() == old.rows.keys()
    return (
        kinds
        and new.shape == old.shape
        and all(np.array_equal(places.number, old.columns[kind].number) for kind, places in new.columns.items())
        and all(np.array_equal(places.number, old.rows[kind].number) for kind, places in new.rows.items())
    )


def _pass_differences(solver: Solver, old: LinearProgram, new: LinearProgram) -> None:
    costs = np.flatnonzero(old.cost != new.cost)
    solver.set_costs(costs, new.cost[costs])
    bounds = np.flatnonzero((old.low != new.low) | (old.high != new.high))
    solver.set_bounds(bounds, new.low[bounds], new.high[bounds])
    rows = np.flatnonzero((old.row_low != new.row_low) | (old.row_high != new.row_high))
    solver.set_rows(rows, new.row_low[rows], new.row_high[rows])
    if old.constant != new.constant:
        solver.set_offset(new.constant)
    _pass_coefficients(solver, old, new)


def _pass_coefficients(solver: Solver, old: LinearProgram, new: LinearProgram) -> None:
    """Hand over the entries of the matrix that differ, where such are."""
    if np.array_equal(old.index, new.index) and np.array_equal(old.start, new.start):
        differ = np.flatnonzero(old.value != new.value)
        column = np.repeat(np.arange(new.shape[1]), np.diff(new.start))
        solver.set_coefficients(new.index[differ].astype(np.int64), column[differ], new.value[differ])
        return
    gone, come = old.matrix(), new.matrix()
    change = (come - gone).tocoo()
    real = change.data != 0
    rows, columns = change.row[real].astype(np.int64), change.col[real].astype(np.int64)
    solver.set_coefficients(rows, columns, np.asarray(come.tocsr()[rows, columns]).ravel())
