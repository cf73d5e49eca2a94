"""Simulation: what a policy really delivers, period by period, on many random courses of demand.

Each period: orders that are due arrive, the policy orders, demand comes, what is left is counted. Courses are the
caller's or drawn from a seed, so that policies compared on the same courses differ by the policy alone.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numba
import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray

CourseLaw = Literal["normal", "gamma", "poisson", "negative_binomial", "lognormal"]


@dataclass(frozen=True)
class StockRule:
    """When and how much to order.

    A lot policy orders `lot_size` as often as needed when the position is at or below the reorder point; with a lot of
    0 the position is brought up to the order-up-to level. A reorder point one below the level makes it base stock.
    """

    reorder_point: float
    """Stock position at or below which to order [units]."""
    order_up_to: float = 0.0
    """Stock position to order up to [units]."""
    lot_size: float = 0.0
    """Units ordered at once; 0 to order up to the level."""
    review: int = 1
    """Periods between looks at the stock."""

    def __post_init__(self) -> None:
        if self.review < 1 or self.lot_size < 0 or (self.lot_size == 0 and self.order_up_to < self.reorder_point):
            raise ModelError("The rule never ends ordering", mend="give a lot, or a level not below the reorder point")


class Estimate(NamedTuple):
    """A mean over all courses and how sure it is."""

    mean: float
    standard_error: float


class Outcome(NamedTuple):
    """What a policy delivered."""

    cycle_service_level: Estimate
    """Share of replenishment cycles without a shortage."""
    fill_rate: Estimate
    """Share of demand served at once."""
    ready_rate: Estimate
    """Share of periods that end with stock on hand."""
    mean_stock: Estimate
    """Stock on hand at the end of a period [units]."""
    mean_backlog: Estimate
    """Units that customers wait for at the end of a period."""
    orders: Estimate
    """Orders in a period."""

    def cost(self, *, holding_cost: float, backorder_cost: float, order_cost: float = 0.0) -> float:
        """Mean cost of a period [money]."""
        held, waiting = holding_cost * self.mean_stock.mean, backorder_cost * self.mean_backlog.mean
        return held + waiting + order_cost * self.orders.mean


def draw_courses(
    *, mean: float, deviation: float, periods: int, courses: int, seed: int, law: CourseLaw = "normal",
    autocorrelation: float = 0.0,
) -> Array:  # fmt: skip
    """Draw courses of demand, period x course [units].

    Args:
        mean: Mean demand of a period [units].
        deviation: Standard deviation [units]; not used for Poisson demand.
        periods: Length of a course.
        courses: How many.
        seed: Equal seeds give equal courses.
        law: Distribution of a period's demand.
        autocorrelation: Of neighbouring periods, for normal demand only.
    """
    chance = np.random.default_rng(seed)
    shape = (periods, courses)
    if law == "normal":
        noise = chance.standard_normal(shape)
        for t in range(1, periods):
            noise[t] = autocorrelation * noise[t - 1] + np.sqrt(1.0 - autocorrelation**2) * noise[t]
        return mean + deviation * noise
    if law == "poisson":
        return chance.poisson(mean, shape).astype(np.float64)
    if law == "gamma":
        return chance.gamma((mean / deviation) ** 2, deviation**2 / mean, shape)
    if law == "lognormal":
        spread = np.sqrt(np.log1p((deviation / mean) ** 2))
        return chance.lognormal(np.log(mean) - spread**2 / 2, spread, shape)
    over = max(deviation**2 - mean, 1e-9 * mean)
    return chance.negative_binomial(mean**2 / over, mean / (mean + over), shape).astype(np.float64)


def simulate_policy(
    rule: StockRule, demand: Array, lead_time: int | IntArray, *, lost_sales: bool = False, warm_up: int = 0
) -> Outcome:
    """Run a policy on courses of demand.

    Args:
        rule: When and how much to order.
        demand: Demand, period x course [units].
        lead_time: Whole periods from order to arrival, one for all or by period of the order; 0 arrives at once.
        lost_sales: Whether customers leave instead of waiting.
        warm_up: First periods that are not counted.

    Returns:
        Service, stock and orders, each with its standard error over the courses.

    Raises:
        ModelError: There is no period to count.

    Example:
        >>> rule = StockRule(reorder_point=14.0, order_up_to=15.0)
        >>> simulate_policy(rule, np.full((20, 2), 5.0), 2, warm_up=5).fill_rate.mean
        1.0
    """
    periods, courses = demand.shape
    if warm_up >= periods:
        raise ModelError("There is no period after the warm-up", mend="give longer courses")
    lead = np.broadcast_to(np.asarray(lead_time, np.int64), (periods,)).copy()
    found = np.zeros((6, courses))
    _run(
        demand, lead, rule.reorder_point, rule.order_up_to, rule.lot_size, rule.review, lost_sales, warm_up, found
    )  # fmt: skip
    return Outcome(*(_estimate(row) for row in found))


def simulate_serial(
    local_base_stock: Array, lead_time: IntArray, demand: Array, *, local_holding: Array, backorder_cost: float,
    charged: Literal["before_demand", "after_demand"] = "after_demand", warm_up: int = 50,
) -> Estimate:  # fmt: skip
    """Mean cost of a period of a serial system under base-stock levels, the stage at the customers first.

    Args:
        local_base_stock: Base-stock level of each stage's own stock [units].
        lead_time: Whole periods to each stage from the one above.
        demand: Demand of customers, period x course [units].
        local_holding: Holding cost of a unit at each stage; stock on its way to the next stage counts there too.
        backorder_cost: Money for a unit a customer waits for a period.
        charged: Whether stock is charged before the demand of the period or after it.
        warm_up: First periods that are not counted.
    """
    costs = np.zeros(demand.shape[1])
    _run_serial(
        local_base_stock, lead_time.astype(np.int64), demand, local_holding, backorder_cost,
        charged == "before_demand", warm_up, costs,
    )  # fmt: skip
    return _estimate(costs)


def _estimate(values: Array) -> Estimate:
    error = values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else np.nan
    return Estimate(float(values.mean()), float(error))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _run(
    demand: Array, lead: IntArray, point: float, level: float, lot: float, review: int, lost: bool, warm_up: int,
    found: Array,
) -> None:  # fmt: skip
    periods, courses = demand.shape
    for c in range(courses):
        due = np.zeros(periods + lead.max() + 2)
        stock, on_order, short, total = point + lot if lot > 0.0 else level, 0.0, 0.0, 0.0
        ready, held, waiting, orders, cycles, good, clean = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, True
        for t in range(periods):
            if t > 0 and due[t] > 0.0:
                if t > warm_up:
                    cycles, good = cycles + 1.0, good + (1.0 if clean else 0.0)
                clean = True
            stock, on_order = stock + due[t], on_order - due[t]
            position = stock + on_order
            if t % review == 0 and position <= point + 1e-9:
                ordered = np.ceil((point - position + 1e-9) / lot) * lot if lot > 0.0 else level - position
                if ordered > 0.0:
                    if lead[t] == 0:
                        stock += ordered
                    else:
                        due[t + lead[t]] += ordered
                        on_order += ordered
                    orders += 1.0 if t >= warm_up else 0.0
            on_hand = max(stock, 0.0)
            stock -= demand[t, c]
            missed = max(demand[t, c] - on_hand, 0.0)
            clean = clean and stock >= 0.0
            if lost:
                stock = max(stock, 0.0)
            if t >= warm_up:
                total, short = total + demand[t, c], short + missed
                ready += 1.0 if stock > 0.0 else 0.0
                held, waiting = held + max(stock, 0.0), waiting + max(-stock, 0.0)
        counted = periods - warm_up
        found[0, c] = good / cycles if cycles > 0.0 else 1.0
        found[1, c] = 1.0 - short / total if total > 0.0 else 1.0
        found[2, c], found[3, c], found[4, c] = ready / counted, held / counted, waiting / counted
        found[5, c] = orders / counted


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _run_serial(
    base: Array, lead: IntArray, demand: Array, holding: Array, backorder: float, before: bool, warm_up: int,
    costs: Array,
) -> None:  # fmt: skip
    periods, courses = demand.shape
    stages = base.size
    for c in range(courses):
        due, stock = np.zeros((stages, periods + lead.max() + 2)), base.copy()
        owed, moving, total = np.zeros(stages), np.zeros(stages), 0.0
        for t in range(periods):
            wanted = demand[t - 1, c] if t > 0 else 0.0
            for j in range(stages):
                owed[j] += wanted  # what stage j owes to the one below, or to customers
            for j in range(stages - 1, -1, -1):
                stock[j], moving[j] = stock[j] + due[j, t], moving[j] - due[j, t]
                sent = min(stock[j], owed[j])
                stock[j], owed[j] = stock[j] - sent, owed[j] - sent
                if j > 0:
                    _send(due, moving, stock, j - 1, t, lead[j - 1], sent)
                if j == stages - 1:
                    _send(due, moving, stock, j, t, lead[j], wanted)
            if t >= warm_up:
                net = stock[0] - owed[0] - (0.0 if before else demand[t, c])
                total += holding[0] * max(net, 0.0) + backorder * max(-net, 0.0)
                for j in range(1, stages):
                    total += holding[j] * (stock[j] + moving[j - 1])
        costs[c] = total / (periods - warm_up)


@numba.njit(nogil=True, cache=True)
def _send(due: Array, moving: Array, stock: Array, stage: int, t: int, lead: int, quantity: float) -> None:
    if lead == 0:
        stock[stage] += quantity
    else:
        due[stage, t + lead] += quantity
        moving[stage] += quantity
