"""Solver: the one door to HiGHS. Hands a linear program over, solves it cold or warm, and checks every answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.supply.linear_program import LinearProgram

Option = bool | int | float | str
_INTEGER = int(highspy.HighsVarType.kInteger.value)
_CONTINUOUS = int(highspy.HighsVarType.kContinuous.value)
_DUAL, _PRIMAL = 1, 4
"""Strategies of the simplex: dual after changes of bounds, primal after changes of costs."""


@dataclass(frozen=True, eq=False)
class Solution:
    """What the solver found.

    Args:
        values: Values of the columns.
        row_price: Change of the objective per unit of each row's right side.
        objective: Objective of the values, constant included.
        bound: No solution is better; equals the objective where it is proven.
        complete: Whether the solver reached the end, or ran out of time with what it had.
    """

    values: Array
    row_price: Array
    objective: float
    bound: float
    complete: bool


@dataclass(frozen=True, eq=False)
class Corner:
    """Where a solution lies: which columns and rows stand at which of their bounds."""

    basis: highspy.HighsBasis


class Solver:
    """A live solver of one program. Changes are cheap: the next solution starts from the last one.

    Args:
        program: The linear program.
        seconds: Longest time for one solution.
        threads: Threads of the solver.

    Raises:
        ModelError: The solver does not take the program or an option.
    """

    def __init__(self, program: LinearProgram, *, seconds: float = 300.0, threads: int = 1) -> None:
        self.program = program
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.seconds = seconds
        self.unfinished = 0
        """Linear solutions so far that ran out of time."""
        self._set({"output_flag": False, "threads": threads, "solver": "simplex"})
        self._offset = program.constant
        self._pass()
        self._warm = False

    def solve(self, changed: Literal["bounds", "costs"] = "bounds") -> Solution:
        """Solve; warm after the first time.

        NOTE: HiGHS holds its time limit against all linear runs of one object together; each run gets its own time.

        Args:
            changed: What changed most since the last solution; it chooses the simplex.

        Raises:
            ModelError: There is no solution, which for programs of supply models means costs without a floor.
        """
        self._set({"simplex_strategy": _PRIMAL if changed == "costs" and self._warm else _DUAL})
        self._set({"time_limit": self._highs.getRunTime() + self.seconds})
        self._highs.run()
        self._warm = True
        found = self._solution()
        self.unfinished += not found.complete
        return found

    def solve_whole(self, whole: BoolArray, *, gap: float, seconds: float, start: Array | None = None) -> Solution:
        """Solve once more with some columns whole; the program is linear again afterwards.

        NOTE: the search for whole numbers has a clock of its own, so its limit is no sum.

        Args:
            whole: Columns that shall be whole numbers.
            gap: Distance to the bound, as a share, that is good enough.
            seconds: Longest time.
            start: Values of all columns from which to look for better ones.
        """
        columns = np.flatnonzero(whole).astype(np.int32)
        self._check(self._highs.changeColsIntegrality(columns.size, columns, _types(columns.size, _INTEGER)), "columns")
        self._set({"mip_rel_gap": gap, "time_limit": seconds, "solver": "choose"})
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = start.tolist()
            self._check(self._highs.setSolution(known), "start")
        self._highs.run()
        found = self._solution(whole=True)
        self._set({"solver": "simplex"})
        back = _types(columns.size, _CONTINUOUS)
        self._check(self._highs.changeColsIntegrality(columns.size, columns, back), "columns")
        self._warm = False
        return found

    def begin_anew(self) -> None:
        """Forget the last solution: where much is fixed, a small program is solved faster than a far corner is left."""
        self._check(self._highs.clearSolver(), "new beginning")
        self._warm = False

    def corner(self) -> Corner:
        """The corner of the last solution, to which `go_to` comes back."""
        return Corner(self._highs.getBasis())

    def go_to(self, corner: Corner) -> None:
        """Start the next solution from a corner found before, instead of from the last one.

        Of many small what-ifs of one program, each is nearer to the program itself than to the one solved before it.
        """
        self._check(self._highs.setBasis(corner.basis), "corner")

    def set_costs(self, columns: IntArray, cost: Array) -> None:
        """Give columns other costs."""
        number, values = columns.astype(np.int32), np.ascontiguousarray(cost, np.float64)
        self._check(self._highs.changeColsCost(number.size, number, values), "costs")

    def set_bounds(self, columns: IntArray, low: Array, high: Array) -> None:
        """Give columns other bounds."""
        number = columns.astype(np.int32)
        low, high = np.ascontiguousarray(low, np.float64), np.ascontiguousarray(high, np.float64)
        self._check(self._highs.changeColsBounds(number.size, number, low, high), "bounds")

    def set_rows(self, rows: IntArray, low: Array, high: Array) -> None:
        """Give rows other bounds."""
        number = rows.astype(np.int32)
        low, high = np.ascontiguousarray(low, np.float64), np.ascontiguousarray(high, np.float64)
        status = self._highs.changeRowsBounds(number.size, number, low, high)  # type: ignore[attr-defined]
        self._check(status, "rows")

    def set_coefficients(self, rows: IntArray, columns: IntArray, values: Array) -> None:
        """Give entries of the matrix other values."""
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            self._check(self._highs.changeCoeff(row, column, value), "coefficients")

    def add_row(self, columns: IntArray, values: Array, low: float, high: float) -> int:
        """Add a row and give its number."""
        number = columns.astype(np.int32)
        self._check(self._highs.addRow(low, high, number.size, number, values), "row")
        return int(self._highs.getNumRow()) - 1

    def add_column(self, cost: float, low: float, high: float) -> int:
        """Add a column that is in no row yet, and give its number."""
        none = np.empty(0, np.int32)
        self._check(self._highs.addCol(cost, low, high, 0, none, np.empty(0)), "column")
        return int(self._highs.getNumCol()) - 1

    def set_offset(self, constant: float) -> None:
        """Give the objective another constant."""
        self._offset = constant
        self._check(self._highs.changeObjectiveOffset(constant), "constant")

    def _pass(self) -> None:
        p = self.program
        rows, columns = p.shape
        status = self._highs.passModel(
            columns, rows, p.value.size,
            int(highspy.MatrixFormat.kColwise.value), int(highspy.ObjSense.kMinimize.value), p.constant,
            p.cost, p.low, p.high, p.row_low, p.row_high, p.start, p.index, p.value, np.zeros(columns, np.int32),
        )  # fmt: skip
        self._check(status, "program")

    def _solution(self, *, whole: bool = False) -> Solution:
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        kinds = highspy.HighsModelStatus
        if status not in (kinds.kOptimal, kinds.kTimeLimit, kinds.kIterationLimit):
            mend = "look for a negative cost, or an end value of stock above what a unit costs"
            raise ModelError(f"The solver ended with {self._highs.modelStatusToString(status)}", mend=mend)
        complete = status == kinds.kOptimal
        found = self._highs.getSolution()
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if whole else objective if complete else -np.inf
        return Solution(np.array(found.col_value), np.array(found.row_dual), objective, bound, complete)

    def _set(self, options: Mapping[str, Option]) -> None:
        """Set options; the solver keeps the old value silently where it does not take the new one."""
        for name, value in options.items():
            status = self._highs.setOptionValue(name, value)
            if status != highspy.HighsStatus.kOk or self._highs.getOptionValue(name)[1] != value:
                raise ModelError(f"The solver does not take {name} = {value}", mend="use a value that HiGHS documents")

    def _check(self, status: highspy.HighsStatus, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise ModelError(
                f"The solver does not take these {what}", mend="look for NaN or crossed bounds in the data"
            )


def _types(count: int, kind: int) -> NDArray[np.uint8]:
    return np.full(count, kind, np.uint8)
