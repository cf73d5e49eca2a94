"""Service curve: what service a given value of stock can give, and how to spread a stock budget best.

Fill rate of a series is 1 - deviation x L(k) / lot. With the same factor everywhere the curve says what equal service
costs; with the best factors the same money serves more, because it goes where a unit is cheap and missed often.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from steelyard.errors import ModelError
from steelyard.grid.block import Array, BoolArray
from steelyard.inventory.safety_stock import normal_loss

_HALVINGS = 60
LEAST, MOST = 0.0, 4.0
"""Smallest and largest safety factor."""


@dataclass(frozen=True, eq=False)
class StockedSeries:
    """What the curve needs to know of each item-location.

    Args:
        deviation: Standard deviation of demand over lead time and review [units].
        demand: Mean demand of a period [units].
        lot_size: Usual order [units].
        unit_cost: Standard cost of a unit [money].
        worth: What a unit of demand counts: its price for service in money, 1 for service in units.
    """

    deviation: Array
    demand: Array
    lot_size: Array
    unit_cost: Array
    worth: Array

    def kept(self) -> "StockedSeries":
        """Only the series that have demand, cost and something to guard against."""
        rows = self.weighed
        return StockedSeries(*(values[rows] for values in self._all()))

    @property
    def weighed(self) -> BoolArray:
        """Which series those are."""
        rows: BoolArray = (self.deviation > 0) & (self.demand > 0) & (self.unit_cost > 0) & (self.worth > 0)
        return rows

    def _all(self) -> tuple[Array, ...]:
        return self.deviation, self.demand, np.maximum(self.lot_size, self.demand), self.unit_cost, self.worth

    def value(self, factor: Array) -> float:
        """Money in safety stock."""
        return float((self.unit_cost * self.deviation * factor).sum())

    def fill_rate(self, factor: Array) -> float:
        """Share of demand served from stock, by worth."""
        short = np.minimum(self.deviation * normal_loss(factor) / self.lot_size, 1.0)
        asked = self.demand * self.worth
        return float(1.0 - (asked * short).sum() / asked.sum()) if asked.sum() > 0 else 1.0


class CurvePoint(NamedTuple):
    """One way to spend money on safety stock."""

    value: float
    """Money in safety stock."""
    fill_rate: float
    """Share of demand served from stock."""


class BudgetPlan(NamedTuple):
    """The best service for a stock budget."""

    factor: Array
    """Safety factor of each series; that of a series without demand or deviation is 0."""
    safety_stock: Array
    """Safety stock of each series [units]."""
    value: float
    """Money in safety stock."""
    fill_rate: float
    """Share of demand served from stock."""
    price: float
    """Worth of demand served that another unit of money would add in a period."""


def same_service_curve(series: StockedSeries, service_levels: Array) -> tuple[CurvePoint, ...]:
    """Stock value and fill rate where every series has the same cycle service level.

    Example:
        >>> one = np.ones(2)
        >>> series = StockedSeries(10 * one, 50 * one, 50 * one, np.array([1.0, 9.0]), one)
        >>> [round(point.value, 1) for point in same_service_curve(series, np.array([0.9, 0.95]))]
        [128.2, 164.5]
    """
    rows = series.kept()
    factors = (np.full(rows.demand.size, float(k)) for k in ndtri(service_levels))
    return tuple(CurvePoint(rows.value(factor), rows.fill_rate(factor)) for factor in factors)


def best_service_curve(series: StockedSeries, values: Array) -> tuple[CurvePoint, ...]:
    """The best fill rate for each value of safety stock."""
    plans = (spend_budget(series, float(value)) for value in values)
    return tuple(CurvePoint(plan.value, plan.fill_rate) for plan in plans)


def spend_budget(series: StockedSeries, budget: float) -> BudgetPlan:
    """Spread a budget of safety stock so that most demand is served from stock.

    At the best spread the last money earns the same everywhere:

        P(demand > stock) = price x unit cost x lot size / (worth x demand)

    Args:
        series: What is stocked.
        budget: Money that safety stock may bind at standard cost.

    Raises:
        ModelError: The budget is below zero.

    Source: Silver, Pyke & Peterson, Inventory Management and Production Planning, exchange curves, section 7.11.

    Example:
        >>> one = np.ones(2)
        >>> series = StockedSeries(10 * one, 50 * one, 50 * one, np.array([1.0, 9.0]), one)
        >>> plan = spend_budget(series, 100.0)
        >>> plan.factor.round(2).tolist(), round(plan.value)
        ([2.04, 0.88], 100)
    """
    if not budget >= 0:
        raise ModelError("The stock budget is below zero", mend="give an amount from zero on")
    rows, stocked = series.kept(), series.weighed
    gain = np.zeros(series.demand.size)
    if not rows.demand.size or rows.value(np.full(rows.demand.size, MOST)) <= budget:
        price, factor = 0.0, np.full(rows.demand.size, MOST)
    else:
        price = _price(rows, budget)
        factor = _factors(rows, price)
    gain[stocked] = factor
    return BudgetPlan(gain, gain * series.deviation, rows.value(factor), rows.fill_rate(factor), price)


def budget_for_service(series: StockedSeries, fill_rate: float) -> BudgetPlan:
    """The least safety stock in money with which a share of all demand is served from stock.

    Raises:
        ModelError: The fill rate is not between 0 and 1.
    """
    if not 0 < fill_rate < 1:
        raise ModelError("A fill rate must lie above 0 and below 1", mend="give a share like 0.98")
    rows = series.kept()
    low, high = 0.0, rows.value(np.full(rows.demand.size, MOST))
    for _ in range(_HALVINGS // 2):
        middle = (low + high) / 2.0
        low, high = (middle, high) if spend_budget(series, middle).fill_rate < fill_rate else (low, middle)
    return spend_budget(series, high)


def _factors(rows: StockedSeries, price: float) -> Array:
    chance = price * rows.unit_cost * rows.lot_size / (rows.worth * rows.demand)
    return np.asarray(np.clip(-ndtri(np.clip(chance, 1e-300, 1.0)), LEAST, MOST))


def _price(rows: StockedSeries, budget: float) -> float:
    """The price of money at which the best factors spend the budget, by halving its logarithm."""
    low, high = 1e-12, float((rows.worth * rows.demand / (rows.unit_cost * rows.lot_size)).max())
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if rows.value(_factors(rows, middle)) > budget else (low, middle)
    return high
