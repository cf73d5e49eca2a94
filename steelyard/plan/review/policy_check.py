"""Policy check: what a replenishment rule of one item-location delivers on many random courses of its demand."""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, IntArray, join
from steelyard.grid.rollup import scatter_add
from steelyard.inventory.simulation import CourseLaw, Outcome, StockRule, draw_courses, simulate_policy
from steelyard.inventory.stock_policy import LAWS
from steelyard.plan.review.policies import PolicySheet

MOST_COURSES, MOST_DAYS, MOST_DRAWN = 2000, 20_000, 5_000_000
"""Courses, days of a course, and days of all courses together that are drawn at most."""
MOST_REVIEW = 3650.0
Basis = Literal["law", "history"]


@dataclass(frozen=True)
class Question:
    """Which policy shall be tried, and on what.

    Levels that are not given are those of the rule. Equal seeds try every rule on the same demand.
    """

    item: str
    location: str
    rule: str = "reorder_point"
    reorder_point: float | None = None
    order_up_to: float | None = None
    lot: float | None = None
    review_days: float | None = None
    courses: int = 200
    days: int = 1460
    seed: int = 1
    lost_sales: bool = False
    basis: Basis = "law"
    """Whether days are drawn from the demand law, or what was sold is drawn again, scaled to what is planned."""

    def __post_init__(self) -> None:
        if not 1 <= self.courses <= MOST_COURSES:
            raise ChangeInvalid(f"{self.courses} courses cannot be drawn", mend=f"give 1 to {MOST_COURSES:,}")
        if not 30 <= self.days <= MOST_DAYS:
            raise ChangeInvalid(f"A course cannot have {self.days} days", mend=f"give 30 to {MOST_DAYS:,} days")
        if self.courses * self.days > MOST_DRAWN:
            told = f"{self.courses:,} courses of {self.days:,} days are too many"
            raise ChangeInvalid(told, mend=f"give fewer, {MOST_DRAWN:,} days in all")
        if self.seed < 0:
            raise ChangeInvalid(f"A seed of {self.seed} draws nothing", mend="give 0 or more")
        for name in ("reorder_point", "order_up_to", "lot", "review_days"):
            value = getattr(self, name)
            if value is not None and not np.isfinite(value):
                raise ChangeInvalid(f"{name.replace('_', ' ').capitalize()} is no number", mend="enter a number")
        if self.lot is not None and self.lot <= 0:
            raise ChangeInvalid("A lot is not above zero", mend="enter the units that are ordered at once, or leave it")
        if self.review_days is not None and not 0 <= self.review_days <= MOST_REVIEW:
            told = f"{self.review_days:g} days between looks at the stock are out of range"
            raise ChangeInvalid(told, mend=f"give 0 to {MOST_REVIEW:,.0f} days")


@dataclass(frozen=True)
class Checked:
    """What came out, in units and days."""

    rule: StockRule
    outcome: Outcome
    cost: float
    """Ordering, holding and waiting in a year [money]."""
    expected_fill_rate: float
    """What the formulas expect; NaN where levels were given."""

    @property
    def holds(self) -> bool:
        """Whether the formulas lie within three standard errors and one point of the simulation."""
        found = self.outcome.fill_rate
        return abs(found.mean - self.expected_fill_rate) <= max(3.0 * found.standard_error, 0.01)


def check_policy(sheet: PolicySheet, asked: Question) -> Checked:
    """Run a policy day by day on courses of demand of its item-location.

    Demand of a day has the mean and the error of the plan's periods, spread evenly over their days; orders take the
    lead time and its deviation. What comes at the start, before the first order could arrive, is not counted.

    Raises:
        NotFound: The plan does not hold the item-location.
        ChangeInvalid: There is no such rule, nothing is asked for there, or the levels never end ordering.
    """
    terms, row = sheet.terms, sheet.terms.row_of(asked.item, asked.location)
    if not terms.weighed[row]:
        where = f"{asked.item} at {asked.location}"
        raise ChangeInvalid("Nothing is asked for, or a unit costs nothing", where=where, mend="choose another place")
    rules = sheet.of_place(asked.item, asked.location)
    found = rules.filter(rule=asked.rule)
    if not found.height:
        known = ", ".join(rules["rule"].to_list())
        raise ChangeInvalid(f"The rule {asked.rule!r} is not compared here", mend=f"use one of {known}")
    line = found.row(0, named=True)
    rule = _rule(asked, line)
    lead = _lead_days(sheet, row, asked)
    warm = min(int(3 * (lead.max() + rule.review)), asked.days)
    demand = _courses(sheet, row, asked, asked.days + warm)
    outcome = simulate_policy(rule, demand, lead[: asked.days + warm], lost_sales=asked.lost_sales, warm_up=warm)
    cost = 365.0 * outcome.cost(
        holding_cost=float(terms.holding_cost[row]) / terms.days,
        backorder_cost=float(terms.backorder_cost[row]) / terms.days,
        order_cost=float(terms.order_cost[row]),
    )
    given = any(each is not None for each in (asked.reorder_point, asked.order_up_to, asked.lot, asked.review_days))
    return Checked(rule, outcome, cost, float("nan") if given else float(line["fill_rate"]))


