"""Stock proposal: safety stock that a budget or the network asks for, beside today's, and as changes of a scenario."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array, BoolArray
from steelyard.plan.change import Change
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import SetValue
from steelyard.plan.review.multi_echelon import Placement
from steelyard.plan.review.stock import StockReview, stock_review
from steelyard.plan.stages.echelon import stock_in_network

MEASURE = "safety_stock"
_WHOLE_FROM = 10.0
"""Units from which safety stock is kept in whole units, as the plan itself does."""
_SAME = 1e-6


@dataclass(frozen=True, eq=False)
class StockProposal:
    """Safety stock of item-locations as somebody proposes it.

    Args:
        why: What asks for it, in words; it becomes the note of the changes.
        table: item, location, now (mean over the periods) and proposed [units], money (the difference at standard
            cost); the largest moves of money first. Item-locations that are not in it stay as they are.
    """

    why: str
    table: pl.DataFrame

    def changes(
        self, *, author: str, at: datetime, note: str = "", reason: str = "management_decision"
    ) -> tuple[Change, ...]:
        """The proposal as changes of the measure safety stock, one an item-location that moves, the same all periods.

        Append them together: they are one event, and undone as one.

        Raises:
            ChangeInvalid: The proposal is what the plan keeps already.
        """
        told = f"{self.why}: {note}" if note.strip() else self.why
        moved = self.table.filter((pl.col("proposed") - pl.col("now")).abs() > _SAME)
        if not moved.height:
            raise ChangeInvalid(
                "The proposal moves no safety stock", where=self.why, mend="there is nothing to take over"
            )
        return tuple(
            Change(
                SetValue(stock, per="cell"), MEASURE, {"item": (item,), "location": (location,)},
                author=author, at=at, reason=reason, note=told,
            )
            for item, location, stock in moved.select("item", "location", "proposed").iter_rows()
        )  # fmt: skip


def propose_budget(review: StockReview, budget: float) -> StockProposal:
    """The safety stock that serves most demand for a stock budget; whole units, never above the budget.

    Only item-locations that customers ask and that the budget can weigh are covered.

    Raises:
        ModelError: The budget is below zero.
    """
    spent = review.spend(budget)
    return _proposal(review, f"Stock budget {budget:,.0f}", _rounded_down(spent.safety_stock), review.stocked.weighed)


def propose_network(plan: PlanNumbers, placed: Placement) -> StockProposal:
    """The safety stock of every item-location as the guaranteed-service model places it."""
    stock = stock_in_network(plan.values, placed.network, placed.plan)
    return _proposal(stock_review(plan), "Safety stock placed in the network", stock, stock >= 0)


def _proposal(review: StockReview, why: str, stock: Array, covered: BoolArray) -> StockProposal:
    now, cost = review.rows(MEASURE).mean(axis=0), review.cost[0]
    members = review.plan.inputs.series["item_location"].members.select("item", "location")
    frame = members.with_columns(
        now=pl.Series(now), proposed=pl.Series(stock), money=pl.Series((stock - now) * cost)
    ).filter(pl.Series(covered))
    return StockProposal(why, frame.sort(pl.col("money").abs(), descending=True, maintain_order=True))


def _rounded_down(stock: Array) -> Array:
    return np.where(stock >= _WHOLE_FROM, np.floor(stock + _SAME), np.floor(stock * 1000 + _SAME) / 1000)
