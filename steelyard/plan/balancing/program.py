"""Lever program: a supply model with every lever as columns beside it, on one live solver.

Levers are shut at first. Opening one, some or all of them and solving again, from the last solution on, measures what
they do alone and together on the same model; no effect is estimated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import process_time

import numpy as np
from scipy import sparse

from steelyard.balancing.gap import late_or_lost
from steelyard.balancing.lever import DEMAND, HOURS, STOCK, Lever, Steps, check_levers, join_steps
from steelyard.balancing.weights import CAPITAL_RATE, UNREST, Weights
from steelyard.errors import PlanError
from steelyard.grid.block import Array, IntArray
from steelyard.supply.linear_program import LinearProgram
from steelyard.supply.model import SupplyModel, laid_out
from steelyard.supply.solver import Solution, Solver
from steelyard.supply.supply_program import STOCKS, ProgramParts, write_program

Quantities = Mapping[str, Array]
"""What is done of each lever, by step."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a model does with some levers open.

    Args:
        gain: Money more than with all levers shut.
        gap: Units late or lost, `[period, row]`.
        units: Units late or lost, all together.
        money: The same at price.
        service: Share of demand served in its own period.
        stock: Mean value of stock at standard cost.
        quantities: What is done of each lever that is used, by step.
        hour_price: Money that one more hour is worth, `[period, resource]`.
        seconds: CPU seconds it took.
    """

    gain: float
    gap: Array
    units: float
    money: float
    service: float
    stock: float
    quantities: Quantities
    hour_price: Array
    seconds: float


UNHURRIED = 1e7
"""Seconds that no sequence of solutions reaches."""


class LeverProgram:
    """Levers on one live solver.

    Args:
        model: The supply model with no lever pulled.
        levers: The levers.
        cost: Standard cost of each node, for the value of stock, `[period, node]`.
        periods_per_year: For the cost of capital.
        seconds: Longest time of all solutions together: the solver's clock runs on from one to the next.

    Example:
        >>> from steelyard.balancing.lever import plain_steps
        >>> from steelyard.supply.model_builder import ModelBuilder
        >>> write = ModelBuilder(1)
        >>> write.node("chair")
        >>> write.resource("bench", regular=4)
        >>> write.make("chair", hours={"bench": 1})
        >>> write.demand("chair", 6, price=10, lost_cost=0)
        >>> at = np.array([0])
        >>> steps = plain_steps(at, at, np.array([5.0]), np.array([3.0]), np.array([3.0]), HOURS)
        >>> program = LeverProgram(write.build(), [Lever("ot", "overtime", "Overtime", "bench", "hours", 0, steps)])
        >>> done = program.alone("ot")
        >>> (done.gain, program.shut.units, done.units, done.quantities["ot"].tolist())
        (14.0, 2.0, 0.0, [2.0])
    """

    def __init__(
        self,
        model: SupplyModel,
        levers: Sequence[Lever],
        cost: Array | None = None,
        *,
        periods_per_year: float = 12.0,
        seconds: float = UNHURRIED,
    ) -> None:
        check_levers(levers)
        self.model, self.levers = laid_out(model), tuple(levers)
        self._parts = write_program(self.model, full=True)
        self._steps = join_steps([one.steps for one in self.levers])
        self._plain = self._parts.program.shape[1]
        self._columns = self._plain + np.arange(self._steps.count)
        program = _with_joint_limits(_with_steps(self._parts, self.model, self._steps), self._plain, self.levers)
        self._program, self._solver = program, Solver(program, seconds=seconds)
        self._cost = np.zeros((self.model.length, len(self.model.nodes.names))) if cost is None else cost
        self._rate = CAPITAL_RATE / periods_per_year
        self._weighed = Weights()
        self._costs, self._solved = program.cost, False
        self._nothing = np.zeros(self._steps.count)
        first = np.cumsum([0, *(one.steps.count for one in self.levers)]).tolist()
        self._part = {one.key: slice(a, b) for one, a, b in zip(self.levers, first, first[1:], strict=False)}
        self.base_objective = 0.0
        solution, seconds_taken = self._solve(self._nothing, self._nothing)
        self.base_objective = solution.objective
        self.shut = self._outcome(solution, seconds_taken)
        self._corner = self._solver.corner()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, levers included."""
        return self._program.shape

    def lever(self, key: str) -> Lever:
        """A lever by its key."""
        return next(one for one in self.levers if one.key == key)

    def alone(self, key: str) -> Outcome:
        """Open one lever up to its limits, all others shut."""
        self._solver.go_to(self._corner)
        return self.best([key])

    def best(self, keys: Sequence[str], weights: Weights | None = None, fixed: Quantities | None = None) -> Outcome:
        """The best use of some levers up to their limits, for what counts.

        Args:
            keys: Levers that are open.
            weights: What counts; profit alone by default. The gain is always money.
            fixed: Levers that stay at given quantities.
        """
        least, most = self._nothing.copy(), self._nothing.copy()
        for key in keys:
            most[self._part[key]] = self._steps.limit[self._part[key]]
        for key, values in (fixed or {}).items():
            least[self._part[key]] = most[self._part[key]] = values
        return self._outcome(*self._solve(least, most, weights))

    def at(self, quantities: Quantities) -> Outcome:
        """Solve again with some levers at given quantities and all others shut."""
        fixed = self._nothing.copy()
        for key, values in quantities.items():
            fixed[self._part[key]] = values
        return self._outcome(*self._solve(fixed, fixed))

    def _solve(self, low: Array, high: Array, weights: Weights | None = None) -> tuple[Solution, float]:
        began, weighed = process_time(), weights or Weights()
        self._weigh(weighed)
        if self._steps.count:
            self._solver.set_bounds(self._columns, low, high)
        solution = self._solver.solve("bounds")
        if not solution.complete:
            raise PlanError("The levers could not be solved to the end", mend="try again with a shorter horizon")
        return replace(solution, objective=self._money(solution.values)), process_time() - began

    def _money(self, values: Array) -> float:
        return float(self._program.cost @ values) + self._program.constant

    def _weigh(self, weights: Weights) -> None:
        """Give every column what it counts for."""
        if weights == self._weighed:
            return
        cost = self._program.cost * weights.profit
        demand, columns = self.model.demand, self._parts.program.columns
        for kind in ("backlog", "lost"):
            places = columns[kind]
            cost[places.number[places.there]] += weights.service * demand.price[places.there]
        capital = weights.cash * self._rate * self._cost
        for kind in STOCKS:
            places = columns[kind]
            cost[places.number[places.there]] += capital[places.there]
        cost[self._columns] += weights.stability * UNREST * self._steps.stake
        moved = np.flatnonzero(cost != self._costs)
        self._solver.set_costs(moved, cost[moved])
        self._costs, self._weighed = cost, weights

    def _outcome(self, solution: Solution, seconds: float) -> Outcome:
        values, columns = solution.values, self._parts.program.columns
        done = values[self._columns]
        shape = self.model.demand.quantity.shape
        asked = self.model.demand.quantity + self._steps.moved(done, DEMAND, *shape)
        gap = late_or_lost(asked, columns["backlog"].read(values), columns["lost"].read(values))
        stock = sum((columns[kind].read(values) for kind in STOCKS), self._carried(done))
        total = float(asked.sum())
        return Outcome(
            gain=self.base_objective - solution.objective,
            gap=gap,
            units=float(gap.sum()),
            money=float((gap * self.model.demand.price).sum()),
            service=1.0 - float(gap.sum()) / total if total > 0 else 1.0,
            stock=float((stock * self._cost).sum()) / self.model.length,
            quantities={key: done[part] for key, part in self._part.items() if (done[part] > _CRUMB).any()},
            hour_price=np.maximum(-self._parts.program.rows["hours"].read(solution.row_price), 0.0),
            seconds=seconds,
        )

    def _carried(self, done: Array) -> Array:
        """Stock that levers themselves carry over a period end, `[period, node]`."""
        moved = self._steps.moved(done, STOCK, self.model.length, len(self.model.nodes.names))
        carrying = np.zeros_like(moved)
        for one in self.levers:
            if one.kind == "pre_build":
                np.add.at(carrying, (one.steps.period, one.steps.about), done[self._part[one.key]])
        return carrying