def checked_rules(sheet: PolicySheet, asked: Question) -> pl.DataFrame:
    """Every rule of an item-location on the same courses, beside what the formulas expect."""
    rows = []
    for rule in sheet.of_place(asked.item, asked.location)["rule"].to_list():
        found = check_policy(sheet, Question(**{**asked.__dict__, "rule": rule}))
        rows.append(
            {
                "rule": rule,
                "fill_rate": found.outcome.fill_rate.mean,
                "standard_error": found.outcome.fill_rate.standard_error,
                "expected": found.expected_fill_rate,
                "cycle_service": found.outcome.cycle_service_level.mean,
                "ready_rate": found.outcome.ready_rate.mean,
                "mean_stock": found.outcome.mean_stock.mean,
                "orders": 365.0 * found.outcome.orders.mean,
                "cost": found.cost,
            }
        )
    return pl.DataFrame(rows)


def _rule(asked: Question, line: dict[str, float]) -> StockRule:
    review = round(asked.review_days if asked.review_days is not None else line["review_days"])
    low = line["reorder_point"] if asked.reorder_point is None else asked.reorder_point
    high = line["order_up_to"] if asked.order_up_to is None else asked.order_up_to
    if asked.lot is not None or (
        asked.rule in ("reorder_point", "kanban", "best (s, Q)") and asked.order_up_to is None
    ):
        lot = line["lot"] if asked.lot is None else asked.lot
        return StockRule(low, lot_size=max(lot, 1e-6), review=max(review, 1))
    if high < low:
        raise ChangeInvalid(
            f"The level to order up to ({high:,.0f}) is below the reorder point ({low:,.0f})",
            mend="raise the level, or lower the reorder point",
        )
    always = line["order_up_to"] - line["reorder_point"] <= 1e-9 and asked.reorder_point is None
    return StockRule(high - 1e-6 if always else low, order_up_to=high, review=max(review, 1))


def _lead_days(sheet: PolicySheet, row: int, asked: Question) -> IntArray:
    """Days from order to arrival, by day of the order; long enough for any warm-up."""
    supplied, days = sheet.terms.supplied, sheet.terms.days
    mean, spread = float(supplied.lead_time[row]) * days, float(supplied.lead_time_deviation[row]) * days
    count = 2 * asked.days
    if spread <= 0 or mean <= 0:
        return np.full(count, round(mean), np.int64)
    drawn = np.random.default_rng([asked.seed, 1]).gamma((mean / spread) ** 2, spread**2 / mean, count)
    return np.rint(drawn).astype(np.int64)


def _courses(sheet: PolicySheet, row: int, asked: Question, days: int) -> Array:
    """Demand of each day, day x course [units]."""
    terms = sheet.terms
    mean = float(terms.demand[row]) / terms.days
    deviation = max(float(terms.supplied.deviation[row]) / np.sqrt(terms.days), 1e-3 * mean)
    if asked.basis == "history":
        return _drawn_again(_sold(sheet, row), mean, deviation, (days, asked.courses), asked.seed)
    law = LAWS[int(terms.rows("demand_law")[row])]
    name = "gamma" if law == "empirical" else law
    return draw_courses(
        mean=mean, deviation=deviation, periods=days, courses=asked.courses, seed=asked.seed, law=cast(CourseLaw, name)
    )


def _sold(sheet: PolicySheet, row: int) -> Array:
    """Demand of the last three years at an item-location, by period [units]."""
    plan = sheet.terms.plan
    series = plan.inputs.series["item_location"]
    local = cast(tuple[IntArray, ...], plan.inputs.values["place_of_demand"])
    place = np.concatenate([part + first for part, (first, _) in zip(local, series.cuts, strict=True)])
    sold = join(plan.blocks("cleaned_demand"))[-3 * plan.horizon.periods_per_year :]
    return np.asarray(scatter_add(sold[:, place == row], np.zeros(int((place == row).sum()), np.int64), 1)[:, 0])


def _drawn_again(sold: Array, mean: float, deviation: float, shape: tuple[int, int], seed: int) -> Array:
    """Days drawn from what was sold, moved and scaled to the mean and the error that are planned; never below zero."""
    spread = float(sold.std()) if sold.size else 0.0
    if spread <= 0:
        raise ChangeInvalid("Nothing was sold that could be drawn again", mend="draw from the demand law")
    drawn = np.random.default_rng(seed).choice((sold - sold.mean()) / spread, shape)
    return np.asarray(np.maximum(mean + deviation * drawn, 0.0))
