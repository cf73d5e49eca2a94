"""Master: how much of each proposal of each group to take, so that the hours suffice and the money is least."""

from dataclasses import dataclass

import highspy
import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray
from steelyard.supply.model import over_periods
from steelyard.supply.price_network import PriceNetwork

INFINITY: float = highspy.kHighsInf
IDLE = 6
"""A proposal that was not taken so many times in a row is forgotten."""
_PRIMAL = 4
"""New proposals keep the basis feasible, so the primal simplex goes on from it; twice to four times faster here."""
FLAT = 1 / 64
"""Share of their price at which elastic hours begin."""
_RAISE, _CRUMB = 3.0, 1e-7
MANY = 12
"""Proposals per group from which on idle ones are forgotten."""


@dataclass(frozen=True, eq=False)
class Steps:
    """What hours cost: steps of rising price behind those that are free. One entry a step, rows are resource x period.

    Args:
        row: Row the step brings hours to.
        price: Money per hour.
        limit: Most hours; inf for the elastic step.
        free: Hours without a price, by row.
    """

    row: IntArray
    price: Array
    limit: Array
    free: Array

    def worth(self, hour_price: Array) -> float:
        """What the hours would earn at prices, less what they cost: to be taken off the lower bound."""
        earned = np.maximum(hour_price[self.row] - self.price, 0.0)
        finite = np.isfinite(self.limit)
        return float(hour_price @ self.free + (earned[finite] * self.limit[finite]).sum())

    def offered(self, hour_price: Array) -> Array:
        """Hours that are worth offering at prices, by row."""
        out = self.free.copy()
        chosen = np.isfinite(self.limit) & (hour_price[self.row] > self.price)
        np.add.at(out, self.row[chosen], self.limit[chosen])
        return out

    def most(self) -> Array:
        """The elastic price of each row: hours are never worth more."""
        out = np.zeros(self.free.size)
        elastic = ~np.isfinite(self.limit)
        out[self.row[elastic]] = self.price[elastic]
        return out


def hour_steps(network: PriceNetwork) -> Steps:
    """Steps of every resource and of every limited option: regular, shift, overtime, beyond everything."""
    model, resources, length = network.model, network.model.resources, network.model.length
    regular = over_periods(resources.regular, length) - network.fixed_hours
    paid = over_periods(resources.regular_cost, length) * (not model.conventions.undertime_paid)
    costs = paid > 0
    free = np.where(costs, np.minimum(regular, 0.0), regular)
    per_shift = np.maximum(over_periods(resources.shift_hours, length), 1e-9)
    shifts = over_periods(resources.shift_hours * resources.shift_limit, length)
    kinds = (
        (paid, np.where(costs, np.maximum(regular, 0.0), 0.0)),
        (over_periods(resources.shift_cost, length) / per_shift, shifts),
        (over_periods(resources.overtime_cost, length), over_periods(resources.overtime, length)),
        (over_periods(resources.elastic_cost, length), np.full(regular.shape, np.inf)),
    )
    count = regular.shape[1] * length
    row = np.arange(count)
    own = [(row, price.T.ravel(), limit.T.ravel()) for price, limit in kinds]
    beyond = model.nodes.elastic_cost[model.options.node[network.limited]]
    own.append(
        (count + np.arange(beyond.size * length), np.repeat(beyond, length), np.full(beyond.size * length, np.inf))
    )
    first = count + beyond.size * length
    conjured = model.nodes.elastic_cost[network.scarce]
    own.append((first + np.arange(conjured.size), conjured, np.full(conjured.size, np.inf)))
    limits = np.where(np.isfinite(network.limits), network.limits, 1e12)
    rows, price, limit = (np.concatenate(parts) for parts in zip(*own, strict=True))
    used = limit > 0
    return Steps(
        rows[used], price[used], limit[used], np.concatenate((free.T.ravel(), limits.T.ravel(), network.scarce_stock))
    )