def _with_steps(parts: ProgramParts, model: SupplyModel, steps: Steps) -> LinearProgram:
    """The program with one column a step, shut."""
    program = parts.program
    if not steps.count:
        return program
    row, value = _entries(parts, model, steps)
    there = row >= 0
    added = sparse.csc_matrix(
        (value[there], (row[there], steps.entry_step[there])), shape=(program.shape[0], steps.count)
    )
    shut = np.zeros(steps.count)
    return replace(
        program,
        cost=np.concatenate((program.cost, steps.cost)),
        low=np.concatenate((program.low, shut)),
        high=np.concatenate((program.high, shut)),
        start=np.concatenate((program.start, program.start[-1] + added.indptr[1:])).astype(np.int32),
        index=np.concatenate((program.index, added.indices)).astype(np.int32),
        value=np.concatenate((program.value, added.data)),
    )


def _with_joint_limits(program: LinearProgram, first: int, levers: Sequence[Lever]) -> LinearProgram:
    """The program with one row a lever whose steps are limited together; its columns begin at `first`."""
    starts = first + np.cumsum([0, *(one.steps.count for one in levers)])
    limited = [number for number, one in enumerate(levers) if np.isfinite(one.joint) and one.steps.count]
    if not limited:
        return program
    column = np.concatenate([np.arange(starts[n], starts[n + 1]) for n in limited])
    row = np.repeat(np.arange(len(limited)), [levers[n].steps.count for n in limited])
    rows = sparse.csc_matrix((np.ones(column.size), (row, column)), shape=(len(limited), program.shape[1]))
    matrix = sparse.vstack([program.matrix(), rows], format="csc")
    most = np.array([levers[n].joint for n in limited])
    return replace(
        program,
        row_low=np.concatenate((program.row_low, np.full(most.size, -np.inf))),
        row_high=np.concatenate((program.row_high, most)),
        start=matrix.indptr.astype(np.int32),
        index=matrix.indices.astype(np.int32),
        value=matrix.data,
    )


def _entries(parts: ProgramParts, model: SupplyModel, steps: Steps) -> tuple[IntArray, Array]:
    """Row and coefficient of each entry: hours widen a resource, stock enters a balance, demand asks of one."""
    rows = parts.program.rows
    hours, balance, demand = (rows[kind].number for kind in ("hours", "balance", "demand"))
    asks = np.where(parts.direct, balance[:, model.demand.node], demand)
    kind, thing, period = steps.entry_kind, steps.entry_thing, steps.entry_period
    row = np.full(kind.size, -1, np.int64)
    for number, table in ((HOURS, hours), (STOCK, balance), (DEMAND, asks)):
        chosen = kind == number
        row[chosen] = table[period[chosen], thing[chosen]]
    return row, np.where(kind == STOCK, steps.entry_value, -steps.entry_value)


_CRUMB = 1e-7
