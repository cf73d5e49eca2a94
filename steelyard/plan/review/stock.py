"""Stock review: what stock is for, where it is too much or too little in money, and what a budget could serve."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.block import Array, Blocks, join
from steelyard.grid.rollup import divide, scatter_add
from steelyard.inventory.coverage import stock_turns
from steelyard.inventory.excess import obsolete_quantity
from steelyard.inventory.order_quantity import usual_order
from steelyard.inventory.safety_stock import lead_time_deviation
from steelyard.inventory.service_curve import (
    BudgetPlan,
    CurvePoint,
    StockedSeries,
    best_service_curve,
    budget_for_service,
    same_service_curve,
    spend_budget,
)
from steelyard.inventory.stock_policy import LAWS, MEASURES, RULES
from steelyard.plan.numbers import PlanNumbers

Kind = Literal["shortage", "at risk", "excess", "obsolete", "fine"]
KINDS: tuple[Kind, ...] = ("shortage", "at risk", "excess", "obsolete", "fine")
SHORT = 1e-6
AT_RISK = 0.2
"""Chance of running out from which stock below its target is an exception."""
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998)
"""Service levels at which the curve is drawn."""
_RULES = tuple(RULES)


@dataclass(frozen=True, eq=False)
class StockReview:
    """The stock of a plan, looked at by item-location."""

    plan: PlanNumbers
    by_money: bool = True
    """Whether the exception that costs most counts; otherwise the first of `KINDS`, which no cost can move."""

    def rows(self, measure: str) -> Array:
        """A measure or an input by item-location, period x series or by series."""
        return join(cast(Blocks, self.plan.values[measure]))

    @cached_property
    def cost(self) -> Array:
        """Standard cost, period x series [money]."""
        return np.nan_to_num(self.rows("standard_cost"))

    @cached_property
    def price(self) -> Array:
        """What a unit is sold for at its place in the first period; its cost where nothing is sold [money]."""
        inputs = self.plan.inputs
        place = _place_of_demand(self.plan)
        price, demand = join(self.plan.blocks("price"))[0], self._mean_demand
        size = inputs.series["item_location"].size
        worth = scatter_add((np.nan_to_num(price) * demand)[None], place, size)[0]
        sold = divide(worth[None], scatter_add(demand[None], place, size))[0]
        return np.asarray(np.where(np.isfinite(sold) & (sold > 0), sold, self.cost[0]))

    @property
    def _mean_demand(self) -> Array:
        return np.asarray(join(self.plan.blocks("demand_plan")).mean(axis=0))

    # ---- stock by kind

    def kinds_over_time(self) -> pl.DataFrame:
        """Stock in money by what it is for, and the pipeline, by period."""
        held = np.minimum(self.rows("projected_inventory"), self.rows("safety_stock"))
        parts = {
            "safety": held,
            "cycle": self.rows("cycle_stock"),
            "anticipation": self.rows("anticipation_stock"),
            "pipeline": self.rows("pipeline_stock"),
            "safety_target": self.rows("safety_stock"),
        }
        money = {name: (units * self.cost).sum(axis=1) for name, units in parts.items()}
        return pl.DataFrame({"period": list(self.plan.horizon.labels), **money})

    # ---- service against value

    @cached_property
    def stocked(self) -> StockedSeries:
        """What the curve needs to know of each item-location; service counts demand of customers at its price."""
        demand = self.rows("independent_demand").mean(axis=0)
        held = cast(float, self.plan.inputs.values["holding_rate"]) * self.cost[0]
        lot = usual_order(
            demand[None], self.rows("review_periods"), self.rows("least_order"), self.rows("order_cost"), held
        )[0]
        return StockedSeries(self.deviation, demand, lot, self.cost[0], self.price)

    @cached_property
    def deviation(self) -> Array:
        """Standard deviation of demand over lead time and review, by series [units]."""
        days = cast(float, self.plan.inputs.values["days_per_period"])
        return lead_time_deviation(
            error=self.rows("forecast_error"),
            demand=self.rows("independent_demand").mean(axis=0),
            lead_time=self.rows("lead_time_days") / days,
            lead_time_deviation=self.rows("lead_time_std_days") / days,
            review=self.rows("review_periods"),
        )

    def same_service(self) -> tuple[CurvePoint, ...]:
        """Stock value and fill rate where all places have the same service level."""
        return same_service_curve(self.stocked, np.array(LEVELS))

    def best_service(self) -> tuple[CurvePoint, ...]:
        """The best fill rate for the same values of stock."""
        return best_service_curve(self.stocked, np.array([point.value for point in self.same_service()]))

    def today(self) -> CurvePoint:
        """Value and fill rate of the plan's own safety stock, where customers are served."""
        stock, factor = self.rows("safety_stock").mean(axis=0), np.zeros(self.deviation.size)
        np.divide(stock, self.deviation, out=factor, where=self.deviation > 0)
        kept = (self.deviation > 0) & (self.stocked.demand > 0) & (self.cost[0] > 0)
        series = self.stocked.kept()
        return CurvePoint(series.value(factor[kept]), series.fill_rate(factor[kept]))

    def spend(self, budget: float) -> BudgetPlan:
        """The best service for a stock budget.

        Raises:
            ModelError: The budget is below zero.
        """
        return spend_budget(self.stocked, budget)

    def budget_for(self, fill_rate: float) -> BudgetPlan:
        """The least money in safety stock that serves a share of all demand from stock.

        Raises:
            ChangeInvalid: No safety stock serves so much.
            ModelError: The share is not between 0 and 1.
        """
        found = budget_for_service(self.stocked, fill_rate)
        if found.fill_rate < fill_rate - 1e-6:
            raise ChangeInvalid(
                f"No safety stock serves {100 * fill_rate:g} % from stock",
                mend=f"ask for {100 * found.fill_rate:.2f} % at the most",
            )
        return found

    # ---- exceptions

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row an item-location: policy, stock, and its exception in money, most money first."""
        members = self.plan.inputs.series["item_location"].members
        stock, demand = self.rows("projected_inventory"), self.rows("gross_requirement")
        months = len(stock) / self.plan.horizon.periods_per_year
        kind, money, units = self._exceptions()
        frame = members.select(c for c in ("item", "location", "product_family") if c in members.columns).with_columns(
            kind=pl.Series(kind),
            money=pl.Series(money),
            units=pl.Series(units),
            rule=pl.Series([_RULES[int(code)] for code in self.rows("stock_rule")]),
            measure=pl.Series([MEASURES[int(code)] for code in self.rows("service_measure")]),
            law=pl.Series([LAWS[int(code)] for code in self.rows("demand_law")]),
            service_level=pl.Series(self.rows("service_level")),
            safety_stock=pl.Series(self.rows("safety_stock")[0]),
            reorder_point=pl.Series(self.rows("reorder_point")[0]),
            order_up_to=pl.Series(self.rows("order_up_to")[0]),
            mean_safety_stock=pl.Series(self.rows("safety_stock").mean(axis=0)),
            opening=pl.Series(self.rows("opening_inventory")),
            mean_stock=pl.Series(stock.mean(axis=0)),
            stock_value=pl.Series((stock * self.cost).mean(axis=0)),
            coverage=pl.Series(divide(stock[:1], self.rows("forward_demand")[:1])[0]).fill_nan(None),
            turns=pl.Series(_finite(stock_turns(demand.sum(axis=0), stock.mean(axis=0), share_of_year=months))),
            stock_out_risk=pl.Series(self.rows("stock_out_risk").max(axis=0)),
        )
        return frame.sort("money", "item", "location", descending=[True, False, False])

    def _exceptions(self) -> tuple[list[str], Array, Array]:
        """What is wrong with each item-location, the money on it and the units; see `by_money`."""
        short = self.rows("backlog").max(axis=0)
        left = obsolete_quantity(
            self.rows("opening_inventory") + self.rows("scheduled_receipts").sum(axis=0), self.rows("gross_requirement")
        )  # fmt: skip
        left = np.maximum(left - self.rows("safety_stock")[-1], 0.0)
        over = divide(self.rows("excess_value"), self.cost)
        excess = np.maximum(np.nan_to_num(over).mean(axis=0) - left, 0.0)
        risk = self.rows("stock_out_risk").max(axis=0)
        gap = np.maximum(self.rows("safety_stock") - self.rows("projected_inventory"), 0.0).max(axis=0)
        gap = np.where((risk >= AT_RISK) & (short <= SHORT), gap, 0.0)
        cost = self.cost[0]
        units = np.stack([short, gap, excess, left, np.zeros_like(short)])
        money = np.stack(
            [short * self.price, gap * risk * self.price, excess * cost, left * cost, np.zeros_like(short)]
        )
        weight = money if self.by_money else (units > SHORT).astype(np.float64)
        first = np.where(weight.max(axis=0) > 0, weight.argmax(axis=0), len(KINDS) - 1)
        row = np.arange(first.size)
        return [KINDS[one] for one in first.tolist()], money[first, row], units[first, row]

    def totals(self) -> pl.DataFrame:
        """Item-locations and money by kind of exception."""
        found = self.table.group_by("kind").agg(pl.len().alias("places"), pl.col("money").sum())
        order = pl.DataFrame({"kind": KINDS[:-1]})
        return order.join(found, on="kind", how="left", maintain_order="left").fill_null(0)

    # ---- one item-location

    def row_of(self, item: str, location: str) -> int:
        """Row of an item-location.

        Raises:
            NotFound: The plan does not hold it.
        """
        members = self.plan.inputs.series["item_location"].members.with_row_index("_row")
        found = members.filter((pl.col("item") == item) & (pl.col("location") == location))
        if not found.height:
            raise NotFound(f"{item} is not stocked at {location}", mend="choose a row of the inventory review")
        return int(found["_row"][0])

    def first_deviation(self, row: int) -> float:
        """Standard deviation of demand over lead time and review as safety stock of the first period sees it."""
        days = cast(float, self.plan.inputs.values["days_per_period"])
        lead, spread = (float(self.rows(name)[row]) / days for name in ("lead_time_days", "lead_time_std_days"))
        error, demand = float(self.rows("forecast_error")[row]), self.rows("independent_demand")[1:4, row]
        ahead = float(demand.mean()) if demand.size else float(self.rows("independent_demand")[0, row])
        time = lead + float(self.rows("review_periods")[row])
        return float(np.sqrt(time * error**2 + (ahead * spread) ** 2))

    def course(self, row: int) -> pl.DataFrame:
        """Stock, targets and risk of one item-location by period [units]."""
        names = (
            "projected_inventory", "safety_stock", "local_safety_stock", "reorder_point", "order_up_to", "cycle_stock",
            "anticipation_stock", "pipeline_stock", "gross_requirement", "constrained_receipts", "scheduled_receipts",
            "rescheduled_receipts", "backlog", "stock_out_risk",
        )  # fmt: skip
        held = {name: self.rows(name)[:, row] for name in names}
        return pl.DataFrame({"period": list(self.plan.horizon.labels), **held})


def stock_review(plan: PlanNumbers, *, by_money: bool = True) -> StockReview:
    """Look at the stock of a plan."""
    return StockReview(plan, by_money)


def _finite(values: Array) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _place_of_demand(plan: PlanNumbers) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    local = cast(tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...], plan.inputs.values["place_of_demand"])
    cuts = plan.inputs.series["item_location"].cuts
    return np.concatenate([part + first for part, (first, _) in zip(local, cuts, strict=True)])
