"""Lot sizing: what every rule of lots would cost an item-location in orders and holding over the horizon."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import polars as pl

from steelyard.grid.block import Array, IntArray
from steelyard.inventory.dynamic_lot import LotRule, lot_plan_cost, lots_of
from steelyard.inventory.stock_policy import DYNAMIC_RULES
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.review.stock_terms import StockTerms

AS_PLANNED = "as planned"
LOT_RULES = ("lot_for_lot", "economic_order", *DYNAMIC_RULES)
"""Rules that are compared, by their name in a stock policy."""


@dataclass(frozen=True, eq=False)
class LotSheet:
    """Lots of every rule for the net requirements of a plan.

    Net requirements are what is missing in each period where nothing is ordered ahead: requirement and safety stock
    less stock and open orders. Least orders and multiples of the master data hold for every rule; what they bring too
    much serves later periods.
    """

    terms: StockTerms

    @cached_property
    def needs(self) -> Array:
        """Net requirements, period x series [units]."""
        terms = self.terms
        step = terms.rows("scheduled_receipts") - terms.rows("gross_requirement")
        left = terms.rows("opening_inventory") + np.cumsum(step, axis=0)
        short = np.maximum.accumulate(np.maximum(terms.rows("safety_stock") - left, 0.0), axis=0)
        return np.asarray(np.maximum(np.diff(short, prepend=0.0, axis=0), 0.0))

    def orders(self, rule: str, rows: IntArray) -> Array:
        """Orders of some item-locations by a rule, period x series [units]."""
        if rule == AS_PLANNED:
            return self.terms.rows("planned_receipts")[:, rows]
        minimum, multiple = self.terms.stated_lots
        return _allowed(self._wanted(rule, rows), minimum[rows], multiple[rows])

    def _wanted(self, rule: str, rows: IntArray) -> Array:
        terms = self.terms
        needs, cost, held = self.needs[:, rows], terms.order_cost[rows], terms.holding_cost[rows]
        if rule != "economic_order":
            return lots_of(needs, cost, held, rule=cast(LotRule, rule))
        economic = np.sqrt(2.0 * cost * terms.demand[rows] / np.where(held > 0, held, np.inf))
        return _at_least(needs, economic)

    @cached_property
    def weighed(self) -> IntArray:
        """Rows that will order something, at a cost."""
        return np.flatnonzero(self.terms.weighed & (self.needs.sum(axis=0) > 0))

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row an item-location and rule: orders, stock held beyond need and its cost over the horizon [money]."""
        return pl.concat([self._frame(rule, self.weighed) for rule in (AS_PLANNED, *LOT_RULES)]).sort(
            "item", "location", maintain_order=True
        )

    @cached_property
    def best(self) -> pl.DataFrame:
        """One row an item-location: the cheapest rule, its saving against the plan; most saved first."""
        rules = self.table.filter(pl.col("rule") != AS_PLANNED).sort("item", "location", "cost", maintain_order=True)
        cheapest = rules.group_by("item", "location", maintain_order=True).first()
        planned = self.table.filter(pl.col("rule") == AS_PLANNED)
        now = planned.select("item", "location", now_orders="orders", now_stock="mean_stock", now_cost="cost")
        joined = cheapest.join(now, on=["item", "location"], maintain_order="left")
        found: pl.DataFrame = joined.with_columns(saving=pl.col("now_cost") - pl.col("cost"))
        return found.sort("saving", descending=True, maintain_order=True)

    def totals(self) -> pl.DataFrame:
        """Orders and cost of all item-locations, by rule."""
        sums = [pl.col(name).sum() for name in ("orders", "ordering", "holding", "cost")]
        return self.table.group_by("rule", maintain_order=True).agg(*sums)

    def of_place(self, item: str, location: str) -> pl.DataFrame:
        """Every rule of one item-location.

        Raises:
            NotFound: The plan does not hold it.
        """
        self.terms.row_of(item, location)
        return self.table.filter((pl.col("item") == item) & (pl.col("location") == location))

    def course(self, item: str, location: str) -> pl.DataFrame:
        """Net requirement and the orders of every rule of one item-location, by period [units]."""
        at = np.array([self.terms.row_of(item, location)], np.int64)
        columns = {rule: self.orders(rule, at)[:, 0] for rule in (AS_PLANNED, *LOT_RULES)}
        periods = list(self.terms.plan.horizon.labels)
        return pl.DataFrame({"period": periods, "net_requirement": self.needs[:, at[0]], **columns})

    def _frame(self, rule: str, rows: IntArray) -> pl.DataFrame:
        terms, needs, orders = self.terms, self.needs[:, rows], self.orders(rule, rows)
        total = lot_plan_cost(needs, orders, terms.order_cost[rows], terms.holding_cost[rows])
        count = (orders > 1e-9).sum(axis=0)
        ordering = count * terms.order_cost[rows]
        held = np.maximum(np.cumsum(orders - needs, axis=0), 0.0)
        frame: pl.DataFrame = terms.members[rows.tolist()].with_columns(
            rule=pl.lit(rule),
            orders=pl.Series(count.astype(np.float64)),
            lot=pl.Series(orders.sum(axis=0) / np.maximum(count, 1)),
            mean_stock=pl.Series(held.mean(axis=0)),
            ordering=pl.Series(ordering),
            holding=pl.Series(total - ordering),
            cost=pl.Series(total),
        )
        return frame


def lot_sheet(plan: PlanNumbers, *, order_cost: float = 0.0) -> LotSheet:
    """Hold the rules of lot sizing against each other.

    Args:
        plan: The plan.
        order_cost: Money for an order where neither the item-location nor the setting says one.
    """
    return LotSheet(StockTerms(plan, order_cost))


def _allowed(wanted: Array, minimum: Array, multiple: Array) -> Array:
    """Orders in allowed lots; what one brings beyond what is wanted is taken off the next ones."""
    if not (minimum.any() or multiple.any()):
        return wanted
    orders, left, step = np.zeros_like(wanted), np.zeros(wanted.shape[1]), np.where(multiple > 0, multiple, 1.0)
    for t in range(len(wanted)):
        missing = wanted[t] - left
        lot = np.maximum(missing, minimum)
        lot = np.where(multiple > 0, np.ceil(lot / step - 1e-9) * step, lot)
        orders[t] = np.where(missing > 1e-9, lot, 0.0)
        left = left + orders[t] - wanted[t]
    return orders


def _at_least(needs: Array, least: Array) -> Array:
    """Orders of what is missing, at least a given quantity; what is over serves later periods."""
    orders, left = np.zeros_like(needs), np.zeros(needs.shape[1])
    for t in range(len(needs)):
        missing = needs[t] - left
        orders[t] = np.where(missing > 1e-9, np.maximum(missing, least), 0.0)
        left = left + orders[t] - needs[t]
    return orders