class Master:
    """The linear program over proposals, kept alive between passes and what-ifs.

    Args:
        steps: What hours cost.
        groups: How many groups propose.
        begin: Share of their price at which elastic steps begin.
    """

    def __init__(self, steps: Steps, groups: int, *, begin: float = FLAT) -> None:
        self.steps, self.groups, self.rows = steps, groups, steps.free.size
        self.solver = quiet_solver(solver="simplex", simplex_strategy=_PRIMAL, presolve="off")
        self.pass_of, self.group_of = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._idle = np.zeros(0, np.int64)
        self._soft = self._first_prices(begin)
        self._add_rows()
        self._add_steps()

    def _add_rows(self) -> None:
        nothing, none = np.zeros(0, np.int32), np.zeros(0)
        low = np.concatenate((np.full(self.rows, -INFINITY), np.ones(self.groups)))
        high = np.concatenate((self.steps.free, np.ones(self.groups)))
        self.solver.addRows(low.size, low, high, 0, np.zeros(low.size, np.int32), nothing, none)

    def _add_steps(self) -> None:
        steps, count = self.steps, self.steps.row.size
        start = np.arange(count, dtype=np.int32)
        limit = np.where(np.isfinite(steps.limit), steps.limit, INFINITY)
        self.solver.addCols(
            count, self._soft, np.zeros(count), limit, count, start, steps.row.astype(np.int32), -np.ones(count)
        )

    def propose(self, usage: Array, money: Array, number: int) -> None:
        """Add one proposal of each group: hours it uses, group x row, and its money."""
        self._forget()
        group, row = np.nonzero(usage)
        start = np.searchsorted(group, np.arange(self.groups + 1)) + np.arange(self.groups + 1)
        index, value = np.empty(start[-1], np.int32), np.ones(start[-1])
        place = np.arange(group.size) + group
        index[place], value[place] = row, usage[group, row]
        index[start[1:] - 1] = self.rows + np.arange(self.groups)
        nothing, most = np.zeros(self.groups), np.full(self.groups, INFINITY)
        self.solver.addCols(self.groups, money, nothing, most, index.size, start[:-1].astype(np.int32), index, value)
        self.pass_of = np.append(self.pass_of, np.full(self.groups, number))
        self.group_of = np.append(self.group_of, np.arange(self.groups))
        self._idle = np.append(self._idle, np.zeros(self.groups, np.int64))

    def _forget(self) -> None:
        if self.pass_of.size <= MANY * self.groups:
            return
        gone = np.flatnonzero(self._idle >= IDLE)
        if gone.size:
            self.solver.deleteCols(gone.size, (gone + self.steps.row.size).astype(np.int32))
            kept = np.ones(self.pass_of.size, np.bool_)
            kept[gone] = False
            self.pass_of, self.group_of = self.pass_of[kept], self.group_of[kept]
            self._idle = self._idle[kept]

    def solve(self) -> tuple[float, Array, Array]:
        """Least money, prices of the rows, weight of each proposal."""
        self.solver.run()
        found = self.solver.getSolution()
        prices = np.maximum(-np.asarray(found.row_dual)[: self.rows], 0.0)
        weight = np.asarray(found.col_value)[self.steps.row.size :]
        self._idle = np.where(weight > 1e-9, 0, self._idle + 1)
        used = np.asarray(found.col_value)[: self.steps.row.size]
        money = float(self.solver.getInfo().objective_function_value) + float(used @ (self.steps.price - self._soft))
        self._raise_prices(used)
        return money, prices, weight

    def _first_prices(self, share: float) -> Array:
        """Elastic steps begin cheap, so that the first prices are of the size of the last ones."""
        steps, real = self.steps, np.zeros(self.rows)
        finite = np.isfinite(steps.limit)
        np.maximum.at(real, steps.row[finite], steps.price[finite])
        begin = np.maximum(steps.price * share, 1.2 * real[steps.row])
        return np.where(finite, steps.price, np.minimum(begin, steps.price))

    def _raise_prices(self, used: Array) -> None:
        """Elastic steps in use become dearer, up to their price."""
        steps = self.steps
        dearer = np.flatnonzero((used > _CRUMB) & (self._soft < steps.price) & ~np.isfinite(steps.limit))
        self._soft[dearer] = np.minimum(self._soft[dearer] * _RAISE, steps.price[dearer])
        if dearer.size:
            self.solver.changeColsCost(dearer.size, dearer.astype(np.int32), self._soft[dearer])

    def change_hours(self, steps: Steps) -> None:
        """Other hours, the same rows and steps: only bounds move, so the next solve starts warm."""
        moved = np.flatnonzero(steps.free != self.steps.free)
        for row in moved.tolist():
            self.solver.changeRowBounds(row, -INFINITY, float(steps.free[row]))
        for number in np.flatnonzero(steps.limit != self.steps.limit).tolist():
            self.solver.changeColBounds(number, 0.0, float(steps.limit[number]))
        self.steps = steps


def quiet_solver(**options: float | str | bool) -> highspy.Highs:
    """A solver that prints nothing, on one thread; every option is checked, for HiGHS keeps old values silently.

    Raises:
        ModelError: The solver does not know an option or its value.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "threads": 1, **options}.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ModelError(f"The solver refuses {name} = {value!r}", mend="use an option of this HiGHS")
    return solver
